"""A block that may have been pasted twice is asked about; what is answered counts whatever becomes of its workbook."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemas.language.words import translate
from schemas.policy.questions import answer_word
from tests.support import nights
from tests.support.night_world import HAICHUAN, ORDERS, QINGMU, TONGYI, Table, order, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

ASKED, DOUBLE = "X-039", "ORD-034"
RECEIVED = "收款日期 付款方 收款金额 收款方式".split()
BLOCK = [(date(2026, 5, 3), HAICHUAN, 500, "银行转账"), (date(2026, 5, 4), QINGMU, 60, "银行转账")]
OTHERS = [(date(2026, 5, 6), TONGYI, 7, "银行转账"), (date(2026, 5, 8), TONGYI, 9, "现金")]
ONCE, TWICE = 57_600, 113_600  # fen, with the others


class Desk:
    """A workspace whose nights follow each other."""

    def __init__(self, root: Path) -> None:
        self.workspace: Workspace = nights.workspace(root)
        self.at = 1

    def night(self, *rows: tuple[Any, ...], name: str = "收款") -> Path:
        """The next night, with a workbook of receipts where there are rows."""
        if rows:
            table = Table(RECEIVED, [dict(zip(RECEIVED, row, strict=True)) for row in rows])
            nights.save(self.workspace.inbox / f"{name}.xlsx", {"收款": table})
        self.at += 1
        return nights.run(self.workspace, datetime(2026, 6, self.at, 2)).folder

    def answer(self, key: str) -> None:
        """Answer the only question; a blank takes the answer back."""
        folder = self.workspace.latest
        [question] = questions(folder)
        word = answer_word(key, "zh") if key else ""
        tab, heading = translate("tab.questions", "zh"), translate("head.answer", "zh")
        nights.type_into(nights.paper(folder, "findings"), tab, question["finding_id"], heading, word)


def questions(folder: Path) -> list[dict[str, Any]]:
    rows = nights.rows(folder, "findings", "questions")
    return [row for row in rows if str(row["rule_title"]).startswith(ASKED)]


def received(folder: Path) -> int:
    return int(nights.manifest(folder)["control"]["receipts_fen"])


def told(folder: Path, rule: str = ASKED) -> int:
    return sum(row["rule"] == rule for row in nights.findings(folder))


def state(folder: Path) -> tuple[int, int, list[Any]]:
    """What counts as received, how often it is told, and the states of what is asked."""
    return received(folder), told(folder), [row["state"] for row in questions(folder)]


def test_both_blocks_count_until_it_is_answered_and_again_once_the_answer_is_taken_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    folder = desk.night(*BLOCK, *BLOCK, *OTHERS)
    assert state(folder) == (TWICE, 1, ["待答"])
    [question] = questions(folder)
    assert (question["proposed"], "560.00" in question["problem"]) == (answer_word("pasted_again", "zh"), True)
    desk.answer("pasted_again")
    assert state(desk.night()) == (ONCE, 0, ["已答"])
    desk.answer("several")
    assert state(desk.night()) == (TWICE, 0, ["已答"])
    desk.answer("pasted_again")
    assert state(desk.night()) == (ONCE, 0, ["已答"])
    desk.answer("")
    assert state(desk.night()) == (TWICE, 1, ["待答"])


def test_an_answer_outlives_the_next_versions_of_its_workbook(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.night(*BLOCK, *BLOCK, *OTHERS)
    desk.answer("pasted_again")
    more = (date(2026, 5, 30), TONGYI, 1, "现金")
    assert state(desk.night(*OTHERS, *BLOCK, more, *BLOCK)) == (ONCE + 100, 0, ["已答"])
    assert state(desk.night(*BLOCK, OTHERS[0], *BLOCK, (date(2026, 5, 8), TONGYI, 10, "现金"), more)) == (
        ONCE + 200,
        0,
        ["已答"],
    )
    folder = desk.night(*BLOCK, *OTHERS, more)  # the surplus is deleted: it is not asked where it went
    assert state(folder) == (ONCE + 100, 0, [])
    assert told(folder, "X-035") == 0
    assert state(desk.night(*BLOCK, *BLOCK, *OTHERS, more)) == (ONCE + 100, 0, ["已答"])


def test_an_answer_goes_with_its_workbook_and_comes_back_with_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.night(*OTHERS)
    desk.night(*BLOCK, *BLOCK, *OTHERS)
    desk.answer("pasted_again")
    assert received(desk.night()) == ONCE
    nights.cli("undo", "收款.xlsx", "--workspace", desk.workspace.root)
    assert state(desk.night()) == (1_600, 0, [])
    nights.cli("redo", "收款.xlsx", "--workspace", desk.workspace.root)
    assert state(desk.night()) == (ONCE, 0, ["已答"])


def test_orders_pasted_twice_are_one_question_and_no_second_suspicion(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    table = world()[ORDERS]["销售订单"]
    rows = [order(None, customer, 2, day=date(2026, 5, 22)) for customer in (HAICHUAN, QINGMU)]
    nights.save(desk.workspace.inbox / "订单.xlsx", {"销售订单": Table(table.headings, [*rows, *rows])})
    folder = desk.night()
    assert (told(folder), told(folder, DOUBLE)) == (1, 0)
    assert len(nights.rows(folder, "tracking", "orders")) == 4
    desk.answer("several")
    folder = desk.night()
    assert (told(folder), told(folder, DOUBLE), len(nights.rows(folder, "tracking", "orders"))) == (0, 0, 4)
    desk.answer("pasted_again")
    folder = desk.night()
    assert (told(folder), told(folder, DOUBLE), len(nights.rows(folder, "tracking", "orders"))) == (0, 0, 2)


def test_two_numbered_orders_alike_are_still_suspected(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    table = world()[ORDERS]["销售订单"]
    rows = [order(number, HAICHUAN, 2, day=date(2026, 5, 22)) for number in ("A-7", "A-8")]
    nights.save(desk.workspace.inbox / "订单.xlsx", {"销售订单": Table(table.headings, rows)})
    folder = desk.night()
    assert (told(folder), told(folder, DOUBLE)) == (0, 1)
