"""Master data: lists never taken in, two prices for one day, rows that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.core.groups import worded
from pipeline.core.text import fold
from pipeline.rules.helpers import counted, is_blank, unseen
from pipeline.rules.registry import RuleResult, rule
from schemas.derived.finding import Finding
from schemas.incoming.prices import Discounts, Prices

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext

MISSING = "FILE-028"
MASTERS = ("customers", "qualifications", "prices", "discounts", "leadtimes", "staff")
EVER, NEVER = pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01")


def missing(context: RuleContext) -> list[Finding]:
    """Return one note for every list that a rule in force asked for tonight and nobody ever sent.

    To be asked when all rules were: what nobody needed is not missed.
    """
    needed = unseen(context)
    return [
        Finding(MISSING, "sources", kind, params={"name_words": f"kind.{kind}"}) for kind in MASTERS if kind in needed
    ]


@rule("PRC-008", Prices.valid_from)
def prices_overlap(rows: pd.DataFrame) -> RuleResult:
    """One product and group, priced again before the price before it has run out."""
    priced = rows[counted(rows)]
    item = priced[Prices.product_code].fillna(priced[Prices.model])
    known = priced[item.notna()]
    by = [worded(column, fold) for column in (item[known.index], known[Prices.spec_text], known[Prices.customer_group])]
    keys = pd.Series(pd.factorize(pd.MultiIndex.from_arrays(by))[0], index=known.index)
    begins, ends = known[Prices.valid_from].fillna(EVER), known[Prices.valid_to].fillna(NEVER)
    place = known["src_file"] + " › " + known["src_sheet"] + " › " + known["src_row"].astype("str")
    placed = pd.DataFrame({"key": keys, "from": begins, "to": ends, "place": place}).sort_values(
        ["key", "from", "to", "place"], kind="stable"
    )
    groups = placed.groupby("key", sort=False)
    before = placed["to"].where(placed["to"] == groups["to"].cummax())
    longest = placed.assign(to=before, place=placed["place"].where(before.notna()))
    last = longest.groupby("key", sort=False)[["to", "place"]].ffill().groupby(placed["key"], sort=False).shift()
    broken = placed["from"] <= last["to"]
    other = last["place"].where(broken).reindex(rows.index).fillna("")
    return RuleResult(broken.reindex(rows.index, fill_value=False), {"other": other})


@rule("PRC-009", Prices.product_code)
def price_of_nothing(rows: pd.DataFrame) -> pd.Series[bool]:
    """Neither code nor model."""
    return is_blank(rows, Prices.product_code) & is_blank(rows, Prices.model)


@rule("PRC-010", Discounts.most_rate)
def grant_is_incomplete(rows: pd.DataFrame) -> pd.Series[bool]:
    """No largest discount, or nobody who may grant it."""
    return is_blank(rows, Discounts.most_rate) | is_blank(rows, Discounts.approval_role)
