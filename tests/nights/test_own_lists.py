"""A company's own list that looks like a paper of ours: it is asked about, and read once somebody said whose it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from schemas.language.words import translate
from schemas.policy.questions import answer_word
from tests.support import nights
from tests.support.night_world import HAICHUAN, QINGMU, TONGYI

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

OURS = "FILE-037"
TITLE = translate("title.unapplied", "zh")
HEADS = "收款编号 收款日期 付款方 经手人 客户名称 收款金额 已核销 未核销余额".split()
FIRST = [("S-1", HAICHUAN, 500), ("S-2", QINGMU, 70)]


class Desk:
    """A workspace whose nights follow each other."""

    def __init__(self, root: Path) -> None:
        self.workspace: Workspace = nights.workspace(root)
        self.at = 1

    def night(self, *rows: tuple[str, str, int]) -> tuple[int, int, list[Any]]:
        """The next night, with the list of the company where there are rows.

        Gives what counts as received, how often the file is told of, and the states of what is asked about it.
        """
        if rows:
            self.put(rows)
        self.at += 1
        folder = nights.run(self.workspace, datetime(2026, 6, self.at, 2)).folder
        told = sum(row["rule"] == OURS for row in nights.findings(folder))
        return int(nights.manifest(folder)["control"]["receipts_fen"]), told, [row["state"] for row in asked(folder)]

    def put(self, rows: tuple[tuple[str, str, int], ...]) -> None:
        book = openpyxl.Workbook()
        sheet: Any = book.active
        sheet.append([TITLE])
        sheet.append(HEADS)
        for number, payer, yuan in rows:
            sheet.append([number, date(2026, 5, 20), payer, "周会计", payer, yuan, 0, yuan])
        book.save(self.workspace.inbox / "到款.xlsx")

    def answer(self, key: str) -> None:
        [question] = asked(self.workspace.latest)
        tab, heading = translate("tab.questions", "zh"), translate("head.answer", "zh")
        word = answer_word(key, "zh") if key else ""
        nights.type_into(nights.paper(self.workspace.latest, "findings"), tab, question["finding_id"], heading, word)


def asked(folder: Path) -> list[dict[str, Any]]:
    return [row for row in nights.rows(folder, "findings", "questions") if str(row["rule_title"]).startswith(OURS)]


def test_it_counts_once_it_is_said_whose_it_is_and_no_more_once_that_is_taken_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.night(*FIRST) == (0, 1, ["待答"])
    assert desk.night() == (0, 1, ["待答"])
    desk.answer("own_list")
    assert desk.night() == (57_000, 0, ["已答"])
    assert desk.night() == (57_000, 0, ["已答"])
    desk.answer("ours")
    assert desk.night() == (0, 0, ["已答"])
    desk.answer("own_list")
    assert desk.night() == (57_000, 0, ["已答"])
    desk.answer("")
    assert desk.night() == (0, 1, ["待答"])


def test_the_next_version_of_it_is_read_as_was_answered(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.night(*FIRST)
    desk.answer("own_list")
    desk.night()
    assert desk.night(("S-1", HAICHUAN, 600), FIRST[1], ("S-3", TONGYI, 1)) == (67_100, 0, ["已答"])
    nights.cli("undo", "到款.xlsx", "--workspace", desk.workspace.root)
    assert desk.night() == (57_000, 0, ["已答"])


def test_a_version_that_comes_with_the_answer_is_read_the_same_night(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.night(*FIRST)
    desk.answer("own_list")
    received, told, states = desk.night(("S-1", HAICHUAN, 600), FIRST[1])
    assert (received, told, states) == (67_000, 0, ["已答"])
