"""A grid of raw cells becomes typed tables of kinds we know.

In goes a grid of `reading.files`; out come its tables, column by column as their kind declares, and what was found.
Every row of a sheet is kept, or left out with its reason, and every value knows the cell it was read from.
"""
