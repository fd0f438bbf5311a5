DROP TABLE invite_libraries;
DROP TABLE invite_groups;
DROP TABLE invites;
