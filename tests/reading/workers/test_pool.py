"""A file that kills, hangs or floods its reader costs that file alone."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.core.limited import Failed, Limits
from pipeline.core.limited import pool as limited
from pipeline.reading import FileRead, read_all
from pipeline.reading.workers import pool
from tests.support.books import Book
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

HEADINGS = ("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "金额")
CORPUS = ROOT.parent / "shared" / "corpus"
SERVE_WITH_TRAPS = f"""{limited.LEAN}
import os, sys, time
from pipeline.reading.workers import child
read = child.read_file
def read_file(name, *given, **more):
    if name.startswith("abort"):
        os.abort()
    if name.startswith("hang"):
        time.sleep(600)
    if name.startswith("panic"):
        raise BaseException("as calamine does")
    if name.startswith("flood"):
        return [bytes(1 << 20) for _ in range(8192)]
    if name.startswith("print"):
        print("noise")
        os.write(1, b"noise")
    if name.startswith("modules"):
        heavy = ("numpy", "pandas", "pandera", "sqlalchemy", "xlsxwriter")
        assert not any(sys.modules.get(each) for each in heavy)
    return read(name, *given, **more)
child.read_file = read_file
from pipeline.core.limited.child import main
main({{memory}})
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    row = ("202405-001", date(2024, 5, 3), "甲公司", "水泵", 10, 100, 1000)
    return Book(tmp_path / "a.xlsx").row(*HEADINGS).row(*row).save()


@pytest.fixture
def trapped(monkeypatch: pytest.MonkeyPatch, book: Path) -> Callable[..., list[FileRead]]:
    """Read the same book under several names, some of which are traps."""
    monkeypatch.setattr(limited, "LEAN", "")
    monkeypatch.setattr(limited, "SERVE", SERVE_WITH_TRAPS)

    def read(*names: str, workers: int = 2) -> list[FileRead]:
        return list(read_all([(name, book) for name in names], workers))

    return read


def test_results_come_in_order_and_are_told_of(book: Path) -> None:
    names, done = [f"{n}.xlsx" for n in range(7)], list[str]()
    read = list(read_all([(name, book) for name in names], 2, on_done=done.append))
    assert [each.name for each in read] == names == done
    assert [each.sheets[0].table.num_rows for each in read] == [1] * 7


def test_nothing_to_read_starts_nothing() -> None:
    assert list(read_all([], 4)) == []


def test_result_is_the_same_through_the_process(book: Path, tmp_path: Path) -> None:
    from pipeline.reading.workers.child import read_file

    here = read_file("a.xlsx", book, tmp_path)
    (there,) = read_all([("a.xlsx", book)], 1)
    assert there.sheets[0].table.equals(here.sheets[0].table)
    assert there.sheets[0].columns == here.sheets[0].columns
    assert there.findings == tuple(here.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trap", "rule", "why", "workers"),
    [
        ("abort", "FILE-017", "exit -6", 1),
        ("abort", "FILE-017", "exit -6", 2),
        ("panic", "FILE-017", "BaseException: as calamine does", 1),
        ("flood", "FILE-016", "memory", 1),
    ],
)
def test_crash_costs_one_file(
    trapped: Callable[..., list[FileRead]], trap: str, rule: str, why: str, workers: int
) -> None:
    read = trapped("1.xlsx", f"{trap}.xlsx", "2.xlsx", f"{trap}2.xlsx", "3.xlsx", workers=workers)
    assert [each.refused for each in read] == [None, rule, None, rule, None]
    assert dict(read[1].findings[0].params) == {"why": why}


@pytest.mark.slow
def test_hanging_file_is_ended_at_the_limit(
    trapped: Callable[..., list[FileRead]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LIMITS", Limits(seconds=3.0))
    assert [each.refused for each in trapped("hang.xlsx", "1.xlsx", workers=1)] == ["FILE-017", None]


def test_what_a_library_prints_does_not_reach_the_answers(trapped: Callable[..., list[FileRead]]) -> None:
    assert [each.refused for each in trapped("print.xlsx", "1.xlsx", workers=1)] == [None, None]


def test_child_loads_none_of_the_heavy_libraries(trapped: Callable[..., list[FileRead]]) -> None:
    assert [each.refused for each in trapped("1.xlsx", "modules.xlsx", workers=1)] == [None, None]


def test_child_killed_from_outside_is_replaced(book: Path) -> None:
    reading = read_all([(f"{n}.xlsx", book) for n in range(6)], 1)
    assert next(reading).refused is None
    here = [int(pid) for pid in _children(os.getpid())]
    for pid in here:
        os.kill(pid, 9)
    refused = [each.refused for each in reading]
    assert refused.count("FILE-017") <= 1
    assert refused[-1] is None


def test_no_process_and_no_file_is_left(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    reading = read_all([(f"{n}.xlsx", book) for n in range(8)], 2)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert not list(scratch.iterdir())
    assert not _children(os.getpid())


def test_file_that_our_own_disk_does_not_give_is_to_be_tried_again(tmp_path: Path) -> None:
    (read,) = read_all([("a.xlsx", tmp_path / "gone.xlsx")], 1)
    assert read.refused == "FILE-033"


def test_what_a_file_says_wrongly_of_itself_is_its_own_fault() -> None:
    assert pool.refused("a.xlsx", Failed("disk", "Invalid argument", 22)).refused == "FILE-002"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus beside the project")
def test_every_file_of_the_corpus_is_read_or_refused() -> None:
    paths = [(path.name, path) for path in sorted(CORPUS.iterdir())]
    for (name, _), read in zip(paths, read_all(paths, 2), strict=True):
        assert read.name == name
        assert bool(read.refused) != bool(read.sheets), name
        assert not read.refused or read.findings[0].rule == read.refused, name
        died = dict(read.findings[0].params).get("why", "") if read.refused == "FILE-017" else ""
        # a panic is calamine's own; any other exception would be a mistake of ours
        assert not died or died.startswith(("PanicException", "exit -6")), (name, died)


def _children(parent: int) -> list[str]:
    """Reading children of a process, whichever of its threads started them."""
    started = [pid for path in Path(f"/proc/{parent}/task").glob("*/children") for pid in path.read_text().split()]
    lines = [(pid, Path(f"/proc/{pid}/cmdline")) for pid in started]
    return [pid for pid, line in lines if line.exists() and b"pipeline.core.limited.child" in line.read_bytes()]
