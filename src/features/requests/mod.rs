//! Requests, from the form to "ready": asking, deciding, sending, following, repairing. `/hooks/*` is its door for Sonarr and Radarr.
