//! People: list, page, adding one with a local sign-in, roles, and the read-only import from plex.tv.
