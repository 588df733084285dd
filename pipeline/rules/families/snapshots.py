"""Tonight's orders against those of earlier nights: what changed after it was settled, what is gone."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.groups import answers
from pipeline.core.phrases import phrase
from pipeline.core.values import format_value
from pipeline.orders.confirmation import DUE, SAID, amended, content
from pipeline.rules.families.tables import Arrivals
from pipeline.rules.helpers import goes_on, of_order
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.status import OrderFacts, OrderStatus
from schemas.incoming.orders import Orders
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext


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
    gone = whole & (rows[Orders.src_seq] < rows[Orders.src_file].map(newest)).fillna(value=False).astype(bool)
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
