//! Finding: search, title page, home, pictures.
