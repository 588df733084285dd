"""Bad input of every sort lies among good files: one clear finding each, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.core.workspace import open_workspace
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import CUSTOMERS, ORDERS, PRICES, TRACKING, world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

COPY = "客户_副本.xlsx"
GOOD = ("客户.xlsx", "价格.xlsx", "跟踪.xlsx", "收款.xlsx", "投诉.xlsx")


@dataclass(frozen=True)
class Case:
    """A bad file, the state it ends in and the one rule that says so."""

    name: str
    make: Callable[[Path], object]
    state: str
    rule: str


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def truncated(path: Path) -> None:
    nights.save(path, world()[TRACKING])
    path.write_bytes(path.read_bytes()[:-300])


def locked_up(path: Path) -> None:
    """As Excel wraps a workbook with a password: a compound file with an EncryptedPackage."""
    sector = bytes.fromhex("D0CF11E0A1B11AE1").ljust(512, b"\x00")
    entry = "EncryptedPackage".encode("utf-16-le").ljust(128, b"\x00")
    path.write_bytes(sector + entry * 4)


def unknown_headings(path: Path) -> None:
    Book(path).row("姓名", "工号", "班次").row("李雷", "007", "夜班").save()


def lacking(*headings: str) -> Callable[[Path], object]:
    """Three good orders on a sheet without these columns."""

    def make(path: Path) -> None:
        table = world()[ORDERS]["销售订单"]
        table.rows = [{**table.rows[0], "订单编号": f"202604-{n:03d}"} for n in range(3, 6)]
        for heading in headings:
            table = table.without(heading)
        nights.save(path, {f"没有{headings[0]}": table})

    return make


def two_kinds(path: Path) -> None:
    """Receipts and complaints in one heading row."""
    Book(path).row("收款日期", "收款金额", "付款方", "投诉编号", "投诉内容", "投诉时间").row(
        "2026-05-20", 100, "甲公司", "202605-T009", "漏油", "2026-05-20"
    ).save()


def a_page(path: Path) -> None:
    path.write_text("<html><body><table><tr><td>订单编号</td></tr></table></body></html>", encoding="utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def a_lock(path: Path) -> None:
    path.write_bytes(b"\x04Li Q".ljust(165, b" "))


CASES = (
    Case("乱码.xlsx", noise, "refused", "FILE-002"),
    Case("半截.xlsx", truncated, "waiting", "FILE-010"),
    Case("加密.xlsx", locked_up, "refused", "FILE-003"),
    Case("考勤.xlsx", unknown_headings, "refused", "FILE-018"),
    Case("缺数量.xlsx", lacking("数量"), "refused", "FILE-021"),
    Case("缺客户.xlsx", lacking("客户名称"), "read", "FILE-021"),
    Case("两种.xlsx", two_kinds, "refused", "FILE-019"),
    Case("网页.xls", a_page, "refused", "FILE-013"),
    Case("空的.xlsx", empty, "refused", "FILE-012"),
    Case("~$订单.xlsx", a_lock, "waiting", "FILE-011"),
    Case("说明.docx", lambda path: path.write_bytes(bytes(range(255, -1, -1))), "refused", "FILE-004"),
)


@dataclass(frozen=True)
class Night:
    """One run of the command over everything bad and everything good."""

    workspace: Workspace
    done: CompletedProcess[str]
    dropped: dict[str, bytes]

    @property
    def folder(self) -> Path:
        return nights.day_folder(self.workspace)

    @property
    def told(self) -> dict[str, Any]:
        return nights.manifest(self.folder)

    def source(self, name: str) -> dict[str, Any]:
        [found] = [each for each in self.told["sources"] if each["name"] == name]
        return found

    def findings(self, name: str) -> list[dict[str, Any]]:
        return [each for each in nights.findings(self.folder) if each["src_file"] == name]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    workspace = nights.workspace(tmp_path_factory.mktemp("input"))
    nights.put_in_inbox(workspace, world(), only=GOOD)
    table = world()[ORDERS]["销售订单"]
    nights.csv(workspace.inbox / "华南" / "网店" / "订单.csv", table, "gb18030")
    shutil.copyfile(workspace.inbox / CUSTOMERS, workspace.inbox / COPY)
    for case in CASES:
        case.make(workspace.inbox / case.name)
    dropped = {
        p.relative_to(workspace.inbox).as_posix(): p.read_bytes() for p in workspace.inbox.rglob("*") if p.is_file()
    }
    done = nights.cli("run", "--as-of", "2026-06-02T02:00", "--workspace", workspace.root)
    return Night(workspace, done, dropped)


def test_the_night_is_published_and_says_that_staff_must_act(night: Night) -> None:
    assert night.done.returncode == 10, night.done.stderr
    assert "Traceback" not in night.done.stderr + night.done.stdout
    assert night.told["control"]["difference_fen"] == 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_gets_one_clear_finding_and_its_state(night: Night, case: Case) -> None:
    assert [found["rule"] for found in night.findings(case.name)] == [case.rule]
    assert night.source(case.name)["state"] == case.state
    if case.state != "read":
        assert night.source(case.name)["reason"] == case.rule
    [found] = night.findings(case.name)
    assert found["problem"]
    assert found["remedy"]
    assert "{" not in found["problem"] + found["remedy"]


def test_rows_without_a_column_they_need_are_held_and_counted(night: Night) -> None:
    [sheet] = night.source("缺客户.xlsx")["sheets"]
    assert (sheet["read"], sheet["held"], sheet["accepted"]) == (3, 3, 0)


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_not_touched_by_bad_neighbours(night: Night, name: str) -> None:
    source = night.source(name)
    assert source["state"] == "read"
    assert [sheet["held"] for sheet in source["sheets"]] == [0]


def test_text_in_gb18030_below_two_folders_counts_like_any_workbook(night: Night) -> None:
    [sheet] = night.source("华南/网店/订单.csv")["sheets"]
    assert (sheet["kind"], sheet["read"], sheet["accepted"]) == ("orders", 6, 6)
    orders = nights.rows(night.folder, "tracking", "orders")
    assert {row["customer_name"] for row in orders if row["row_key"] == "202605-002"} == {"宁波海川电子有限公司"}


def test_the_same_bytes_under_another_name_are_known_and_count_once(night: Night) -> None:
    assert [night.source(name)["state"] for name in (CUSTOMERS, COPY)] == ["read", "known"]
    assert [found["rule"] for found in night.findings(COPY)] == ["FILE-009"]


def test_nothing_that_was_dropped_is_lost(night: Night) -> None:
    kept = {hashlib.sha256(p.read_bytes()).hexdigest() for p in night.workspace.archive.rglob("*") if p.is_file()}
    waiting = {p.relative_to(night.workspace.inbox).as_posix(): p.read_bytes() for p in _left(night.workspace)}
    assert set(waiting) == {case.name for case in CASES if case.state == "waiting"}
    for name, content in night.dropped.items():
        assert waiting.get(name) == content or hashlib.sha256(content).hexdigest() in kept, name


def _left(workspace: Workspace) -> list[Path]:
    return [p for p in workspace.inbox.rglob("*") if p.is_file() and workspace.taken not in p.parents]


def test_a_truncated_file_is_refused_when_it_has_not_changed_for_two_nights(night: Night, tmp_path: Path) -> None:
    shutil.copytree(night.workspace.root, tmp_path / "desk")
    workspace = open_workspace(tmp_path / "desk")
    nights.run(workspace, nights.WEDNESDAY)
    done = nights.run(workspace, nights.THURSDAY)
    told = {each["name"]: each["state"] for each in nights.manifest(done.folder)["sources"]}
    assert told == {"半截.xlsx": "refused", "~$订单.xlsx": "waiting"}


def test_an_empty_inbox_is_a_night_with_papers_and_nothing_to_do(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    done = nights.cli("run", "--as-of", "2026-06-02T02:00", "--workspace", workspace.root, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["read"] == 0
    assert len(list(nights.day_folder(workspace).iterdir())) == 7


def test_only_prices_is_a_night_too(tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path)
    nights.put_in_inbox(workspace, world(), only=[PRICES])
    assert nights.run(workspace).counts["rows"]["accepted"] == 2
