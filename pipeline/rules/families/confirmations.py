"""From approval to the customer's word in writing: letter, confirmation, what is filed of both, what changed since."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pandas as pd

from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.phrases import phrase
from pipeline.core.text import fold, names_something, normalize, simplified
from pipeline.core.values import format_value
from pipeline.orders.confirmation import DUE, SAID, WRITTEN, amended, content, differing, lacking, wanted
from pipeline.rules.context import RuleContext
from pipeline.rules.families.tables import Arrivals
from pipeline.rules.helpers import goes_on, has_column, holds, is_blank, of_order, once
from pipeline.rules.obligations import obligation
from pipeline.rules.registry import Predicate, RuleResult, rule
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.orders import Orders
from schemas.language import spellings
from schemas.language.words import translate
from schemas.policy.states import AGREEING, DELIVERED, REFUSING

OVER = ("cancelled", *DELIVERED)  # nothing about the letter can be corrected any more
OTHER_WAY = "other"
KINDS_FILED = ("archive.letter", "archive.order")
LIST = re.compile(r"[;,\u3001\n]+")


@obligation("letter", Orders.conf_sent_at)
def letter_is_to_be_sent(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Approved, everything there, and no letter went out; the letter of an order that waits waits with it."""
    return _state(rows, context) == "to_send"


@rule("CNF-002", Orders.conf_sent_at)
def letter_cannot_be_made(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """A letter would be due, and one of the eight things it says is missing on some line."""
    waits = (_state(rows, context) == "to_supplement") & of_order(rows, context, OrderFacts.approval).isin(AGREEING)
    due = context["book"].loc[wanted(context.tables, as_of=pd.Timestamp(context.as_of)), OrderFacts.order_no]
    waits |= rows[Orders.order_no].isin(due)
    other = rows[Orders.order_no].map(lacking(rows[waits], context.lang)).astype("str").fillna("")
    return RuleResult(once(rows, waits & (other != "")), {"other": other})


@rule("CNF-013", Orders.conf_channel)
def letter_sent_another_way(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Sent neither by mail nor by a system, and still to be confirmed."""
    other = rows[Orders.conf_channel].eq(OTHER_WAY).fillna(value=False)
    return once(rows, other & ~holds(rows, context, OrderFacts.is_confirmed) & _goes_on(rows, context))


@obligation("confirm", Orders.conf_at)
def confirmation_is_awaited(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The letter went out, and nothing came back in writing."""
    waits = ~holds(rows, context, OrderFacts.is_confirmed)
    return waits & _is_sent(rows, context) & _goes_on(rows, context)


@rule("CNF-004", Orders.conf_method)
def not_confirmed_in_writing(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Confirmed by word of mouth, or nobody says how."""
    answered = of_order(rows, context, OrderFacts.conf_at).notna() & rows[Orders.conf_at].notna()
    method = rows[Orders.conf_method]
    unwritten = (method.notna() & ~method.isin(WRITTEN)) | is_blank(rows, Orders.conf_method)
    return once(rows, answered & unwritten & _goes_on(rows, context))


def _confirmed_otherwise(item: str) -> Predicate:
    def asked(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
        """Find another figure sent back by the customer than the order has."""
        mask = differing(rows)[item] & of_order(rows, context, OrderFacts.conf_at).notna() & _goes_on(rows, context)
        if item == DUE:
            mask = once(rows, mask)
        return RuleResult(mask, {"other": _both(rows[mask], item, context.lang).reindex(rows.index).fillna("")})

    return asked


for _item, _said in SAID.items():
    rule("CNF-005", _said, table=Orders.name)(_confirmed_otherwise(_item))


@obligation("papers", Orders.archive_ref)
def not_filed(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Confirmed, and not both documents filed; silent where the sheet has no such column."""
    confirmed = holds(rows, context, OrderFacts.is_confirmed)
    filed = answers(rows[Orders.archive_ref], files_both) | ~has_column(rows, context, Orders.archive_ref)
    return confirmed & ~filed & (_state(rows, context) != "cancelled")


@rule("CNF-007", Orders.approval, table=Orders.name)
def sent_without_approval(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The letter went out and nobody approved; silent where the sheet has no such column."""
    unsaid = is_blank(rows, Orders.approval) & has_column(rows, context, Orders.approval)
    return once(rows, unsaid & _is_sent(rows, context) & _goes_on(rows, context))


@rule("CNF-007", Orders.approved_on, table=Orders.name)
def approved_on_no_day(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Approved or refused, and nobody says when; silent where the sheet has no such column."""
    undated = is_blank(rows, Orders.approved_on) & has_column(rows, context, Orders.approved_on)
    return once(rows, undated & rows[Orders.approval].notna() & _goes_on(rows, context))


@rule("CNF-008", Orders.reviewer)
def approved_by_oneself(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Salesperson and approver are one person."""
    own, other = (worded(rows[column], fold) for column in (Orders.sales_owner, Orders.reviewer))
    return once(rows, (own == other) & (own != "") & (_state(rows, context) != "cancelled"))


@rule("CNF-009", Orders.approval)
def sent_though_refused(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Refused or sent back, and the letter went out."""
    refused = of_order(rows, context, OrderFacts.approval).isin(REFUSING)
    return once(rows, refused & _is_sent(rows, context) & _goes_on(rows, context))


@obligation("reconfirm", Orders.conf_at)
def confirmation_is_stale(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """The order was changed after the customer confirmed it."""
    stale = holds(rows, context, OrderFacts.is_stale)
    return stale & _goes_on(rows, context)


def _state(rows: pd.DataFrame, context: RuleContext) -> pd.Series[str]:
    return of_order(rows, context, OrderStatus.state, table="standing")


def _goes_on(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Neither ended nor on hold; of one that waits for its sender all is said at once."""
    state = _state(rows, context)
    return ~state.isin(OVER) & ~is_sure(state.str.startswith("hold_"))


def _is_sent(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    return of_order(rows, context, OrderFacts.conf_sent_at).notna()


def files_both(reference: str) -> bool:
    """Return whether references do not all say to be of the letter, or of the order, alone."""
    parts = [part for part in LIST.split(simplified(normalize(reference)).casefold()) if names_something(part)]
    kinds = [{group for group in KINDS_FILED if any(word in part for word in spellings.group(group))} for part in parts]
    return bool(parts) and (len(set().union(*kinds)) != 1 or not all(kinds))


def _both(rows: pd.DataFrame, item: str, lang: str) -> pd.Series[str]:
    """What is registered and what was confirmed, in words."""
    column = Orders.promised_date if item == DUE else item
    type_ = Orders.spec(str(column)).type
    word = translate(f"{Orders.name}.{column}", lang)
    pairs = zip(content(rows)[item], rows[SAID[item]], strict=True)
    texts = [
        phrase("phrase.confirmed_other", lang, item=word, now=format_value(now, type_), said=format_value(then, type_))
        for now, then in pairs
    ]
    return pd.Series(texts, index=rows.index, dtype="str")


@rule("X-011", Orders.amount_fen)
def changed_after_settled(rows: pd.DataFrame, context: RuleContext) -> RuleResult:
    """Quantity, price, amount or day is not what it was when the customer confirmed, or when the invoice was made."""
    found = amended(rows, context["earlier"])
    invoiced_on = of_order(rows, context, OrderFacts.invoiced_on).loc[found.index]
    settled = found["is_unconfirmed"] | (invoiced_on < found["changed_on"])
    first = found[settled.to_numpy(dtype=bool)]
    first = first[~first.index.duplicated()]
    now = content(rows.loc[first.index])
    texts = [_changes(was, is_, context.lang) for was, is_ in zip(_records(first), _records(now), strict=True)]
    other = pd.Series(texts, index=first.index, dtype="str").reindex(rows.index).fillna("")
    void = of_order(rows, context, OrderStatus.state, table="standing") == "cancelled"
    return RuleResult((other != "") & ~void, {"other": other})


@rule("X-012", Orders.order_no)
def order_is_gone(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Not in the newest workbook of a sender who always sends the whole list; ended orders may go."""
    newest = context["arrivals"].set_index(Arrivals.src_file)[Arrivals.first_seq]
    whole = answers(rows[Orders.src_file], lambda name: any(fnmatch(name, pattern) for pattern in context.policy.whole))
    gone = whole & is_sure(rows[Orders.src_seq] < rows[Orders.src_file].map(newest))
    return gone & ~rows[Orders.order_no].where(gone).duplicated() & goes_on(rows, context)


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    return [dict(zip(SAID, row, strict=True)) for row in rows[list(SAID)].itertuples(index=False, name=None)]


def _changes(was: dict[str, object], now: dict[str, object], lang: str) -> str:
    """What changed, item by item: before and after."""
    texts = []
    for item in SAID:
        column = str(Orders.promised_date) if item == DUE else item
        before, after = (format_value(version[item], Orders.spec(column).type) for version in (was, now))
        if before != after:
            word = translate(f"{Orders.name}.{column}", lang)
            texts.append(phrase("phrase.changed", lang, item=word, before=before, after=after))
    return translate("mark.list", lang).join(texts)
