"""The text of a rule names its true edge: what it says of its limit is what its predicate or timer asks."""

from __future__ import annotations

import ast
import re

import pytest

from schemas.policy import rules
from schemas.policy.timers import load as timers
from tests.support.source import modules

MORE, REACHED, WITHIN, NONE = "more", "reached", "within", ""
UNIT = r"[^\s，。；,;]{0,6}"
ZH = {
    MORE: r"超过.{0,12}?\{limit\}|\{limit\} 小时",
    REACHED: r"达到?\s*\{limit\}|至少 \{limit\}|\{limit\}" + UNIT + "以上",
    WITHIN: r"不超过 \{limit\}|\{limit\} 个?(?:工作日|小时|天)内",
}
EN = {
    MORE: r"(?:more|longer) than \{limit\}",
    REACHED: r"\{limit\} days or more|starts at \{limit\}|at least \{limit\}",
    WITHIN: r"within \{limit\}|up to \{limit\}",
}
ASKED = {ast.Gt: MORE, ast.GtE: REACHED, ast.LtE: WITHIN, ast.Lt: MORE}  # a day before so long ago is more than so long
OWN = re.compile(r"(count|fen)_of\(rule\)")
TOLD = [rule for rule in rules.load().values() if "{limit}" in rule.zh]
AFTER = {id_: timer for timer in timers() for id_ in timer.rules_after}


def said(text: str, words: dict[str, str]) -> str:
    """What a text says of its limit; the milder words first, since 不超过 holds 超过."""
    return next((edge for edge in (WITHIN, REACHED, MORE) if re.search(words[edge], text)), NONE)


def asked() -> dict[str, str]:
    """By rule, how its predicate compares with its own limit, where one comparison does."""
    found: dict[str, set[str]] = {}
    for module in modules().values():
        for function in module.functions if module.place.startswith("pipeline/rules/families") else ():
            ids = re.findall(r"[A-Z]+-\d{3}", " ".join(map(ast.unparse, function.decorator_list)))
            for node in ast.walk(function):
                if isinstance(node, ast.Compare) and OWN.search(ast.unparse(node.comparators[-1])):
                    for id_ in ids:
                        found.setdefault(id_, set()).add(ASKED[type(node.ops[-1])])
    return {id_: edges.pop() for id_, edges in found.items() if len(edges) == 1}


@pytest.mark.parametrize("rule", TOLD, ids=lambda rule: rule.id)
def test_both_languages_name_the_same_edge(rule: rules.Rule) -> None:
    assert said(rule.zh, ZH) == said(rule.en, EN)


@pytest.mark.parametrize("rule", [rule for rule in TOLD if rule.id in AFTER], ids=lambda rule: rule.id)
def test_what_a_timer_is_past_is_more_than_its_limit(rule: rules.Rule) -> None:
    assert said(rule.zh, ZH) == MORE


@pytest.mark.parametrize("id_", sorted(asked()))
def test_a_text_says_what_its_predicate_asks(id_: str) -> None:
    rule = rules.load()[id_]
    assert said(rule.zh, ZH) in {asked()[id_], NONE} or "{limit}" not in rule.zh
