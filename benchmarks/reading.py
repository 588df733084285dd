"""What reading costs beside bare calamine: the same ordinary workbooks, guard, scan and isolation included.

``python -m benchmarks.reading [ORDERS [BOOKS]]`` prints CPU seconds of both and their ratio, and how much of
reading is isolation: what the child processes cost beside reading the same files in one process.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import inbox

WORKERS, BOOKS, ROUNDS = 2, 20, 3  # 20 workbooks of 5,000 orders and 20 of receipts
MOST_OF_BARE, MOST_ISOLATION = 3.0, 0.2


def cpu_of(cache: str, *words: str) -> float:
    """CPU seconds of one run of a module, its children included. `cache`: where compiled modules lie."""
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", *words], check=True, env={**os.environ, **compiled})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read(folder: str) -> None:
    """Every workbook as the night reads it."""
    from pipeline.reading import read_all

    assert sum(sheet.rows_read for file in read_all(_paths(folder), WORKERS) for sheet in file.sheets)


def read_inside(folder: str) -> None:
    """The same with nothing between: no child, no hand-over."""
    import gc

    from pipeline.reading.workers.child import read_file

    gc.disable()  # as a child does
    gc.freeze()
    for name, path in _paths(folder):
        assert read_file(name, path, Path(folder)).sheets
        gc.collect()


def _paths(folder: str) -> list[tuple[str, Path]]:
    return [(path.name, path) for path in sorted(Path(folder).rglob("*.xlsx"))]


def measure(orders: int, books: int) -> tuple[float, float, float]:
    """CPU seconds of bare calamine, of reading, and of reading in one process: the least of some rounds each."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
        inbox.make(Path(folder), books=books, orders=orders)
        runs = [("benchmarks.bare", "read"), ("benchmarks.reading", "read"), ("benchmarks.reading", "inside")]
        # the first round also compiles the modules, as the first night on a machine does
        rounds = [[cpu_of(cache, *words, folder) for words in runs] for _ in range(ROUNDS)]
    bare, own, inside = (min(seconds) for seconds in zip(*rounds, strict=True))
    return bare, own, inside


def main(orders: int = 5_000, books: int = BOOKS) -> float:
    """Measure and print; gives the ratio."""
    bare, own, inside = measure(orders, books)
    isolation = (own - inside) / own
    print(f"reading {2 * books} workbooks {own:.2f} s CPU, bare calamine {bare:.2f} s: {own / bare:.2f} times", end="")
    print(f" (goal {MOST_OF_BARE:g}), {isolation:.0%} of it isolation (goal {MOST_ISOLATION:.0%})")
    return own / bare


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        read(sys.argv[2])
    elif sys.argv[1:2] == ["inside"]:
        read_inside(sys.argv[2])
    else:
        main(*map(int, sys.argv[1:]))
