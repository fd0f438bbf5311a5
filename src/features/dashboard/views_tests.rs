//! What the dashboard says.
