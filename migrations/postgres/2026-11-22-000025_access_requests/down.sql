DROP TABLE access_requests;
DROP TABLE ask_link_groups;
DROP TABLE ask_links;
