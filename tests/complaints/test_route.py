"""Type, severity, department and repeats: as written, else guessed from what is known."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from pipeline.complaints.route import OUTSIDE, types_named
from schemas.language.spellings import group
from schemas.language.words import load as words
from schemas.policy import states
from schemas.policy.routing import load
from schemas.policy.timers import COMPLAINT_SEVERITIES
from tests.support.complaint_rows import at, tracked

NOW = "Tue 06-30 02:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the examples of the procedure
        ("功能不达标", "quality"),
        ("外观破损", "quality"),
        ("延迟送达", "logistics"),
        ("货物丢失", "logistics"),
        ("业务员沟通不当", "attitude"),
        ("发错货", "wrong_order"),
        ("到货数量不符", "wrong_order"),
        ("售后推诿", "attitude"),
        ("少发两台", "wrong_order"),
        ("漏发配件", "wrong_order"),
        ("快递压坏,外观破损", "quality logistics"),
        ("外 观 破 损", "quality"),
        ("Item was BROKEN", "quality"),
        ("请尽快联系我", ""),
        (float("nan"), ""),
    ],
)
def test_types_are_named_by_words_of_the_description(text: object, expected: str) -> None:
    assert types_named(text) == expected


@pytest.mark.parametrize(
    ("typed", "text", "expected", "guessed", "dept"),
    [
        ("quality", "货物丢失", "quality", False, "quality"),
        (None, "外观破损", "quality", True, "quality"),
        (None, "货物丢失", "logistics", True, "logistics"),
        (None, "沟通不当", "attitude", True, "service"),
        (None, "发错货", "wrong_order", True, "sales"),
        ("other", "发错货", "other", False, "service"),
        # people decide between two
        (None, "快递压坏,外观破损", None, False, None),
        (None, "请尽快联系我", None, False, None),
    ],
)
def test_type_is_guessed_only_when_blank_and_certain(
    typed: str | None, text: str, expected: str | None, guessed: bool, dept: str | None
) -> None:
    case = tracked(NOW, {"complaint_type": typed, "description": text}).cases.iloc[0]
    found = [None if pd.isna(case[column]) else case[column] for column in ("complaint_type", "routed_dept")]
    assert found == [expected, dept]
    assert case["is_type_guessed"] == guessed


def test_department_is_the_one_written_else_the_routed_one_in_words() -> None:
    made = tracked(NOW, {"dept": "品质一部"}, {"dept": None}, {"dept": None, "complaint_type": None}).cases
    assert made["dept"].tolist()[:2] == ["品质一部", "质检部门"]
    assert pd.isna(made["dept"].iloc[2])


ORDERS = [
    {"order_no": "202603-002", "customer_name": "乙公司", "amount_fen": 1_000_00},
    {"order_no": "202603-002", "customer_name": "乙公司", "amount_fen": 1_000_00},
    {"order_no": "202603-002", "customer_name": "乙公司", "amount_fen": 9_000_00, "src_held": True},
]
GRADES = [{"customer_name": "大客户有限公司", "grade": "A"}, {"customer_name": "小客户", "grade": "B"}]
SUGGESTED: list[tuple[dict[str, Any], str]] = [
    ({}, "normal"),
    ({"description": "已向12315投诉"}, "major"),
    ({"channel": "authority"}, "major"),
    ({"channel": "media"}, "major"),
    ({"channel": "other"}, "normal"),
    ({"complainant": "滨江区市场监管局"}, "major"),
    ({"remark": "客户已发律师函"}, "major"),
    ({"subject": "消委会转办"}, "major"),
    ({"description": "将起诉贵司"}, "major"),
    ({"description": "漏电致人受伤"}, "major"),
    ({"remedy": "找媒体曝光"}, "major"),
    ({"description": "整批外观破损"}, "major"),
    ({"description": "设备无法使用"}, "serious"),
    ({"description": "发错货"}, "serious"),
    ({"description": "设备无法使用，已请律师"}, "major"),
    ({"claim_fen": 4_999_99}, "normal"),
    ({"claim_fen": 5_000_00}, "serious"),
    ({"claim_fen": 49_999_99}, "serious"),
    ({"claim_fen": 50_000_00}, "major"),
    # half of what the order is worth, held lines left out
    ({"order_no": "202603-002", "claim_fen": 999_99}, "normal"),
    ({"order_no": "202603-003", "claim_fen": 1_000_00}, "normal"),
    ({"customer_name": "大客户"}, "serious"),
    ({"customer_name": "小客户"}, "normal"),
]


@cache
def suggestions() -> list[str]:
    given = [
        {"severity": None, "order_no": None, "customer_name": f"客户{n}"} | facts
        for n, (facts, _) in enumerate(SUGGESTED)
    ]
    cases = tracked(NOW, *given, orders=ORDERS, customers=GRADES).cases
    assert cases["is_severity_guessed"].all()
    return list(cases["severity"])


@pytest.mark.parametrize("n", range(len(SUGGESTED)), ids=lambda n: f"{n}-{SUGGESTED[n][1]}")
def test_severity_is_suggested_by_words_and_money(n: int) -> None:
    assert suggestions()[n] == SUGGESTED[n][1]


def test_half_of_the_order_is_major() -> None:
    facts = {"severity": None, "order_no": "202603-002", "claim_fen": 1_000_00}
    assert tracked(NOW, facts, orders=ORDERS).cases["severity"].tolist() == ["major"]


def test_typed_severity_stands_and_the_suggestion_is_kept() -> None:
    case = tracked(NOW, {"severity": "normal", "description": "已向12315投诉"}).cases.iloc[0]
    assert (case["severity"], case["suggested_severity"]) == ("normal", "major")
    assert not case["is_severity_guessed"]


def came(*days: str, **facts: Any) -> list[dict[str, Any]]:
    return [{"complained_at": day, "severity": None} | facts for day in days]


def test_the_third_complaint_in_ninety_days_is_major() -> None:
    orders = [{"order_no": f"202601-00{n}"} for n in range(3)]
    near = came("Thu 01-01", "Fri 01-02", "Wed 04-01")
    made = tracked(NOW, *(facts | order for facts, order in zip(near, orders, strict=True))).cases
    assert made["severity"].tolist() == ["normal", "normal", "major"]
    far = came("Thu 01-01", "Fri 01-02", "Thu 04-02")
    made = tracked(NOW, *(facts | order for facts, order in zip(far, orders, strict=True))).cases
    assert made["severity"].tolist() == ["normal", "normal", "normal"]


def test_the_second_complaint_on_an_order_is_serious() -> None:
    first, second = came("Thu 01-01", "Tue 06-02")
    assert tracked(NOW, first, second).cases["severity"].tolist() == ["normal", "serious"]
    assert tracked(NOW, first | {"withdrawn_on": "Fri 01-02"}, second).cases["severity"].tolist()[1] == "normal"


CLOSED = {
    "validity": "invalid",
    "approval": "agree",
    "accepted_at": "Thu 01-01",
    "approved_at": "Thu 01-01",
    "investigated_at": "Thu 01-01",
    "closed_at": "Fri 01-02 12:00",
}


@pytest.mark.parametrize(
    ("second", "first", "repeat", "linked"),
    [
        ({"complained_at": "Wed 04-01"}, {}, True, True),
        # 90 days are near, 91 are not; an open one on the same order is a repeat however old
        ({"complained_at": "Wed 04-01", "order_no": "202601-009"}, {}, True, False),
        ({"complained_at": "Thu 04-02", "order_no": "202601-009"}, {}, False, False),
        ({"complained_at": "Tue 06-02"}, {}, True, True),
        ({"complained_at": "Fri 01-02 12:00"}, CLOSED, True, False),
        ({"complained_at": "Fri 01-02 11:59"}, CLOSED, True, True),
        ({"complained_at": "Fri 01-02 11:59"}, {"withdrawn_on": "Mon 06-01"}, False, False),
        ({"complained_at": "Fri 01-02", "complaint_type": "logistics"}, {}, False, False),
        ({"complained_at": "Fri 01-02", "customer_name": "丙公司"}, {}, False, False),
        ({"complained_at": "Fri 01-02", "customer_name": "甲 公司"}, {}, True, True),
    ],
)
def test_repeats_are_found(second: dict[str, Any], first: dict[str, Any], repeat: bool, linked: bool) -> None:
    cases = tracked(NOW, {"complained_at": "Thu 01-01"} | first, second).cases
    assert cases["is_repeat"].tolist() == [False, repeat]
    expected = "202603-T001" if linked else None
    assert (None if pd.isna(cases["repeats_no"].iloc[1]) else cases["repeats_no"].iloc[1]) == expected


def test_a_repeat_is_linked_to_the_one_that_stays_open_longest() -> None:
    third = {"complained_at": "Tue 06-02"}
    cases = tracked(NOW, {"complained_at": "Thu 01-01"}, {"complained_at": "Thu 01-01"} | CLOSED, third).cases
    assert cases["repeats_no"].iloc[2] == "202603-T001"


def test_customer_is_the_one_of_the_order_when_nobody_wrote_it() -> None:
    cases = tracked(NOW, {"customer_name": None, "order_no": "202603-002"}, orders=ORDERS).cases
    assert cases["customer_name"].tolist() == ["乙公司"]


def test_thousands_of_complaints_of_one_customer_stay_cheap() -> None:
    days = pd.date_range(at("Thu 01-01"), periods=2000, freq="h")
    cases = tracked(NOW, *({"complained_at": day, "severity": None} for day in days)).cases
    assert cases["is_repeat"].sum() == 1999


def test_the_table_names_only_what_there_is() -> None:
    routing = load()
    types = set(group("choice.complaint_type").values()) - {""}
    assert set(routing.dept) == types
    assert set(routing.also) | routing.by_default | set(routing.hints.values()) <= types
    assert set(routing.triggers.values()) <= set(COMPLAINT_SEVERITIES)
    assert [dept for dept in (*routing.dept.values(), *routing.also.values()) if f"dept.{dept}" not in words()] == []
    assert {state for meant in routing.typed.values() for state in meant} <= set(states.load()["complaint"])


@pytest.mark.parametrize("word", ["12315", "12345", "消协", "市场监管局", "法院", "律师函", "媒体"])
def test_authorities_are_channels_too(word: str) -> None:
    assert group("choice.complaint_channel")[word] in OUTSIDE


def test_no_complaint_has_no_severity() -> None:
    assert tracked(NOW).cases.empty
