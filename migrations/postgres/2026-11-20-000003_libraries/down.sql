DROP TABLE share_libraries;
DROP TABLE shares;
DROP TABLE libraries;
DROP TABLE servers;
