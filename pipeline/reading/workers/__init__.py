"""Supervised child processes: every file is read in one, so that no file can take the night with it.

In go names and paths of files, out come `FileRead` in the same order; a file that kills, hangs or floods
its reader is refused, and only it.
"""
