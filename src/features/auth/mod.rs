//! Coming in and going out: local sign-in, Plex sign-in, sessions and tokens.
