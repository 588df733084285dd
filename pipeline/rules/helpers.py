"""Words that predicates are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pipeline.core.accounts import currencies, in_words
from pipeline.core.groups import answers, is_sure, worded
from pipeline.core.money import format_money
from pipeline.core.text import fold, fold_word
from pipeline.ledger import WAITING
from pipeline.orders.references import named
from pipeline.rules.context import UNSEEN, RuleContext
from schemas.derived.finding import Finding
from schemas.language import spellings
from schemas.policy.rules import Rule
from schemas.policy.states import ENDED
from schemas.table import HOME, Source

T = TypeVar("T")
MISSING = "FILE-028"
MASTERS = ("customers", "qualifications", "prices", "discounts", "leadtimes", "staff")
LOOKED_UP = "rows of orders, by the table that asked"
BETWEEN = "\x1f"  # stands in no name of a file or sheet

APART = WAITING + r"\d+$"  # what tells rows apart that contradict each other, after the key they share


def nobody(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return no row: what a rule answers that cannot be asked yet."""
    return pd.Series(data=False, index=rows.index)


def is_blank(rows: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return whether each cell was left empty; one that could not be read was not."""
    unknown = rows[Source.src_unknown].fillna("")
    if not (unknown != "").any():
        return rows[column].isna()
    return rows[column].isna() & ~answers(unknown, lambda text: column in text.split())


def counted(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return the rows that are not held: what is wrong with those has its finding already."""
    return ~is_sure(rows[Source.src_held])


def some(amounts: pd.Series[int]) -> pd.Series[bool]:
    """Return whether each amount is more than nothing; an amount nobody knows is none."""
    return is_sure(amounts > 0)


def not_entered(rows: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return whether a cell is empty, or a word for no, where a yes or a number elsewhere is asked for."""
    no = {fold(word) for word in spellings.group("bool.no")}
    return is_blank(rows, column) | answers(rows[column], lambda text: fold_word(text) in no)


def first_lines(orders: pd.DataFrame) -> pd.Series[bool]:
    """Return the first line of every order; a row without a number is an order of its own."""
    number = orders["order_no"]
    return ~number.duplicated() | number.isna()


def once(orders: pd.DataFrame, mask: pd.Series[bool]) -> pd.Series[bool]:
    """Return of every order the first line in the mask: what is wrong with its header is found once."""
    broken = is_sure(mask)
    made = nobody(orders)
    made[orders.index[broken]] = first_lines(orders[broken])
    return made


def missing_lists(context: RuleContext) -> list[Finding]:
    """Return one note for every list that a rule in force asked for tonight and nobody ever sent.

    To be asked when all rules were: what nobody needed is not missed.
    """
    needed = context.known.get(UNSEEN, ())
    return [
        Finding(MISSING, "sources", kind, params={"name_words": f"kind.{kind}"}) for kind in MASTERS if kind in needed
    ]


def today(context: RuleContext) -> pd.Timestamp:
    """Return the day of the night."""
    return pd.Timestamp(context.as_of).normalize()


def count_of(rule: Rule) -> int:
    """Return a limit that counts whole things. Raises ValueError for a rule without a limit."""
    return int(rule.bound)


def span_of(rule: Rule) -> tuple[float, str]:
    """Return a limit in time and its unit. Raises ValueError for a rule without a limit."""
    return float(rule.bound), rule.unit


def fen_of(rule: Rule) -> int:
    """Return a limit in yuan as fen. Raises ValueError for a rule without a limit."""
    return int(rule.bound * 100)


def is_future(moments: pd.Series[pd.Timestamp], context: RuleContext) -> pd.Series[bool]:
    """Return whether each moment is after the night; a day without a time is from tomorrow on."""
    return moments > pd.Timestamp(context.as_of)


def has_column(rows: pd.DataFrame, context: RuleContext, column: str) -> pd.Series[bool]:
    """Return whether the sheet of each row has a heading for this column."""
    codes, sheets = pd.factorize(rows["src_file"] + BETWEEN + rows["src_sheet"])
    places = [tuple(sheet.split(BETWEEN)) for sheet in sheets]
    known = np.array([*(column in context.headings.get(place, {}) for place in places), False], dtype=bool)
    return pd.Series(known[codes], index=rows.index)


def days(moments: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return days as text, empty where missing."""
    return worded(moments.dt.normalize(), lambda day: f"{day:%Y-%m-%d}")


def money(fen: pd.Series[int], rows: pd.DataFrame | None = None) -> pd.Series[str]:
    """Return fen as people read them, empty where missing; with the code of other currencies. `rows`: whose it is."""
    if rows is None:
        return worded(fen, format_money)
    return in_words(fen, currencies(rows).reindex(fen.index).fillna(HOME), "")


def numbers(values: pd.Series[Any], mask: pd.Series[bool]) -> pd.Series[str]:
    """Return prices as text where the mask holds, empty elsewhere."""
    broken = mask.fillna(value=False).to_numpy(dtype=bool)
    texts = [f"{value.normalize():f}" if asked else "" for value, asked in zip(values, broken, strict=True)]
    return pd.Series(texts, index=values.index, dtype="str")


def others(rows: pd.DataFrame, groups: pd.Series[Any]) -> pd.Series[str]:
    """Return where the other rows of the same group stand, as Excel shows it; three at most."""
    file, sheet, row = (rows[column].astype("str").fillna("") for column in ("src_file", "src_sheet", "src_row"))
    place = file + " › " + sheet + " › " + row
    made = pd.Series("", index=rows.index, dtype="str")
    again = groups.notna() & groups.duplicated(keep=False)
    for _, same in place[again].groupby(groups[again], sort=False):
        for at in same.index:
            made[at] = "; ".join(sorted(same.drop(at))[:3])
    return made


def of_several(rows: pd.DataFrame, groups: pd.Series[Any]) -> pd.Series[Any]:
    """Return the groups that hold more than one record; rows that contradict each other are one, told as such."""
    records = rows[Source.src_key].str.replace(APART, "", regex=True)
    return groups.where(records.groupby(groups).transform("nunique") > 1)


def named_orders(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the orders that documents name. Columns `at` (index of the row), `order_no`, `fen`."""
    parts = named(rows[column])
    return parts.assign(at=rows.index.to_numpy()[parts["row"].to_numpy()])


def any_of(rows: pd.DataFrame, at: pd.Index | pd.Series[Any]) -> pd.Series[bool]:
    """Return the rows at these labels."""
    return pd.Series(rows.index.isin(at), index=rows.index)


def once_a_night(make: Callable[[RuleContext], T]) -> Callable[[RuleContext], T]:
    """Do a piece of work once for a context, whichever predicates ask for it."""

    def asked(context: RuleContext) -> T:
        if make not in context.known:
            context.known[make] = make(context)
        made: T = context.known[make]
        return made

    return asked


def of_order(rows: pd.DataFrame, context: RuleContext, column: str, *, table: str = "book") -> pd.Series[Any]:
    """Return a fact of the order each row is about, from "book" or "standing"; missing for an unknown order."""
    return pd.Series(context[table][column].array.take(_places(rows, context), allow_fill=True), index=rows.index)


def holds(rows: pd.DataFrame, context: RuleContext, fact: str) -> pd.Series[bool]:
    """Return whether a fact of the order each row is about is so; of an unknown order nothing is."""
    return is_sure(of_order(rows, context, fact).astype("boolean"))


def goes_on(rows: pd.DataFrame, context: RuleContext) -> pd.Series[bool]:
    """Return whether the order each row is about is neither cancelled nor completed, as far as anybody knows."""
    return ~of_order(rows, context, "state", table="standing").isin(ENDED)


def _places(rows: pd.DataFrame, context: RuleContext) -> np.ndarray[Any, Any]:
    """Return the place of each row's order in the order facts; "standing" has the same rows."""
    known = context.known.setdefault(LOOKED_UP, {})
    if id(rows) not in known:
        numbers = pd.Index(context["book"]["order_no"])
        # The rows are kept beside their places, or another table might get their id.
        known[id(rows)] = rows, numbers.get_indexer(pd.Index(rows["order_no"]))
    places: np.ndarray[Any, Any] = known[id(rows)][1]
    return places


def of_another_currency(
    rows: pd.DataFrame, parts: pd.DataFrame, context: RuleContext
) -> tuple[pd.Series[bool], dict[str, pd.Series[str]]]:
    """Return which papers name an order of another currency, with their own and that of the order in words."""
    owed, placed = (context[table][["order_no", "currency"]] for table in ("receivables", "book"))
    own = pd.concat([owed, placed.assign(currency=currencies(placed))], ignore_index=True).dropna()
    known = own.drop_duplicates("order_no").set_index("order_no")["currency"]
    said = currencies(rows)
    asked = parts.assign(asked=parts["order_no"].map(known).astype("str")).dropna(subset=["asked"])
    differs = asked[asked["asked"] != said.reindex(asked["at"]).to_numpy()]
    words = (differs["order_no"] + " (" + differs["asked"] + ")").groupby(differs["at"]).agg(", ".join)
    return any_of(rows, differs["at"]), {"value": said, "other": words.reindex(rows.index).astype("str").fillna("")}
