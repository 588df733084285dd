"""The night after: findings mended, reopened, rows released, facts restated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import nights
from tests.support.night_world import BAD, HAICHUAN, ORDERS, QINGMU, RECEIPT_HEADINGS, World, order, world
from tests.support.night_world import Table as Rows
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


def counted(workspace: Workspace, as_of: datetime) -> dict[str, int]:
    found: dict[str, int] = nights.manifest(nights.day_folder(workspace, as_of))["findings"]
    return found


def ids(workspace: Workspace, as_of: datetime) -> set[str]:
    return {each["finding_id"] for each in nights.findings(nights.day_folder(workspace, as_of))}


def adds_up(now: dict[str, int], before: dict[str, int]) -> None:
    assert now["new"] + now["open"] + now["reopened"] == now["all"]
    assert now["open"] + now["mended"] + now["withdrawn"] == now["was_open"] == before["all"]


def test_a_night_without_a_drop_keeps_every_finding_open(workspace: Workspace) -> None:
    nights.run(workspace, WEDNESDAY)
    first, second = counted(workspace, TUESDAY), counted(workspace, WEDNESDAY)
    adds_up(second, first)
    assert second["mended"] == len(ids(workspace, TUESDAY) - ids(workspace, WEDNESDAY))
    about_cells = {f["finding_id"] for f in nights.findings(nights.day_folder(workspace)) if f["src_file"] == BAD}
    assert about_cells <= ids(workspace, WEDNESDAY)
    assert second["hold"] == first["hold"]


@dataclass
class Mended:
    """What one drop changed, against the same night without it."""

    gone: list[dict[str, Any]]
    come: list[dict[str, Any]]
    workspace: Workspace


def mended(tmp_path: Path, change: Callable[[World], None], *, name: str = BAD) -> Mended:
    plain, with_drop = (nights.after_first_night(tmp_path / each) for each in ("plain", "dropped"))
    changed = world()
    change(changed)
    nights.save(with_drop.inbox / name, changed[BAD])
    for each in (plain, with_drop):
        nights.run(each, WEDNESDAY)
    before, after = (
        {f["finding_id"]: f for f in nights.findings(nights.day_folder(each, WEDNESDAY))} for each in (plain, with_drop)
    )
    adds_up(counted(with_drop, WEDNESDAY), counted(with_drop, TUESDAY))
    return Mended(
        [found for key, found in before.items() if key not in after],
        [found for key, found in after.items() if key not in before],
        with_drop,
    )


def put(row: int, heading: str, value: Any) -> Callable[[World], None]:
    def change(sheets: World) -> None:
        sheets[BAD]["补录"].rows[row][heading] = value

    return change


MENDINGS = [
    pytest.param(put(0, "数量", 1), 2, "202605-004", id="quantity"),
    pytest.param(put(1, "订单编号", "202605-008"), 3, "202605-008", id="number"),
    pytest.param(put(2, "客户名称", HAICHUAN), 4, "202605-005", id="customer"),
    pytest.param(put(3, "金额", 400), 5, "202605-006", id="amount"),
]


@pytest.mark.parametrize(("change", "row", "number"), MENDINGS)
@pytest.mark.parametrize("name", [BAD, "华东/订单-补2.xlsx"], ids=["same-name", "new-name"])
def test_mending_a_cell_ends_its_finding_and_releases_its_row(
    tmp_path: Path, change: Callable[[World], None], row: int, number: str, name: str
) -> None:
    done = mended(tmp_path, change, name=name)
    held = [f for f in done.gone if f["severity"].endswith("暂停")]
    assert [(f["src_file"], f["src_row"]) for f in held] == [(BAD, row)]
    assert {f["src_row"] for f in done.gone if f["src_file"] == BAD} == {row}
    assert {f["subject"] for f in done.come} <= {number, name}
    orders = nights.rows(nights.day_folder(done.workspace, WEDNESDAY), "tracking", "orders")
    assert [each["row_key"] for each in orders].count(number) == 1
    [(held_heads,)] = nights.ledger(
        done.workspace, "SELECT COUNT(*) FROM heads JOIN facts ON facts.seq = heads.seq WHERE is_held"
    )
    assert held_heads == 3


def test_what_ended_is_listed_with_how_it_ended_until_the_next_night(tmp_path: Path) -> None:
    workspace = mended(tmp_path, put(0, "数量", 1)).workspace
    folder = nights.day_folder(workspace, WEDNESDAY)
    over = nights.rows(folder, "findings", "ended")
    assert {row["finding_id"] for row in over} == ids(workspace, TUESDAY) - ids(workspace, WEDNESDAY)
    assert {row["how"] for row in over} == {"已消除"}
    assert len(over) == counted(workspace, WEDNESDAY)["mended"]
    assert ("若干", f"L{2}") in {(row["raw"], row["cell"]) for row in over}
    before = nights.snapshot(folder)
    nights.run(workspace, WEDNESDAY)
    assert nights.snapshot(folder) == before
    assert [f"{WEDNESDAY:%Y-%m-%d}"] == [each.name for each in workspace.outbox.glob(f"{WEDNESDAY:%Y-%m-%d}*")]
    nights.run(workspace, THURSDAY)
    now = nights.rows(nights.day_folder(workspace, THURSDAY), "findings", "ended")
    assert {row["finding_id"] for row in now} == ids(workspace, WEDNESDAY) - ids(workspace, THURSDAY)
    assert not {row["finding_id"] for row in now} & {row["finding_id"] for row in over}


def test_a_number_unreadable_then_mended_leaves_nothing_behind(tmp_path: Path) -> None:
    done = mended(tmp_path, put(1, "订单编号", "202605-008"))
    folder = nights.day_folder(done.workspace, WEDNESDAY)
    for book in ("tracking", "receivables", "todo"):
        assert not [text for text in nights.texts(nights.paper(folder, book)) if "2.02605E+08" in text], book
    assert not [row for row in nights.findings(folder) if "2.02605E+08" in str(row.values())]
    [over] = [row for row in nights.rows(folder, "findings", "ended") if row["raw"] == "2.02605E+08"]
    assert over["how"] == "已消除"


def test_a_finding_that_comes_back_is_reopened_and_keeps_its_first_day(workspace: Workspace) -> None:
    sheets = world()
    put(0, "数量", 1)(sheets)
    nights.save(workspace.inbox / BAD, sheets[BAD])
    nights.run(workspace, WEDNESDAY)
    sheets[BAD]["补录"].rows[0].update({"数量": "若干", "备注": "又改回去了"})
    nights.save(workspace.inbox / BAD, sheets[BAD])
    nights.run(workspace, THURSDAY)
    third = counted(workspace, THURSDAY)
    adds_up(third, counted(workspace, WEDNESDAY))
    [again] = [
        f
        for f in nights.findings(nights.day_folder(workspace, THURSDAY))
        if f["src_file"] == BAD and f["src_row"] == 2 and f["severity"].endswith("暂停")
    ]
    assert again["life"].endswith("再次出现")
    assert again["first_seen_on"] == date(2026, 6, 2)
    assert third["reopened"] >= 1


def test_a_restated_row_counts_once_with_its_newest_value(workspace: Workspace) -> None:
    sheets = world()
    sheets[ORDERS]["销售订单"].row("202605-003").update({"数量": 9, "金额": 900})
    nights.save(workspace.inbox / ORDERS, sheets[ORDERS])
    nights.run(workspace, WEDNESDAY)
    found = [
        row
        for row in nights.rows(nights.day_folder(workspace, WEDNESDAY), "tracking", "orders")
        if row["row_key"] == "202605-003"
    ]
    assert [row["amount_fen"] for row in found] == [900]
    assert nights.manifest(nights.day_folder(workspace, WEDNESDAY))["control"]["difference_fen"] == 0


def test_a_restated_row_that_is_restated_back_has_its_first_value_again(workspace: Workspace) -> None:
    sheets = world()
    for as_of, qty in ((WEDNESDAY, 9), (THURSDAY, 8)):
        sheets[ORDERS]["销售订单"].row("202605-003").update({"数量": qty, "金额": qty * 100})
        path = nights.save(workspace.inbox / ORDERS, sheets[ORDERS])
        nights.rewritten(path, comment=f"saved on {as_of:%A}")
        nights.run(workspace, as_of)
    found = [
        row
        for row in nights.rows(nights.day_folder(workspace, THURSDAY), "tracking", "orders")
        if row["row_key"] == "202605-003"
    ]
    assert [row["amount_fen"] for row in found] == [800]


def test_a_receipt_pays_the_item_it_names_and_only_that(workspace: Workspace) -> None:
    paid = dict(
        zip(
            RECEIPT_HEADINGS,
            ("R003", date(2026, 6, 2), HAICHUAN, 2000, "银行转账", "202604-002", "孙丽"),  # Tuesday
            strict=True,
        )
    )
    nights.save(workspace.inbox / "收款-6月.xlsx", {"收款登记": Rows(RECEIPT_HEADINGS, [paid])})
    nights.run(workspace, WEDNESDAY)
    before, after = (nights.manifest(nights.day_folder(workspace, day))["control"] for day in (TUESDAY, WEDNESDAY))
    assert after["receipts_fen"] - before["receipts_fen"] == 200000
    assert before["open_fen"] - after["open_fen"] == 200000
    assert after["unapplied_fen"] == before["unapplied_fen"]
    open_now = {row["order_no"] for row in nights.rows(nights.day_folder(workspace, WEDNESDAY), "receivables", "open")}
    assert "202604-002" not in open_now


def test_rows_missing_from_a_newer_file_mean_nothing(workspace: Workspace) -> None:
    sheets = world()
    table = sheets[ORDERS]["销售订单"]
    table.rows = [table.row("202605-002") | {"备注": "只剩这一行"}]
    nights.save(workspace.inbox / ORDERS, sheets[ORDERS])
    nights.run(workspace, WEDNESDAY)
    orders = {row["row_key"] for row in nights.rows(nights.day_folder(workspace, WEDNESDAY), "tracking", "orders")}
    assert {"202604-001", "202604-002", "202605-001", "202605-002", "202605-003"} <= orders


def test_an_order_without_a_number_gets_one_and_keeps_it_when_dropped_again(workspace: Workspace) -> None:
    sheets = world()
    table = sheets[BAD]["补录"]
    monday = date(2026, 6, 1)
    fresh = order(None, HAICHUAN, 5, day=monday, 归档编号="档-A18")
    table.rows = [fresh]
    nights.save(workspace.inbox / "新单.xlsx", sheets[BAD])
    nights.run(workspace, WEDNESDAY)
    table.rows = [fresh, {**table.rows[0], "订单编号": "202606-050", "客户名称": QINGMU, "数量": 1}]
    nights.save(workspace.inbox / "新单.xlsx", sheets[BAD])
    nights.run(workspace, THURSDAY)
    first, again = (
        {
            row["row_key"]
            for row in nights.rows(nights.day_folder(workspace, day), "tracking", "orders")
            if str(row["row_key"]).startswith("202606")
        }
        for day in (WEDNESDAY, THURSDAY)
    )
    assert len(first) == 1
    assert again == first | {"202606-050"}
