"""Why an order stands where it stands, in words, from the facts the states were derived from."""

from __future__ import annotations

import pandas as pd

from pipeline.core.groups import worded
from pipeline.core.money import format_money
from pipeline.core.phrases import fill
from schemas.derived.status import STAGES, Book, Standing
from schemas.incoming.orders import Orders
from schemas.language.words import load, say
from schemas.policy import states

DAYS = {
    "cancelled_on": Book.cancelled_on,
    "signed_on": Book.signed_on,
    "shipped_on": Book.shipped_on,
    "eta_on": Book.eta_on,
    "sent_on": Book.conf_sent_at,
    "conf_on": Book.conf_at,
    "approved_on": Book.approved_on,
    "order_on": Book.order_date,
    "due_on": Book.due_on,
    "first_on": Book.first_promised_on,
    "moved_on": Book.promise_moved_on,
    "moved_from": Book.promise_moved_from,
    "moved_to": Book.promise_moved_to,
}
STAGE_DAYS = {"prepare_on": Standing.prepare_actual_at, "check_on": Standing.check_actual_at}
PLAN_OF = {
    "to_ship": Standing.ship_planned_at,
    "to_check": Standing.check_planned_at,
    "preparing": Standing.prepare_planned_at,
}
QUANTITIES = {"ordered": Book.ordered_qty, "shipped": Book.shipped_qty, "signed": Book.signed_qty}
LATE = ("very_late", "late")
OVERDUE = ("late", "part_late")


def reasons(book: pd.DataFrame, made: pd.DataFrame, *, lang: str, is_told: pd.Series[bool]) -> pd.Series[str]:
    """One sentence per order, missing where nothing is left to be told."""
    told = made[is_told].reset_index(drop=True)
    facts = book[is_told.to_numpy()].reset_index(drop=True)
    words = pd.DataFrame(_words(facts, told, lang))
    parts = pd.DataFrame({"state": _by_state(told, words, lang)} | _further(told, words, lang))
    join = say("reason.join", lang)
    sentences = [join.join(each for each in row if each) for row in zip(*(parts[c] for c in parts), strict=True)]
    return pd.Series(sentences, index=made.index[is_told.to_numpy()], dtype="str").reindex(made.index)


def _by_state(told: pd.DataFrame, words: pd.DataFrame, lang: str) -> list[str]:
    said: list[str] = [""] * len(told)
    for state, rows in told.groupby(Standing.state, sort=False).groups.items():
        key = "reason.hold" if str(state).startswith("hold_") else f"reason.{state}"
        for n, sentence in zip(rows, _filled(say(key, lang), words.loc[rows]), strict=True):
            said[n] = sentence
    return said


def _filled(template: str, words: pd.DataFrame) -> list[str]:
    """The template with the words of every row, each different row worded once."""
    used = [name for name in words.columns if f"{{{name}}}" in template]
    if not used:
        return [template] * len(words)
    rows = list(zip(*(words[name] for name in used), strict=True))
    made = {row: fill(template, **dict(zip(used, row, strict=True))) for row in dict.fromkeys(rows)}
    return [made[row] for row in rows]


def _further(told: pd.DataFrame, words: pd.DataFrame, lang: str) -> dict[str, list[str]]:
    """What is late, held back or put off beside the state."""
    is_moved = told[Standing.promise_moves] > 0
    asked = {
        "reason.delay": told[Standing.delay_wd] > 0,
        "reason.delivery": told[Standing.delivery_state].isin(LATE),
        "reason.promise": is_moved,
        "reason.first_promise": is_moved & (told[Standing.first_promise_wd] > 0),
        "reason.payment": told[Standing.payment_state].isin(OVERDUE),
        "reason.release": told[Standing.release] == "await_payment",
        "reason.credit": told[Standing.release] == "credit_hold",
    }
    renamed = {
        "reason.delay": words.assign(days=words["delay_days"]),
        "reason.delivery": words.assign(days=words["delivery_days"]),
        "reason.first_promise": words.assign(days=words["first_promise_days"]),
        "reason.payment": words.assign(days=words["payment_days"]),
    }
    made = {}
    for key, mask in asked.items():
        chosen = mask.fillna(False).to_numpy(dtype=bool)
        said = iter(_filled(say(key, lang), renamed.get(key, words)[chosen]))
        made[key] = [next(said) if holds else "" for holds in chosen]
    return made


def _words(facts: pd.DataFrame, told: pd.DataFrame, lang: str) -> dict[str, pd.Series[str]]:
    blank = say("reason.unknown", lang)
    return _when(facts, told, blank) | _how_much(facts, told, blank) | _which(facts, told, lang, blank)


def _when(facts: pd.DataFrame, told: pd.DataFrame, blank: str) -> dict[str, pd.Series[str]]:
    plan = pd.Series(pd.NaT, index=told.index, dtype="datetime64[us]")
    for state, column in PLAN_OF.items():
        plan = plan.mask(told[Standing.state] == state, told[column])
    late_plan = pd.Series(pd.NaT, index=told.index, dtype="datetime64[us]")
    for stage in STAGES:
        late_plan = late_plan.mask(told[Standing.delay_stage] == stage, told[f"{stage}_planned_at"])
    own = {"next_on": told[Standing.next_on], "plan_on": plan, "stage_plan": late_plan}
    named = {name: facts[column] for name, column in DAYS.items()} | {n: told[c] for n, c in STAGE_DAYS.items()}
    return {name: _day(moments, blank) for name, moments in (named | own).items()}


def _how_much(facts: pd.DataFrame, told: pd.DataFrame, blank: str) -> dict[str, pd.Series[str]]:
    sums = {
        "received": told[Standing.received_fen],
        "invoiced": facts[Book.invoiced_fen],
        "amount": facts[Book.amount_fen],
        "open": told["open_fen"],
    }
    counts = {
        "complaints": facts[Book.open_complaints],
        "delay_days": told[Standing.delay_wd],
        "delivery_days": told[Standing.delivery_wd],
        "first_promise_days": told[Standing.first_promise_wd],
        "moves": told[Standing.promise_moves],
        "payment_days": told[Standing.payment_days],
    }
    pieces = {name: worded(facts[column], lambda qty: f"{qty / 1000:g}", "0") for name, column in QUANTITIES.items()}
    money = {name: worded(fen, format_money, blank) for name, fen in sums.items()}
    return pieces | money | {name: worded(number, str, "0") for name, number in counts.items()}


def _which(facts: pd.DataFrame, told: pd.DataFrame, lang: str, blank: str) -> dict[str, pd.Series[str]]:
    return {
        "stage": _named(told[Standing.delay_stage], "stage", lang),
        "mover": worded(facts[Book.promise_moved_by], str, blank),
        "moved_file": worded(facts[Book.promise_moved_file], str, blank),
        "approval": _named(facts[Book.approval], "approval", lang),
        "payment": worded(told[Standing.payment_state], lambda key: states.say("payment", key, lang), blank),
        "invoice": worded(told[Standing.invoice_state], lambda key: states.say("invoice", key, lang), blank),
        "hold": worded(told[Standing.state], lambda key: states.say("order", key, lang), blank),
        "missing": worded(facts[Book.missing], lambda names: _headings(names, lang), blank),
    }


def _day(moments: pd.Series[pd.Timestamp], blank: str) -> pd.Series[str]:
    return worded(moments.dt.normalize(), lambda day: f"{day:%Y-%m-%d}", blank)


def _named(keys: pd.Series[str], prefix: str, lang: str) -> pd.Series[str]:
    return worded(keys, lambda key: load()[f"{prefix}.{key}"].said(lang), "")


def _headings(names: str, lang: str) -> str:
    return say("reason.and", lang).join(say(f"{Orders.name}.{name}", lang) for name in names.split())
