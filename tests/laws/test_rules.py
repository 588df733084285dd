"""The rule table keeps its promises: ids, words of its columns, and both languages alike."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from pipeline.core.phrases import describe_finding
from pipeline.core.values import format_value
from pipeline.rules.validation.absent_columns import told_of
from schemas.derived.finding import Finding
from schemas.incoming.kinds import KINDS
from schemas.language.words import LANGUAGES
from schemas.language.words import load as words
from schemas.policy import questions
from schemas.policy.rules import SEVERITIES, SHIPPED, Rule, by_code, load
from schemas.table import Type
from tests.support.places import HANDBOOK

MOST_PLANNED = 15  # may only fall: every rule is to be asked by somebody

COLUMNS = (
    *("id", "code", "ref", "table", "severity", "owner", "limit", "unit", "basis", "status", "since", "waivable"),
    *("title_zh", "title_en", "zh", "en", "remedy_zh", "remedy_en"),
)
FAMILIES = "FILE CELL ORD CUS PRC CNF TRK SHP DLV INV RCV DUE REM DUN FEE CMP CAP X CAL".split()
TABLES = {*KINDS, "departures", "signings", "standing", "receivables", "cases", "sources", "calendar"}
OWNERS = {
    *("sales", "sales_admin", "approver", "finance", "production", "purchasing", "warehouse"),
    *("logistics", "quality", "service", "operator", "sender", "management"),
}
UNITS = {"WD", "CD", "CH", "BH", "CNY", "%", "months", "times", "numbers", "characters", "attempts"}
NAMES = {
    *("value", "limit", "column", "key", "other", "suggestion", "days", "due", "amount"),
    *("count", "sheet", "file", "name"),
}
NO_CODES = {"HALF_UP", "NET_D", "NET_I"}  # look like codes in the handbook and are none
CONTROL_TOTALS = ("FILE-001", "FILE-027")
HAN = re.compile("[\u3400-\u9fff]")
TEXTS = ("zh", "en", "remedy_zh", "remedy_en")
RULES = tuple(load().values())

pytestmark = pytest.mark.all_cases
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def rows() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The table as a whole


def test_file_opens_in_excel_without_noise() -> None:
    assert SHIPPED.read_bytes().startswith("\ufeff".encode())
    assert tuple(rows()[0]) == COLUMNS


def test_ids_and_codes_stand_once() -> None:
    for column in ("id", "code"):
        twice = [name for name, times in Counter(row[column] for row in rows()).items() if times > 1]
        assert twice == []
    assert len(by_code()) == len(load()) == len(rows())


def test_ids_count_up_without_gap_within_their_family() -> None:
    numbers: dict[str, list[int]] = {}
    for row in rows():
        family, number = row["id"].split("-")
        numbers.setdefault(family, []).append(int(number))
    assert list(numbers) == FAMILIES
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())


def test_planned_rules_only_fall() -> None:
    assert sum(not rule.is_live for rule in RULES) <= MOST_PLANNED


def test_every_code_of_the_handbook_is_a_rule() -> None:
    if not HANDBOOK.exists():
        pytest.skip("the design handbook does not lie beside the project")
    found = re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", HANDBOOK.read_text(encoding="utf-8"))
    assert set(found) - NO_CODES - set(by_code()) == set()


def test_severities_rank_from_worst() -> None:
    assert SEVERITIES == ("refuse", "hold", "flag", "note")


# Every rule


@each_rule
def test_rule_uses_only_known_words(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{1,4}-\d{3}", rule.id)
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", rule.code)
    assert rule.table in TABLES
    assert rule.severity in SEVERITIES
    assert rule.owner in OWNERS
    assert rule.basis in {"policy", "house"}
    assert rule.status in {"live", "planned"}
    assert isinstance(rule.since, date)


@each_rule
def test_limit_has_a_unit_and_is_not_negative(rule: Rule) -> None:
    assert (rule.limit is None) == (rule.unit == "")
    if rule.limit is not None:
        assert rule.unit in UNITS
        assert rule.limit.is_finite()
        assert rule.limit >= 0
    else:
        assert all("{limit}" not in getattr(rule, text) for text in TEXTS)


@each_rule
def test_what_was_refused_or_held_cannot_be_waived(rule: Rule) -> None:
    if rule.severity in {"refuse", "hold"} or rule.id in CONTROL_TOTALS:
        assert not rule.waivable


@each_rule
def test_both_languages_hold_the_same_known_placeholders(rule: Rule) -> None:
    for zh, en in ((rule.zh, rule.en), (rule.remedy_zh, rule.remedy_en)):
        assert placeholders(zh) == placeholders(en) <= NAMES


@each_rule
def test_sentences_are_plain(rule: Rule) -> None:
    for column in TEXTS:
        text = getattr(rule, column)
        assert text == text.strip() != ""
        assert not re.search("[!！\n]", text)
        assert text[-1] not in ".。,，;；"
        assert bool(HAN.search(text)) == column.endswith("zh")
        assert not re.search("[「」，。：；（）]", text) or column.endswith("zh")
        assert not re.search("[“”,;?]", text) or column.endswith("en")


@each_rule
def test_every_rule_has_a_short_name_in_both_languages(rule: Rule) -> None:
    zh, en = rule.title("zh"), rule.title("en")
    assert (zh.strip(), en.strip()) == (zh, en) != ("", "")
    assert HAN.search(zh)
    assert en
    assert not HAN.search(en)
    assert placeholders(zh + en) == set()


@each_rule
def test_values_are_quoted_and_remedies_ask(rule: Rule) -> None:
    assert rule.zh.count("{value}") == rule.zh.count("「{value}」")
    assert rule.en.count("{value}") == rule.en.count("“{value}”")
    assert re.match("请|不用处理|如果", rule.remedy_zh)


def test_flags_are_written_out() -> None:
    assert {row["waivable"] for row in rows()} <= {"yes", "no"}


@pytest.mark.parametrize(
    ("value", "type_", "choices", "text"),
    [
        ("plain", Type.CHOICE, "choice.invoice_kind", "普票"),
        ("prepare", Type.CHOICE, "choice.stage", "生产/采购备货"),
        ("phone", Type.CHOICE, "choice.channel", "电话"),
        ("unheard", Type.CHOICE, "choice.channel", "unheard"),
        ("ambiguous=5", Type.DISCOUNT, "", "5"),
        ("factor=0.95", Type.DISCOUNT, "", "9.5折"),
        ("factor=0.9", Type.DISCOUNT, "", "9折"),
        ("reduction=0.1", Type.DISCOUNT, "", "10%"),
        (Decimal("0.0005"), Type.RATE, "", "0.05%"),
        ("0.0003", Type.RATE, "", "0.03%"),
        (Decimal("0.130"), Type.RATE, "", "13%"),
        (Decimal(1), Type.RATE, "", "100%"),
        (2.444200000012346e19, Type.TEXT, "", "24442000000123460000"),
        (Decimal("1E+3"), Type.PRICE, "", "1000"),
        (1_234_567_000, Type.QTY, "", "1234567"),
        (1_500, Type.QTY, "", "1.5"),
        ("202405-001=1000000;202405-002", Type.ORDER_LIST, "", "202405-001: 10,000.00; 202405-002"),
        (None, Type.RATE, "", ""),
    ],
)
def test_value_is_shown_as_staff_would_have_written_it(value: object, type_: Type, choices: str, text: str) -> None:
    assert format_value(value, type_, choices) == text


@pytest.mark.parametrize(
    ("rule", "suggestion", "zh", "en"),
    [
        ("CELL-038", "202605-901; 202605-902", "，可能是 202605-901、202605-902", "; it may be 202605-901; 202605-902"),
        ("CELL-015", "2024-05-03; 2024-03-05", "，可能是 2024-05-03、2024-03-05", "; it may be 2024-05-03; 2024-03-05"),
        ("ORD-045", "202605-001", "，可能是 202605-001", "; it may be 202605-001"),
        ("CELL-038", "", "：「x」", "one cell: “x”"),
    ],
)
def test_a_guess_ends_the_sentence_without_a_stop(rule: str, suggestion: str, zh: str, en: str) -> None:
    finding = Finding(rule, "orders", "k", raw="x", heading="h", params={"suggestion": suggestion})
    assert describe_finding(finding, load()[rule], "zh")[0].endswith(zh)
    assert describe_finding(finding, load()[rule], "en")[0].endswith(en)


@pytest.mark.parametrize(
    ("rule", "params", "zh", "en"),
    [
        ("FILE-019", {"other_words": "kind.orders kind.invoices"}, "销售订单 / 发票登记", "Orders / Invoices"),
        ("FILE-021", told_of("orders", [], ["qty", "phone"]), "：数量、联系电话（", ": Quantity; Phone ("),
        ("FILE-024", {"suggestion_words": "orders.customer_code"}, "「客户编码」", "“Customer code”"),
    ],
)
def test_our_own_words_in_a_finding_are_said_in_the_language_of_the_reader(
    rule: str, params: dict[str, str], zh: str, en: str
) -> None:
    finding = Finding(rule, "sources", "k", heading="orders.qty", params=params)
    assert zh in describe_finding(finding, load()[rule], "zh")[0]
    assert en in describe_finding(finding, load()[rule], "en")[0]
    assert not re.search("[\u4e00-\u9fff]", describe_finding(finding, load()[rule], "en")[0])


# Rules that ask


def test_every_question_is_a_live_rule_and_proposes_one_of_its_answers() -> None:
    for question in questions.load().values():
        assert load()[question.rule].is_live
        assert question.answers
        assert question.proposed in ("", *question.answers)


def test_an_answer_is_known_by_its_words_in_any_language_and_by_no_other_answers() -> None:
    keys = dict.fromkeys(key for question in questions.load().values() for key in question.answers)
    said = [(questions.answer_word(key, lang), key) for key in keys for lang in LANGUAGES]
    assert [questions.answer_key(f" {word.upper()} ") for word, _ in said] == [key for _, key in said]
    spelt = [spelling.casefold() for key in keys for spelling in words()[f"answer.{key}"].other]
    assert len({*spelt}) == len(spelt)
    assert questions.answer_key("不清楚") == ""
