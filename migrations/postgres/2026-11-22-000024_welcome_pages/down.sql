DROP TABLE welcome_pictures;
DROP TABLE welcome_reads;
DROP TABLE welcome_page_invites;
DROP TABLE welcome_pages;
