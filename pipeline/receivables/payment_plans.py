"""Terms as arrays: the parts of every distinct pay term, laid end to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.orders.pay_terms import parse_term
from pipeline.receivables.sums import running, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.orders.pay_terms import Part
    from pipeline.receivables.context import Bools, Ints

MILLION = 1_000_000


@dataclass(frozen=True)
class Plan:
    """Parts of all terms in a row; term t has `counts[t]` parts from `starts[t]` on.

    `portions` in millionths. The last part, or the one without a share, takes what is left.
    """

    counts: Ints
    starts: Ints
    portions: Ints
    amounts: Ints
    is_rest: Bools
    texts: dict[str, np.ndarray[Any, Any]]
    spans: dict[str, Ints]
    is_unknown: Bools
    is_assumed: Bools


def plan(texts: Sequence[str]) -> Plan:
    """The plan of these terms, in their order."""
    terms = [parse_term(text) for text in texts]
    parts = [part for term in terms for part in term.parts]
    counts = np.array([len(term.parts) for term in terms], dtype="int64")
    rests = [_rest(term.parts) for term in terms]
    return Plan(
        counts=counts,
        starts=np.cumsum(counts) - counts,
        portions=np.array([int((part.portion or 0) * MILLION) for part in parts], dtype="int64"),
        amounts=np.array([part.amount_fen or 0 for part in parts], dtype="int64"),
        is_rest=np.array(
            [place == rest for term, rest in zip(terms, rests, strict=True) for place in range(len(term.parts))],
            dtype="bool",
        ),
        texts={
            name: np.array([getattr(part, name) for part in parts], dtype="object")
            for name in ("code", "label", "base", "kind")
        },
        spans={
            name: np.array([getattr(part, name) for part in parts], dtype="int64")
            for name in ("days", "months", "day_of_month")
        },
        is_unknown=np.array([term.unknown for term in terms for _ in term.parts], dtype="bool"),
        is_assumed=np.array([term.days_assumed for term in terms for _ in term.parts], dtype="bool"),
    )


def _rest(parts: tuple[Part, ...]) -> int:
    silent = [place for place, part in enumerate(parts) if part.portion is None and part.amount_fen is None]
    return silent[0] if silent else len(parts) - 1


def split(plan: Plan, order: Ints, part: Ints, totals: Ints) -> Ints:
    """Fen of every part; `order` and `part` say whose it is, `totals` what its order is worth.

    Parts of an order stand together. They never add up to more or less than the order.
    """
    exact = totals * plan.portions[part]
    said = np.where(plan.portions[part] > 0, (exact + MILLION // 2) // MILLION, plan.amounts[part])
    said = np.where(plan.is_rest[part], 0, said)
    upto = running(said, order)
    fen = np.minimum(upto, totals) - np.minimum(upto - said, totals)
    return np.where(plan.is_rest[part], totals - whole(fen, order), fen)
