"""Sentences: rules and words with their placeholders filled, pages from templates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from schemas.derived.finding import Finding
from schemas.language import spellings
from schemas.language.words import load, translate
from schemas.policy.rules import Rule
from schemas.policy.timers import Limit
from schemas.table import HOME

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment  # loaded where a template is: commands that make none start light

PLACEHOLDER = re.compile(r"\{\w+\}")
WORDS, PAIRS, PHRASES = "_words", "_pairs", "_phrases"  # endings of params that are said in the reader's language
OR, AND = " / ", ","  # between words that may stand for each other, and between groups of them
SEVERAL = "; "  # what the parsers put between several guesses
# a sum of another currency says its own; the yuan of the sentence around it goes
CODES = "|".join(sorted({*spellings.group("money.currency").values()} - {HOME}))
OTHER_SUM = re.compile(rf"(?<![A-Za-z])(?:{CODES}) -?[\d,]+\.\d\d(?!\d)")
YUAN = "|".join(re.escape(word) for word, code in spellings.group("money.currency").items() if code == HOME)
OTHER_MONEY = re.compile(rf"(?i:\b(?:{YUAN}) ?)?({OTHER_SUM.pattern})(?i: ?(?:{YUAN})(?![a-z]))?")
TEMPLATES = Path(__file__).parents[2] / "reports" / "templates"


class NoTemplate(ValueError):
    """A text that cannot be read or filled as a template; `line` is the one at fault, where known."""

    def __init__(self, why: str, line: str = "") -> None:
        super().__init__(why)
        self.line = line


class _Blanks(Formatter):
    """Fills known names, writes a dash for what nobody knows; plain names only.

    Text from workbooks goes in as a value and is never read as a template.
    """

    def get_field(self, name: str, args: Any, kwargs: Any) -> tuple[Any, str]:  # noqa: ARG002 - base class signature
        return kwargs.get(name) or "–", name


def fill(text: str, **values: str) -> str:
    """Return a sentence with its placeholders filled."""
    made = _Blanks().vformat(text, (), values)
    return OTHER_MONEY.sub(_alone, made) if any(OTHER_SUM.search(str(value)) for value in values.values()) else made


def _alone(found: re.Match[str]) -> str:
    """A sum with its own currency, parted by a blank from a word behind it."""
    return found[1] + (" " if found.string[found.end() : found.end() + 1].isalnum() else "")


def phrase(key: str, lang: str, **values: str) -> str:
    """Return a phrase of the word tables, filled."""
    return fill(translate(key, lang), **values)


def format_limit(value: Decimal | None) -> str:
    """Return a rule's limit without needless zeros."""
    return "" if value is None else f"{value.normalize():f}"


def format_span(amount: Limit, lang: str) -> str:
    """Return how long something may take: 2 工作小时."""
    return f"{format_limit(amount.amount)} {translate(f'paper.unit.{amount.unit}', lang)}"


def format_within(amount: Limit, lang: str) -> str:
    """Return how long something may take, in a sentence: 2 个工作小时."""
    return f"{format_limit(amount.amount)} {translate(f'unit_c.{amount.unit}', lang)}"


def describe_rule(rule: Rule, lang: str, reach: str) -> str:
    """Return what a rule says of any finding: dots for what each fills in, `reach` for the limit."""
    return PLACEHOLDER.sub("…", (rule.en if lang == "en" else rule.zh).replace("{limit}", reach))


def describe_finding(finding: Finding, rule: Rule, lang: str) -> tuple[str, str]:
    """Return what is wrong and the one thing to do, in the words of the rule."""
    values = {
        "value": finding.raw,
        "limit": format_limit(rule.limit),
        "column": heading_text(finding, lang),
        "key": finding.subject,
        "file": finding.place.file,
        "sheet": finding.place.sheet,
    } | _said(finding.params, lang)
    if "suggestion" in values:
        values["suggestion"] = values["suggestion"].replace(SEVERAL, translate("mark.list", lang))
    wrong, remedy = (rule.en, rule.remedy_en) if lang == "en" else (rule.zh, rule.remedy_zh)
    problem = fill(wrong, **values)
    if values.get("suggestion") and "{suggestion}" not in wrong:
        problem += phrase("phrase.maybe", lang, suggestion=values["suggestion"])
    if values.get("also"):
        problem += phrase("phrase.also", lang, also=values["also"], count=values.get("count", ""))
    return problem, fill(remedy, **values)


def heading_text(finding: Finding, lang: str) -> str:
    """Return the heading a finding is about: as written, or our word for one that the sheet does not have."""
    return _said(finding.params, lang).get("column", finding.heading)


def _said(params: Mapping[str, str], lang: str) -> dict[str, str]:
    """Params in words, for whoever reads them in whatever language.

    One that ends in `_words` holds keys of the word tables, in `_pairs` headings as written beside the key of what each
    means, in `_phrases` whole phrases with params of their own.
    """
    made = dict(params)
    for ending, say in ((WORDS, _words), (PAIRS, _pairs), (PHRASES, _phrases)):
        for name in [name for name in made if name.endswith(ending)]:
            made[name.removesuffix(ending)] = say(made.pop(name), lang)
    return made


def _words(keys: str, lang: str) -> str:
    groups = (OR.join(translate(key, lang) for key in group.split()) for group in keys.split(AND))
    return translate("mark.list", lang).join(groups)


def _pairs(text: str, lang: str) -> str:
    means = ((heading, translate(key, lang) if key else heading) for heading, key in json.loads(text))
    said = (heading if heading == meant else f"{heading} → {meant}" for heading, meant in means)
    return translate("mark.list", lang).join(said)


def _phrases(text: str, lang: str) -> str:
    said = (phrase(key, lang, **_said(params, lang)) for key, params in json.loads(text))
    return translate("mark.semicolon", lang).join(said)


@cache
def pages() -> SandboxedEnvironment:
    """Return the page templates: autoescaped, strict about names, sandboxed."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    made = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()
    return made


def describe_owner(owner: str, lang: str) -> str:
    """Return a person as written, or a department's key in words."""
    return translate(f"dept.{owner}", lang) if f"dept.{owner}" in load() else owner


def page(template: str, values: Mapping[str, object]) -> str:
    """Render one page template from plain values."""
    return pages().get_template(template).render(**values)


def template(source: str) -> Callable[[Mapping[str, object]], str]:
    """Return markup with tags as one that can be filled; values are escaped. Raises NoTemplate, now or then."""
    from jinja2 import TemplateError

    try:
        made = pages().from_string(source)
    except TemplateError as wrong:
        raise _no_template(source, wrong) from wrong

    def filled(values: Mapping[str, object]) -> str:
        try:
            return made.render(**values)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as wrong:
            raise _no_template(source, wrong) from wrong

    return filled


def undeclared(source: str) -> set[str]:
    """Return the names a template wants, and `name.part` of what it loops over. Raises NoTemplate."""
    from jinja2 import TemplateError, meta, nodes

    try:
        read = pages().parse(source)
    except TemplateError as wrong:
        raise _no_template(source, wrong) from wrong
    parts = [(attribute.node, attribute.attr) for attribute in read.find_all(nodes.Getattr)]
    named = {f"{node.name}.{attr}" for node, attr in parts if isinstance(node, nodes.Name) and node.name != "loop"}
    return meta.find_undeclared_variables(read) | named


def _no_template(source: str, wrong: Exception) -> NoTemplate:
    number, lines = getattr(wrong, "lineno", None), source.splitlines()
    return NoTemplate(str(wrong), lines[number - 1] if number and number <= len(lines) else "")
