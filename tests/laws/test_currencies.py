"""What holds for books in several currencies: each is as if the others were not there, and nothing is added across."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pipeline.core.numbers import SEPARATOR
from reports import WORKBOOKS
from reports.currencies import by_currency, codes_of
from reports.looks import FEN
from reports.measures import Combined, Ratio, Tally, Total
from reports.shape import Cards, CurrencyHead, Proof, Sentence, Summary, SummaryGrid
from tests.laws.test_receivables import CUSTOMERS, NUMBERS, came, days, opened, orders
from tests.support.money_book import order, owed, receipt
from tests.support.pace import sweep

CODES = (None, "USD", "EUR")
ITEM = ["order_no", "instalment_no", "billed_fen", "received_fen", "credited_fen", "closed_fen", "open_fen", "due_on"]


FILE = [{"customer_name": name} for name in (*CUSTOMERS, "别人")]  # who is known does not hang on a currency


def code_of(number: str) -> str | None:
    """The currency of an order of the world: by its number, so that papers can be given the same."""
    return CODES[int(number[-1]) % len(CODES)]


def in_own(order_facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"currency": code_of(each["order_no"])} for each in order_facts]


@st.composite
def straight(draw: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Orders, receipts and opening items of several currencies; whatever a paper names is of its own."""
    receipts: list[Any] = []
    for each in draw(st.lists(came, max_size=8)):
        code = draw(st.sampled_from(CODES))
        named = [part for part in (each["order_nos"] or "").split() if code_of(part.partition("=")[0]) == code]
        receipts.append(
            each | {"currency": code, "order_nos": SEPARATOR.join(named) or None, "src_key": f"r{len(receipts)}"}
        )
    opening: list[Any] = []
    for n, each in enumerate(draw(st.lists(opened, max_size=3))):
        number = each["order_no"]
        code = code_of(number) if number else draw(st.sampled_from(CODES))
        opening.append(each | {"currency": code, "src_key": f"o{n}"})
    return in_own(draw(orders())), receipts, opening


def only(rows: list[Any], code: str | None) -> list[Any]:
    return [row for row in rows if row["currency"] == code]


def shown(frame: pd.DataFrame) -> list[str]:
    """The rows of a table as text, whatever their order."""
    return sorted(repr(row) for row in frame.astype("object").where(frame.notna(), None).to_dict("records"))


@pytest.mark.slow
@sweep(8, suppress_health_check=[HealthCheck.too_slow])
@given(straight(), days)
def test_every_currency_is_as_if_the_others_were_not_there(world: Any, as_of: str) -> None:
    book, receipts, opening = world
    mixed = owed(book, as_of, receipts=receipts, opening=opening, customers=FILE)
    for code in CODES:
        alone = owed(
            only(book, code), as_of, receipts=only(receipts, code), opening=only(opening, code), customers=FILE
        )
        for field in fields(alone):
            one, all_of = getattr(alone, field.name), getattr(mixed, field.name)
            if "currency" in all_of:
                assert shown(one) == shown(all_of[all_of["currency"] == (code or "CNY")]), field.name
            else:
                assert set(shown(one)) <= set(shown(all_of)), field.name
    assert set(mixed.control["currency"]) <= {code or "CNY" for code in CODES}


@pytest.mark.slow
@sweep(8, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.lists(st.tuples(came, st.sampled_from(CODES)), max_size=8), days)
def test_money_settles_nothing_of_another_currency(order_facts: Any, receipts: Any, as_of: str) -> None:
    book = in_own(order_facts)
    rows = [
        each
        | {"currency": code, "src_key": f"r{n}", "order_nos": (each["order_nos"] or "").replace(" ", SEPARATOR) or None}
        for n, (each, code) in enumerate(receipts)
    ]
    made = owed(book, as_of, receipts=rows)
    codes = {row["src_key"]: row["currency"] for row in rows}
    for key, number in zip(made.allocations["receipt_key"], made.allocations["order_no"], strict=True):
        assert codes[key] == code_of(number)
    assert (made.control["difference_fen"] == 0).all()
    known = {each["order_no"] for each in book}
    crossed = {
        name
        for row in rows
        if row["received_on"] <= as_of
        for part in (row["order_nos"] or "").split(SEPARATOR)
        if (name := part.partition("=")[0]) in known and code_of(name) != row["currency"]
    }
    waiting = made.dunning[made.dunning["order_no"].isin(crossed)]
    assert waiting["is_waiting"].all()
    left = made.unapplied[made.unapplied["why"] == "currency"]
    assert (left["applied_fen"] <= left["amount_fen"].abs()).all()
    for code in CODES:
        alone = owed(only(book, code), as_of, receipts=only(rows, code)).receivables
        mine = made.receivables[made.receivables["currency"] == (code or "CNY")]
        assert shown(alone[ITEM]) == shown(mine[ITEM])


def test_opening_items_of_one_number_in_two_currencies_are_two_items() -> None:
    item = {"customer_name": "甲有限公司", "order_no": NUMBERS[0], "due_on": "2026-01-31", "open_fen": 100}
    made = owed([], opening=[item, item | {"currency": "USD"}]).receivables
    assert sorted(zip(made["order_no"], made["currency"], strict=True)) == [
        (NUMBERS[0], "CNY"),
        (f"{NUMBERS[0]} USD", "USD"),
    ]


def mixed_tables() -> dict[str, pd.DataFrame]:
    """What 01 and 03 are made of, of a small world in yuan and dollars."""
    book = [order(n, 1000 + at, currency="USD" if at % 2 else None) for at, n in enumerate(NUMBERS)]
    came = [receipt("2026-04-01", 10, NUMBERS[0]), receipt("2026-04-02", 5, None)]
    made = owed(book, "2026-05-31", receipts=came)
    return {field.name: getattr(made, field.name) for field in fields(made)}


def totals(measure: Any) -> list[Any]:
    if isinstance(measure, Ratio):
        return totals(measure.part) + totals(measure.whole)
    if isinstance(measure, Combined):
        return [found for part in (*measure.plus, *measure.minus) for found in totals(part)]
    return [measure] if isinstance(measure, Total | Tally) else []


def measures(page: Summary) -> list[Any]:
    found: list[Any] = []
    for block in page.blocks:
        if isinstance(block, Cards):
            found += [card.measure for card in block.cards]
        elif isinstance(block, Sentence):
            found += [measure for measure, _ in block.measures.values()]
        elif isinstance(block, SummaryGrid):
            found += [column.measure for column in block.columns]
        elif isinstance(block, Proof):
            found += [measure for _, measure in block.items]
    return [total for measure in found for total in totals(measure)]


def test_every_sum_on_the_first_page_of_03_is_of_one_currency() -> None:
    book = WORKBOOKS["receivables"]
    tables = mixed_tables()
    assert codes_of(book, tables) == ("CNY", "USD")
    made = by_currency(book, tables)
    page = made.sheets[0]
    assert isinstance(page, Summary)
    assert [block.code for block in page.blocks if isinstance(block, CurrencyHead)] == ["CNY", "USD"]
    for total in measures(page):
        assert [where.value for where in total.where if where.field == "currency"] in (["CNY"], ["USD"]), total


def test_lists_with_money_say_the_currency_and_total_each() -> None:
    tables = mixed_tables()
    for sheet in by_currency(WORKBOOKS["receivables"], tables).lists:
        if any(column.look in FEN for column in sheet.columns) and len(sheet.rows(tables)):
            assert "currency" in [column.field for column in sheet.columns]
            assert sheet.currencies


@pytest.mark.parametrize("key", list(WORKBOOKS))
def test_one_currency_leaves_a_workbook_as_it_is(key: str) -> None:
    tables = {name: frame[frame["currency"] == "CNY"] for name, frame in mixed_tables().items() if "currency" in frame}
    if set(WORKBOOKS[key].tables) <= set(tables):
        assert by_currency(WORKBOOKS[key], tables) is WORKBOOKS[key]
