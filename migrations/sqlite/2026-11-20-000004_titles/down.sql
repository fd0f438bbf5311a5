DROP TABLE title_search;
DROP TABLE image_hosts;
DROP TABLE search_variants;
DROP TABLE search_words;
DROP TABLE episodes;
DROP TABLE copies;
DROP TABLE titles;
