"""What customers said when they were reminded, when they are asked again, and letters that came back."""

from __future__ import annotations

import pytest

from tests.support.money_book import order, owed, records

A = "202603-001"
OWED = {"pay_term": "货到30天", "conf_at": "2026-02-01", "shipped_on": "2026-02-08", "signed_on": "2026-02-08"}


def on(as_of, *reminders):
    """The item and its step, due 2026-03-10."""
    return owed([order(A, **OWED)], as_of, reminders=list(reminders))


def called(day, **facts):
    return {"order_no": A, "contacted_at": day, "channel": "phone"} | facts


def theirs(day, **facts):
    return called(day, **facts) | {"order_no": None, "customer_name": "甲公司"}


@pytest.mark.parametrize(
    ("rows", "answer", "follow_on"),
    [
        ([], None, None),
        ([called("2026-03-12", answer="月底付", next_on="2026-03-20")], "月底付", "2026-03-20"),
        # the last contact says when to ask again, the last answer stays until there is another
        ([called("2026-03-12", answer="月底付", next_on="2026-03-20"), called("2026-03-14")], "月底付", None),
        ([called("2026-03-12", answer="月底付"), called("2026-03-14", answer="下周付")], "下周付", None),
        ([called("2026-03-12", answer="月底付"), theirs("2026-03-14", answer="已安排")], "已安排", None),
        ([called("2026-03-14", answer="月底付"), theirs("2026-03-12", answer="已安排")], "月底付", None),
        ([theirs("2026-03-12", answer="已安排", next_on="2026-03-18")], "已安排", "2026-03-18"),
        ([called("2026-03-31", answer="明天的事")], None, None),
    ],
)
def test_the_last_answer_and_the_next_day_stand_beside_item_and_step(rows, answer, follow_on):
    made = on("2026-03-25", *rows)
    for frame in (made.receivables, made.dunning):
        [(said, day)] = records(frame, "last_answer", "follow_on")
        assert (said, day and f"{day:%Y-%m-%d}") == (answer, follow_on)


@pytest.mark.parametrize(("is_delivered", "step"), [(None, "follow"), (True, "follow"), (False, "dun1")])
def test_a_letter_that_came_back_is_sent_again(is_delivered, step):
    letter = called("2026-03-25", channel="post", reminder_kind="letter1", is_delivered=is_delivered)
    assert on("2026-03-26", letter).receivables["next_step"].tolist() == [step]
