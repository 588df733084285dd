"""Every workbook of a night, in parallel where that pays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.workbooks.book import write

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.workbooks.stamp import Stamp
    from reports.shape import Workbook

# Below this many cells, starting a process and sending the tables costs more than it saves.
WORTHWHILE = 400_000


def write_all(  # noqa: PLR0913 - the night hands over what it has
    books: Mapping[str, Workbook],
    tables: Mapping[str, pd.DataFrame],
    stamp: Stamp,
    folder: Path,
    parallel: int = 1,
    *,
    on_done: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write every book; paths in the order of the books. `on_done` is told each file name."""
    workers = min(parallel, len(books))
    if workers < 2 or sum(frame.size for frame in tables.values()) < WORTHWHILE:  # noqa: PLR2004
        made = []
        for book in books.values():
            made.append(write(book, tables, stamp, folder))
            on_done(made[-1].name)
        return made
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = {pool.submit(write, book, dict(tables), stamp, folder): key for key, book in books.items()}
        done = {}
        for job in as_completed(jobs):
            done[jobs[job]] = job.result()
            on_done(done[jobs[job]].name)
    return [done[key] for key in books]
