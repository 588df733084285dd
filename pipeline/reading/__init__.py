"""A workbook becomes typed columns; every row knows its place.

Every file is parsed in a supervised child process; what it says comes back as Arrow tables.
"""

from pipeline.reading.results import CellFinding, FileFinding, FileRead, Patch, SheetRead
from pipeline.reading.workers.pool import read_all

__all__ = ["CellFinding", "FileFinding", "FileRead", "Patch", "SheetRead", "read_all"]
