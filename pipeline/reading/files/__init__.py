"""Formats of files: what one file holds as plain grids of raw cells.

In goes a file that somebody sent, out come its sheets as `Grid`, or `Damaged` with the rule that keeps the
file out; every limit is enforced before a byte is trusted. Nothing here knows what a column means.
"""
