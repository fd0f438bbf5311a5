//! Jobs and runs: list, run now, change the schedule, progress.
