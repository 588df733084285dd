"""A workspace of realistic workbooks, dirty on purpose, with a list of what was planted.

In go the rows of two nights as they are shipped (`files.csv`, `night1/`, `night2/`, `planted.json`); out come the
workbooks of a night in an inbox. The rows are taken from the world that `python -m
benchmarks.world` makes.
"""

from pipeline.demo.nights import AS_OF, make, policy

__all__ = ["AS_OF", "make", "policy"]
