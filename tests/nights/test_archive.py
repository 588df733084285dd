"""An archived file that rotted and came again: the night says so, and for some weeks the doctor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.cli import doctor
from tests.support import nights
from tests.support.books import Book
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

NAME = "客户档案.xlsx"


def drop(desk: Workspace) -> None:
    Book(desk.inbox / NAME, "客户档案").rows(("客户编码", "客户名称", "付款条件"), ("C1", "甲公司", "货到30天")).save()


def archive_line(desk: Workspace, now: datetime) -> tuple[str, str]:
    lines = doctor.examine(desk.root, "", lambda _: now, spoken="zh", thorough=True)
    [line] = [line for line in lines if line.check == "archive"]
    return line.mark, line.what


def test_a_file_that_was_healed_is_told_of_once_and_by_the_doctor_for_weeks(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    drop(desk)
    as_it_came = (desk.inbox / NAME).read_bytes()
    quiet(desk, TUESDAY)
    [kept] = desk.archive.glob("??/*")
    kept.write_bytes(b"?")
    assert archive_line(desk, TUESDAY)[0] == "bad"

    (desk.inbox / NAME).write_bytes(as_it_came)
    healed = quiet(desk, WEDNESDAY)
    assert kept.read_bytes() == as_it_came
    assert [(rule, file) for rule, file, *_ in rules(healed, "FILE-036")] == [("FILE-036", NAME)]
    assert rules(quiet(desk, WEDNESDAY), "FILE-036") == rules(healed, "FILE-036")  # the same night again
    mark, what = archive_line(desk, WEDNESDAY)
    assert (mark, NAME in what) == ("advice", True)

    assert rules(quiet(desk, THURSDAY), "FILE-036") == []
    assert archive_line(desk, THURSDAY)[0] == "advice"
    quiet(desk, WEDNESDAY + timedelta(days=31))
    assert archive_line(desk, WEDNESDAY + timedelta(days=31))[0] == "good"
