"""What other systems are told: texts of values, what is read of an answer, names, and the fate of a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from pipeline.excel.names import begins_like_a_formula, file_word
from pipeline.ledger import ExportedDocument
from pipeline.publishing.exports.changes import DocumentChange, decide_change, vanished_documents
from pipeline.publishing.exports.documents import Document
from pipeline.publishing.exports.records import Record, external_id, parse_entered
from pipeline.publishing.exports.values import Unsafe, format_value, in_target_words
from schemas.derived.handover import DERIVED, Interface, Mapped, fields, interfaces, mapping, word_key
from schemas.incoming.orders import Orders
from schemas.language.words import load
from schemas.table import Column, Spec, Type
from tests.support.places import ROOT

THURSDAY = date(2026, 3, 12)
BY_NUMBER = Interface("ERP", "Order", "orders", is_on=True, way="number", most_rows=10)
BY_NAME = replace(BY_NUMBER, way="xid")


def column(type_: Type, choices: str = "") -> Column:
    return Column("field", Spec(type=type_, choices=choices))


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        (Type.MONEY, 123450, "1234.50"),
        (Type.MONEY, -5, "-0.05"),
        (Type.QTY, 7000, "7"),
        (Type.QTY, 100000, "100"),
        (Type.QTY, 1500, "1.5"),
        (Type.PRICE, Decimal(100), "100.00"),
        (Type.PRICE, Decimal("95.500000"), "95.50"),
        (Type.PRICE, Decimal("0.1234"), "0.1234"),
        (Type.RATE, Decimal("0.130"), "0.13"),
        (Type.DAY, pd.Timestamp("2026-03-12"), "2026-03-12"),
        (Type.MOMENT, pd.Timestamp("2026-03-12 09:30"), "2026-03-12 09:30:00"),
        (Type.BOOL, True, "1"),
        (Type.TEXT, " a\x00\x0bb\n", "ab"),
        (Type.DAY, pd.NaT, ""),
        (Type.TEXT, float("nan"), ""),
        (Type.TEXT, None, ""),
    ],
)
def test_a_value_is_written_as_both_systems_read_it(type_: Type, value: Any, text: str) -> None:
    assert format_value(value, column(type_)) == text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\u3000", "\ufeff"])
def test_a_formula_is_seen_behind_blanks(sign: str, before: str) -> None:
    assert begins_like_a_formula(f"{before}{sign}1+1")
    assert not begins_like_a_formula(f"a{sign}1")


@pytest.mark.parametrize(
    ("type_", "text", "shown"),
    [
        (Type.TEXT, "-20℃", "「-20℃」"),
        (Type.TEXT, "=HYPERLINK(1)", "「=HYPERLINK(1)」"),
        (Type.TEXT, "a=1", "a=1"),
        (Type.PHONE, "+86 571 8888", "0086 571 8888"),
        (Type.MONEY, "-5.00", "-5.00"),
    ],
)
def test_words_are_quoted_and_figures_are_not(type_: Type, text: str, shown: str) -> None:
    assert in_target_words(text, column(type_), Mapped("ERP", "Order", 1, "A"), "zh") == shown


@pytest.mark.parametrize("type_", [Type.NAME, Type.CODE, Type.MODEL, Type.ORDER_NO])
def test_names_and_codes_are_never_changed(type_: Type) -> None:
    with pytest.raises(Unsafe):
        in_target_words("@青木", column(type_), Mapped("ERP", "Order", 1, "A"), "zh")


def test_a_translation_may_be_written_by_key_or_by_word() -> None:
    of_choice = column(Type.CHOICE, "choice.severity")
    for ours in ("serious", "严重"):
        mapped = Mapped("ERP", "Issue", 1, "Priority", translation={ours: "High"})
        assert in_target_words("serious", of_choice, mapped, "zh") == "High"
    assert in_target_words("serious", of_choice, Mapped("ERP", "Issue", 1, "Priority"), "zh") == "严重"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, (False, "")),
        ("否", (False, "")),
        ("未录入", (False, "")),
        ("是", (True, "")),
        ("√", (True, "")),
        ("2026-03-13", (True, "")),
        ("3月13日", (True, "")),
        ("已录 王芳", (True, "")),
        ("SO-2026-0071", (True, "SO-2026-0071")),
        ("20260313", (True, "20260313")),
        (" SAL-ORD-2026-00012 ", (True, "SAL-ORD-2026-00012")),
    ],
)
def test_an_answer_is_nothing_or_yes_or_a_number(text: str | None, told: tuple[bool, str]) -> None:
    assert parse_entered(text, THURSDAY) == told


@pytest.mark.parametrize(
    ("key", "name"),
    [("202405-001", "nightdesk.order_202405_001"), ("C001", "nightdesk.order_C001")],
)
def test_an_external_id_reads_as_the_number_it_stands_for(key: str, name: str) -> None:
    assert external_id("order", key) == name


def test_external_ids_of_different_records_differ() -> None:
    keys = ["A-1", "A_1", "A--1", "A 1", "A.1", "A1", "-A-1", "青木", "青木 1", "海川", "a-1"]
    names = [external_id("order", key) for key in keys]
    assert len(set(names)) == len(keys)
    assert all(name.count(".") == 1 and name.isascii() for name in names)


@pytest.mark.parametrize("text", ["../../etc", "a/b", "a\\b", "CON:", "x" * 300, "...", ""])
def test_a_word_of_a_file_is_never_a_folder(text: str) -> None:
    word = file_word(text)
    assert word
    assert not {"/", "\\", ":"} & {*word}
    assert not word.startswith(".")
    assert len(word) <= 60


# --- fates --------------------------------------------------------------------------------


def document(*, way: Interface = BY_NUMBER, mark: str = "m1", why: tuple[str, ...] = (), **facts: Any) -> Document:
    made: Any = {"key": "A", "name": "A", "customer": "青木", "rows": [{}], "is_entered": False}
    return Document(way, Record(**made | facts), [["x"]], mark, why)


def given(state: str, mark: str = "m1", lines: tuple[str, ...] = ()) -> ExportedDocument:
    return ExportedDocument("ERP", "Order", "A", state, mark, "A", lines=lines, exported_on="2026-06-02")


IN, IN_BY_NUMBER = {"is_entered": True}, {"is_entered": True, "number": "SO-1"}


@pytest.mark.parametrize(
    ("facts", "before", "state", "kept"),
    [
        ({}, None, "new", "new"),
        (IN, None, "", "known"),
        (IN | {"why": ("x",)}, None, "", None),
        ({"why": ("x",)}, None, "held_back", None),
        ({"is_over": True}, None, "", None),
        ({}, given("new"), "awaiting", None),
        (IN, given("new"), "", None),
        (IN, given("known"), "", None),
        ({"is_entered": None}, given("new"), "", None),
        ({"mark": "m2"}, given("new"), "held_back", None),
        ({"mark": "m2"} | IN_BY_NUMBER, given("new"), "update", "update"),
        ({"mark": "m2"} | IN_BY_NUMBER, given("known"), "update", "update"),
        ({"mark": "m2"} | IN, given("new"), "by_hand", "known"),
        ({"mark": "m2"} | IN, given("known"), "by_hand", "known"),
        ({"mark": "m2", "why": ("x",)} | IN_BY_NUMBER, given("new"), "held_back", None),
        ({"mark": "m2", "way": BY_NAME}, given("new"), "update", "update"),
        ({"mark": "m2", "way": BY_NAME} | IN, given("new"), "update", "update"),
        ({"mark": "m2", "way": BY_NAME} | IN_BY_NUMBER, given("known"), "by_hand", "known"),
        ({"is_over": True}, given("new"), "withdrawn", "withdrawn"),
        ({"is_over": True}, given("withdrawn"), "", None),
        ({}, given("withdrawn"), "new", "new"),
    ],
)
def test_a_document_is_given_once_and_again_when_it_changed(
    facts: dict[str, Any], before: ExportedDocument | None, state: str, kept: str | None
) -> None:
    made = decide_change(document(**facts), before, "zh")
    assert (made.state, made.given and made.given.state) == (state, kept)


def test_lines_that_an_import_cannot_remove_are_named() -> None:
    made = decide_change(document(way=BY_NAME, mark="m2", lines=("l1",)), given("new", lines=("l1", "l2")), "zh")
    assert "l2" in made.why
    assert "l1" not in made.why


@pytest.mark.parametrize(("state", "told"), [("new", "withdrawn"), ("update", "withdrawn"), ("known", "")])
def test_what_is_gone_is_taken_back_once(state: str, told: str) -> None:
    gone: list[DocumentChange] = list(vanished_documents({"A": given(state)}, set(), BY_NUMBER, "zh"))
    assert [(change.state, change.given and change.given.state) for change in gone] == [(told, "withdrawn")]
    assert not list(vanished_documents({"A": given("withdrawn")}, set(), BY_NUMBER, "zh"))
    assert not list(vanished_documents({"A": given(state)}, {"A"}, BY_NUMBER, "zh"))


# --- what is shipped ----------------------------------------------------------------------


def test_every_mapped_field_exists_and_stands_where_it_is_not_lost() -> None:
    tables = {(each.target, each.document): each.table for each in interfaces()}
    for mapped in mapping():
        table = tables[mapped.target, mapped.document]
        assert bool(mapped.field) != bool(mapped.fixed), mapped
        if mapped.field:
            assert mapped.field in fields(table), mapped
            assert mapped.is_line or table != "orders" or fields(table)[mapped.field].spec.header, mapped


def test_every_shipped_document_has_columns_and_none_is_in_force() -> None:
    mapped = {(each.target, each.document) for each in mapping()}
    assert {(each.target, each.document) for each in interfaces()} == mapped
    assert not any(each.is_on for each in interfaces())


def test_every_field_that_is_worked_out_has_a_word() -> None:
    for table, own in DERIVED.items():
        assert [str(each) for each in own.columns if word_key(table, str(each)) not in load()] == []
        assert not {str(each) for each in own.columns} & {str(each) for each in Orders.columns}


def test_every_shipped_heading_is_listed_with_its_source() -> None:
    text = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
    for mapped in mapping():
        target, document, heading, link = mapped.target, mapped.document, mapped.heading, mapped.source
        assert link.startswith("https://")
        section = text.split(f"### {target}: {document}\n")[1].split("\n### ")[0]
        assert f"| `{heading}` |" in section
        assert link in section
