//! The record of what happened: list with filters.
