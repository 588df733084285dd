"""Words of ours mean the same in traditional characters, wherever they are looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from opencc import OpenCC

from pipeline.core.file_names import workbook_name
from pipeline.core.text import names_something, simplified
from pipeline.ledger.corrections import takes_back
from pipeline.orders.customers import customer_key
from pipeline.orders.facts.written import state_meant
from pipeline.orders.known_numbers import KnownNumbers
from pipeline.orders.lead_times import taken
from pipeline.orders.pay_terms import parse_term
from pipeline.orders.people import heirs
from pipeline.orders.price_list import is_fetched
from pipeline.orders.units import plain_unit
from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.columns import sheet_unit
from pipeline.reading.layout.currency import currency_columns, find_currencies, is_of_account
from pipeline.reading.layout.form_labels import is_approval, is_bare_date, says_that_values_follow
from pipeline.reading.layout.heading_names import fold_heading, heading_scale, is_of_money, is_outgoing, known_name
from pipeline.reading.layout.joined_headings import join_rows, subject
from pipeline.reading.layout.row_labels import find_labels, is_section, row_label, says_more
from pipeline.reading.layout.sheet_checks import compare_statements, sender_of
from pipeline.reading.layout.tax_words import figure_without_words, find_rate, says_tax, tax_column
from pipeline.reading.layout.title_customer import named_in
from pipeline.reading.layout.title_sides import find_title, is_their_title, says_ours
from pipeline.reading.layout.void_rows import asks_whether_void, says_void
from pipeline.reading.results import FileFinding
from pipeline.reading.values.amounts import parse_discount, parse_integer, parse_money, parse_qty, parse_rate
from pipeline.reading.values.cells import Parsed, is_blank
from pipeline.reading.values.choices import parse_bool, parse_choice, vocabulary
from pipeline.reading.values.date_context import DateContext
from pipeline.reading.values.date_text import fold_date, read_date
from pipeline.reading.values.dates import parse_day
from pipeline.reading.values.numbers import parse_number
from pipeline.reading.values.text import parse_phone, parse_text
from pipeline.rules.families.confirmations import files_both
from pipeline.rules.families.orders import openness_of
from schemas.incoming.staff import Staff
from schemas.language import spellings
from schemas.language.words import load

TRADITIONAL = [OpenCC(name).convert for name in ("s2t", "s2tw", "s2hk")]
SCRIPTS = pytest.mark.parametrize("convert", TRADITIONAL, ids=["s2t", "s2tw", "s2hk"])
DAY = DateContext(window=date(2026, 5, 3), want="deadline")
KNOWN = KnownNumbers({"SO-2026-1": "", "SO-2026-2": ""})


def _read(found: Parsed) -> tuple[object, str | None]:
    """What a cell counts as; the text that a finding shows stays as written."""
    return found.value, found.rule


def _leads(role: str) -> object:
    people = pd.DataFrame({str(name): pd.Series(dtype="str") for name in Staff.columns})
    people[str(Staff.person)] = ["Li", "Wang"]
    people[str(Staff.dept)], people[str(Staff.role)] = "sales", ["clerk", role]
    people[str(Staff.left_on)] = pd.to_datetime(pd.Series(["2026-01-01", None]))
    people["src_held"], people["src_seq"] = False, [1, 2]
    return heirs(people, pd.Timestamp("2026-05-03"))


# how the words of each group are looked up
SPELLINGS: dict[str, Callable[[str], object]] = {
    "archive.letter": files_both,
    "archive.order": files_both,
    "archive.word": names_something,
    "bool.no": lambda word: parse_bool(word).value,
    "bool.yes": lambda word: parse_bool(word).value,
    "copy.mark": lambda word: workbook_name(f"a - {word}.xlsx"),
    "correction.back": takes_back,
    "date.endless": lambda word: _read(parse_day(word, DAY)),
    "date.mark": fold_date,
    "date.vague": lambda word: read_date(f"5月{word}").problem,
    "digit": fold_date,
    "discount.none": lambda word: _read(parse_discount(word)),
    "discount.off": lambda word: _read(parse_discount(f"{word}5%")),
    "empty.mark": lambda word: (is_blank(word), _read(parse_text(word))),
    "id.list": lambda word: KNOWN.parts(f"SO-2026-1{word}SO-2026-2"),
    "id.none": lambda word: _read(parse_number(word)),
    "id.prefix": lambda word: _read(parse_number(f"{word}:SO-1")),
    "id.suffix": lambda word: KNOWN.means(f"SO-2026-1{word}"),
    "integer.unit": lambda word: _read(parse_integer(f"3{word}")),
    "lead.unit": lambda word: taken(f"3{word}"),
    "model.vague": openness_of,
    "money.currency": lambda word: (_read(parse_money(f"3{word}")), find_currencies(f"金额({word})")),
    "money.currency_doubtful": lambda word: find_currencies(f"金额({word})"),
    "number.bought": lambda word: parse_qty(f"{word}10赠2").rule,
    "number.gift": lambda word: parse_qty(f"10{word}2").rule,
    "number.minus": lambda word: _read(parse_money(f"{word}5")),
    "number.vague": lambda word: parse_qty(f"{word}5").rule,
    "phone.extension": lambda word: _read(parse_phone(f"0755-12345678{word}801")),
    "phone.label": lambda word: _read(parse_phone(f"{word}13800138000")),
    "rate.label": lambda word: _read(parse_rate(f"{word}13%")),
    "rate.mark": lambda word: _read(parse_rate(f"3{word}")),
    "rate.part": lambda word: _read(parse_rate(f"{word}五")),
    "rate.zero": lambda word: _read(parse_rate(word)),
    "scale": lambda word: (_read(parse_money(f"3{word}")), heading_scale(f"金额({word}元)")),
    "staff.head": _leads,
    "state.order": state_meant,
    "unit": lambda word: (_read(parse_qty(f"3{word}")), plain_unit(word)),
    "unit.whole": plain_unit,
}
WORDS: dict[str, Callable[[str], object]] = {
    "reading.about": lambda word: subject(f"客户{word}"),
    "reading.anything": subject,
    "reading.approval": lambda word: is_approval([word]),
    "reading.approval_tail": lambda word: is_approval([f"审批{word}"]),
    "reading.bank_account": is_of_account,
    "reading.bare_date": is_bare_date,
    "reading.copy": lambda word: sender_of(f"a-{word}.xlsx"),
    "reading.currency": lambda word: list(currency_columns({0: word})),
    "reading.customer": lambda word: next(named_in([f"{word}:ABC"])).name,
    "reading.debit": is_outgoing,
    "reading.department": lambda word: is_approval([f"AB{word}审批"]),
    "reading.exchange_rate": lambda word: find_currencies(f"USD{word}"),
    "reading.group_total": lambda word: row_label(f"ABC{word}"),
    "reading.hint": lambda word: fold_heading(f"A({word})"),
    "reading.hint_start": lambda word: fold_heading(f"A({word}B)"),
    "reading.in_all": lambda word: len(_statements(f"{word}3条")),
    "reading.incoming": lambda word: is_outgoing(f"汇出{word}"),
    "reading.month": lambda word: fold_date(f"3{word}"),
    "reading.name": lambda word: known_name(str(join_rows(["收货人", "经办"], [word, word]).cells[0])),
    "reading.no_sum": lambda word: is_of_money(f"款{word}"),
    "reading.note": row_label,
    "reading.our_heading": lambda word: find_title(["采购"], "orders", [word]),
    "reading.our_side": lambda word: (says_ours([word]), is_their_title([f"采购,{word}"])),
    "reading.outgoing": is_outgoing,
    "reading.page": lambda word: row_label(f"第2{word}"),
    "reading.row_word": lambda word: len(_statements(f"共3{word}")),
    "reading.sample": row_label,
    "reading.scaled_yuan": lambda word: len(_statements(f"总金额3{word}")),
    "reading.section": lambda word: is_section(f"第一{word}内销"),
    "reading.signature": lambda word: (row_label(word), says_more([f"{word}:Li"])),
    "reading.signed": lambda word: says_more([f"AB{word}:Li"]),
    "reading.signer": lambda word: is_approval([f"{word}审批"]),
    "reading.sum_word": lambda word: len(_statements(f"{word}3元")),
    "reading.tax": lambda word: find_rate(f"{word}13%"),
    "reading.tax_amount": tax_column,
    "reading.tax_rate": tax_column,
    "reading.title_tail": lambda word: is_their_title([f"采购{word}"]),
    "reading.total": lambda word: (row_label(word), len(_statements(f"{word}3条"))),
    "reading.total_tail": lambda word: row_label(f"合计{word}"),
    "reading.unit": lambda word: sheet_unit([[f"{word}:万元"]]),
    "reading.value": says_that_values_follow,
    "reading.void": says_void,
    "reading.void_heading": asks_whether_void,
    "reading.with_tax": lambda word: (says_tax(word), figure_without_words(f"3{word}")),
    "reading.without_tax": lambda word: (says_tax(word), figure_without_words(f"3{word}")),
    "reading.yuan": lambda word: sheet_unit([[f"单位:万{word}"]]),
}
NO_WORDS = {"picture.word", "script.both"}  # what we write ourselves, and characters


def _statements(text: str) -> list[FileFinding]:
    return list(compare_statements(Grid("x", [1], [[text]]), [(1, [text])], [1], [1], 1))


def _changing(words: list[str]) -> list[str]:
    return [word for word in words if any(convert(word) != word for convert in TRADITIONAL)]


def _of_word(key: str) -> list[str]:
    word = load()[key]
    return [word.zh, *word.other]


def test_every_group_of_words_that_people_write_is_asked() -> None:
    groups = {name for name, words in spellings.load().items() if _changing(list(words))}
    assert {name for name in groups if not name.startswith("choice.")} - NO_WORDS == SPELLINGS.keys()
    keys = {key for key in load() if key.startswith("reading.") and _changing(_of_word(key))}
    assert keys - WORDS.keys() == {"reading.money"}


@SCRIPTS
@pytest.mark.parametrize("name", SPELLINGS)
def test_a_spelling_in_traditional_characters_is_the_same(name: str, convert: Callable[[str], str]) -> None:
    read = SPELLINGS[name]
    assert {word: read(word) for word in spellings.group(name)} == {
        word: read(convert(word)) for word in spellings.group(name)
    }


@SCRIPTS
@pytest.mark.parametrize("name", [name for name in spellings.load() if name.startswith("choice.")])
def test_a_choice_in_traditional_characters_is_the_same(name: str, convert: Callable[[str], str]) -> None:
    words = vocabulary(name)
    assert {word: parse_choice(convert(word), words).value or "" for word in spellings.group(name)} == dict(
        spellings.group(name)
    )


@SCRIPTS
@pytest.mark.parametrize("key", WORDS)
def test_a_word_beside_the_rows_in_traditional_characters_is_the_same(key: str, convert: Callable[[str], str]) -> None:
    read = WORDS[key]
    assert {word: read(word) for word in _of_word(key)} == {word: read(convert(word)) for word in _of_word(key)}


@SCRIPTS
@pytest.mark.parametrize("key", ["total", "group_total", "note", "signature", "sample"])
def test_no_label_of_a_row_is_passed_over_before_it_is_looked_at(key: str, convert: Callable[[str], str]) -> None:
    said = [convert(f"甲{word}" if key == "group_total" else word) for word in _of_word(f"reading.{key}")]
    said = [word for word in said if row_label(word)]
    assert find_labels(["13800138000", *said, "深圳某某貿易"]) == frozenset(said)


@SCRIPTS
@pytest.mark.parametrize(
    "term",
    [
        "款到发货",
        "签收后30天",
        "货到三十天",
        "收货后两个月",
        "开票后一个月内",
        "月结60天，次月10日付款",
        "三成定金，余款货到付清",
    ],
)
def test_a_pay_term_in_traditional_characters_is_the_same(term: str, convert: Callable[[str], str]) -> None:
    assert parse_term(convert(term)) == parse_term(term)


@SCRIPTS
def test_names_stay_as_written_beside_words_of_ours(convert: Callable[[str], str]) -> None:
    name = convert("陈经理")
    assert parse_phone(f"{convert('电话')}13800138000 {name}").params[0] == ("name", name)
    assert parse_number(f"{convert('订单编号')}:{convert('东')}-1").value == f"{convert('东')}-1"
    assert is_fetched(convert("自提")) == is_fetched("自提")
    one, other = customer_key(pd.Series([convert("华为有限责任公司"), convert("华为股份有限公司")]))
    assert one == other


def test_every_character_that_is_changed_is_looked_at() -> None:
    both = [chr(code) for code in range(0x2000, 0xFFFF) if chr(code).encode("gb2312", "ignore")]
    convert = OpenCC("t2s").convert
    assert {char: simplified(char) for char in both} == {char: convert(char) for char in both}
