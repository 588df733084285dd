"""A workbook becomes typed columns; every row knows its place.

Every file is parsed in a supervised child process; what it says comes back as Arrow tables.
"""

from pipeline.reading.patch import Patch
from pipeline.reading.pool import read_all
from pipeline.reading.results import CellFinding, FileFinding, FileRead, SheetRead

__all__ = ["CellFinding", "FileFinding", "FileRead", "Patch", "SheetRead", "read_all"]
