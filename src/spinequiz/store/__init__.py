"""SQLite in and out: the log of reviews, which only grows, and what is derived from it."""
