//! The first-run wizard: a frame that shows the handlers of auth, services and libraries in order. It has no logic of theirs.
