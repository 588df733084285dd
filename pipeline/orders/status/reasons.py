"""Why an order stands where it stands, in words, from the facts the states were derived from."""

from __future__ import annotations

import pandas as pd

from pipeline.core.accounts import in_words
from pipeline.core.groups import worded
from pipeline.core.phrases import fill
from pipeline.orders.tables import ReasonCounts
from schemas.derived.status import STAGES, OrderFacts, OrderStatus
from schemas.incoming.orders import Orders
from schemas.language.words import translate
from schemas.policy import states

DAYS = {
    "cancelled_on": OrderFacts.cancelled_on,
    "signed_on": OrderFacts.signed_on,
    "shipped_on": OrderFacts.shipped_on,
    "eta_on": OrderFacts.eta_on,
    "sent_on": OrderFacts.conf_sent_at,
    "conf_on": OrderFacts.conf_at,
    "approved_on": OrderFacts.approved_on,
    "order_on": OrderFacts.order_date,
    "due_on": OrderFacts.due_on,
    "first_on": OrderFacts.first_promised_on,
    "moved_on": OrderFacts.promise_moved_on,
    "moved_from": OrderFacts.promise_moved_from,
    "moved_to": OrderFacts.promise_moved_to,
}
STAGE_DAYS = {"prepare_on": OrderStatus.prepare_actual_at, "check_on": OrderStatus.check_actual_at}
PLAN_OF = {
    "to_ship": OrderStatus.ship_planned_at,
    "to_check": OrderStatus.check_planned_at,
    "preparing": OrderStatus.prepare_planned_at,
}
QUANTITIES = {"ordered": OrderFacts.ordered_qty, "shipped": OrderFacts.shipped_qty, "signed": OrderFacts.signed_qty}
LATE = ("very_late", "late")
OVERDUE = ("late", "part_late")


def describe_status(
    order_facts: pd.DataFrame, made: pd.DataFrame, *, lang: str, is_told: pd.Series[bool]
) -> pd.Series[str]:
    """Return one sentence per order, missing where nothing is left to be said."""
    rows = made[is_told].reset_index(drop=True)
    facts = order_facts[is_told.to_numpy()].reset_index(drop=True)
    words = pd.DataFrame(_words(facts, rows, lang))
    parts = pd.DataFrame({"state": _by_state(rows, words, lang)} | _further(rows, words, lang))
    join = translate("reason.join", lang)
    sentences = [join.join(part for part in row if part) for row in zip(*(parts[c] for c in parts), strict=True)]
    return pd.Series(sentences, index=made.index[is_told.to_numpy()], dtype="str").reindex(made.index)


def _by_state(rows: pd.DataFrame, words: pd.DataFrame, lang: str) -> list[str]:
    sentences: list[str] = [""] * len(rows)
    for state, places in rows.groupby(OrderStatus.state, sort=False).groups.items():
        key = "reason.hold" if str(state).startswith("hold_") else f"reason.{state}"
        for n, sentence in zip(places, _filled(translate(key, lang), words.loc[places]), strict=True):
            sentences[n] = sentence
    return sentences


def _filled(template: str, words: pd.DataFrame) -> list[str]:
    """The template with the words of every row, each different row worded once."""
    used = [name for name in words.columns if f"{{{name}}}" in template]
    if not used:
        return [template] * len(words)
    rows = list(zip(*(words[name] for name in used), strict=True))
    made = {row: fill(template, **dict(zip(used, row, strict=True))) for row in dict.fromkeys(rows)}
    return [made[row] for row in rows]


def _further(rows: pd.DataFrame, words: pd.DataFrame, lang: str) -> dict[str, list[str]]:
    """What is late, held back or put off beside the state."""
    is_moved = rows[OrderStatus.promise_moves] > 0
    asked = {
        "reason.delay": rows[OrderStatus.delay_wd] > 0,
        "reason.delivery": rows[OrderStatus.delivery_state].isin(LATE),
        "reason.promise": is_moved,
        "reason.first_promise": is_moved & (rows[OrderStatus.first_promise_wd] > 0),
        "reason.payment": rows[OrderStatus.payment_state].isin(OVERDUE),
        "reason.release": rows[OrderStatus.release] == "await_payment",
        "reason.credit": rows[OrderStatus.release] == "credit_hold",
    }
    renamed = {
        "reason.delay": words.assign(days=words[ReasonCounts.delay_days]),
        "reason.delivery": words.assign(days=words[ReasonCounts.delivery_days]),
        "reason.first_promise": words.assign(days=words[ReasonCounts.first_promise_days]),
        "reason.payment": words.assign(days=words[ReasonCounts.payment_days]),
    }
    made = {}
    for key, mask in asked.items():
        chosen = mask.fillna(False).to_numpy(dtype=bool)
        sentences = iter(_filled(translate(key, lang), renamed.get(key, words)[chosen]))
        made[key] = [next(sentences) if holds else "" for holds in chosen]
    return made


def _words(facts: pd.DataFrame, rows: pd.DataFrame, lang: str) -> dict[str, pd.Series[str]]:
    blank = translate("reason.unknown", lang)
    return _when(facts, rows, blank) | _how_much(facts, rows, blank) | _which(facts, rows, lang, blank)


def _when(facts: pd.DataFrame, rows: pd.DataFrame, blank: str) -> dict[str, pd.Series[str]]:
    plan = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    for state, column in PLAN_OF.items():
        plan = plan.mask(rows[OrderStatus.state] == state, rows[column])
    late_plan = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    for stage in STAGES:
        late_plan = late_plan.mask(rows[OrderStatus.delay_stage] == stage, rows[f"{stage}_planned_at"])
    own = {"next_on": rows[OrderStatus.next_on], "plan_on": plan, "stage_plan": late_plan}
    named = {name: facts[column] for name, column in DAYS.items()} | {n: rows[c] for n, c in STAGE_DAYS.items()}
    days = {name: moments.dt.normalize() for name, moments in (named | own).items()}
    return {name: worded(known, lambda day: f"{day:%Y-%m-%d}", blank) for name, known in days.items()}


def _how_much(facts: pd.DataFrame, rows: pd.DataFrame, blank: str) -> dict[str, pd.Series[str]]:
    sums = {
        "received": rows[OrderStatus.received_fen],
        "invoiced": facts[OrderFacts.invoiced_fen],
        "amount": facts[OrderFacts.amount_fen],
        "open": rows[OrderStatus.open_fen],
    }
    counts = {
        str(ReasonCounts.complaints): facts[OrderFacts.open_complaints],
        str(ReasonCounts.delay_days): rows[OrderStatus.delay_wd],
        str(ReasonCounts.delivery_days): rows[OrderStatus.delivery_wd],
        str(ReasonCounts.first_promise_days): rows[OrderStatus.first_promise_wd],
        str(ReasonCounts.moves): rows[OrderStatus.promise_moves],
        str(ReasonCounts.payment_days): rows[OrderStatus.payment_days],
    }
    pieces = {name: worded(facts[column], lambda qty: f"{qty / 1000:g}", "0") for name, column in QUANTITIES.items()}
    money = {name: in_words(fen, facts[OrderFacts.currency], blank) for name, fen in sums.items()}
    return pieces | money | {name: worded(number, str, "0") for name, number in counts.items()}


def _which(facts: pd.DataFrame, rows: pd.DataFrame, lang: str, blank: str) -> dict[str, pd.Series[str]]:
    def headings(names: str) -> str:
        return translate("reason.and", lang).join(translate(f"{Orders.name}.{name}", lang) for name in names.split())

    return {
        "stage": _named(rows[OrderStatus.delay_stage], "stage", lang),
        "mover": worded(facts[OrderFacts.promise_moved_by], str, blank),
        "moved_file": worded(facts[OrderFacts.promise_moved_file], str, blank),
        "approval": _named(facts[OrderFacts.approval], "approval", lang),
        "payment": worded(rows[OrderStatus.payment_state], lambda key: states.state_text("payment", key, lang), blank),
        "invoice": worded(rows[OrderStatus.invoice_state], lambda key: states.state_text("invoice", key, lang), blank),
        "hold": worded(rows[OrderStatus.state], lambda key: states.state_text("order", key, lang), blank),
        "missing": worded(facts[OrderFacts.missing], headings, blank),
    }


def _named(keys: pd.Series[str], prefix: str, lang: str) -> pd.Series[str]:
    return worded(keys, lambda key: translate(f"{prefix}.{key}", lang), "")
