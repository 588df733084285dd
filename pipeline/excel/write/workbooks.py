"""Every workbook of a night, in parallel where that pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.excel.write.workbook import write
from reports import WORKBOOKS
from reports.orphans import TABLE

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.excel.run_info import RunInfo
    from reports.shape import Workbook

# Below this many cells, starting a process and sending the tables costs more than it saves.
WORTHWHILE = 400_000


def write_all(  # noqa: PLR0913 - the night hands over what it has
    books: Mapping[str, Workbook],
    tables: Mapping[str, pd.DataFrame],
    run_info: RunInfo,
    folder: Path,
    parallel: int = 1,
    *,
    on_done: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write books of `reports.WORKBOOKS`; paths in their order.

    `on_done` is told each file name as it is finished.
    """
    workers = min(parallel, len(books))
    if workers < 2 or sum(frame.size for frame in tables.values()) < WORTHWHILE:  # noqa: PLR2004
        made = []
        for book in books.values():
            made.append(write(book, tables, run_info, folder))
            on_done(made[-1].name)
        return made
    sizes = {key: sum(frame.size for frame in _needed(book, tables).values()) for key, book in books.items()}
    done: dict[str, Path] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        largest_first = sorted(books, key=lambda key: -sizes[key])
        jobs = {pool.submit(_write, key, _needed(books[key], tables), run_info, folder): key for key in largest_first}
        for job in as_completed(jobs):
            done[jobs[job]] = job.result()
            on_done(done[jobs[job]].name)
    return [done[key] for key in books]


def _write(key: str, tables: Mapping[str, pd.DataFrame], run_info: RunInfo, folder: Path) -> Path:
    """In a child: declarations do not travel, so the book is looked up again by its key."""
    return write(WORKBOOKS[key], tables, run_info, folder)


def _needed(book: Workbook, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Only the tables a book is made of, their columns named by plain strings."""
    names = [name for name in (*book.tables, TABLE) if name in tables]
    return {name: tables[name].set_axis([str(c) for c in tables[name].columns], axis=1) for name in names}
