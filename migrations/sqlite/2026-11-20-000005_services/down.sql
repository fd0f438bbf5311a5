DROP TABLE runs;
DROP TABLE jobs;
DROP TABLE service_health;
DROP TABLE service_offers;
DROP TABLE services;
