"""The same night again, what staff typed meanwhile, shuffled inboxes, looks back."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.log import FOLDER
from pipeline.core.workspace import open_workspace
from pipeline.night import intake
from reports import WORKBOOKS
from schemas.language.words import translate
from tests.support import nights
from tests.support.night_world import BAD, HAICHUAN, ORDERS, TRACKING, Table, order, world
from tests.support.nights import THURSDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

# the product of an order of two lines is named by its first line
PLACES = {"src_row", "cell", "row_key", "finding_id", "product"}
CELL = re.compile(r" › [A-Z]+\d+")
OPEN, ORDERS_TAB, FINDINGS_TAB = (translate(key, "zh") for key in ("tab.open", "tab.orders", "tab.findings"))
REMARK, COMMENT, PROMISED = (translate(f"head.{key}", "zh") for key in ("remark_staff", "comment", "promised_on"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


# --- run again ----------------------------------------------------------------------------


def test_the_same_night_again_is_the_same_publication_to_the_byte(workspace: Workspace) -> None:
    before = nights.snapshot(workspace.outbox)
    told = nights.manifest(nights.day_folder(workspace))
    done = nights.run(workspace, TUESDAY)
    assert not done.is_new
    assert nights.snapshot(workspace.outbox) == before
    assert done.counts["findings"] == told["findings"]
    assert done.counts["rows"] == told["rows"]


def test_the_same_inbox_gives_the_same_bytes_on_another_desk(workspace: Workspace, tmp_path: Path) -> None:
    other = nights.workspace(tmp_path / "other")
    nights.put_in_inbox(other, world())
    nights.run(other)
    mine, theirs = (nights.snapshot(nights.day_folder(each)) for each in (workspace, other))
    unlike = {name for name in mine | theirs if mine.get(name) != theirs.get(name)}
    # a workbook says when it was made, so the sources of two workspaces and their copies differ, the papers do not
    assert {name for name in unlike if name.endswith(".xlsx") and "/" not in name} == set()


def test_a_file_dropped_after_the_night_makes_it_a_second_edition(workspace: Workspace) -> None:
    late = {"补": Table(world()[ORDERS]["销售订单"].headings, [order("202605-020", HAICHUAN, 2, day=TUESDAY.date())])}
    nights.save(workspace.inbox / "晚到.xlsx", late)
    first = nights.snapshot(nights.day_folder(workspace))
    done = nights.run(workspace, TUESDAY)
    assert done.folder.name == "2026-06-02-r2"
    assert nights.snapshot(nights.day_folder(workspace)) == first
    assert nights.snapshot(workspace.latest) == nights.snapshot(done.folder)
    assert len(nights.manifest(done.folder)["sources"]) == len(world()) + 1


# --- what staff typed ---------------------------------------------------------------------


def typed(folder: Path, book: str, sheet: str, key: str, field: str) -> Any:
    return next(row[field] for row in nights.rows(folder, book, sheet) if row["row_key"] == key)


CELLS = [
    pytest.param("tracking", "orders", "202605-003", REMARK, "staff_remark", id="tracking"),
    pytest.param("receivables", "open", "202604-002#1", REMARK, "staff_remark", id="receivables"),
    pytest.param("complaints", "cases", "202606-T001", REMARK, "staff_remark", id="complaints"),
]


@pytest.mark.parametrize("again", [TUESDAY, WEDNESDAY], ids=["second-edition", "next-night"])
@pytest.mark.parametrize(("book", "sheet", "key", "heading", "field"), CELLS)
def test_what_was_typed_stands_at_its_row_on_the_next_papers(
    workspace: Workspace, again: datetime, book: str, sheet: str, key: str, heading: str, field: str
) -> None:
    tab = translate(next(each.tab for each in WORKBOOKS[book].lists if each.key == sheet), "zh")
    nights.type_into(nights.paper(workspace.latest, book), tab, key, heading, "客户说周五付")
    done = nights.run(workspace, again)
    assert done.folder.name == ("2026-06-02-r2" if again == TUESDAY else "2026-06-03")
    assert typed(done.folder, book, sheet, key, field) == "客户说周五付"
    assert typed(workspace.latest, book, sheet, key, field) == "客户说周五付"
    others = [row[field] for row in nights.rows(done.folder, book, sheet) if row["row_key"] != key]
    assert not any(others)


def test_a_todo_ticked_on_a_persons_sheet_is_ticked_for_everybody(workspace: Workspace) -> None:
    first = nights.rows(workspace.latest, "todo", "todo")[0]
    book = nights.paper(workspace.latest, "todo")
    person = next(name for name in nights.tabs(book) if name == first["owner"])
    nights.type_into(book, person, first["row_key"], translate("head.done", "zh"), translate("pick.done", "zh"))
    done = nights.run(workspace, TUESDAY)
    assert typed(done.folder, "todo", "todo", first["row_key"], "staff_done") == translate("pick.done", "zh")


def test_a_day_typed_as_a_day_comes_back_as_a_day(workspace: Workspace) -> None:
    book = nights.paper(workspace.latest, "receivables")
    nights.type_into(book, OPEN, "202604-002#1", PROMISED, datetime(2026, 6, 12))  # Friday
    done = nights.run(workspace, TUESDAY)
    found = typed(done.folder, "receivables", "open", "202604-002#1", "staff_promised_on")
    assert f"{found:%Y-%m-%d}" == "2026-06-12"


@pytest.mark.parametrize(("until", "waits"), [(datetime(2026, 6, 3), True), (datetime(2026, 6, 2), False)])
def test_reminders_stop_until_the_day_that_was_typed(workspace: Workspace, until: datetime, *, waits: bool) -> None:
    stop, key = translate("head.stop_until", "zh"), "202604-002#1"
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, key, stop, until)
    done = nights.run(workspace, WEDNESDAY)
    [row] = [row for row in nights.rows(done.folder, "receivables", "dunning") if row["order_no"] == "202604-002"]
    assert (row["waits_for"] == translate("wait.stop", "zh")) is waits
    assert (f"{until:%Y-%m-%d}" in typed(done.folder, "receivables", "open", key, "reason")) is waits


def comment_on_held(workspace: Workspace, value: str) -> str:
    held = next(f for f in nights.findings(workspace.latest) if f["src_file"] == BAD and f["src_row"] == 2)
    nights.type_into(nights.paper(workspace.latest, "findings"), FINDINGS_TAB, held["finding_id"], COMMENT, value)
    return str(held["finding_id"])


def test_a_value_whose_row_is_gone_waits_to_be_claimed(workspace: Workspace) -> None:
    key = comment_on_held(workspace, "已问客户，一台")
    sheets = world()
    sheets[BAD]["补录"].rows[0] |= {"数量": 1, "金额": 100}
    nights.save(workspace.inbox / BAD, sheets[BAD])
    done = nights.run(workspace, WEDNESDAY)
    assert key not in {f["finding_id"] for f in nights.findings(done.folder)}
    orphans = nights.rows(done.folder, "findings", "orphans")
    assert [(each["key"], each["value"]) for each in orphans] == [(key, "已问客户，一台")]
    page = (done.folder / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert "已问客户，一台" in page


def test_a_value_beside_an_item_that_was_paid_is_still_to_be_seen(workspace: Workspace) -> None:
    nights.type_into(nights.paper(workspace.latest, "receivables"), OPEN, "202604-002#1", REMARK, "周五到账")
    sheets = world()
    [receipts] = sheets["收款.xlsx"].values()
    receipts.rows = [
        {**receipts.rows[0], "收款编号": "R003", "付款方": HAICHUAN, "收款金额": 2000, "订单编号": "202604-002"}
    ]
    nights.save(workspace.inbox / "收款-6月.xlsx", {"收款登记": receipts})
    done = nights.run(workspace, WEDNESDAY)
    seen = nights.texts(nights.paper(done.folder, "receivables"))
    assert "周五到账" in seen


def test_clearing_a_cell_clears_it(workspace: Workspace) -> None:
    book = nights.paper(workspace.latest, "tracking")
    nights.type_into(book, ORDERS_TAB, "202605-003", REMARK, "催一下")
    nights.run(workspace, WEDNESDAY)
    nights.type_into(book, ORDERS_TAB, "202605-003", REMARK, None)
    done = nights.run(workspace, THURSDAY)
    assert typed(done.folder, "tracking", "orders", "202605-003", "staff_remark") == ""


def test_an_old_copy_never_rolls_back_a_newer_value(workspace: Workspace) -> None:
    book = nights.paper(workspace.latest, "tracking")
    nights.type_into(book, ORDERS_TAB, "202605-003", REMARK, "旧的说法")
    stale = book.with_name("01_副本.xlsx")
    shutil.copy2(book, stale)
    untouched = book.with_name("01_没动过.xlsx")
    shutil.copy2(nights.paper(nights.day_folder(workspace), "tracking"), untouched)
    nights.run(workspace, WEDNESDAY)
    nights.type_into(book, ORDERS_TAB, "202605-003", REMARK, "新的说法")
    for as_of in (THURSDAY, datetime(2026, 6, 5, 2)):  # Friday
        done = nights.run(workspace, as_of)
        assert typed(done.folder, "tracking", "orders", "202605-003", "staff_remark") == "新的说法"


def test_a_paper_that_cannot_be_read_costs_nobody_an_entry(workspace: Workspace) -> None:
    book = nights.paper(workspace.latest, "tracking")
    nights.type_into(book, ORDERS_TAB, "202605-003", REMARK, "已问")
    nights.run(workspace, WEDNESDAY)
    book.write_bytes(book.read_bytes()[:2000])
    done = nights.run(workspace, THURSDAY)
    assert typed(done.folder, "tracking", "orders", "202605-003", "staff_remark") == "已问"


# --- order of files and rows --------------------------------------------------------------


def shuffled_world() -> dict[str, dict[str, Table]]:
    """The world with rows that contradict each other across files."""
    made = world()
    twin = order("202604-003", HAICHUAN, 2, day=datetime(2026, 4, 3).date())  # Friday
    made[ORDERS]["销售订单"].rows.append(twin)
    made[BAD]["补录"].rows.append({**twin, "客户名称": "温州大业阀门有限公司"})
    made[TRACKING]["执行跟踪"].rows.append(dict(made[TRACKING]["执行跟踪"].rows[0]))
    return made


def tables(folder: Path, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Every list of every paper without places, its rows in any order; files under their first names."""
    return {
        f"{book.key} {sheet.key}": sorted(
            _plain({k: v for k, v in row.items() if k not in PLACES}, names)
            for row in nights.rows(folder, book.key, sheet.key)
        )
        for book in WORKBOOKS.values()
        for sheet in book.lists
        if not sheet.split and not sheet.is_optional
    }


def _plain(row: dict[str, Any], names: Mapping[str, str]) -> str:
    if str(row.get("subject")).endswith(".xlsx"):
        row = {k: v for k, v in row.items() if k not in ("rule", "reason", "dept")}  # those of its first flaw
    text = CELL.sub("", str(row))
    for name, first in names.items():
        text = text.replace(name, first)
    return text


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_files_and_rows_changes_nothing_but_places(tmp_path: Path, seed: int) -> None:
    plain, shuffled = (nights.workspace(tmp_path / name) for name in ("plain", "shuffled"))
    nights.put_in_inbox(plain, shuffled_world())
    rng = Random(seed)  # noqa: S311 - a shuffle
    names = [f"file{n}.xlsx" for n in range(len(shuffled_world()))]
    rng.shuffle(names)
    renamed = dict(zip(names, shuffled_world().values(), strict=True))
    first = dict(zip(names, shuffled_world(), strict=True))
    nights.put_in_inbox(shuffled, renamed, rng=rng)
    mine, theirs = nights.run(plain), nights.run(shuffled)
    assert mine.counts["rows"] == theirs.counts["rows"]
    assert mine.counts["control"] == theirs.counts["control"]
    expected, got = tables(mine.folder, {}), tables(theirs.folder, first)
    for name, found in expected.items():
        assert sorted(set(got[name]) ^ set(found)) == [], name
        assert got[name] == found, name


# --- cut short ----------------------------------------------------------------------------


def test_a_night_cut_short_reads_again_what_it_had_known_by_its_rows(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = world()[ORDERS]["销售订单"]
    again = nights.save(workspace.inbox / "丁.xlsx", {"销售订单": table})
    nights.rewritten(again, "saved again")
    nights.save(workspace.inbox / "甲.xlsx", {"补": Table(table.headings, [table.row("202604-002")])})
    other = shutil.copytree(workspace.root, tmp_path / "other")
    nights.run(workspace, WEDNESDAY)

    post, calls = intake._post, []

    def cut(*given: Any) -> None:
        calls.append(given)
        if len(calls) > 1:
            raise KeyboardInterrupt
        post(*given)

    cut_short = open_workspace(other)
    monkeypatch.setattr(intake, "_post", cut)
    with pytest.raises(KeyboardInterrupt):
        nights.run(cut_short, WEDNESDAY)
    monkeypatch.undo()
    nights.run(cut_short, WEDNESDAY)
    query = "SELECT d.name, d.state, f.key, f.is_held FROM drops d LEFT JOIN facts f ON f.drop_id = d.id ORDER BY 1, 3"
    assert nights.ledger(cut_short, query) == nights.ledger(workspace, query)
    mine, theirs = (nights.snapshot(nights.day_folder(each, WEDNESDAY)) for each in (workspace, cut_short))
    assert mine == theirs


# --- looking back -------------------------------------------------------------------------


def drop_late(workspace: Workspace) -> None:
    """A workbook that comes after the night was closed."""
    late = [order("202605-031", HAICHUAN, 1, day=datetime(2026, 5, 29).date())]  # Friday
    nights.save(workspace.inbox / "晚到.xlsx", {"单": Table(world()[ORDERS]["销售订单"].headings, late)})


def cut_short(*_: object, **__: object) -> None:
    """As if the night were killed here."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("next_night", [TUESDAY, WEDNESDAY], ids=["same", "next"])
def test_files_of_a_closed_night_that_was_run_again_and_cut_short_are_read_by_the_next_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, next_night: datetime
) -> None:
    drop_late(workspace)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.reading.read_all", cut_short)
        with pytest.raises(KeyboardInterrupt):
            nights.run(workspace, TUESDAY)
    assert not (workspace.inbox / "晚到.xlsx").exists()
    nights.run(workspace, next_night)
    [folder] = [each for each in workspace.outbox.glob(f"{next_night:%Y-%m-%d}*") if "晚到.xlsx" in sources(each)]
    assert "202605-031" in {row["row_key"] for row in nights.rows(folder, "tracking", "orders")}


def test_what_a_closed_night_run_again_had_read_is_told_of_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_late(workspace)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.run.write_outputs", cut_short)
        with pytest.raises(KeyboardInterrupt):
            nights.run(workspace, TUESDAY)
    nights.run(workspace, WEDNESDAY)
    assert sources(nights.day_folder(workspace, WEDNESDAY)) == {"晚到.xlsx": "read"}


def sources(folder: Path) -> dict[str, str]:
    """State of every file by its name."""
    return {each["name"]: each["state"] for each in nights.manifest(folder)["sources"]}


def test_an_earlier_moment_writes_only_to_the_folder_of_past_days(workspace: Workspace) -> None:
    nights.run(workspace, WEDNESDAY)
    nights.put_in_inbox(workspace, world(), only=[ORDERS])
    before = nights.snapshot(workspace.root)
    done = nights.run(workspace, TUESDAY)
    after = nights.snapshot(workspace.root)
    assert done.folder.parent == workspace.past
    fresh = {name for name in after if before.get(name) != after[name]}
    assert {f"state/{FOLDER}/{TUESDAY:%Y-%m-%d}.jsonl"} == {name for name in fresh if name.startswith("state/")}
    papers = {name for name in fresh if not name.startswith("state/")}
    assert papers
    assert all(name.startswith(f"outbox/{workspace.past.name}/") for name in papers)
    assert before.keys() <= after.keys()
    assert (workspace.inbox / ORDERS).exists()
