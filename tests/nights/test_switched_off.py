"""Rules that managers switch off: what they held counts, what they refused is told, and nothing is to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import all_nights, begin, open_ledger
from pipeline.night.counts import sources
from pipeline.night.derive_and_judge import derive
from pipeline.night.explain import story
from schemas.derived.finding import Place
from schemas.incoming.kinds import KINDS
from schemas.policy.number_forms import DeclaredForm
from schemas.policy.policy import Policy, shipped
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import world
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY
from tests.support.quiet_nights import quiet, rules

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.night.derive_and_judge import Judged

pytestmark = pytest.mark.slow

HEADS = (
    *("订单编号", "客户名称", "下单日期", "产品名称", "型号", "数量", "单位", "单价", "金额", "交货日期", "付款方式"),
    *("联系人", "联系电话", "收货地址"),
)
INVOICE = ("发票号码", "开票日期", "购方名称", "价税合计", "订单编号", "发票种类")


def line(number: str, **cells: Any) -> tuple[Any, ...]:
    day = date(2026, 5, 5)
    usual = (number, "甲公司", day, "轴承", "6204", 10, "件", 12.5, 125, date(2026, 7, 1), "货到30天")
    named = dict(zip(HEADS, (*usual, "王敏", "13800138000", "江苏省苏州市星湖街1号"), strict=True)) | cells
    return tuple(named[head] for head in HEADS)


def without(*off: str) -> Policy:
    policy = shipped()
    turned = {id_: replace(rule, status="off") if id_ in off else rule for id_, rule in policy.rules.items()}
    return replace(policy, rules=turned)


def untold(judged: Judged, workspace: Workspace, as_of: datetime, policy: Policy) -> list[tuple[str, int]]:
    """Rows that wait on a night that was run, none of whose findings holds them."""
    with open_ledger(workspace.ledger_url) as ledger:
        context, _ = derive(workspace, ledger, begin(ledger, as_of), policy)
    holding = {(each.kind, each.seq) for each in judged.findings if each.is_holding}
    sheets = {(each.place.file, each.place.sheet) for each in judged.findings if each.is_holding and not each.seq}
    return [
        (kind, row.src_seq)
        for kind, rows in ((kind, context[kind]) for kind in KINDS)
        for row in rows[rows["src_held"].fillna(value=False).astype(bool)].itertuples()
        if (kind, row.src_seq) not in holding and (row.src_file, row.src_sheet) not in sheets
    ]


def fates(judged: Judged, rule: str) -> list[str]:
    listed = judged.tables["findings"]
    return sorted(listed.loc[listed["rule"] == rule, "tonight"])


def test_a_number_of_another_form_counts_and_is_told_only_while_its_form_is_declared(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    rows = [line(f"SO2026010500{n}", 金额=999 if n == 1 else 125) for n in (1, 2, 3)]
    Book(desk.inbox / "订单.xlsx", "订单").rows(HEADS, *rows).save()
    declared = replace(shipped(), forms={"orders": DeclaredForm("orders", "YYYYMM-NNN")})
    judged = quiet(desk, TUESDAY, declared)
    assert (fates(judged, "ORD-029"), fates(judged, "ORD-038")) == (["counted"] * 3, ["counted"])
    assert sorted(judged.tables["standing"]["order_no"]) == ["SO20260105001", "SO20260105002", "SO20260105003"]
    assert judged.tables["standing"]["amount_fen"].tolist() == [99_900, 12_500, 12_500]
    assert not rules(judged, "ORD-031")  # only a number of our own form says a month
    off = {id_: replace(rule, status="off") if id_ == "ORD-029" else rule for id_, rule in declared.rules.items()}
    assert not rules(quiet(desk, WEDNESDAY, replace(declared, rules=off)), "ORD-029")


def test_a_row_whose_rule_is_off_is_told_as_one_that_counts(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    row = dict(zip(HEADS, line("202605-001", 数量=None), strict=True))
    Book(desk.inbox / "订单.xlsx", "订单").rows(HEADS, tuple(row.values()), line("202605-002", 数量="若干")).save()
    quiet(desk, TUESDAY)
    assert held(desk, shipped()) == [True, True]
    assert held(desk, without("ORD-011")) == [False, True]  # another rule holds the second one


def held(desk: Workspace, policy: Policy) -> list[bool]:
    """Whether explain calls the two orders held."""
    with open_ledger(desk.ledger_url) as ledger:
        told = [story(desk, ledger, policy, f"202605-00{n}", TUESDAY) for n in (1, 2)]
    return [version.is_held for one in told if one for version in one.versions]


def reasons(desk: Workspace, policy: Policy) -> list[str]:
    """Why files of the first night were refused, as the manifest says it."""
    with open_ledger(desk.ledger_url) as ledger:
        listed = sources(ledger, all_nights(ledger)[0], policy.rules)
    return [source["reason"] for source in listed if source["state"] == "refused"]


def test_a_refused_file_is_told_of_when_what_refused_it_is_off(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    heads = ("订单编号", "业务员", "客户名称", "总金额", "订单日期", "产品名称", "单价")
    rows = [(f"202601-00{n}", "李四", "甲公司", 1000 * n, date(2026, 1, 5), "轴承", 10) for n in (1, 2, 3)]
    Book(desk.inbox / "订单台账.xlsx", "台账").rows(heads, *rows).save()
    first = quiet(desk, TUESDAY, without("FILE-021"))
    told = [(each.rule, each.place.file) for each in first.findings if each.is_refusing]
    assert told == [("FILE-041", "订单台账.xlsx")]
    assert fates(first, "FILE-041") == ["refused"]
    assert reasons(desk, without("FILE-021")) == ["FILE-041"]  # the manifest gives the same reason
    assert reasons(desk, shipped()) == ["FILE-021"]
    # what was refused before says so under either policy
    assert [each.rule for each in quiet(desk, WEDNESDAY).findings if each.is_refusing] == ["FILE-021"]


def test_what_cannot_be_off_stays_on_and_the_attempt_is_told(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    Book(desk.inbox / "订单.xlsx", "订单").rows(HEADS, line("202605-001", 金额=None)).save()
    tried = Place("业务规则.xlsx", "规则", 22, "C")
    judged = quiet(desk, TUESDAY, replace(shipped(), kept_on=(("ORD-050", tried),)))
    assert fates(judged, "ORD-050") == ["held"]
    assert rules(judged, "X-026") == [("X-026", tried.file, "C22", "")]
    listed = judged.tables["findings"]
    assert listed.loc[listed["rule"] == "X-026", "problem"].str.contains("ORD-050").all()


def test_with_all_off_that_may_be_nothing_is_held_unsaid_and_nothing_is_to_be_done(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(desk, world())
    Book(desk.inbox / "坏.xlsx", "订单").rows(
        HEADS,
        line("2.02605E+08"),
        line("202605-902", 数量="若干"),
        line("202605-903", 金额=None),
        line("202605-904", 下单日期=None, 客户名称="乙公司"),
    ).save()
    off = [id_ for id_, rule in shipped().rules.items() if rule.may_be_off]
    for as_of, policy in ((TUESDAY, without(*off)), (WEDNESDAY, shipped()), (THURSDAY, without(*off))):
        judged = quiet(desk, as_of, policy)
        asked = {id_ for id_, rule in policy.rules.items() if rule.is_live}
        assert {each.rule for each in judged.findings} <= asked
        assert set(judged.tables["todo"]["rule"].dropna()) - {""} <= asked
        assert untold(judged, desk, as_of, policy) == []


def test_a_double_invoice_waits_and_nothing_of_it_counts(tmp_path: Path) -> None:
    desk = nights.workspace(tmp_path / "desk")
    Book(desk.inbox / "订单.xlsx", "订单").rows(HEADS, line("202605-001")).save()
    number = "26442000000000000004"
    rows = [(number, "2026-05-20", "乙公司", fen, "202605-001", "专用发票") for fen in (100, 125)]
    Book(desk.inbox / "发票.xlsx", "发票").rows(INVOICE, *rows).save()
    judged = quiet(desk)
    listed = judged.tables["findings"]
    of_invoices = listed[listed["src_file"] == "发票.xlsx"]
    assert {"INV-017", "INV-019"} <= set(of_invoices["rule"])
    rows_of = of_invoices[of_invoices["src_row"].notna()]
    assert set(rows_of["tonight"]) <= {"held", "noted"}
    assert (rows_of.loc[rows_of["rule"] == "INV-017", "severity"] == "hold").all()
