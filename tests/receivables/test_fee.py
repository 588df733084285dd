"""Late fees."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.money_book import POLICY, VALUES, order, owed, receipt, records

DAILY = Decimal("0.0005")
DUE_0310 = {"pay_term": "货到付款", "signed_on": "2026-03-10"}


def fee(yuan, as_of, rate, receipts=(), policy=POLICY, **facts):
    customers = [{"customer_name": "甲有限公司", "late_fee_rate": rate}]
    made = owed([order(yuan=yuan, **DUE_0310 | facts)], as_of, receipts=receipts, customers=customers, policy=policy)
    return records(made.receivables, "fee_fen", "fee_days", "fee_segments")[0]


def test_fee_breaks_at_each_receipt():
    found = fee(50_000, "2026-03-31", DAILY, [receipt("2026-03-20", 20_000)])
    assert found == (41_500, 21, "50,000.00 × 10 天 + 30,000.00 × 11 天")


def test_fee_of_twenty_days():
    assert fee(100_000, "2026-03-30", DAILY)[0] == 100_000


def test_fee_of_a_yearly_rate_is_rounded_once():
    assert fee(100, "2026-03-25", Decimal("0.1") / 365)[0] == 41


def test_fee_counts_from_the_rolled_day():
    # due Sat 05-30, rolled to Mon 06-01
    assert fee(100_000, "2026-06-02", DAILY, pay_term="月结60天")[:2] == (5_000, 1)


@pytest.mark.parametrize(("as_of", "fen"), [("2026-03-10", 0), ("2026-03-11", 5_000)])
def test_fee_begins_on_the_day_after_the_due_day(as_of, fen):
    assert fee(100_000, as_of, DAILY)[0] == fen


@pytest.mark.parametrize(("as_of", "fen"), [("2026-03-13", 0), ("2026-03-14", 5_000)])
def test_fee_begins_after_the_days_of_grace(as_of, fen):
    patient = replace(POLICY, values=VALUES | {"fee_grace_days": Decimal(3)})
    assert fee(100_000, as_of, DAILY, policy=patient)[0] == fen


def test_fee_stays_when_the_principal_was_paid_late():
    paid = [receipt("2026-03-20", 50_000)]
    assert fee(50_000, "2026-03-31", DAILY, paid) == (25_000, 10, "50,000.00 × 10 天")


def test_fee_is_nought_when_paid_in_time():
    assert fee(50_000, "2026-03-31", DAILY, [receipt("2026-03-10", 50_000)]) == (0, None, None)


def test_fee_runs_again_after_a_refund():
    moved = [receipt("2026-03-15", 50_000), receipt("2026-03-20", -10_000)]
    # 5 days of all, none until the 20th, then 11 days of what was given back
    assert fee(50_000, "2026-03-31", DAILY, moved)[0] == (50_000 * 5 + 10_000 * 11) * 100 * 5 // 10_000


@pytest.mark.parametrize("rate", [None, Decimal(0)])
def test_fee_is_missing_without_a_clause(rate):
    assert fee(50_000, "2026-03-31", rate) == (None, None, None)
