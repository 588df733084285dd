"""The managers' workbook: written by `init`, read by every night, checked like any other.

A cell that cannot be used stops the night with its place named, and nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from pipeline.errors import SettingsError
from pipeline.reading.papers import grids
from pipeline.workbooks_policy import write_tables
from schemas.policy import Policy, shipped
from schemas.words import load, say

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.workspace import Workspace
    from schemas.rules import Rule

OWNERS = "dept."
HEADS = {
    "rules": ("rule", "text", "is_on", "limit", "unit", "owner"),
    "values": ("value_key", "text", "value", "unit"),
    "days": ("day", "is_working", "day_name"),
    "sources": ("file_pattern", "is_whole"),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the policy workbook with its place."""

    where: str
    value: Any

    def wrong(self, why: str) -> SettingsError:
        """The error that names this cell; `why` is a key of ``wrong.*``."""
        return SettingsError(self.where, why, "correct_cell", value=str(self.value))


def policy_of(desk: Workspace) -> Policy:
    """Shipped policy with the workspace's workbook over it. Raises SettingsError."""
    policy = shipped()
    if not desk.policy.exists():
        return policy
    sheets = _sheets(desk)
    policy = replace(policy, rules=_rules(policy.rules, sheets.get("rules", ())))
    policy = replace(policy, values=_values(policy.values, sheets.get("values", ())))
    company = [_day(row) for row in sheets.get("days", ()) if row["day"].value not in ("", None)]
    whole = [str(row["file_pattern"].value).strip() for row in sheets.get("sources", ()) if _flag(row["is_whole"])]
    return replace(policy, days=policy.days.with_overlay(company), whole=tuple(whole))


def write_policy(desk: Workspace) -> None:
    """The shipped policy as a workbook in the desk's language."""
    policy, lang = shipped(), desk.lang
    rules = [
        (r.id, r.en if lang == "en" else r.zh, _yes(r.is_live, lang), r.limit, r.unit, say(OWNERS + r.owner, lang))
        for r in policy.rules.values()
        if r.is_live
    ]
    from schemas.policy import value_rows

    values = [(row["key"], row[lang], Decimal(row["value"]), row["unit"]) for row in value_rows()]
    tables: dict[str, Sequence[Sequence[object]]] = {"rules": rules, "values": values, "days": [], "sources": []}
    write_tables(
        desk.policy,
        {say(f"policy.{name}", lang): (_heads(name, lang), rows) for name, rows in tables.items()},
    )


def _yes(flag: bool, lang: str) -> str:  # noqa: FBT001 - one flag said in words
    return say("policy.yes" if flag else "policy.no", lang)


def _heads(name: str, lang: str) -> list[str]:
    return [say(f"policy.h_{head}", lang) for head in HEADS[name]]


def _sheets(desk: Workspace) -> dict[str, list[dict[str, Cell]]]:
    read = grids(desk.policy)
    if read is None:
        raise SettingsError(str(desk.policy), "policy_closed", "restore_policy")
    found = {}
    for name, heads in HEADS.items():
        word = load()[f"policy.{name}"]
        rows = read.get(word.zh) or read.get(word.en)
        if rows:
            found[name] = list(_rows(desk.policy, word.said(desk.lang), heads, rows))
    return found


def _rows(path: Path, tab: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[dict[str, Cell]]:
    """Rows below the heading; a missing column is named, not guessed."""
    at: dict[str, int] = {}
    for head in heads:
        word = load()[f"policy.h_{head}"]
        found = [n for n, cell in enumerate(rows[0]) if str(cell).strip() in (word.zh, word.en)]
        if not found:
            missing = Cell(f"{path.name} › {tab} › 1", word.zh)
            raise missing.wrong("no_heading")
        at[head] = found[0]
    for number, row in enumerate(rows[1:], start=2):
        if any(str(cell).strip() for cell in row):
            yield {
                head: Cell(f"{path.name} › {tab} › {_letter(n)}{number}", row[n] if n < len(row) else "")
                for head, n in at.items()
            }


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _rules(rules: Mapping[str, Rule], rows: Sequence[Mapping[str, Cell]]) -> dict[str, Rule]:
    made = dict(rules)
    for row in rows:
        rule = made.get(str(row["rule"].value).strip())
        if rule is None:
            raise row["rule"].wrong("no_rule")
        on = _flag(row["is_on"])
        made[rule.id] = replace(
            rule,
            limit=_limit(row["limit"], rule),
            owner=_owner(row["owner"]),
            status=rule.status if on else "off",
        )
    return made


def _limit(cell: Cell, rule: Rule) -> Decimal | None:
    """The figure of the cell; a blank one leaves the rule as it is shipped."""
    number = _number(cell)
    if number is None:
        return rule.limit
    if rule.limit is None:
        raise cell.wrong("no_limit")
    if not number.is_finite() or number < 0:
        raise cell.wrong("below_nought")
    return number


def _flag(cell: Cell) -> bool:
    text = str(cell.value).strip().lower()
    for key, flag in (("policy.yes", True), ("policy.no", False)):
        word = load()[key]
        if text in (word.zh, word.en.lower()):
            return flag
    raise cell.wrong("no_flag")


def _number(cell: Cell) -> Decimal | None:
    if cell.value in ("", None):
        return None
    try:
        return Decimal(str(cell.value))
    except InvalidOperation:
        raise cell.wrong("no_figure_number") from None


def _owner(cell: Cell) -> str:
    text = str(cell.value).strip()
    for key, word in load().items():
        if key.startswith(OWNERS) and text in (word.zh, word.en, *word.other):
            return key.removeprefix(OWNERS)
    raise cell.wrong("no_dept")


def _values(values: Mapping[str, Decimal], rows: Sequence[Mapping[str, Cell]]) -> dict[str, Decimal]:
    made = dict(values)
    for row in rows:
        key, number = str(row["value_key"].value).strip(), _number(row["value"])
        if key not in made:
            raise row["value_key"].wrong("no_figure")
        if number is None or number < 0:
            raise row["value"].wrong("below_nought")
        made[key] = number
    return made


def _day(row: Mapping[str, Cell]) -> tuple[date, bool, str]:
    value = row["day"].value
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise row["day"].wrong("no_day") from None
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise row["day"].wrong("no_day")
    return value, _flag(row["is_working"]), str(row["day_name"].value or "")
