"""Supervised child processes: every file is parsed in one, so that no file can take the night with it."""
