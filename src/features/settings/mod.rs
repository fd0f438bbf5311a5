//! Settings of the house, by page, command line and settings file.
