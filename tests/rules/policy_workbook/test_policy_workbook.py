"""The managers' workbook: what `init` writes is the shipped policy, what managers change is what the night uses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pipeline.core.errors import SettingsError
from pipeline.core.workspace import Workspace, open_workspace
from pipeline.orders.pay_terms.columns import in_words
from pipeline.rules.policy_workbook import HEADS, policy_of, write_policy
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from schemas.policy.policy import shipped
from schemas.policy.timers import Limit
from schemas.policy.units import UnitRatio
from tests.support.order_rows import frame

if TYPE_CHECKING:
    from pathlib import Path


def workspace(root: Path, lang: str = "zh") -> Workspace:
    root.mkdir(parents=True, exist_ok=True)
    (root / "inbox").mkdir(exist_ok=True)
    (root / "nightdesk.toml").write_text(f'language = "{lang}"\n', encoding="utf-8")
    made = open_workspace(root)
    write_policy(made)
    return made


def edit(made: Workspace, name: str, key: str, head: str, value: Any) -> str:
    """Type into the row of a key, or into a new row; gives the place of the cell."""
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate(f"policy.{name}", made.lang)]
    heads = [cell.value for cell in tab[1]]
    keys = [row[0].value for row in tab.iter_rows()]
    if key not in keys:
        tab.append([key])
        keys.append(key)
    cell = tab.cell(keys.index(key) + 1, heads.index(translate(f"policy.h_{head}", made.lang)) + 1)
    cell.value = value
    book.save(made.policy)
    return f"{made.policy.name} › {tab.title} › {cell.coordinate}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_init_writes_is_the_shipped_policy(tmp_path: Path, lang: str) -> None:
    made = workspace(tmp_path, lang)
    assert policy_of(made) == replace(shipped(), days=policy_of(made).days)
    assert openpyxl.load_workbook(made.policy).sheetnames == [translate(f"policy.{name}", lang) for name in HEADS]


def test_no_workbook_and_an_empty_sheet_leave_everything_as_shipped(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    for name in ("ladder", "clocks", "routing", "terms"):
        del book[translate(f"policy.{name}", "zh")]
    book.save(made.policy)
    assert policy_of(made).timers == shipped().timers
    made.policy.unlink()
    assert policy_of(made).rungs == shipped().rungs


@pytest.mark.parametrize(("rule", "may_be_off"), [("ORD-029", True), ("ORD-050", False), ("FILE-002", False)])
def test_what_keeps_the_ledger_sound_stays_on_and_the_workbook_says_so(
    tmp_path: Path, rule: str, *, may_be_off: bool
) -> None:
    made = workspace(tmp_path)
    tab = openpyxl.load_workbook(made.policy)[translate("policy.rules", "zh")]
    heads = [cell.value for cell in tab[1]]
    said = {row[0].value: row[heads.index("可以停用")].value for row in tab.iter_rows(min_row=2)}
    assert said[rule] == ("是" if may_be_off else "否")
    place = edit(made, "rules", rule, "is_on", "否")
    found = policy_of(made)
    assert found.rules[rule].is_live != may_be_off
    assert [(kept, str(at)) for kept, at in found.kept_on] == [(rule, place)] * (not may_be_off)


def test_a_policy_workbook_that_does_not_say_what_may_be_off_is_read_all_the_same(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate("policy.rules", "zh")]
    tab.delete_cols(7)
    book.save(made.policy)
    edit(made, "rules", "ORD-029", "is_on", "否")
    assert not policy_of(made).rules["ORD-029"].is_live


@pytest.mark.parametrize(("typed", "days"), [(10, 10), ("20", 20), (None, 15)])
def test_the_days_of_a_reminder_are_the_managers(tmp_path: Path, typed: Any, days: int) -> None:
    made = workspace(tmp_path)
    edit(made, "ladder", "dun1", "days_from", typed)
    assert {rung.key: rung.days_from for rung in policy_of(made).rungs}["dun1"] == days


def test_owner_and_order_of_a_reminder_are_the_managers(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "ladder", "dun1", "rung_owner", "财务")
    edit(made, "ladder", "dun1", "needs_previous", "是")
    edit(made, "ladder", "lawyer", "rung_owner", "销售负责人")
    found = {rung.key: rung for rung in policy_of(made).rungs}
    assert (found["dun1"].owner, found["dun1"].needs_previous) == ("finance", True)
    assert found["lawyer"].owner == "sales_owner"


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("4 工作小时", Limit(Decimal(4), "BH")),
        ("1.5工作小时", Limit(Decimal("1.5"), "BH")),
        ("24 小时", Limit(Decimal(24), "CH")),
        ("3 Working days", Limit(Decimal(3), "WD")),
        ("7 cd", Limit(Decimal(7), "CD")),
        (None, Limit(Decimal(2), "BH")),
    ],
)
def test_the_limit_of_a_step_is_the_managers(tmp_path: Path, typed: Any, limit: Limit) -> None:
    made = workspace(tmp_path)
    edit(made, "clocks", "accept", "normal", typed)
    assert policy_of(made).timers["accept"].limits["normal"] == limit


def test_the_limit_of_an_order_is_that_of_its_rules_and_stands_in_one_place(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "clocks", "feedback", "normal", "36 小时")
    edit(made, "clocks", "feedback", "clock_owner", "物流部门")
    edit(made, "clocks", "accept", "clock_owner", "质检部门")
    found = policy_of(made)
    assert [str(limit) for limit in found.timers["feedback"].limits.values()] == ["36 CH"] * 3
    assert {(found.rules[rule].limit, found.rules[rule].owner) for rule in ("SHP-003", "SHP-011")} == {
        (36, "logistics")
    }
    assert (found.rules["SHP-002"].limit, found.rules["CMP-024"].owner) == (24, "quality")


def test_the_days_of_a_reminder_are_those_of_its_rules(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "ladder", "dun1", "days_from", 20)
    edit(made, "ladder", "remind", "days_from", -5)
    found = policy_of(made).rules
    assert [found[rule].limit for rule in ("DUN-001", "DUE-003", "REM-001", "REM-002")] == [20, 20, 5, 5]


@pytest.mark.parametrize("name", ["时限", "Complaint limits"])
def test_limits_of_an_earlier_workbook_are_still_read(tmp_path: Path, name: str) -> None:
    made = workspace(tmp_path)
    edit(made, "clocks", "accept", "normal", "4 工作小时")
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate("policy.clocks", "zh")]
    tab.delete_cols(6)
    tab.title = name
    book.save(made.policy)
    accept = policy_of(made).timers["accept"]
    assert (str(accept.limits["normal"]), accept.owner) == ("4 BH", "handler")


def test_a_type_of_complaint_goes_where_managers_send_it(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "routing", "quality", "owner", "生产部")
    assert policy_of(made).routing.dept["quality"] == "production"


def test_a_pay_term_of_the_company_means_what_managers_wrote(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "terms", "老客户账期", "term_meant", "货到30天")
    assert policy_of(made).terms == {"老客户账期": "货到30天"}


def test_managers_say_which_pay_terms_may_be_agreed_on(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "terms", "月结30天", "term_is_allowed", "是")
    edit(made, "terms", "老客户账期", "term_meant", "货到30天")
    edit(made, "terms", "老客户账期", "term_is_allowed", "yes")
    edit(made, "terms", "老客户账期", "term_grades", "a、B")
    edit(made, "terms", "货到付款", "term_is_allowed", "否")
    edit(made, "terms", "款到发货", "term_grades", "A")  # nobody says whether it may
    policy = policy_of(made)
    assert policy.terms["月结30天"] == "月结30天"
    assert policy.allowed_terms == (("月结30天", frozenset()), ("货到30天", frozenset({"A", "B"})))
    assert policy.refused_terms == {"货到付款"}


def test_pay_terms_of_an_earlier_policy_workbook_are_read(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "terms", "老客户账期", "term_meant", "货到30天")
    book = openpyxl.load_workbook(made.policy)
    book[translate("policy.terms", "zh")].delete_cols(3, 2)
    book.save(made.policy)
    assert (policy_of(made).terms, policy_of(made).allowed_terms) == ({"老客户账期": "货到30天"}, ())


def test_terms_of_the_company_are_put_into_words_wherever_they_stand() -> None:
    rows = frame(KINDS["orders"], [{"pay_term": " 老客户账期 "}, {"pay_term": "货到付款"}, {}])
    tables = {"orders": rows, "shipments": frame(KINDS["shipments"], [{}])}
    made = in_words(tables, {"老客户账期": "货到30天"})
    assert made["orders"]["pay_term"].fillna("").tolist() == ["货到30天", "货到付款", ""]
    assert in_words(tables, {})["orders"] is rows


@pytest.mark.parametrize(("typed", "limit"), [(None, 15), (20, 20)])
def test_a_blank_limit_is_the_shipped_one(tmp_path: Path, typed: Any, limit: int) -> None:
    made = workspace(tmp_path)
    edit(made, "rules", "DUE-006", "limit", typed)
    assert policy_of(made).rules["DUE-006"].limit == limit


@pytest.mark.parametrize(
    ("name", "key", "head", "typed", "wrong"),
    [
        ("rules", "DUE-006", "limit", "两天", "no_figure_number"),
        ("rules", "DUE-006", "limit", -1, "below_nought"),
        ("rules", "DUE-006", "limit", "NaN", "no_figure_number"),
        ("rules", "ORD-001", "limit", 3, "no_limit"),
        ("rules", "DUE-006", "owner", "后勤", "no_dept"),
        ("rules", "CNF-003", "limit", 3, "limit_elsewhere"),
        ("rules", "CNF-003", "owner", "财务", "limit_elsewhere"),
        ("rules", "DUN-001", "limit", 20, "limit_elsewhere"),
        ("rules", "DUN-001", "is_on", "也许", "no_flag"),
        ("rules", "DUE-006", "limit", 1e300, "too_much"),
        ("values", "base_days", "value", -1, "below_nought"),
        ("values", "base_days", "value", 3_651, "too_much"),
        ("values", "letter_floor_fen", "value", "1e12", "too_much"),
        ("ladder", "dun1", "days_from", 1e9, "too_much"),
        ("clocks", "accept", "normal", "99999999999 天", "too_much"),
        ("ladder", "dun1", "days_from", 1.5, "no_whole_days"),
        ("ladder", "dun1", "days_from", 7, "before_lower"),
        ("ladder", "dun1", "rung_owner", "谁", "no_dept"),
        ("clocks", "accept", "normal", "尽快", "no_span"),
        ("clocks", "accept", "major", "0.5 工作日", "no_span"),
        ("clocks", "accept", "clock_owner", "谁", "no_dept"),
        ("clocks", "letter", "major", "1 工作日", "no_severity"),
        ("routing", "quality", "owner", "谁", "no_dept"),
        ("terms", "老客户账期", "term_meant", "看情况", "no_term"),
        ("terms", "月结30天", "term_is_allowed", "也许", "no_flag"),
        ("days", "2026-13-01", "day", "2026-13-01", "no_day"),
    ],
)
def test_a_mistake_is_told_at_its_cell_and_its_row_is_as_shipped(
    tmp_path: Path, name: str, key: str, head: str, typed: Any, wrong: str
) -> None:
    made = workspace(tmp_path)
    where = edit(made, name, key, head, typed)
    found = policy_of(made)
    assert [(str(left.place), left.wrong) for left in found.left_out] == [(where, wrong)]
    assert replace(found, left_out=()) == replace(shipped(), days=found.days).governed()


def test_the_other_rows_of_a_sheet_with_mistakes_count(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate("policy.headings", "zh")]
    rows = [("收款登记", f"旧称{n}", "收款日期" if n % 2 else "没有的表头") for n in range(20)]
    for row in rows:
        tab.append(row)
    book.save(made.policy)
    found = policy_of(made)
    assert [written for _, written, _ in found.headings] == [f"旧称{n}" for n in range(1, 20, 2)]
    assert [(left.place.cell, left.wrong) for left in found.left_out] == [
        (f"C{n + 2}", "no_such_heading") for n in range(0, 20, 2)
    ]


def test_of_levels_that_follow_each_other_none_is_left_out_alone(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "ladder", "dun2", "days_from", 40)
    assert {rung.key: rung.days_from for rung in policy_of(made).rungs}["dun2"] == 40
    edit(made, "ladder", "dun1", "days_from", 1.5)
    assert policy_of(made).rungs == shipped().rungs


def test_a_sheet_without_a_heading_is_left_out_and_one_for_other_systems_stops_the_night(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    book[translate("policy.values", "zh")]["C1"].value = "改了名"
    book.save(made.policy)
    (left,) = policy_of(made).left_out
    assert (left.place.row, left.wrong) == (1, "no_heading")
    assert policy_of(made).values == shipped().values
    book[translate("policy.mapping", "zh")]["A1"].value = "改了名"
    book.save(made.policy)
    with pytest.raises(SettingsError, match="no_heading"):
        policy_of(made)


def test_an_own_pay_term_that_is_allowed_must_be_explained(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    where = edit(made, "terms", "老规矩", "term_meant", None)
    edit(made, "terms", "老规矩", "term_is_allowed", "是")
    assert [(str(left.place), left.wrong) for left in policy_of(made).left_out] == [(where, "no_term")]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("rules", "no_rule"),
        ("values", "no_figure"),
        ("ladder", "no_rung"),
        ("clocks", "no_clock_step"),
        ("routing", "no_type"),
    ],
)
def test_a_key_nobody_knows_is_told_at_its_cell(tmp_path: Path, name: str, wrong: str) -> None:
    made = workspace(tmp_path)
    edit(made, name, "无此", HEADS[name][1], "x")
    assert [(left.wrong, left.value) for left in policy_of(made).left_out] == [(wrong, "无此")]


@pytest.mark.parametrize(("lang", "limit"), [("zh", "[界限]"), ("en", "[Limit]")])
def test_managers_read_sentences_without_placeholders(tmp_path: Path, lang: str, limit: str) -> None:
    book = openpyxl.load_workbook(workspace(tmp_path, lang).policy)
    texts = [str(row[1].value) for row in book[translate("policy.rules", lang)].iter_rows(min_row=2)]
    assert [text for text in texts if "{" in text] == []
    assert any(limit in text for text in texts)


def edit_row(made: Workspace, name: str, at: int, **values: Any) -> dict[str, str]:
    """Type into a row of a sheet, headings by their keys; gives the place of every cell."""
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate(f"policy.{name}", made.lang)]
    heads = [cell.value for cell in tab[1]]
    cells = {head: tab.cell(at, heads.index(translate(f"policy.h_{head}", made.lang)) + 1) for head in HEADS[name]}
    for head, value in values.items():
        cells[head].value = value
    book.save(made.policy)
    return {head: f"{made.policy.name} › {tab.title} › {cell.coordinate}" for head, cell in cells.items()}


NEXT_ROW = len(shipped().mapping) + 2
COLUMN = {
    "target": "ERPNext",
    "document": "Sales Order",
    "position": 20,
    "target_heading": "Terms",
    "our_field": "备注",
    "is_line": "是",
    "is_needed": "否",
}


@pytest.mark.parametrize(
    ("changed", "head", "wrong"),
    [
        ({"document": "Quotation"}, "document", "no_interface"),
        ({"target_heading": None}, "target_heading", "blank"),
        ({"target_heading": "@Terms"}, "target_heading", "unsafe"),
        ({"target_heading": "customer"}, "target_heading", "doubled_heading"),
        ({"position": 1}, "position", "doubled_position"),
        ({"position": 1.5}, "position", "no_rows"),
        ({"our_field": "无此字段"}, "our_field", "no_mapped_field"),
        ({"our_field": "投诉内容"}, "our_field", "no_mapped_field"),
        ({"our_field": None}, "our_field", "blank"),
        ({"fixed": "x"}, "fixed", "field_and_fixed"),
        ({"our_field": None, "fixed": "@x"}, "fixed", "unsafe"),
        ({"translation": "台"}, "translation", "no_translation"),
        ({"translation": "台=Nos|台=Set"}, "translation", "no_translation"),
        ({"translation": "台==1+1"}, "translation", "unsafe"),
        ({"is_line": "否"}, "is_line", "line_field"),
        ({"is_needed": "也许"}, "is_needed", "no_flag"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_at_its_cell(
    tmp_path: Path, changed: dict[str, Any], head: str, wrong: str
) -> None:
    made = workspace(tmp_path)
    where = edit_row(made, "mapping", NEXT_ROW, **COLUMN | changed)
    with pytest.raises(SettingsError) as told:
        policy_of(made)
    assert (told.value.where, told.value.wrong) == (where[head], wrong)


@pytest.mark.parametrize(
    ("changed", "head", "wrong"),
    [
        ({"target": None}, "target", "blank"),
        ({"document": "customer"}, "document", "doubled_interface"),
        ({"handed_table": "发票登记"}, "handed_table", "no_handed_table"),
        ({"is_on": "也许"}, "is_on", "no_flag"),
        ({"way": "名称"}, "way", "no_way"),
        ({"most_rows": 0}, "most_rows", "no_rows"),
    ],
)
def test_a_mistake_among_the_interfaces_is_told_at_its_cell(
    tmp_path: Path, changed: dict[str, Any], head: str, wrong: str
) -> None:
    made = workspace(tmp_path)
    where = edit_row(made, "interfaces", 3, **changed)  # Sales Order, below Customer
    with pytest.raises(SettingsError) as told:
        policy_of(made)
    assert (told.value.where, told.value.wrong) == (where[head], wrong)


@pytest.mark.parametrize("field", ["备注", "remark", "Remark"])
def test_a_column_of_the_company_is_handed_over_by_any_name_of_its_field(tmp_path: Path, field: str) -> None:
    made = workspace(tmp_path)
    edit_row(made, "mapping", NEXT_ROW, **COLUMN | {"our_field": field, "translation": "急=Urgent"})
    column = policy_of(made).mapping[-1]
    assert (column.heading, column.field, column.translation) == ("Terms", "remark", {"急": "Urgent"})


def test_a_document_in_force_needs_columns(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    row = {"target": "金蝶", "document": "销售订单", "handed_table": "销售订单", "way": "外部编号", "most_rows": 500}
    edit_row(made, "interfaces", len(shipped().interfaces) + 2, **row, is_on="否")
    assert policy_of(made).interfaces[-1].target == "金蝶"
    edit_row(made, "interfaces", len(shipped().interfaces) + 2, is_on="是")
    with pytest.raises(SettingsError) as told:
        policy_of(made)
    assert (told.value.wrong, told.value.values["value"]) == ("no_mapping", "金蝶 销售订单")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_units_of_the_company(tmp_path: Path, lang: str) -> None:
    made = workspace(tmp_path, lang)
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate("policy.units", lang)]
    tab.append(["", "箱", 10, "台"])
    tab.append(["X200", "箱", 12.5, "台"])
    book.save(made.policy)
    found = policy_of(made).units
    assert found == (UnitRatio("", "箱", Decimal(10), "台"), UnitRatio("X200", "箱", Decimal("12.5"), "台"))


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        (["", "箱", 0, "台"], "C", "no_unit_count"),
        (["", "箱", None, "台"], "C", "blank"),
        (["", "", 1, "台"], "B", "blank"),
        (["", "箱", 1, ""], "D", "blank"),
    ],
)
def test_a_unit_that_is_not_whole_is_told_and_left_out(tmp_path: Path, row: list[Any], column: str, wrong: str) -> None:
    made = workspace(tmp_path)
    book = openpyxl.load_workbook(made.policy)
    book[translate("policy.units", "zh")].append(row)
    book.save(made.policy)
    found = policy_of(made)
    assert [(left.place.cell, left.wrong) for left in found.left_out] == [(f"{column}2", wrong)]
    assert found.units == ()


def test_how_workbooks_come_may_be_settled_with_or_without_what_they_list(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "sources", "销售/*", "source_way", "只报新增")
    edit(made, "sources", "财务/*", "source_way", "The whole table every time")
    edit(made, "sources", "财务/*", "is_whole", "是")
    policy = policy_of(made)
    assert (policy.left_out, policy.ways) == ((), (("销售/*", "only_new"), ("财务/*", "whole")))
    assert policy.whole == ("财务/*",)
    assert (policy.way_of("财务/收款.xlsx"), policy.way_of("仓库/发货.xlsx", "销售/发货.xlsx")) == ("whole", "only_new")
    assert policy.way_of("仓库/发货.xlsx") == ""


@pytest.mark.parametrize(("value", "wrong"), [("看情况", "no_source_way"), ("整表更新", ""), (None, "no_flag")])
def test_a_way_that_is_none_is_told_and_left_out(tmp_path: Path, value: str | None, wrong: str) -> None:
    made = workspace(tmp_path)
    edit(made, "sources", "销售/*", "source_way", value)
    policy = policy_of(made)
    assert [each.wrong for each in policy.left_out] == [wrong] * bool(wrong)
    assert bool(policy.ways) == (not wrong)


def test_the_sheet_of_an_earlier_version_lacks_the_column_and_counts(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    edit(made, "sources", "财务/*", "is_whole", "是")
    book = openpyxl.load_workbook(made.policy)
    book[translate("policy.sources", "zh")].delete_cols(3)
    book.save(made.policy)
    policy = policy_of(made)
    assert (policy.whole, policy.ways, policy.left_out) == (("财务/*",), (), ())
