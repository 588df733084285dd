"""The questions that versions of workbooks pose, each a finding every night as long as what poses it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.values import format_value
from pipeline.ledger import AskedPair, OpenWay, StandingRow, Vanished, bring_to_answers, rows_asked_about, what_stands
from pipeline.rules.validation.asked_repeats import EACH, PASTED, asked_keys
from schemas.derived.finding import Finding, Place
from schemas.incoming.kinds import KINDS
from schemas.policy.policy import shipped
from schemas.table import Type

if TYPE_CHECKING:
    from pipeline.ledger import Ledger, Night
    from schemas.policy.policy import Policy

ROW, GONE, WAY = "X-034", "X-035", "X-036"
WHOLE, ONLY_NEW = "whole", "only_new"
SAME_ROW, OTHER_ROW = "same_row", "other_row"
DELETED, MOVED, MISTAKE = "deleted", "moved", "mistake"
MOST_TOLD = 3
NAMED = ("customer_name", "payer", "buyer")  # whose a row is, the first that it says


def version_findings(ledger: Ledger, policy: Policy | None = None) -> list[Finding]:
    """Return every question, answered or not: rows that may be others, rows that vanished, ways of workbooks.

    How a workbook comes is not asked where the managers settled it.
    """
    settled = policy or shipped()
    standing = what_stands(ledger)
    return [
        *map(_about_pair, standing.pairs),
        *map(_about_vanished, standing.vanished),
        *(_about_way(found) for found in standing.ways if not settled.way_of(found.workbook, found.file)),
    ]


def apply_answers(ledger: Ledger, night: Night, answers: Mapping[str, str], policy: Policy | None = None) -> None:
    """Bring what counts to what was answered, by number of the finding; an answer that is no more counts no more.

    To be called every night with all answers that stand. A look back changes nothing. How workbooks come the managers
    may settle; they go first.
    """
    if night.is_past:
        return
    standing = what_stands(ledger)
    gone = [(found, _about_vanished(found).id) for found in standing.vanished]
    settled = policy or shipped()
    ways = {found.workbook: answers.get(_about_way(found).id, "") for found in standing.ways}
    ways |= {name: way for name, file in standing.newest.items() if (way := settled.way_of(name, file))}
    bring_to_answers(
        ledger,
        taken={row.seq: id_ for found, id_ in gone if answers.get(id_) == DELETED for row in found.rows},
        repeated=rows_asked_about(ledger, EACH, {id_ for id_, key in answers.items() if key == PASTED}, asked_keys),
        parted={found.new.seq: answers.get(_about_pair(found).id) == OTHER_ROW for found in standing.pairs},
        known_ways={name: way for name, way in ways.items() if way in (WHOLE, ONLY_NEW)},
    )


def _about_pair(asked: AskedPair) -> Finding:
    column = asked.columns[0]
    place, heading = asked.new.place(column)
    return Finding(
        ROW,
        asked.new.kind,
        asked.new.key,
        column,
        place,
        heading,
        _value(asked.new, column),
        params={"other": _value(asked.former, column), "name": str(asked.former.place(column)[0])},
        subject=_subject(asked.new),
        customer=_customer(asked.new),
        seq=asked.new.seq,
    )


def _about_vanished(found: Vanished) -> Finding:
    told = "; ".join(f"{_subject(row)} ({row.place('')[0].cell})" for row in found.rows[:MOST_TOLD])
    return Finding(
        GONE,
        "sources",
        f"{found.workbook}|{found.sheet}|{found.mark}",
        place=Place(found.file, found.sheet),
        params={"count": str(len(found.rows)), "sheet": found.sheet, "other": told},
        subject=found.file,
    )


def _about_way(found: OpenWay) -> Finding:
    return Finding(
        WAY,
        "sources",
        found.workbook,
        place=Place(found.file),
        params={"count": str(found.rows), "name": found.file},
        subject=found.file,
    )


def _value(row: StandingRow, column: str) -> str:
    """Return what a row says in a column, as staff read it."""
    type_, value = KINDS[row.kind].spec(column).type, row.facts.get(column)
    if value is None:
        return ""
    return format_value(pd.Timestamp(value) if type_ in (Type.DAY, Type.MOMENT) else value, type_)


def _subject(row: StandingRow) -> str:
    """Return what people call a row by: its number, else whose it is."""
    table = KINDS[row.kind]
    named = [*(columns[0] for columns in table.identity), *NAMED]
    return next((str(row.facts[name]) for name in named if row.facts.get(name)), row.key.partition("|")[0])


def _customer(row: StandingRow) -> str:
    return next((str(row.facts[name]) for name in NAMED if row.facts.get(name)), "")
