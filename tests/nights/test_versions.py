"""A workbook dropped again is its next version: every row of the table that rules it, and any edit of the demo's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from shutil import copy
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pipeline.feedback import versions
from pipeline.ledger import (
    Night,
    StaffEntry,
    all_nights,
    files_to_reread,
    health,
    list_received,
    load_facts,
    note_entries,
    note_open,
    open_ledger,
    promised_days,
    put_back,
    take_back,
)
from pipeline.reading.files.grid import Grid
from pipeline.receivables.instalments import item_number
from schemas.derived.finding import Finding, Place
from schemas.policy import questions
from schemas.policy.policy import shipped
from tests.support.edited_books import (
    EditedBook,
    answer_versions,
    edited,
    excerpts,
    first_version,
    fresh,
    post,
    standing,
)
from tests.support.nights import TUESDAY, WEDNESDAY
from tests.support.shares import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.ledger import Ledger
    from schemas.policy.policy import Policy

pytestmark = pytest.mark.slow

RECEIPTS, ORDERS = "财务/收款登记.xlsx", "销售/订单.xlsx"
EDITS, PARTS, EACH = 5_000, 10, 25  # edits in all; a run of a commit takes its share of them


def book(name: str, *rows: Mapping[str, Any], tab: str = "表") -> EditedBook:
    """A workbook of one sheet, with a heading row."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    cells: list[list[Any]] = [heads, *([row.get(head, "") for head in heads] for row in rows)]
    return EditedBook(name, [Grid(tab, [*range(1, len(cells) + 1)], cells)])


def receipt(day: str, amount: float, payer: str = "甲公司", orders: str = "", **more: Any) -> dict[str, Any]:
    said = {"收款日期": datetime.fromisoformat(day), "付款方": payer, "收款金额": float(amount), "收款方式": "电汇"}
    return {**said, "订单编号": orders, **more}


def order(number: str, model: str = "X10", qty: float = 10.0, **more: Any) -> dict[str, Any]:
    said = {"订单编号": number, "下单日期": datetime(2026, 5, 4), "客户名称": "甲公司", "产品名称": "控制器"}
    sums = {"型号": model, "数量": qty, "单位": "台", "单价": 100.0, "金额": qty * 100}
    return {**said, **sums, "期望交期": datetime(2026, 7, 1), **more}


def complaint(number: str, at: str) -> dict[str, Any]:
    moment = datetime.fromisoformat(at)
    said = {"投诉编号": number, "投诉时间": moment, "投诉人": "张伟", "联系方式": "13812345678"}
    return said | {"投诉内容": "三台通电后没有显示"}


class Desk:
    """A ledger over several nights, one workbook after another."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.nights = ledger, 0

    def drop(self, *books: EditedBook) -> Desk:
        """One night with these workbooks."""
        moment = TUESDAY + timedelta(self.nights)
        self.nights += 1
        for n, each in enumerate(books):
            post(self.ledger, each, moment, f"{self.nights}.{n}")
        assert self.broken() == {}
        return self

    def broken(self) -> dict[str, int]:
        """The laws of the ledger that do not hold."""
        return health.broken_laws(self.ledger)

    def rows(self, kind: str, *names: str) -> list[tuple[Any, ...]]:
        """These columns of all rows of a kind that count and do not wait."""
        frame = load_facts(self.ledger)[0][kind]
        frame = frame[~frame["src_held"].fillna(value=False).astype(bool)]
        said = frame[list(names)].fillna("").astype("str")
        return sorted(tuple(row) for row in said.itertuples(index=False))

    def asked(self) -> list[str]:
        return [finding.rule for finding in versions.version_findings(self.ledger)]

    def answer(self, key: str, *, again: bool = False) -> Desk:
        """Answer every question so that has such an answer, or nothing."""
        found = versions.version_findings(self.ledger)
        answers = {each.id: key for each in found if key in questions.load()[each.rule].answers}
        for _ in range(1 + again):
            versions.apply_answers(self.ledger, self.night, answers)
        assert self.broken() == {}
        return self

    def since(self) -> tuple[int, ...]:
        """Rows of the last file that are new, changed and unchanged since it came before."""
        (received,) = list_received(self.ledger, self.night.id)
        return tuple(sum(sheet[name] for sheet in received.sheets) for name in ("new", "changed", "unchanged"))

    @property
    def night(self) -> Night:
        return all_nights(self.ledger)[-1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield Desk(ledger)


def register(*changed: tuple[int, Mapping[str, Any]]) -> EditedBook:
    """A register of forty receipts without numbers, some cells of which are changed."""
    rows = [receipt(f"2026-05-{1 + n % 28:02d}", 1000 + 10 * n, payer=f"{n % 7}公司") for n in range(40)]
    for n, cells in changed:
        rows[n] |= cells
    return book(RECEIPTS, *rows)


def test_an_order_number_filled_into_one_of_forty_receipts(desk: Desk) -> None:
    desk.drop(register()).drop(register((7, {"订单编号": "202605-001"})))
    assert len(desk.rows("receipts", "payer")) == 40
    assert [row for row in desk.rows("receipts", "amount_fen", "order_nos") if row[1]] == [("107000", "202605-001")]
    assert desk.asked() == []


def test_a_sum_corrected_in_one_of_forty_receipts(desk: Desk) -> None:
    desk.drop(register((7, {"收款金额": 10_000.0}))).drop(register())
    assert len(desk.rows("receipts", "payer")) == 40
    assert ("1000000",) not in desk.rows("receipts", "amount_fen")
    assert desk.asked() == []


FILLED = ({"订单编号": "202605-001"}, {"订单编号": "202605-001", "备注": "尾款"})
CHANGED = ({"收款金额": 9999.0}, {"收款日期": "2026-04-30"}, {"付款方": "八公司"})


@pytest.mark.parametrize("changed", CHANGED, ids=str)
@pytest.mark.parametrize("filled", FILLED, ids=str)
@pytest.mark.parametrize("others", [0, 2, 39])
def test_blanks_filled_and_a_cell_mended_in_one_row_make_no_second(
    desk: Desk, filled: dict[str, Any], changed: dict[str, Any], others: int
) -> None:
    rows = [receipt(f"2026-05-{1 + n % 28:02d}", 1000 + 10 * n, payer=f"{n % 7}公司") for n in range(1 + others)]
    rows[0] |= {"备注": ""}
    desk.drop(book(RECEIPTS, *rows)).drop(book(RECEIPTS, rows[0] | filled | changed, *rows[1:]))
    assert len(desk.rows("receipts", "payer")) == len(rows)


THREE = ["202605-001", "202605-002", "202605-012"]


def shipment(number: str, order_no: str, waybill: str, day: str = "2026-05-06") -> dict[str, Any]:
    said = {"发货单号": number, "订单编号": order_no, "产品名称": "控制器", "数量": 10.0, "单位": "台"}
    return {**said, "发货时间": datetime.fromisoformat(day), "物流公司": "德邦", "物流单号": waybill}


@pytest.mark.parametrize(
    ("number", "mended", "rows", "rules"),
    [
        ("", {"订单编号": "202605-012"}, ["202605-001", "202605-012"], []),
        ("", {"订单编号": "202605-012", "物流单号": "9"}, ["202605-001", "202605-012"], ["X-034"]),
        ("", {"订单编号": "202605-012", "物流单号": "9", "数量": 5.0}, THREE, ["X-035"]),
        ("F2", {"发货单号": "F3", "物流单号": "9"}, ["202605-001", "202605-002", "202605-002"], ["X-035"]),
    ],
)  # fmt: skip
def test_the_order_of_a_shipment_mended_with_one_more_cell_is_asked_about(
    desk: Desk, number: str, mended: dict[str, Any], rows: list[str], rules: list[str]
) -> None:
    before = [shipment(number and "F1", "202605-001", "11"), shipment(number, "202605-002", "12")]
    desk.drop(book("发货.xlsx", *before)).drop(book("发货.xlsx", before[0], before[1] | mended))
    assert [row[0] for row in desk.rows("shipments", "order_no")] == rows
    assert desk.asked() == rules


def test_a_file_says_how_many_of_its_rows_are_new_changed_and_unchanged(desk: Desk) -> None:
    more = register((7, {"收款金额": 5000.0}))
    rows = more.grids[0].rows
    rows.append([cell if n else datetime(2026, 6, 1) for n, cell in enumerate(rows[-1])])
    more.grids[0].numbers.append(len(rows))
    desk.drop(register())
    assert desk.since() == (40, 0, 0)
    desk.drop(more)
    assert desk.since() == (1, 1, 39)
    desk.drop(register((7, {"收款金额": 5000.0})))
    assert desk.since() == (0, 0, 40)


def test_a_form_of_one_row_with_another_day_is_asked_about(desk: Desk) -> None:
    desk.drop(book(RECEIPTS, receipt("2026-05-03", 5000))).drop(book(RECEIPTS, receipt("2026-05-04", 5000)))
    assert desk.rows("receipts", "received_on") == [("2026-05-04",)]
    assert desk.asked() == [versions.ROW]
    desk.answer("other_row", again=True)
    assert len(desk.rows("receipts", "received_on")) == 2
    assert desk.asked() == [versions.ROW]
    desk.answer("same_row")
    assert desk.rows("receipts", "received_on") == [("2026-05-04",)]
    desk.answer("other_row").answer("")
    assert desk.rows("receipts", "received_on") == [("2026-05-04",)]


def test_a_form_of_one_order_with_another_number_is_another_order(desk: Desk) -> None:
    desk.drop(book(ORDERS, order("202605-001"))).drop(book(ORDERS, order("202605-002")))
    assert desk.rows("orders", "order_no") == [("202605-001",), ("202605-002",)]
    assert desk.asked() == [versions.WAY]


def test_a_form_that_brings_only_what_is_new_pairs_nothing_ever(desk: Desk) -> None:
    desk.drop(book(RECEIPTS, receipt("2026-05-03", 5000))).drop(book(RECEIPTS, receipt("2026-05-04", 7000)))
    assert desk.asked() == [versions.WAY]
    desk.answer("only_new").drop(book(RECEIPTS, receipt("2026-05-05", 7000)))
    assert len(desk.rows("receipts", "received_on")) == 3
    assert desk.asked() == [versions.WAY]


def declared(way: str, pattern: str = "财务/*") -> Policy:
    return replace(shipped(), ways=((pattern, way),))


@pytest.mark.parametrize(("way", "sums"), [("only_new", ["500000", "6000", "700000"]), ("whole", ["6000", "700000"])])
def test_what_the_managers_settled_goes_before_the_answer_and_is_not_asked(
    desk: Desk, way: str, sums: list[str]
) -> None:
    policy, other = declared(way), "only_new" if way == "whole" else "whole"
    desk.drop(book(RECEIPTS, receipt("2026-05-03", 5000), receipt("2026-05-04", 60)))
    answers = {each.id: other for each in versions.version_findings(desk.ledger)}
    versions.apply_answers(desk.ledger, desk.night, answers, policy)
    desk.drop(book(RECEIPTS, receipt("2026-05-03", 7000), receipt("2026-05-04", 60)))
    assert sorted(row[0] for row in desk.rows("receipts", "amount_fen")) == sums
    assert versions.version_findings(desk.ledger, policy) == []


@pytest.mark.parametrize(
    ("pattern", "is_asked"), [("财务/*", False), ("财务/收款登记.xlsx", False), ("财务/收款", True)]
)
def test_only_the_workbooks_that_a_pattern_names_are_not_asked_about(
    desk: Desk, pattern: str, *, is_asked: bool
) -> None:
    desk.drop(book(RECEIPTS, receipt("2026-05-03", 5000))).drop(book(RECEIPTS, receipt("2026-05-04", 7000)))
    found = versions.version_findings(desk.ledger, declared("only_new", pattern))
    assert [finding.rule for finding in found] == [versions.WAY] * is_asked


def test_june_cut_and_july_typed_below_the_same_heading(desk: Desk) -> None:
    june, july = ([receipt(f"2026-0{m}-{d:02d}", m * 1000 + d, payer=f"{d}公司") for d in range(1, 5)] for m in (6, 7))
    desk.drop(book(RECEIPTS, *june)).drop(book(RECEIPTS, *july))
    assert len(desk.rows("receipts", "payer")) == 8
    assert desk.asked() == [versions.WAY]
    desk.answer("whole")
    assert desk.asked() == [versions.GONE, versions.WAY]


def test_rows_that_vanish_stand_until_somebody_says_they_were_deleted(desk: Desk) -> None:
    rows = [receipt(f"2026-05-0{n}", 1000 * n, payer=f"{n}公司") for n in range(1, 6)]
    desk.drop(book(RECEIPTS, *rows)).drop(book(RECEIPTS, *rows[:3]))
    assert len(desk.rows("receipts", "payer")) == 5
    assert desk.asked() == [versions.GONE]
    desk.answer("deleted", again=True)
    assert len(desk.rows("receipts", "payer")) == 3
    assert desk.asked() == [versions.GONE]
    desk.answer("mistake")
    assert len(desk.rows("receipts", "payer")) == 5
    desk.answer("deleted").drop(book(RECEIPTS, *rows))
    assert len(desk.rows("receipts", "payer")) == 5
    assert desk.asked() == []


def test_rows_cut_into_the_workbook_of_a_month_have_moved(desk: Desk) -> None:
    rows = [receipt(f"2026-05-0{n}", 1000 * n, payer=f"{n}公司") for n in range(1, 6)]
    desk.drop(book(RECEIPTS, *rows)).drop(book(RECEIPTS, *rows[:3]), book("财务/收款 5月.xlsx", *rows[3:]))
    assert len(desk.rows("receipts", "payer")) == 5
    assert desk.asked() == []


RENAMED = ({"订单编号": "202605-010"}, {"型号": "X100"}, {"产品名称": "控制柜"})


@pytest.mark.parametrize("mended", RENAMED, ids=["number", "model", "product"])
def test_what_a_line_was_promised_for_goes_with_it_when_its_name_is_mended(desk: Desk, mended: dict[str, Any]) -> None:
    def promised(day: int, **cells: Any) -> EditedBook:
        line = order("202605-01O") | {"交货日期": datetime(2026, 7, day)} | cells
        return book(ORDERS, line, order("202605-002", "Y1"))

    def days() -> list[tuple[str, int]]:
        said = promised_days(desk.ledger)
        own = said[said["order_no"] != "202605-002"]
        return list(dict.fromkeys(zip(own["order_no"], own["promised_on"].dt.day.tolist(), strict=True)))

    number = mended.get("订单编号", "202605-01O")
    desk.drop(promised(10)).drop(promised(15)).drop(promised(15, **mended))
    assert days() == [(number, 10), (number, 15)]
    desk.drop(promised(20, **mended))
    assert days() == [(number, 10), (number, 15), (number, 20)]
    for night in (4, 3):
        take_back(desk.ledger, orjson_dumps(f"{night}.0"))
    assert days() == [("202605-01O", 10), ("202605-01O", 15)]


@pytest.mark.parametrize("others", [[], [order("202605-002", "Y1")]])
def test_a_model_corrected_in_the_only_line_of_an_order(desk: Desk, others: list[dict[str, Any]]) -> None:
    desk.drop(book(ORDERS, order("202605-001"), *others)).drop(book(ORDERS, order("202605-001", "X100"), *others))
    assert ("202605-001", "X100") in desk.rows("orders", "order_no", "model")
    assert len(desk.rows("orders", "model")) == 1 + len(others)


def test_a_complaint_keeps_the_number_it_was_given(desk: Desk) -> None:
    for number, hour in (("", "09:00"), ("", "10:30"), ("202605-T001", "10:30")):
        desk.drop(book("客服/投诉.xlsx", complaint(number, f"2026-05-12 {hour}")))
        assert desk.rows("complaints", "complaint_no") == [("202605-T001",)]


def test_complaints_of_one_number_keep_their_keys_whatever_comes_between_them(desk: Desk) -> None:
    def said(*texts: str) -> EditedBook:
        rows = [complaint("202605-T001", f"2026-05-12 {9 + '水电外'.index(text[0]):02d}:00") for text in texts]
        return book("客服/投诉.xlsx", *(row | {"投诉内容": text} for row, text in zip(rows, texts, strict=True)))

    def keys() -> dict[str, str]:
        return dict(desk.rows("complaints", "description", "src_key"))

    desk.drop(said("水泵漏水", "电机异响"))
    before = keys()
    assert len({*before.values()}) == 2
    between = said("电机异响", "外壳开裂", "水泵漏水")
    desk.drop(between)
    assert before.items() <= keys().items()
    assert len({*keys().values()}) == 3
    moved = said("外壳开裂了", "水泵漏水", "电机异响")
    own = keys()["外壳开裂"]
    desk.drop(moved)
    assert keys() == before | {"外壳开裂了": own}


def test_what_is_typed_beside_a_record_without_a_number_goes_with_it(desk: Desk) -> None:
    def items(*customers: str) -> EditedBook:
        rows = [
            {"客户名称": name, "发生日期": datetime(2026, 1, 5), "到期日": datetime(2026, 2, 5)} for name in customers
        ]
        return book("财务/期初.xlsx", *(row | {"期初应收": 640.0 + n} for n, row in enumerate(rows)), tab="期初应收")

    def number(name: str) -> str:
        (key,) = [key for customer, key in desk.rows("opening", "customer_name", "src_key") if customer == name]
        return item_number(key)

    desk.drop(items("甲公司", "乙公司", "丙公司"))
    typed = StaffEntry("receivables", "open", f"{number('乙公司')}#1", "staff_stop_reason", "已起诉", "03.xlsx")
    note_entries(desk.ledger, desk.night, [typed])
    desk.drop(items("甲公司", "乙有限公司", "丙公司"))
    [key] = [key for _, _, key, _ in versions.entries_now(desk.ledger)]
    assert key == f"{number('乙有限公司')}#1" != typed.key


def test_a_finding_is_as_old_as_it_was_when_the_number_of_its_record_is_mended(desk: Desk) -> None:
    def found() -> Finding:
        (key,) = [key for model, key in desk.rows("orders", "model", "src_key") if model == "X10"]
        return Finding("ORD-005", "orders", key, "phone", Place(ORDERS))

    def noted() -> dict[str, tuple[str, int]]:
        finding = found()
        names, night = versions.former_names(desk.ledger, [finding]), desk.night
        with desk.ledger.writing() as connection:
            history = note_open(connection, night, {finding.id: ORDERS}, names=names)
        assert history.ended == {}
        return {id_: (each.state, each.first_night) for id_, each in history.by_id.items()}

    desk.drop(book(ORDERS, order("202605-01O"), order("202605-002", "Y1")))
    first = found()
    assert noted() == {first.id: ("new", 1)}
    desk.drop(book(ORDERS, order("202605-010"), order("202605-002", "Y1")))
    for _ in range(2):  # the same night again is the same night
        assert noted() == {found().id: ("open", 1)}
    assert found().id != first.id
    take_back(desk.ledger, orjson_dumps("2.0"))
    assert noted() == {first.id: ("open", 1)}


def test_a_complaint_that_is_another_after_all_counts_beside_the_first(desk: Desk) -> None:
    for hour in ("09:00", "10:30"):
        desk.drop(book("客服/投诉.xlsx", complaint("", f"2026-05-12 {hour}")))
    assert desk.asked() == [versions.ROW]
    for answer, count in (("other_row", 2), ("same_row", 1), ("other_row", 2), ("", 1)):
        assert len(desk.answer(answer, again=True).rows("complaints", "complained_at")) == count


def test_a_key_corrected_to_that_of_another_row_is_a_contradiction(desk: Desk) -> None:
    mine = [receipt("2026-05-03", 5000, 收款编号="R1"), receipt("2026-05-04", 6000, 收款编号="R2")]
    desk.drop(book(RECEIPTS, *mine), book("财务/二部.xlsx", receipt("2026-05-06", 900, 收款编号="R9")))
    desk.drop(book(RECEIPTS, mine[0] | {"收款编号": "R9"}, mine[1]))
    assert desk.rows("receipts", "receipt_no", "amount_fen") == [("R2", "600000"), ("R9", "90000")]


def test_an_older_version_dropped_again_is_the_next_one(desk: Desk) -> None:
    rows = [receipt("2026-05-03", 5000), receipt("2026-05-04", 6000)]
    mended = book(RECEIPTS, rows[0] | {"收款金额": 500.0}, rows[1])
    desk.drop(book(RECEIPTS, *rows)).drop(mended).drop(book(RECEIPTS, *rows))
    assert desk.rows("receipts", "amount_fen") == [("500000",), ("600000",)]


def test_an_equal_row_brings_no_old_value_back(desk: Desk) -> None:
    mine = [receipt("2026-05-03", 5000, 收款编号="R1"), receipt("2026-05-04", 6000, 收款编号="R2")]
    newer = receipt("2026-05-03", 5500, 收款编号="R1")
    desk.drop(book(RECEIPTS, *mine)).drop(book("财务/更正.xlsx", newer))
    desk.drop(book(RECEIPTS, *mine, receipt("2026-05-06", 100, 收款编号="R3")))
    assert ("R1", "550000") in desk.rows("receipts", "receipt_no", "amount_fen")


@pytest.mark.parametrize("mark", [" (1)", " - 副本", "_副本", " copy"])
def test_a_copy_of_a_workbook_is_its_next_version(desk: Desk, mark: str) -> None:
    name = f"财务/收款登记{mark}.xlsx"
    rows = [receipt("2026-05-03", 5000), receipt("2026-05-04", 6000)]
    mended = [rows[0] | {"订单编号": "202605-001"}, rows[1]]
    desk.drop(book(RECEIPTS, *rows)).drop(book(name, *mended))
    assert len(desk.rows("receipts", "payer")) == 2
    desk.drop(book("销售/收款登记.xlsx", *rows))
    assert len(desk.rows("receipts", "payer")) == 3, "in another folder it is another workbook"


def test_undo_of_any_version_leaves_one_living_version_of_each_row(desk: Desk) -> None:
    texts = ("", "202605-001", "202605-002")
    for text in texts:
        desk.drop(book(RECEIPTS, receipt("2026-05-03", 5000, orders=text), receipt("2026-05-04", 6000, orders="")))
    tokens = {text: f"{orjson_dumps(f'{n}.0')}" for n, text in enumerate(texts, 1)}

    def said() -> list[tuple[Any, ...]]:
        assert desk.broken() == {}
        return desk.rows("receipts", "amount_fen", "order_nos")

    def with_(text: str) -> list[tuple[Any, ...]]:
        return [("500000", text), ("600000", "")]

    assert said() == with_(texts[2])
    take_back(desk.ledger, tokens[texts[1]])
    assert said() == with_(texts[2])
    take_back(desk.ledger, tokens[texts[2]])
    assert said() == with_(texts[0])
    put_back(desk.ledger, tokens[texts[1]])
    assert said() == with_(texts[1])


def orjson_dumps(token: str) -> str:
    """The hash under which `post` stores a file."""
    return f'"{token}"'.encode().hex().ljust(64, "0")


# --- any edit -------------------------------------------------------------------------------


@pytest.mark.own_share
@pytest.mark.parametrize("part", share("edits", range(EDITS // EACH), PARTS))
def test_any_edit_dropped_again_is_as_if_the_last_version_was_the_only_one(tmp_path: Path, part: int) -> None:
    whole = excerpts()
    mine = whole[part % len(whole)]
    first_version(tmp_path / "first.db", mine)
    wrong = [
        f"{seed}: {made.said}: {fault}"
        for seed in range(part * EACH, (part + 1) * EACH)
        if (made := edited(mine, seed)).read().sheets and (fault := _fault(tmp_path, made))
    ]
    assert wrong == []


def _fault(folder: Path, second: EditedBook) -> str:
    copy(folder / "first.db", folder / "both.db")
    (folder / "alone.db").unlink(missing_ok=True)
    with fresh(folder / "alone.db", second) as alone, open_ledger(f"sqlite:///{folder / 'both.db'}") as ledger:
        post(ledger, second, WEDNESDAY, "second")
        return _compared(Desk(ledger), _named(standing(alone), ledger))


def _compared(desk: Desk, wanted: Counter[str]) -> str:
    if desk.broken():
        return f"laws {desk.broken()}"
    if (got := standing(desk.ledger)) == wanted:
        return ""
    if not desk.asked():
        return f"silent: {_told(got - wanted)} for {_told(wanted - got)}"
    for key in ("same_row", "other_row"):
        answer_versions(desk.ledger, desk.night, key)
        answered = standing(desk.ledger)
        if answered == wanted or (files_to_reread(desk.ledger) and _let_in(answered, wanted) == wanted):
            return ""
        versions.apply_answers(desk.ledger, desk.night, {})
        if standing(desk.ledger) != got:
            return "an answer was not taken back"
    return f"no answer gives {_told(wanted - got)}"


def _named(wanted: Counter[str], ledger: Ledger) -> Counter[str]:
    """The same with orders named by their code alone, where an earlier version says whose it is: the code decides."""
    known = {}
    for row in standing(ledger) - wanted:
        kind, is_held, said = orjson.loads(row)
        if kind == "orders" and not is_held and said.pop("customer_name", "") and said.get("customer_code"):
            known[orjson.dumps(said, option=orjson.OPT_SORT_KEYS)] = row

    def as_known(row: str) -> str:
        kind, _, said = orjson.loads(row)
        return known.get(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), row) if kind == "orders" else row

    return Counter(as_known(row) for row in wanted.elements())


def _let_in(rows: Counter[str], wanted: Counter[str]) -> Counter[str]:
    """The same with rows let in that wait still because they contradicted one that was answered to be deleted.

    Their workbook is noted for being read once more, which a night does next.
    """
    waiting = {row: row.replace(",true,", ",false,", 1) for row in rows - wanted}
    return Counter(waiting.get(row, row) for row in rows.elements())


def _told(rows: Iterable[str]) -> list[str]:
    return sorted(rows)[:2]
