"""A workbook becomes typed columns; every row knows its place.

In go files as people send them; each is parsed in a supervised child process, so that one that kills its reader costs
itself only. Out come Arrow tables of known kinds beside what was found in cells, rows and files.
"""

from pipeline.reading.results import CellFinding, FileFinding, FileRead, Patch, SheetRead
from pipeline.reading.workers.pool import read_all

__all__ = ["CellFinding", "FileFinding", "FileRead", "Patch", "SheetRead", "read_all"]
