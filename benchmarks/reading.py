"""What reading costs beside bare calamine: the same ordinary workbooks, guard, scan and isolation included.

``python -m benchmarks.reading [ORDERS]`` prints CPU seconds of both and their ratio.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import inbox

WORKERS, BOOKS = 2, 6


def cpu_of(*words: str) -> float:
    """CPU seconds of one run of a module, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", *words], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read(folder: str) -> None:
    """Every workbook as the night reads it."""
    from pipeline.reading import read_all

    paths = [(path.name, path) for path in sorted(Path(folder).rglob("*.xlsx"))]
    rows = sum(sheet.rows_read for file in read_all(paths, WORKERS) for sheet in file.sheets)
    assert rows


def main(orders: int) -> float:
    """Measure and print; gives the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        inbox.make(Path(folder), books=BOOKS, orders=orders)
        bare = cpu_of("benchmarks.bare", "read", folder)
        own = cpu_of("benchmarks.reading", "read", folder)
    print(f"reading {own:.2f} s CPU, bare calamine {bare:.2f} s: {own / bare:.2f} times")
    return own / bare


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(sys.argv[2])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 5_000)
