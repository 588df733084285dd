"""What orders lack is asked once for each customer, and not at all where it is known or the order is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.orders.completeness import ASKED_FOR, OF_CUSTOMER, is_spared
from pipeline.orders.customers import customer_key
from pipeline.rules.helpers import goes_on
from schemas.incoming.orders import Orders
from schemas.table import Source

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext
    from schemas.derived.finding import Finding

RULES = {column.spec.blank: column for column in ASKED_FOR}  # what is found where an order lacks it
MOST_NAMED = 5  # orders in one sentence


@dataclass(frozen=True)
class _Gap:
    """A finding that an order lacks something, whose order it is, and where that stands among all."""

    finding: Finding
    customer: str
    number: str
    ordered_on: str  # as it sorts; NaT stands last


def asked_once(stored: Sequence[Finding], context: RuleContext) -> list[Finding]:
    """Return findings that the ledger keeps beside rows, with one for all orders of a customer that lack the same.

    It stands at the earliest of them and names the others. A row that waits for it, or is set aside, keeps its own.
    """
    there = set(context[Orders.name][Source.src_seq])
    mine = [each for each in stored if each.rule in RULES and each.kind == Orders.name and each.seq in there]
    lacking = [each for each in mine if not each.is_holding]
    if not lacking:
        return list(stored)
    known = set(map(id, lacking))
    return [*(each for each in stored if id(each) not in known), *_of_customers(_asked(lacking, context))]


def _asked(lacking: Sequence[Finding], context: RuleContext) -> Iterable[_Gap]:
    """Give what is still to be asked: not of orders that are over, and not what is known."""
    rows = context[Orders.name]
    number = rows[Orders.order_no].fillna(rows[Source.src_key])
    facts = pd.DataFrame(
        {
            "customer": customer_key(rows[Orders.customer_name]).fillna(number),
            "number": number,
            "ordered_on": rows[Orders.order_date],
            "goes_on": goes_on(rows, context),
            **{str(column): is_spared(rows, column) for column in ASKED_FOR},
        }
    ).set_index(rows[Source.src_seq].astype("int64"))
    for finding in lacking:
        row = facts.loc[finding.seq]
        if row["goes_on"] and not row[str(RULES[finding.rule])]:
            yield _Gap(finding, str(row["customer"]), str(row["number"]), str(row["ordered_on"]))


def _of_customers(asked: Iterable[_Gap]) -> Iterable[Finding]:
    alike: dict[tuple[str, str], list[_Gap]] = {}
    for each in asked:
        one = each.customer if RULES[each.finding.rule] in OF_CUSTOMER else each.number
        alike.setdefault((each.finding.rule, one), []).append(each)
    for same in alike.values():
        first, *rest = sorted(same, key=lambda each: (each.ordered_on, each.number))
        others = [number for number in dict.fromkeys(each.number for each in rest) if number != first.number]
        if not others:
            yield first.finding
            continue
        named = ", ".join([*others[:MOST_NAMED], *(["\u2026"] if len(others) > MOST_NAMED else [])])
        yield replace(first.finding, params={**first.finding.params, "also": named, "count": str(len(others))})
