"""The ladder of reminders, and what holds a step back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.policy import ladder
from tests.support.money_book import order, owed, receipt, records

A, B = "202603-001", "202603-002"
DUE = date(2026, 3, 10)  # Tue


def at(days, **rows):
    """The night that many days after the due day; 货到30天, signed for a month before."""
    signed = DUE - timedelta(days=30)
    one = order(pay_term="货到30天", conf_at="2026-02-01", shipped_on=str(signed), signed_on=str(signed))
    return owed([one | rows.pop("order", {})], str(DUE + timedelta(days=days)), **rows)


def sent(kind, day="2026-03-12", **facts):
    return {"order_no": A, "contacted_at": day, "reminder_kind": kind, "channel": "email"} | facts


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (-5, None),  # not settled by the month: no statement
        (-4, "remind"),  # Fri, because the third day before is a Saturday
        (-3, "remind"),
        (-1, "remind"),
        (0, "due"),
        (1, "notice"),
        (7, "notice"),
        (8, "daily"),
        (14, "daily"),
        (15, "dun1"),
        (29, "dun1"),
        (30, "dun2"),
        (59, "dun2"),
        (60, "visit"),
        (89, "visit"),
        (90, "lawyer"),
        (179, "lawyer"),
        (180, "court"),
    ],
)
def test_level_at_every_bound(days, level):
    assert at(days).receivables["level"].astype("object").where(lambda s: s.notna(), None).tolist() == [level]


@pytest.mark.parametrize(
    ("as_of", "levels"),
    [("2026-04-22", []), ("2026-04-23", ["statement"]), ("2026-04-26", ["statement"]), ("2026-04-27", ["remind"])],
)
def test_statement_goes_to_customers_who_settle_by_the_month(as_of, levels):
    made = owed([order(pay_term="月结30天")], as_of)  # due Thu 04-30
    assert made.receivables["level"].dropna().tolist() == levels


@pytest.mark.parametrize(
    ("due_term", "signed", "last_quiet", "first_asked"),
    [
        ("货到付款", "2026-10-08", "2026-09-29", "2026-09-30"),  # Thu after National Day: by Wed 09-30
        ("货到付款", "2026-02-24", "2026-02-13", "2026-02-14"),  # Tue after Spring Festival: by Sat 02-14, worked
    ],
)
def test_reminder_is_asked_for_on_the_working_day_before(due_term, signed, last_quiet, first_asked):
    # a term in days, so that the due day is known before it comes
    one = order(pay_term="货到30天", conf_at="2026-01-02", shipped_on="2026-01-05")
    one["signed_on"] = str(date.fromisoformat(signed) - timedelta(days=30))
    assert owed([one], last_quiet).dunning.empty
    made = owed([one], first_asked).dunning
    assert records(made, "level", "channel", "owner", "document") == [("remind", "phone_email", "李明", "reminder")]
    assert f"{made['remind_on'].iloc[0]:%Y-%m-%d}" == first_asked


@pytest.mark.parametrize(
    ("days", "kinds", "step"),
    [
        (20, [], "dun1"),
        (20, ["overdue"], "dun1"),
        (20, ["letter1"], "follow"),
        (40, [], "dun1"),
        (40, ["letter1"], "dun2"),
        (40, ["letter1", "letter2"], "follow"),
        (100, [], "dun1"),
        (100, ["letter1"], "dun2"),
        (100, ["letter2"], "visit"),
        (200, ["lawyer"], "court"),
        (3, [], "notice"),
        (3, ["overdue"], "follow"),
        (3, ["due"], "notice"),
        (9, ["overdue"], "daily"),
        (-3, ["due"], "follow"),
    ],
)
def test_next_step_follows_the_ladder(days, kinds, step):
    day = str(DUE + timedelta(days=days - 1))
    made = at(days, reminders=[sent(kind, day, record_no=kind) for kind in kinds])
    assert made.receivables["next_step"].tolist() == [step]


def test_a_visit_counts_by_its_channel():
    made = at(100, reminders=[sent("letter2"), sent(None, channel="visit")])
    assert made.receivables["next_step"].tolist() == ["lawyer"]


def test_dunning_asks_for_the_letter_that_may_go_out():
    made = at(100).dunning
    assert records(made, "level", "channel", "document", "owner") == [("lawyer", "email_letter", "letter1", "李明")]


def test_owner_is_sales_when_nobody_is_named():
    assert at(20, order={"sales_owner": None}).dunning["owner"].tolist() == ["sales"]


@pytest.mark.parametrize(
    ("facts", "rows", "waits"),
    [
        ({}, {}, None),
        ({"open_complaints": 1}, {}, "complaint"),
        ({"open_complaints": 1, "disputed_fen": 400_000}, {}, None),
        ({"open_complaints": 1, "disputed_fen": 1_000_000}, {}, "complaint"),
        ({}, {"reminders": [sent("overdue", promised_on="2026-03-30")]}, "promise"),
        ({}, {"reminders": [sent("overdue", promised_on="2026-03-29")]}, None),
        ({}, {"receipts": [receipt("2026-03-20", 10_000, None)]}, "receipt"),
        ({}, {"receipts": [receipt("2026-03-20", 9_999.99, None)]}, None),
        ({"amount_fen": 10_000}, {}, None),
        ({"amount_fen": 9_999}, {}, "small"),
        ({"open_complaints": 1, "disputed_fen": 990_001}, {}, "small"),
    ],
)
def test_step_waits_for(facts, rows, waits):
    made = at(20, order=facts, **rows).dunning
    assert records(made, "is_waiting", "waits_for") == [(waits is not None, waits)]


def test_disputed_money_stays_in_the_ageing():
    made = at(20, order={"open_complaints": 1, "disputed_fen": 400_000})
    assert records(made.receivables, "open_fen", "disputed_fen", "bucket") == [(1_000_000, 400_000, "d15")]


def test_dispute_is_laid_on_the_oldest_open_money():
    one = order(pay_term="预付30%+发货前70%", open_complaints=1, disputed_fen=500_000)
    made = owed([one], receipts=[receipt("2026-03-20", 1_000)])
    assert made.receivables["disputed_fen"].tolist() == [200_000, 300_000]


def test_last_contact_is_the_newest_of_order_and_customer():
    rows = [
        sent("overdue", "2026-03-12"),
        sent("overdue", "2026-03-13 09:30", order_no=None, customer_name="甲公司", channel="phone"),
    ]
    made = at(9, reminders=rows).receivables
    assert made["last_channel"].tolist() == ["phone"]
    assert made["reason"].iloc[0].endswith("；上次联系 03-13 电话")


def test_contact_of_tomorrow_is_not_known():
    assert at(1, reminders=[sent("overdue", "2026-03-12")]).receivables["last_contact_at"].isna().all()


def test_paid_items_ask_for_nothing():
    made = at(20, receipts=[receipt("2026-03-20", 10_000)])
    assert made.dunning.empty
    assert made.receivables[["level", "next_step", "reason"]].isna().all(axis=None)


def test_undated_item_asks_for_its_day():
    made = owed([order(pay_term="见合同")])
    assert records(made.receivables, "level", "next_step") == [(None, "find_due")]
    assert made.dunning.empty


def test_ladder_has_the_days_of_the_procedure():
    days = {rung.key: rung.days_from for rung in ladder.load()}
    assert (days["remind"], days["dun1"]) == (-3, 15)
