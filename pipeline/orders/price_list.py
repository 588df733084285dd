"""Order lines against the price list: which item is meant, what it may cost."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import numpy as np
import pandas as pd

from pipeline.core.groups import is_sure
from pipeline.core.money import EXACT, ONE
from pipeline.core.text import fold, fold_word, normalize
from pipeline.orders.customers import customer_key, filed
from pipeline.orders.tables import PricedLines
from schemas.incoming.customers import Customers
from schemas.incoming.orders import Orders
from schemas.incoming.prices import Prices
from schemas.language import spellings

FEN_PLACES = 2
SEPARATOR = "\x1f"
BETWEEN = re.compile(r"[\s,;/|\u3001]+")


def parted(orders: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return `model` and `spec_text` of every line, taken apart where one cell held both (`is_parted`).

    Printed forms have it so.

    Parted only where no specification is given, the list does not have the cell as it stands,
    and has its first word as a model.
    """
    known = set(_plain(_counted(prices)[Prices.model]).dropna())
    written = orders[Orders.model].where(orders[Orders.spec_text].isna())
    made = {text: pair for text in written.dropna().unique() if (pair := _pair(text, known))}
    is_parted = written.isin(made)
    first, rest = (written.map({text: pair[n] for text, pair in made.items()}).astype("str") for n in (0, 1))
    return pd.DataFrame(
        {
            str(Orders.model): orders[Orders.model].mask(is_parted, first),
            str(Orders.spec_text): orders[Orders.spec_text].mask(is_parted, rest),
            "is_parted": is_parted,
        }
    )


def rows_of(orders: pd.DataFrame, listed: pd.DataFrame) -> np.ndarray:
    """Return the position of every line's item in a list of codes and models, -1 where it has none.

    By code before by model.

    Of several rows for one item the first counts; held rows do not.
    """
    held = is_sure(listed[Prices.src_held])
    found = np.full(len(orders), -1)
    for column in (Prices.model, Prices.product_code):
        keys = _plain(listed[column]).mask(held).dropna().drop_duplicates()
        at = pd.Index(keys).get_indexer(pd.Index(_plain(orders[column])))
        found = np.where(at >= 0, listed.index.get_indexer(keys.index)[at] if len(keys) else -1, found)
    return found


def items(orders: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return which item of the price list every order line means.

    Shape: one row per order line, aligned with it (`PricedLines`).

    `item`: key of the item in the price list by code, else by model, missing when not
    listed; `specs`: how many specifications it comes in; `codes`: how many products
    share it; `is_spec_listed`: the line's specification is one of them, or blank and there is one.
    """
    listed, orders = _listed(prices), _read(orders, prices)
    item = _item(orders, listed)
    named = listed.drop_duplicates(["item", "spec_key"]).dropna(subset=["spec_key"])
    specs = item.map(named.groupby("item").size()).fillna(0).astype("int64")
    several = listed.drop_duplicates(["item", "spec_key", "code"]).groupby(["item", "spec_key"], dropna=False).size()
    codes = item.map(several.groupby("item").max()).fillna(0).astype("int64")
    spec = _plain(orders[Orders.spec_text])
    known = pd.MultiIndex.from_frame(named[["item", "spec_key"]])
    is_listed = pd.MultiIndex.from_arrays([item, spec]).isin(known) | (specs == 0) | (spec.isna() & (specs == 1))
    made = {"item": item, "specs": specs, "codes": codes, "is_spec_listed": is_listed}
    return pd.DataFrame(made, index=orders.index)


def quotes(orders: pd.DataFrame, prices: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Return `list_price`, `floor_price`, `is_tax_included`, `uom` in force for every line on its order day.

    A price for the customer's own group comes before one for all, a later one before an
    earlier. Missing where the list has none. Aligned with the lines.
    """
    listed, orders = _listed(prices), _read(orders, prices)
    groups = customer_key(orders[Orders.customer_name]).map(filed(customers, Customers.grade))
    lines = pd.DataFrame(
        {
            "line": np.arange(len(orders)),
            "item": _item(orders, listed).to_numpy(),
            "own_spec": _plain(orders[Orders.spec_text]).to_numpy(),
            "group": groups.astype("str").to_numpy(),
            "day": orders[Orders.order_date].to_numpy(),
        }
    )
    pairs = lines.dropna(subset=["item"]).merge(listed, on="item")
    begun = ~(pairs[Prices.valid_from] > pairs[PricedLines.day])
    lasts = ~(pairs[Prices.valid_to] < pairs[PricedLines.day])
    fits = (
        pairs[PricedLines.spec_key].isna()
        | (pairs[PricedLines.spec_key] == pairs[PricedLines.own_spec])
        | (pairs[PricedLines.own_spec].isna() & (pairs[PricedLines.specs] == 1))
    )
    ours = pairs[Prices.customer_group].isna() | (pairs[Prices.customer_group] == pairs[PricedLines.group])
    found = pairs[begun & lasts & fits & ours]
    found = found.assign(is_own=found[Prices.customer_group].notna())
    best = found.sort_values(["line", "is_own", "valid_from"], na_position="first", kind="stable")
    chosen = best.drop_duplicates("line", keep="last").set_index("line")
    columns = [*map(str, (Prices.list_price, Prices.floor_price, Prices.is_tax_included, Prices.uom))]
    return chosen[columns].reindex(np.arange(len(orders))).set_axis(orders.index)


def tax_factor(is_gross: object, is_list_gross: object, rate: Decimal | None) -> Decimal | None:
    """Return what makes a price hold the tax, or not, like that of the list; None where nobody says the rate."""
    if is_gross == is_list_gross:
        return ONE
    if rate is None:
        return None
    return ONE + rate if is_list_gross else EXACT.divide(ONE, ONE + rate)


def converted(
    price: Decimal | None, taxed: Decimal | None, units: Decimal | None, theirs: Decimal | None
) -> Decimal | None:
    """Return a price by the tax and the unit of the list's; None where that is not known.

    One that was converted is rounded to the places that the list writes, and to the fen at least; a difference of one
    in the last of them is what rounding makes, and none.
    """
    if price is None or taxed is None or units is None or theirs is None:
        return None
    if taxed == units == ONE:
        return price
    step = ONE.scaleb(-max(FEN_PLACES, -int(theirs.as_tuple().exponent)))
    made = EXACT.divide(EXACT.multiply(price, taxed), units)
    return theirs if abs(made - theirs) <= step else made.quantize(step, ROUND_HALF_UP)


def _read(orders: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Lines with model and specification apart."""
    return orders.assign(**parted(orders, prices))


def _counted(prices: pd.DataFrame) -> pd.DataFrame:
    return prices[~is_sure(prices[Prices.src_held])]


def _pair(text: str, known: set[str]) -> tuple[str, str] | None:
    """Model and specification of one cell, where its first word is a model and the cell is none."""
    first, _, rest = (match := BETWEEN.sub(" ", normalize(text).strip())).partition(" ")
    return (first, rest) if rest and fold(match) not in known and fold(first) in known else None


def _listed(prices: pd.DataFrame) -> pd.DataFrame:
    """The price list twice over: once under the product code, once under the model."""
    counted = _counted(prices)
    plain = counted.assign(code=_plain(counted[Prices.product_code]), spec_key=_plain(counted[Prices.spec_text]))
    ways = [("c", plain[PricedLines.code]), ("m", _plain(counted[Prices.model]))]
    both = [plain.assign(item=(mark + SEPARATOR + key).where(key.notna())) for mark, key in ways]
    listed = pd.concat(both).dropna(subset=["item"])
    return listed.assign(specs=listed.groupby("item")["spec_key"].transform("nunique"))


def _item(orders: pd.DataFrame, listed: pd.DataFrame) -> pd.Series[str]:
    known = set(listed[PricedLines.item])
    by_code = "c" + SEPARATOR + _plain(orders[Orders.product_code])
    by_model = "m" + SEPARATOR + _plain(orders[Orders.model])
    return by_code.where(by_code.isin(known), by_model.where(by_model.isin(known))).astype("str")


def _plain(texts: pd.Series[str]) -> pd.Series[str]:
    """Without width, case and spaces; missing stays missing."""
    known = {text: fold(text) for text in texts.dropna().unique()}
    return texts.map(known).astype("str")


@lru_cache(maxsize=65_536)
def is_fetched(address: str) -> bool:
    """Return whether all an address says is that the customer fetches the goods."""
    modes = spellings.group("choice.delivery_mode").items()
    return fold_word(address) in {fold(written) for written, mode in modes if mode == "pickup"}
