"""What the row of an order says was received: a level, never a second receipt."""

from __future__ import annotations

import pytest

from tests.support.money_book import order, owed, receipt, records


@pytest.mark.parametrize(
    ("level", "came", "received"),
    [(400_000, [], 400_000), (400_000, [4000], 400_000), (400_000, [1000], 400_000), (400_000, [1000, 5000], 600_000)],
)
def test_level_counts_only_beyond_the_receipts_of_its_order(level, came, received):
    receipts = [receipt("2026-03-20", yuan) for yuan in came]
    made = owed([order(paid_level_fen=level)], receipts=receipts)
    assert records(made.receivables, "received_fen", "open_fen") == [(received, 1_000_000 - received)]
    assert records(made.control, "receipts_fen", "difference_fen") == [(received, 0)]
    assert made.unapplied.empty


def test_level_beyond_the_order_pays_no_more_than_the_order():
    made = owed([order(paid_level_fen=1_200_000)])
    assert records(made.receivables, "open_fen") == [(0,)]
    assert made.unapplied.empty


def test_level_of_an_order_not_owed_yet_is_paid_ahead():
    made = owed([order(paid_level_fen=400_000, shipped_on=None, signed_on=None)])
    assert made.receivables.empty
    assert records(made.payments, "received_fen", "ahead_fen") == [(400_000, 400_000)]


def test_level_of_a_held_order_counts_for_nothing():
    made = owed([order(paid_level_fen=400_000, is_held=True)])
    assert made.payments.empty


def test_money_without_an_order_may_be_that_of_a_level():
    made = owed([order(paid_level_fen=400_000)], receipts=[receipt("2026-03-20", 4000, None)])
    assert records(made.receivables, "open_fen") == [(600_000,)]
    assert "202603-001" in made.unapplied["suggestion"].iloc[0]
    assert "4,000.00" in made.unapplied["suggestion"].iloc[0]
    made = owed([order(paid_level_fen=400_000)], receipts=[receipt("2026-03-20", 3999, None)])
    assert "4,000.00" not in made.unapplied["suggestion"].iloc[0]


def test_item_says_that_its_order_book_tells_of_the_money():
    made = owed([order(paid_level_fen=400_000)])
    assert "含订单表里写的已收金额" in made.receivables["reason"].iloc[0]
    assert "NaT" not in made.receivables["reason"].iloc[0]
