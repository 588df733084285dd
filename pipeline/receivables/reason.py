"""The words behind every open item: due when and why, late by how much, paid what."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core.money import format_money
from pipeline.receivables.claims import REMARK
from pipeline.receivables.context import as_days, ints
from pipeline.receivables.phrases import phrase
from pipeline.receivables.tables import Items, Moves
from schemas.derived.receivables import Receivables
from schemas.language.words import load, translate

if TYPE_CHECKING:
    from pipeline.receivables.allocate import Applied
    from pipeline.receivables.context import AgeingContext

NO_DAY = int(np.datetime64("NaT", "D").astype("int64"))
UNDATED = "NaT"  # as numpy writes the day of money that only the order's own row tells of


def describe_items(items: pd.DataFrame, applied: Applied, context: AgeingContext) -> pd.Series[str]:
    """Return one text per open item, missing for paid ones."""
    at = np.flatnonzero(ints(items[Receivables.open_fen]) > 0)
    rows = items.iloc[at]
    words = _Words(context)
    last = _last_payments(applied, len(items))
    columns = [
        _due(rows, words),
        _paid(rows, last[0][at], last[1][at], words),
        _sums(rows, Receivables.credited_fen, "owed.credited", words),
        _sums(rows, Receivables.disputed_fen, "owed.disputed", words),
        _contact(rows, words),
        _stopped(rows, words),
    ]
    texts = pd.Series([None] * len(items), index=items.index, dtype="str")
    texts.iloc[at] = ["".join(parts) for parts in zip(*columns, strict=True)]
    return texts


class _Words:
    """Sentences of one language, each put together once a night."""

    def __init__(self, context: AgeingContext) -> None:
        self.lang, self.holidays = context.lang, context.policy.days.names
        self.today = context.today
        # not on the class: a cache there would keep the night's tables for ever
        self.due = cache(self._due)

    def text(self, key: str, **values: str) -> str:
        return phrase(key, self.lang)(**values)

    def _due(self, on: int, first: int, since: int, facts: tuple[str, str, bool, bool, bool]) -> str:
        """Due day, its reason and the age; days as numbers, `told`: term, base, lost, unknown, assumed."""
        term, base, *_, is_assumed = facts
        if on == NO_DAY:
            return self._undated(*facts)
        basis = self.text("owed.basis_opening")
        if term:
            basis = self.text("owed.basis", term=term, base=translate(f"base.{base}", self.lang), base_on=_day(since))
        assumed = self.text("owed.assumed") if is_assumed else ""
        rolled = self._rolled(_day(first)) if first != on else ""
        age = int((self.today - np.datetime64(on, "D")).astype("int64"))
        return self.text("owed.due", due=_day(on), basis=basis + assumed + rolled) + self._age(age)

    def _undated(self, term: str, base: str, *states: bool) -> str:
        is_lost, is_unknown, _ = states
        if is_unknown:
            return self.text("owed.no_term" if term else "owed.no_term_blank", term=term)
        if not term:
            return self.text("owed.no_due_opening")
        waits = self.text("owed.no_base", term=term, base=translate(f"base.{base}", self.lang))
        return waits + self.text("owed.no_base_late" if is_lost else "owed.no_base_early")

    def _rolled(self, day: str) -> str:
        """Why the day is none to pay on: its holiday, else its weekday."""
        when = date.fromisoformat(day)
        name = self.holidays.get(when, "") if self.lang == "zh" else ""
        name = name or translate(f"weekday.{when.weekday()}", self.lang)
        return self.text("owed.rolled", day=day[5:], name=name)

    def _age(self, days: int) -> str:
        if days > 0:
            return self.text("owed.late", days=str(days))
        return self.text("owed.early" if days else "owed.today")


def _due(rows: pd.DataFrame, words: _Words) -> list[str]:
    days = [_numbers(rows[name]) for name in (Receivables.due_on, Receivables.unrolled_on, Receivables.base_on)]
    terms = rows[Receivables.pay_term].fillna("").to_numpy(dtype="object").tolist()
    bases = rows[Items.base].fillna("").to_numpy(dtype="object").tolist()
    states = (rows[name].tolist() for name in ("is_lost", "is_unknown", "is_assumed"))
    facts = zip(terms, bases, *states, strict=True)
    return [words.due(*facts) for facts in zip(*days, facts, strict=True)]


def _numbers(moments: pd.Series) -> list[int]:
    found: list[int] = as_days(moments).astype("int64").tolist()
    return found


def _day(number: int) -> str:
    return str(np.datetime64(number, "D"))


def _last_payments(applied: Applied, size: int) -> tuple[Any, Any]:
    """Day of the last payment of every item, and whether only its remark named the order."""
    moves = applied.moves[~applied.moves[Moves.is_credit] & (applied.moves[Moves.fen] != 0)]
    day = np.full(size, np.datetime64("NaT", "D"))
    remark = np.zeros(size, dtype="bool")
    # moves stand by day, so the last one written stays
    day[moves[Moves.item]] = moves[Moves.day].to_numpy(dtype="datetime64[us]").astype("datetime64[D]")
    remark[moves[Moves.item]] = (moves[Moves.basis] == REMARK).to_numpy(dtype="bool")
    return day, remark


def _paid(rows: pd.DataFrame, days: Any, remarked: Any, words: _Words) -> list[str]:
    made = [""] * len(rows)
    text = [phrase(key, words.lang) for key in ("owed.paid", "owed.paid_remark")]
    fen = ints(rows[Receivables.received_fen])
    at = np.flatnonzero(fen)
    own = (rows[name].iloc[at].to_numpy(dtype="object") for name in (Receivables.order_no, Receivables.currency))
    whose = zip(*own, strict=True)
    facts = zip(
        at.tolist(), fen[at].tolist(), days[at].astype("str").tolist(), remarked[at].tolist(), whose, strict=True
    )
    level = phrase("owed.paid_level", words.lang)
    for place, amount, day, is_remark, (order_no, code) in facts:
        told = level if day == UNDATED else text[is_remark]
        made[place] = told.filled({"amount": format_money(amount, code), "day": day, "order_no": order_no})
    return made


def _sums(rows: pd.DataFrame, name: str, key: str, words: _Words) -> list[str]:
    pairs = zip(ints(rows[name]).tolist(), rows[Receivables.currency], strict=True)
    return [words.text(key, amount=format_money(fen, code)) if fen else "" for fen, code in pairs]


def _stopped(rows: pd.DataFrame, words: _Words) -> list[str]:
    """Until when staff want no reminders, and why."""
    made = [""] * len(rows)
    days = as_days(rows[Items.stop_until])
    for at in np.flatnonzero(rows[Items.is_stopped].to_numpy(dtype="bool")).tolist():
        why = rows[Items.stop_reason].iloc[at]
        key = "owed.stopped" if np.isnat(days[at]) else "owed.stopped_until"
        made[at] = words.text(key, day=str(days[at])) + (words.text("owed.stopped_why", why=why) if why else "")
    return made


def _contact(rows: pd.DataFrame, words: _Words) -> list[str]:
    made = [""] * len(rows)
    channel_words = {key: translate(key, words.lang) for key in load() if key.startswith("channel.")}
    days = as_days(rows[Receivables.last_contact_at])
    at = np.flatnonzero(~np.isnat(days))
    channels = rows[Receivables.last_channel].iloc[at].fillna("").to_numpy(dtype="object")
    for place, day, channel in zip(at.tolist(), days[at].astype("str").tolist(), channels, strict=True):
        made[place] = words.text("owed.contact", day=day[5:], channel=channel_words.get(f"channel.{channel}", ""))
    return made
