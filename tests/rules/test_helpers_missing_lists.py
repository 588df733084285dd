"""A check that needs a list nobody ever sent says so: one note a night for each such list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.core.phrases import describe_finding
from pipeline.rules import registry
from pipeline.rules.helpers import MASTERS, MISSING, missing_lists
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import CUSTOMERS, ORDERS, PRICES, world
from tests.support.order_rows import context, is_ours, order, policy

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.rules.context import RuleContext

CUSTOMER, PRICE = {"customer_name": "杭州青木机械有限公司"}, {"product_code": "P100", "model": "X100"}
ASKED = ["customers", "qualifications", "prices", "leadtimes"]


def missed(where: RuleContext, *off: str) -> list[str]:
    """Kinds that a night notes as missing, with these rules switched off."""
    for rule, judgment in registry.CHECKS.items():
        if is_ours(rule) and rule not in off and policy().rules[rule].is_live:
            list(registry.evaluate(judgment, policy().rules[rule], where))
    return [finding.key for finding in missing_lists(where)]


def test_each_list_that_orders_need_and_nobody_sent_is_noted_once() -> None:
    two = [order("202603-001"), order("202603-002")]
    assert missed(context(orders=two)) == ASKED


@pytest.mark.parametrize("sent", ASKED)
def test_a_list_taken_in_is_noted_no_more(sent: str) -> None:
    row = PRICE if sent in ("prices", "leadtimes") else CUSTOMER
    left = [kind for kind in ASKED if kind != sent]
    assert missed(context(orders=[order()], **{sent: [row]})) == left


def test_discounts_are_noted_where_one_was_given() -> None:
    given = order(amount_fen=900_000, discount="factor=0.9")
    assert missed(context(orders=[given])) == ["customers", "qualifications", "prices", "discounts", "leadtimes"]


def test_what_nobody_asks_for_is_not_missed() -> None:
    assert missed(context()) == []
    assert missed(context(orders=[order()]), "CUS-001") == [kind for kind in ASKED if kind != "qualifications"]


def test_the_note_names_the_list_in_the_readers_language() -> None:
    where = context(orders=[order()])
    assert missed(where)
    finding = missing_lists(where)[0]
    assert (finding.place.file, finding.is_holding) == ("", False)
    for lang in ("zh", "en"):
        assert all(
            translate("kind.customers", lang) in text
            for text in describe_finding(finding, policy().rules[MISSING], lang)
        )


def test_master_data_are_kinds_of_sheets() -> None:
    assert [kind for kind in MASTERS if kind not in KINDS] == []


@pytest.mark.slow
def test_a_night_notes_what_is_missing_until_it_comes(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    told = []
    for evening, files in ((nights.TUESDAY, [ORDERS]), (nights.WEDNESDAY, [CUSTOMERS, PRICES])):
        nights.put_in_inbox(workspace, world(), only=files)
        done = nights.run(workspace, evening)
        told.append([row for row in nights.rows(done.folder, "findings") if row["rule_title"].startswith(MISSING)])
        assert done.exit_code == 0
    assert [len(each) for each in told] == [4, 2]
    assert {(row["src_file"] or "", row["severity"]) for row in told[0]} == {("", translate("severity.note", "zh"))}
    assert any(translate("kind.leadtimes", "zh") in row["problem"] for row in told[1])
