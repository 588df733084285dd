"""The code decides whom a row is about; what is not sure is a question with an id that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from pipeline.orders.customers import link
from pipeline.orders.identities import OTHER_COMPANY, RENAMED, WRITTEN_NAME, bare_keys, by_code
from schemas.derived.finding import Finding
from schemas.derived.joins import Identities
from schemas.incoming.kinds import KINDS
from tests.support.order_rows import frame

if TYPE_CHECKING:
    from collections.abc import Sequence

OLD, NEW = "苏州安宁电子有限公司", "苏州安宁智能科技有限公司"
ELSE = "杭州青木机械有限公司"
COLUMNS = ["customer_code", "customer_name"]


def apart(
    customers: Sequence[tuple[str | None, str]],
    orders: Sequence[tuple[str | None, str | None]] = (),
    receipts: Sequence[dict[str, Any]] = (),
    former: Sequence[tuple[str, str]] = (),
    answers: dict[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    tables = {
        "customers": frame(
            KINDS["customers"],
            [dict(zip((*COLUMNS, "src_key"), (code, name, code or name), strict=True)) for code, name in customers],
        ),
        "orders": frame(
            KINDS["orders"],
            [
                {"order_no": f"202603-{n:03}", "customer_code": code, "customer_name": name, "src_key": f"o{n}"}
                for n, (code, name) in enumerate(orders, 1)
            ],
        ),
        "receipts": frame(KINDS["receipts"], list(receipts)),
        **{kind: frame(KINDS[kind], []) for kind in ("opening", "complaints", "reminders")},
    }
    return by_code(tables, pd.DataFrame(list(former), columns=COLUMNS, dtype="str"), answers or {})


def asked(made: dict[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in made[Identities.name].itertuples(index=False)]


def test_a_customer_with_a_new_name_is_one_and_asked_about() -> None:
    made = apart([("C001", NEW)], [("C001", OLD), (None, OLD), ("C001", NEW)], former=[("C001", OLD)])
    assert made["orders"]["customer_name"].tolist() == [NEW, NEW, NEW]
    assert made["orders"][WRITTEN_NAME].tolist() == [OLD, OLD, NEW]
    paid = link(pd.Series([OLD, NEW], dtype="str"), made["customers"])
    assert len(set(paid)) == 1
    assert asked(made) == [("CUS-011", "C001", OLD)]


@pytest.mark.parametrize(("answer", "one"), [(RENAMED, True), (OTHER_COMPANY, False), ("", True)])
def test_the_answer_decides_and_the_question_stays(answer: str, *, one: bool) -> None:
    answers = {Finding("CUS-011", "customers", "C001", "customer_name").id: answer}
    made = apart([("C001", NEW)], [("C001", OLD), (None, OLD)], former=[("C001", OLD)], answers=answers)
    assert made["orders"]["customer_name"].tolist() == ([NEW, NEW] if one else [OLD, OLD])
    assert asked(made) == [("CUS-011", "C001", OLD)]


def test_an_order_with_a_known_code_under_another_name_is_asked_about_once() -> None:
    made = apart([("C001", NEW), ("C002", ELSE)], [("c001", ELSE), ("C001", ELSE), ("C009", OLD), ("C002", None)])
    assert made["orders"]["customer_name"].tolist() == [NEW, NEW, OLD, ELSE]
    assert asked(made) == [("CUS-012", "o1", NEW)]
    answers = {Finding("CUS-012", "orders", "o1", "customer_name").id: OTHER_COMPANY}
    other = apart([("C001", NEW), ("C002", ELSE)], [("C001", ELSE)], answers=answers)
    assert other["orders"]["customer_name"].tolist() == [ELSE]


def test_one_name_with_two_codes_is_two_customers() -> None:
    receipts = [
        {"payer": OLD, "src_key": "r1"},
        {"payer": OLD, "order_nos": "202603-001", "src_key": "r2"},
        {"payer": NEW, "src_key": "r3"},
    ]
    made = apart([("C001", OLD), ("C002", OLD)], [("C001", OLD), ("C002", OLD), (None, OLD)], receipts)
    assert made["orders"]["customer_name"].tolist() == [f"{OLD}(C001)", f"{OLD}(C002)", OLD]
    assert link(made["orders"]["customer_name"], made["customers"]).nunique() == 3
    assert asked(made) == [("CUS-013", "r1", f"{OLD}(C001); {OLD}(C002)")]
    keys = link(made["orders"]["customer_name"], made["customers"])
    assert len(set(bare_keys(keys, made["customers"]))) == 1


def test_nothing_is_asked_of_names_that_are_the_same_or_wait() -> None:
    made = apart([("C001", NEW), (None, ELSE)], [("C001", f" {NEW} ")], former=[("C001", NEW), ("C009", OLD)])
    assert asked(made) == []
    assert WRITTEN_NAME not in made["orders"].columns
