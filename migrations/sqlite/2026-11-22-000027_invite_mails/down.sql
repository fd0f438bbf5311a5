DROP TABLE invite_mails;
