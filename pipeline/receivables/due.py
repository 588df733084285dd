"""When a part falls due, and from when on it is owed (decisions: money and time)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.receivables.context import NAT, either

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.receivables.context import AgeingContext, Bools, Days, Ints

ON_ARRIVAL = ("COD", "NET_D")  # owed from shipping, so that goods on the road are seen


@dataclass(frozen=True)
class OrderDays:
    """One row per item: the days on which its order was confirmed, shipped, and so on."""

    confirmed: Days
    shipped: Days  # or signed for, where nobody entered the shipping
    signed: Days  # the whole order
    touched: Days  # any of it signed for
    invoiced: Days
    arrival: Days  # expected, else the shipping day


@dataclass(frozen=True)
class Due:
    """`unrolled` and `due` are missing without a base; `is_lost`: it has been missing for too long."""

    base: Days
    unrolled: Days
    due: Days
    is_owed: Bools
    is_lost: Bools


def due_days(
    context: AgeingContext, facts: OrderDays, texts: Mapping[str, Any], spans: Mapping[str, Ints], is_unknown: Bools
) -> Due:
    """Return due days of all items at once; arrays are aligned with `facts`."""
    base = _base(facts, texts["base"], texts["kind"])
    unrolled = _unrolled(context, base, texts["kind"], spans)
    since = _since(facts, texts, is_unknown)
    lost = np.isnat(unrolled) & (is_unknown | _is_late(context, facts, texts["code"]))
    return Due(base, unrolled, context.calendar.roll(unrolled), ~np.isnat(since), lost)


def _base(facts: OrderDays, bases: Any, kinds: Any) -> Days:
    days = {
        # an advance of an order that nobody confirmed is due, at the latest, once goods moved
        "O": either(facts.confirmed, facts.shipped),
        "S": facts.shipped,
        "D": facts.signed,
        "I": facts.invoiced,
        "A": facts.signed,
        "T": _month_end(facts.signed),
    }
    base = np.full(len(bases), NAT)
    for key, of in days.items():
        base = np.where(bases == key, of, base)
    return np.where(kinds == "prepay", facts.shipped, base)


def _unrolled(context: AgeingContext, base: Days, kinds: Any, spans: Mapping[str, Ints]) -> Days:
    days = spans["days"].astype("timedelta64[D]")
    after: dict[str, Callable[[Ints], Any]] = {
        "prepay": lambda at: base[at],
        "net": lambda at: base[at] + days[at],
        "net_wd": lambda at: context.calendar.add_working_days(base[at], spans["days"][at]).astype("datetime64[D]"),
        "eom": lambda at: _month_end(base[at]) + days[at],
        "next": lambda at: _month_end(base[at]) + 1 + days[at],
        "day": lambda at: _day_of(_month(base[at]) + 1, spans["day_of_month"][at]),
        "months": lambda at: _day_of(_month(base[at]) + spans["months"][at], _day(base[at])),
    }
    found = np.full(len(base), NAT)
    for kind, compute in after.items():
        at = np.flatnonzero(kinds == kind)
        if len(at):
            found[at] = compute(at)
    return found


def _since(facts: OrderDays, texts: Mapping[str, Any], is_unknown: Bools) -> Days:
    """The day from which the part is owed."""
    on_arrival = np.isin(_family(texts["code"]), ON_ARRIVAL) | (texts["base"] == "S") | is_unknown
    since = np.where(on_arrival, facts.shipped, facts.touched)
    return np.where(texts["base"] == "O", either(facts.confirmed, facts.shipped), since)


def _is_late(context: AgeingContext, facts: OrderDays, codes: Any) -> Bools:
    """Waiting for the base for longer than the policy allows."""
    on_arrival = np.isin(_family(codes), ON_ARRIVAL)
    since = np.where(on_arrival, facts.arrival, facts.touched)
    allowed = np.where(on_arrival, context.value("unsigned_days"), context.value("base_days"))
    return np.asarray(context.today - since > allowed.astype("timedelta64[D]"))


def _family(codes: Any) -> Any:
    names, at = np.unique(codes.astype("str"), return_inverse=True)
    return np.array([name.partition("(")[0] for name in names], dtype="str")[at] if len(codes) else codes


def _month(days: Days) -> Any:
    return days.astype("datetime64[M]")


def _day(days: Days) -> Ints:
    return np.asarray((days - _month(days).astype("datetime64[D]")).astype("int64") + 1)


def _month_end(days: Days) -> Days:
    return np.asarray((_month(days) + 1).astype("datetime64[D]") - 1)


def _day_of(months: Any, numbers: Ints) -> Days:
    """That day of the month; the last one where the month is shorter."""
    last = (months + 1).astype("datetime64[D]") - 1
    return np.asarray(np.minimum(months.astype("datetime64[D]") + (numbers - 1), last))
