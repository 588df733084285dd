"""The rule table keeps its promises: ids, words of its columns, and both languages alike."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from schemas.incoming import KINDS
from schemas.rules import SEVERITIES, SHIPPED, Rule, by_code, load

HANDBOOK = Path(__file__).resolve().parents[2] / "shared" / "design" / "domain.md"
MOST_PLANNED = 344  # may only fall: every rule is to be asked by somebody

COLUMNS = "id,code,ref,table,severity,owner,limit,unit,basis,status,since,waivable,zh,en,remedy_zh,remedy_en"
FAMILIES = "FILE CELL ORD CUS PRC CNF TRK SHP DLV INV RCV DUE REM DUN FEE CMP CAP X CAL".split()
TABLES = {*KINDS, "standing", "receivables", "cases", "sources", "calendar"}
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

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def rows() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The table as a whole


def test_file_opens_in_excel_without_noise() -> None:
    assert SHIPPED.read_bytes().startswith("\ufeff".encode())
    assert ",".join(rows()[0]) == COLUMNS


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
def test_values_are_quoted_and_remedies_ask(rule: Rule) -> None:
    assert rule.zh.count("{value}") == rule.zh.count("「{value}」")
    assert rule.en.count("{value}") == rule.en.count("“{value}”")
    assert re.match("请|不用处理|如果", rule.remedy_zh)


def test_flags_are_written_out() -> None:
    assert {row["waivable"] for row in rows()} <= {"yes", "no"}
