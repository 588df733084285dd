"""What holds for every book: nothing is lost, nothing is paid twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from schemas.derived.receivables import BUCKETS
from tests.support.money_book import order, owed, receipt
from tests.support.pace import sweep

NUMBERS = [f"202603-{n:03d}" for n in range(1, 6)]
TERMS = [
    "款到发货",
    "货到付款",
    "货到7天",
    "月结30天",
    "票到30天",
    "预付30%+发货前70%",
    "3:6:1",
    "定金50元，余款月结",
    "见合同",
    None,
]
CUSTOMERS = ["甲有限公司", "乙有限公司", "丙公司"]
days = st.integers(0, 120).map(lambda n: str(date(2026, 1, 1) + timedelta(days=n)))
maybe_day = st.none() | days
yuan = st.integers(1, 30_000).map(lambda fen: fen / 100)


@st.composite
def orders(draw):
    return [
        order(
            number,
            draw(yuan),
            customer_name=draw(st.sampled_from(CUSTOMERS)),
            pay_term=draw(st.sampled_from(TERMS)),
            is_confirmed=draw(st.booleans()),
            conf_at=draw(maybe_day),
            shipped_on=draw(maybe_day),
            signed_on=draw(maybe_day),
            invoiced_on=draw(maybe_day),
            disputed_fen=draw(st.integers(0, 20_000)),
            cancelled_on=draw(st.none() | st.none() | days),
        )
        for number in draw(st.lists(st.sampled_from(NUMBERS), unique=True))
    ]


named = st.lists(
    st.sampled_from([*NUMBERS, "202509-999"]).flatmap(
        lambda number: (
            st.none() | st.integers(1, 20_000).map(lambda fen: fen)
            if number is None
            else st.tuples(st.just(number), st.none() | st.integers(1, 20_000))
        )
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: " ".join(n if fen is None else f"{n}={fen}" for n, fen in pairs) or None)
came = st.builds(
    receipt,
    days,
    st.integers(-20_000, 40_000).filter(bool).map(lambda fen: fen / 100),
    named,
    payer=st.sampled_from([*CUSTOMERS, "别人"]),
)
opened: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    customer_name=st.sampled_from(CUSTOMERS),
    order_no=st.sampled_from([None, NUMBERS[0], "202512-001"]),
    due_on=maybe_day,
    open_fen=st.integers(-5_000, 20_000),
)


@sweep(60, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.lists(came, max_size=8), st.lists(opened, max_size=2), days)
def test_every_fen_is_accounted_for(order_facts, receipts, opening, as_of):
    made = owed(order_facts, as_of, receipts=receipts, opening=opening)
    items, paid, left = made.receivables, made.allocations, made.unapplied

    assert (made.control["difference_fen"] == 0).all()
    settled = items["received_fen"] + items["credited_fen"] + items["closed_fen"]  # a small difference is let pass
    assert (items["open_fen"] == items["billed_fen"] - settled).all()
    assert items["closed_fen"].between(0, 500).all()
    assert (items["open_fen"] >= 0).all()
    assert (items["received_fen"] >= 0).all()
    assert (items["disputed_fen"] <= items["open_fen"]).all()
    # nothing is paid to an order that is not named
    by_item = paid.groupby(["order_no", "instalment_no"])["applied_fen"].sum()
    ours = items.set_index(["order_no", "instalment_no"])["received_fen"]
    assert by_item.reindex(ours.index).fillna(0).tolist() == ours.tolist()
    # money in = money applied + money left
    till = [each["amount_fen"] for each in receipts if each["received_on"] <= as_of]
    balances = [-each["open_fen"] for each in opening if each["open_fen"] < 0]
    assert sum(till) + sum(balances) == int(paid["applied_fen"].sum() + left["left_fen"].sum())
    assert (left["amount_fen"] - left["applied_fen"] == left["left_fen"]).all()
    # a receipt never pays more than itself
    spent = paid.groupby("receipt_key")["applied_fen"].sum().abs()
    worth = pd.Series({f"receipts-{n}": abs(each["amount_fen"]) for n, each in enumerate(receipts)}, dtype="int64")
    assert (spent <= worth.reindex(spent.index).fillna(10**9)).all()


@sweep(30, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.lists(came, max_size=6), days)
def test_ageing_adds_up_to_what_is_open(order_facts, receipts, as_of):
    made = owed(order_facts, as_of, receipts=receipts)
    columns = [f"{bucket}_fen" for bucket in BUCKETS]
    assert int(made.ageing[columns].sum().sum()) == int(made.receivables["open_fen"].sum())
    assert (made.ageing[[*columns, "unapplied_fen"]].sum(axis=1) == made.ageing["total_fen"]).all()
    assert int(made.ageing["unapplied_fen"].sum()) == -int(made.unapplied["left_fen"].sum())


@sweep(30, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.lists(came, max_size=6), days, st.randoms())
def test_order_of_rows_does_not_matter(order_facts, receipts, as_of, chance):
    keyed = [each | {"src_key": f"k{n}"} for n, each in enumerate(receipts)]
    mixed = chance.sample(keyed, len(keyed))
    first, second = (owed(order_facts, as_of, receipts=rows) for rows in (keyed, mixed))
    pd.testing.assert_frame_equal(first.receivables, second.receivables)
    pd.testing.assert_frame_equal(first.allocations, second.allocations)


@sweep(30, suppress_health_check=[HealthCheck.too_slow])
@given(orders(), days)
def test_instalments_owed_never_exceed_the_order(order_facts, as_of):
    made = owed(order_facts, as_of).receivables.groupby("order_no")["billed_fen"].sum()
    worth = {each["order_no"]: each["amount_fen"] for each in order_facts}
    assert all(billed <= worth[number] for number, billed in made.items())
