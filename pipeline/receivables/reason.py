"""The words behind every open item: due when and why, late by how much, paid what."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.money import format_money
from pipeline.receivables.night import as_days, ints
from pipeline.wording import fill
from schemas.receivables import Receivables
from schemas.words import load, say

if TYPE_CHECKING:
    from pipeline.receivables.allocate import Applied
    from pipeline.receivables.night import Night

REMARK = "remark"


def reasons(items: pd.DataFrame, applied: Applied, night: Night) -> pd.Series[str]:
    """One text per open item, missing for paid ones."""
    at = np.flatnonzero(ints(items[Receivables.open_fen]) > 0)
    rows = items.iloc[at]
    words = _Words(night)
    last = _last_payments(applied, len(items))
    columns = [
        _due(rows, words),
        _paid(rows, last[0][at], last[1][at], words),
        _sums(rows[Receivables.credited_fen], "owed.credited", words),
        _sums(rows[Receivables.disputed_fen], "owed.disputed", words),
        _contact(rows, words),
    ]
    texts = pd.Series([None] * len(items), index=items.index, dtype="str")
    texts.iloc[at] = ["".join(parts) for parts in zip(*columns, strict=True)]
    return texts


class _Words:
    """Sentences of the night's language, each put together once a night."""

    def __init__(self, night: Night) -> None:
        self.lang, self.holidays = night.lang, night.policy.days.names
        # not on the class: a cache there would keep the night's tables for ever
        self.said, self.basis = cache(self._said), cache(self._basis)
        self.rolled, self.age = cache(self._rolled), cache(self._age)

    def _said(self, key: str, *values: tuple[str, str]) -> str:
        return fill(say(key, self.lang), **dict(values))

    def _basis(self, term: str, base: str, day: str) -> str:
        if not term:
            return self.said("owed.basis_opening")
        return self.said("owed.basis", ("term", term), ("base", say(f"base.{base}", self.lang)), ("base_on", day))

    def _rolled(self, day: str) -> str:
        """Why the day is none to pay on: its holiday, else its weekday."""
        when = date.fromisoformat(day)
        name = self.holidays.get(when, "") if self.lang == "zh" else ""
        name = name or say(f"weekday.{when.weekday()}", self.lang)
        return self.said("owed.rolled", ("day", day[5:]), ("name", name))

    def _age(self, days: int) -> str:
        if days > 0:
            return self.said("owed.late", ("days", str(days)))
        return self.said("owed.early" if days else "owed.today")


def _due(rows: pd.DataFrame, words: _Words) -> list[str]:
    due, unrolled = _texts(rows[Receivables.due_on]), _texts(rows[Receivables.unrolled_on])
    ages = rows[Receivables.overdue_days].to_numpy(dtype="int64", na_value=0).tolist()
    terms = rows[Receivables.pay_term].fillna("").tolist()
    bases, days = rows["base"].fillna("").tolist(), _texts(rows[Receivables.base_on])
    states = zip(rows["is_lost"].tolist(), rows["is_unknown"].tolist(), rows["is_assumed"].tolist(), strict=True)
    made = []
    for on, first, age, term, base, day, state in zip(due, unrolled, ages, terms, bases, days, states, strict=True):
        if on == "NaT":
            made.append(_undated(words, term, base, state))
            continue
        basis = words.basis(term, base, day) + (words.said("owed.assumed") if state[2] else "")
        rolled = words.rolled(first) if first != on else ""
        made.append(words.said("owed.due", ("due", on), ("basis", basis + rolled)) + words.age(age))
    return made


def _undated(words: _Words, term: str, base: str, state: tuple[bool, bool, bool]) -> str:
    is_lost, is_unknown, _ = state
    if is_unknown:
        return words.said("owed.no_term" if term else "owed.no_term_blank", ("term", term))
    if not term:
        return words.said("owed.no_due_opening")
    waits = words.said("owed.no_base", ("term", term), ("base", say(f"base.{base}", words.lang)))
    return waits + words.said("owed.no_base_late" if is_lost else "owed.no_base_early")


def _last_payments(applied: Applied, size: int) -> tuple[Any, Any]:
    """Day of the last payment of every item, and whether only its remark named the order."""
    moves = applied.moves[~applied.moves["is_credit"] & (applied.moves["fen"] != 0)]
    day = np.full(size, np.datetime64("NaT", "D"))
    remark = np.zeros(size, dtype="bool")
    # moves stand by day, so the last one written stays
    day[moves["item"]] = moves["day"].to_numpy(dtype="datetime64[us]").astype("datetime64[D]")
    remark[moves["item"]] = (moves["basis"] == REMARK).to_numpy(dtype="bool")
    return day, remark


def _paid(rows: pd.DataFrame, days: Any, remarked: Any, words: _Words) -> list[str]:
    made = []
    lines = zip(
        ints(rows[Receivables.received_fen]).tolist(),
        np.datetime_as_string(days).tolist(),
        remarked.tolist(),
        rows[Receivables.order_no].tolist(),
        strict=True,
    )
    for fen, day, is_remark, order_no in lines:
        if not fen:
            made.append("")
            continue
        key = "owed.paid_remark" if is_remark else "owed.paid"
        made.append(fill(say(key, words.lang), amount=format_money(fen), day=day, order_no=order_no))
    return made


def _sums(column: pd.Series, key: str, words: _Words) -> list[str]:
    return [words.said(key, ("amount", format_money(fen))) if fen else "" for fen in ints(column).tolist()]


def _contact(rows: pd.DataFrame, words: _Words) -> list[str]:
    days, channels = _texts(rows[Receivables.last_contact_at]), rows[Receivables.last_channel].fillna("").tolist()
    lang = words.lang
    spoken = {key: word.said(lang) for key, word in load().items() if key.startswith("channel.")}
    return [
        ""
        if day == "NaT"
        else words.said("owed.contact", ("day", day[5:]), ("channel", spoken.get(f"channel.{channel}", "")))
        for day, channel in zip(days, channels, strict=True)
    ]


def _texts(moments: pd.Series) -> list[str]:
    found: list[str] = np.datetime_as_string(as_days(moments)).tolist()
    return found
