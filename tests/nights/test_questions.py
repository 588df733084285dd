"""What cannot be decided is asked in the list of exceptions; the answer typed beside it counts until it is cleared."""

from __future__ import annotations

import warnings
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from schemas.language.words import translate
from schemas.policy.questions import answer_word
from tests.support import nights
from tests.support.night_world import HAICHUAN, ORDERS, QINGMU, Table, order, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

MORNINGS = [datetime(2026, 6, day, 2) for day in range(2, 8)]
SAME, TWO = "202605-003", "202604-002"  # orders that an opening item shares its number with


def opening(lang: str, *rows: tuple[str, int]) -> Table:
    heads = {f: translate(f"opening.{f}", lang) for f in ("customer_name", "order_no", "due_on", "open_fen")}
    made = [("杭州云栖科技有限公司", number, date(2026, 6, 30), yuan) for number, yuan in rows]
    return Table([*heads.values()], [dict(zip(heads.values(), row, strict=True)) for row in made])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = nights.after_first_night(tmp_path)
    nights.save(made.inbox / "期初.xlsx", {"期初": opening("zh", (SAME, 1_111), (TWO, 2_222))})
    return made


def asked(folder: Path) -> list[dict[str, Any]]:
    return nights.rows(folder, "findings", "questions")


def answer(workspace: Workspace, key: str, value: str, heading: str = "head.answer") -> None:
    path = nights.paper(workspace.latest, "findings")
    nights.type_into(path, translate("tab.questions", "zh"), key, translate(heading, "zh"), value)


def test_one_question_a_sheet_counts_as_one_debt_until_it_is_answered(workspace: Workspace) -> None:
    folder = nights.run(workspace, MORNINGS[1]).folder
    (question,) = asked(folder)
    assert question["state"] == translate("question.open", "zh")
    assert question["proposed"] == answer_word("one_debt", "zh")
    numbers = {str(row["order_no"]): row["billed_fen"] for row in nights.rows(folder, "receivables", "open")}
    assert (numbers[SAME], numbers[TWO]) == (1_111, 2_222)
    assert [row["rule"] for row in nights.findings(folder) if row["finding_id"] == question["finding_id"]] == [
        "RCV-015"
    ]

    answer(workspace, question["finding_id"], answer_word("two_debts", "en"))
    folder = nights.run(workspace, MORNINGS[2]).folder
    (answered,) = asked(folder)
    assert (answered["state"], answered["staff_answer"]) == (
        translate("question.answered", "zh"),
        answer_word("two_debts", "en"),
    )
    assert not [row for row in nights.findings(folder) if row["rule"] == "RCV-015"]
    billed = [row["billed_fen"] for row in nights.rows(folder, "receivables", "open")]
    assert {1_111, 2_222} <= {*billed}
    assert len(billed) > len(numbers)

    answer(workspace, question["finding_id"], "")
    folder = nights.run(workspace, MORNINGS[3]).folder
    assert [row["state"] for row in asked(folder)] == [translate("question.open", "zh")]
    again = {str(row["order_no"]): row["billed_fen"] for row in nights.rows(folder, "receivables", "open")}
    assert again == numbers


def test_what_is_no_answer_is_told_at_its_cell_and_stays(workspace: Workspace) -> None:
    (question,) = asked(nights.run(workspace, MORNINGS[1]).folder)
    answer(workspace, question["finding_id"], "不清楚")
    folder = nights.run(workspace, MORNINGS[2]).folder
    (told,) = [row for row in nights.findings(folder) if row["rule"] == "CELL-031" and row["raw"] == "不清楚"]
    assert told["heading"] == translate("head.answer", "zh")
    (still,) = asked(folder)
    assert (still["state"], still["staff_answer"]) == (translate("question.open", "zh"), "不清楚")


def test_a_question_nobody_asks_any_more_takes_its_answer_with_it(workspace: Workspace) -> None:
    (question,) = asked(nights.run(workspace, MORNINGS[1]).folder)
    answer(workspace, question["finding_id"], answer_word("one_debt", "zh"))
    assert [row["state"] for row in asked(nights.run(workspace, MORNINGS[2]).folder)] == ["已答"]
    nights.cli("undo", "期初.xlsx", "--workspace", workspace.root)
    folder = nights.run(workspace, MORNINGS[3]).folder
    assert asked(folder) == []
    assert nights.rows(folder, "findings", "orphans") == []


def test_the_answers_to_pick_from_stand_in_the_cell(workspace: Workspace) -> None:
    folder = nights.run(workspace, MORNINGS[1]).folder
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of data bars
        sheet = openpyxl.load_workbook(nights.paper(folder, "findings"))[translate("tab.questions", "zh")]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == [f'"{answer_word("one_debt", "zh")},{answer_word("two_debts", "zh")}"']


def test_how_far_a_number_is_unique_is_asked_once_and_the_answer_lets_both_orders_in(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    table = world()[ORDERS]["销售订单"]
    day = date(2026, 5, 22)
    shared = [order("A-7", customer, count, day=day) for customer, count in ((HAICHUAN, 2), (QINGMU, 3))]
    nights.save(workspace.inbox / "订单.xlsx", {"销售订单": Table(table.headings, shared)})
    folder = nights.run(workspace, MORNINGS[0]).folder
    (question,) = asked(folder)
    assert nights.manifest(folder)["rows"]["held"] == 2

    answer(workspace, question["finding_id"], answer_word("customer", "zh"))
    folder = nights.run(workspace, MORNINGS[1]).folder
    assert [row["state"] for row in asked(folder)] == [translate("question.answered", "zh")]
    assert [row["rule"] for row in nights.findings(folder) if row["rule"] in ("ORD-033", "ORD-058")] == []
    both = nights.rows(folder, "tracking", "orders")
    assert sorted(row["amount_fen"] for row in both) == [200, 300]

    answer(workspace, question["finding_id"], "")
    folder = nights.run(workspace, MORNINGS[2]).folder
    assert [row["state"] for row in asked(folder)] == [translate("question.open", "zh")]
    assert {row["rule"] for row in nights.findings(folder)} >= {"ORD-033", "ORD-058"}


def test_a_row_that_waits_for_a_deleted_one_counts_the_same_night_and_waits_again_once_that_is_taken_back(
    tmp_path: Path,
) -> None:
    heads = [translate(f"receipts.{f}", "zh") for f in ("receipt_no", "received_on", "payer", "amount_fen", "method")]
    first, second = (
        ("R1", date(2026, 5, 3), HAICHUAN, 500, "银行转账"),
        ("R2", date(2026, 5, 4), HAICHUAN, 600, "银行转账"),
    )
    other, more = ("R9", date(2026, 5, 6), QINGMU, 90, "银行转账"), ("R8", date(2026, 5, 7), QINGMU, 80, "银行转账")
    workspace = nights.workspace(tmp_path)

    def night(at: int, **books: list[tuple[Any, ...]]) -> Path:
        for name, rows in books.items():
            table = Table(heads, [dict(zip(heads, row, strict=True)) for row in rows])
            nights.save(workspace.inbox / f"{name}.xlsx", {"收款": table})
        return nights.run(workspace, MORNINGS[at]).folder

    def received(folder: Path) -> int:
        return int(nights.manifest(folder)["control"]["receipts_fen"])

    night(0, 一部=[first, second], 二部=[other, more])
    folder = night(1, 一部=[("R9", *first[1:]), second])  # a mistyped number, that of another's row
    assert received(folder) == 60_000 + 9_000 + 8_000
    folder = night(2, 二部=[more])
    (question,) = asked(folder)
    assert received(folder) == 60_000 + 9_000 + 8_000

    answer(workspace, question["finding_id"], answer_word("deleted", "zh"))
    folder = night(3)
    assert received(folder) == 60_000 + 50_000 + 8_000
    assert [row["rule"] for row in nights.findings(folder) if row["rule"] == "X-010"] == []
    answer(workspace, question["finding_id"], "")
    folder = night(4)
    assert received(folder) == 60_000 + 9_000 + 8_000
    assert [row["rule"] for row in nights.findings(folder) if row["rule"] == "X-010"] != []
    answer(workspace, question["finding_id"], answer_word("deleted", "zh"))
    assert received(night(5)) == 60_000 + 50_000 + 8_000


def test_a_company_where_nobody_signs_has_due_days_once_it_said_so(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    books = world()
    day = date(2026, 4, 1)
    table = Table(books[ORDERS]["销售订单"].headings, [order("A-7", HAICHUAN, 2, day=day)])
    left = {"订单编号": "A-7", "发货时间": day, "发货数量": 2, "承运商": "顺丰", "物流单号": "SF1000000000017"}
    nights.save(workspace.inbox / "订单.xlsx", {"销售订单": table})
    nights.save(workspace.inbox / "发货.xlsx", {"发货": Table([*left], [left])})
    folder = nights.run(workspace, MORNINGS[0]).folder
    (question,) = asked(folder)
    (item,) = nights.rows(folder, "receivables", "open")
    assert not item["due_on"]

    answer(workspace, question["finding_id"], "无")
    folder = nights.run(workspace, MORNINGS[1]).folder
    assert [row["state"] for row in asked(folder)] == [translate("question.answered", "zh")]
    (item,) = nights.rows(folder, "receivables", "open")
    assert item["due_on"]

    answer(workspace, question["finding_id"], "")
    folder = nights.run(workspace, MORNINGS[2]).folder
    (item,) = nights.rows(folder, "receivables", "open")
    assert not item["due_on"]


def lacking(folder: Path) -> list[dict[str, Any]]:
    return [row for row in nights.findings(folder) if row["rule"] == "FILE-021"]


def test_columns_that_a_book_never_has_are_asked_for_once_and_no_more_until_the_answer_is_taken_back(
    tmp_path: Path,
) -> None:
    workspace = nights.workspace(tmp_path)
    heads = ["订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "金额"]

    def night(at: int, name: str, first: int, *more: str, without: str = "") -> Path:
        kept = [head for head in (*heads, *more) if head != without]
        rows = [(f"A-{n}", date(2026, 5, 22), HAICHUAN, "泵", 1, n, n, *more) for n in range(first, first + 3)]
        table = Table(kept, [{k: v for k, v in zip((*heads, *more), row, strict=True) if k in kept} for row in rows])
        nights.save(workspace.inbox / name, {"订单": table})
        return nights.run(workspace, MORNINGS[at]).folder

    folder = night(0, "订单5月.xlsx", 1)
    (question,) = asked(folder)
    (told,) = lacking(folder)
    assert told["finding_id"] == question["finding_id"]
    assert translate("orders.contact", "zh") in told["problem"]
    assert translate("orders.phone", "zh") in told["problem"]
    answer(workspace, question["finding_id"], answer_word("not_kept", "zh"))

    later = (("订单5月.xlsx", ()), ("别人的.xlsx", ()), ("订单6月.xlsx", ("备注",)))
    for at, (name, more) in enumerate(later, start=1):
        folder = night(at, name, 10 * at, *more)  # its next version, another book of that shape, a wider one
        assert lacking(folder) == []
        assert [row["state"] for row in asked(folder) if row["finding_id"] == question["finding_id"]] == ["已答"]

    folder = night(4, "订单7月.xlsx", 50, without="单价")  # beyond what was answered
    (told,) = lacking(folder)
    assert told["problem"].count("、") == 0
    assert translate("orders.unit_price", "zh") in told["problem"]
    answer(workspace, question["finding_id"], "")
    assert len(lacking(nights.run(workspace, MORNINGS[5]).folder)) > 1
