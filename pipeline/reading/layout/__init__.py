"""Layouts: a grid becomes typed columns of a known kind; every row is kept or left out by name."""
