"""The operator's side: exit codes, undo, explain, check, rehearsals."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from filelock import FileLock

from pipeline.core.workspace import SETTINGS, open_workspace
from pipeline.ledger import Version
from pipeline.night.explain import Story
from pipeline.night.explain.describe import lines
from pipeline.rules.policy_workbook import policy_of, write_policy
from pipeline.run import run_night
from schemas.language.words import translate
from tests.support import nights
from tests.support.books import Book
from tests.support.night_world import BAD, CUSTOMERS, HAICHUAN, ORDERS, PRICES, RECEIPTS, TRACKING, Table, order, world

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.slow

AS_OF = "2026-06-02T02:00"  # Tuesday
NEXT = "2026-06-03T02:00"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.after_first_night(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Workspace:
    """A workspace before its first night, with clean master data in the inbox."""
    made = nights.workspace(tmp_path / "fresh")
    nights.put_in_inbox(made, world(), only=[CUSTOMERS, PRICES])
    return made


# --- exit codes ---------------------------------------------------------------------------


def test_0_when_everything_was_used(fresh: Workspace) -> None:
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["exit_code"] == 0
    assert told["rows"]["accepted"] == told["rows"]["read"] == 5


def test_10_when_a_row_was_held(fresh: Workspace) -> None:
    nights.put_in_inbox(fresh, world(), only=[BAD])
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 10, done.stderr
    assert "4" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--as-of", "yesterday"),
        ("run", "--sideways"),
        ("run", "--only", "nothing-like-it"),
        ("undo", "nobody.xlsx"),
        ("explain", "209912-999"),
        ("check", "nobody.xlsx"),
        ("frobnicate",),
    ],
    ids=lambda words: words[-1],
)
def test_2_when_the_command_is_wrong(workspace: Workspace, words: tuple[str, ...]) -> None:
    before = nights.snapshot(workspace.root)
    where = () if words == ("frobnicate",) else ("--workspace", workspace.root)
    done = nights.cli(*words, *where)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert nights.snapshot(workspace.root) == before


def test_74_when_the_ledger_cannot_be_opened(fresh: Workspace) -> None:
    settings(fresh, ledger='"missing/ledger.db"')
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 74, done.stderr
    assert translate("say.do", "zh") in done.stderr
    assert "Traceback" not in done.stderr
    assert (fresh.inbox / CUSTOMERS).exists()


def test_74_when_the_outbox_cannot_be_written(fresh: Workspace) -> None:
    fresh.outbox.rmdir()
    fresh.outbox.write_text("a file where the folder should be", encoding="utf-8")
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 74, done.stderr
    assert translate("say.do", "zh") in done.stderr
    assert "Traceback" not in done.stderr


def test_a_night_that_could_not_be_published_is_published_by_the_next_run(fresh: Workspace) -> None:
    fresh.outbox.rmdir()
    fresh.outbox.write_text("a file where the folder should be", encoding="utf-8")
    assert nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root).returncode == 74
    fresh.outbox.unlink()
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 0, done.stderr
    told = nights.manifest(nights.day_folder(fresh))
    assert {source["state"] for source in told["sources"]} == {"read"}
    assert told["rows"]["accepted"] == 5


def test_75_when_another_night_is_running(fresh: Workspace) -> None:
    fresh.state.mkdir(exist_ok=True)
    with FileLock(fresh.state / "night.lock"):
        done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 75, done.stderr
    assert (fresh.inbox / CUSTOMERS).exists()


def test_78_when_the_folder_is_no_workspace(tmp_path: Path) -> None:
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", tmp_path)
    assert done.returncode == 78, done.stderr
    assert "init" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("line", ['language = "fr"', "settle_seconds = 'soon'", "[[[", 'time_zone = "Mars/Base"'])
def test_78_when_a_setting_is_wrong(fresh: Workspace, line: str) -> None:
    (fresh.root / SETTINGS).write_text(line, encoding="utf-8")
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    assert done.returncode == 78, done.stderr
    assert SETTINGS in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "head", "typed"), [("rules", "limit", "两天"), ("headings", "heading_table", "收款登记表")]
)
def test_a_typo_in_the_policy_workbook_is_told_at_its_cell_and_the_night_goes_on(
    tmp_path: Path, name: str, head: str, typed: str
) -> None:
    made = nights.workspace(tmp_path / "made")
    write_policy(made)
    book = openpyxl.load_workbook(made.policy)
    tab = book[translate(f"policy.{name}", "zh")]
    cell = tab.cell(3, [each.value for each in tab[1]].index(translate(f"policy.h_{head}", "zh")) + 1)
    cell.value = typed
    book.save(made.policy)
    Book(made.inbox / "联系.xlsx").rows(("姓名", "部门", "岗位"), ("张三", "销售部", "销售")).save()
    done = run_night(made, policy_of(made), as_of=nights.TUESDAY)
    assert (done.exit_code, done.counts["files"]["read"]) == (10, 1)
    (left,) = [row for row in nights.findings(done.folder) if row["rule"] == "X-037"]
    assert (left["src_file"], left["src_sheet"], left["cell"], left["raw"]) == (
        made.policy.name,
        tab.title,
        cell.coordinate,
        typed,
    )
    assert done.counts["unread"] == [made.policy.name]


def test_78_names_the_cell_when_what_other_systems_are_given_is_broken(tmp_path: Path) -> None:
    assert nights.cli("init", tmp_path / "made").returncode == 0
    path = tmp_path / "made" / translate("file.policy", "zh")
    book = openpyxl.load_workbook(path)
    tab = book[translate("policy.interfaces", "zh")]
    column = [cell.value for cell in tab[1]].index(translate("policy.h_most_rows", "zh")) + 1
    tab.cell(3, column).value = "两百"
    book.save(path)
    Book(tmp_path / "made" / "inbox" / "x.xlsx").row("x").save()
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", tmp_path / "made")
    assert done.returncode == 78, done.stderr
    assert f"{path.name} › {tab.title} › {tab.cell(3, column).coordinate}" in done.stderr
    assert "两百" in done.stderr
    assert (tmp_path / "made" / "inbox" / "x.xlsx").exists()


def test_limits_and_rules_changed_in_the_policy_workbook_are_those_of_the_night(tmp_path: Path) -> None:
    assert nights.cli("init", tmp_path / "made").returncode == 0
    path = tmp_path / "made" / translate("file.policy", "zh")
    book = openpyxl.load_workbook(path)
    for tab, row, head, value in (
        ("rules", "ORD-004", "is_on", translate("policy.no", "zh")),
        ("ladder", "dun1", "days_from", 60),  # the level that DUE-003 takes its limit from
        ("ladder", "dun2", "days_from", 60),  # a higher level never comes before a lower one
    ):
        sheet = book[translate(f"policy.{tab}", "zh")]
        heads = [cell.value for cell in sheet[1]]
        at = next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, 1).value == row)
        sheet.cell(at, heads.index(translate(f"policy.h_{head}", "zh")) + 1).value = value
    book.save(path)
    settings(open_workspace(tmp_path / "made"))
    workspace = open_workspace(tmp_path / "made")
    nights.put_in_inbox(workspace, world())
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", workspace.root)
    assert done.returncode == 10, done.stderr
    assert {"DUE-003", "ORD-004"}.isdisjoint(f["rule"] for f in nights.findings(nights.day_folder(workspace)))


def settings(workspace: Workspace, **paths: str) -> None:
    lines = ['language = "zh"', "settle_seconds = 0", "parallel = 1", "[paths]"]
    text = "\n".join([*lines, *(f"{name} = {value}" for name, value in paths.items())])
    (workspace.root / SETTINGS).write_text(text, encoding="utf-8")


def test_another_language_is_refused_but_for_a_rehearsal(fresh: Workspace) -> None:
    words = ("run", "--as-of", AS_OF, "--workspace", fresh.root, "--lang", "en")
    done = nights.cli(*words)
    assert done.returncode == 2, done.stderr
    assert "language" in done.stderr
    assert not list(fresh.outbox.iterdir())
    assert nights.cli(*words, "--dry-run").returncode in (0, 10)


# --- undo and redo ------------------------------------------------------------------------


def amounts(workspace: Workspace, as_of: datetime) -> dict[str, float]:
    return {
        row["row_key"]: row["amount_fen"]
        for row in nights.rows(nights.day_folder(workspace, as_of), "tracking", "orders")
        if row["row_key"] == "202605-003" or row["row_key"].endswith("-030")
    }


def test_a_workbook_taken_back_leaves_the_next_night_and_returns_with_redo(workspace: Workspace) -> None:
    sheets = world()
    table = sheets[ORDERS]["销售订单"]
    table.row("202605-003").update({"数量": 9, "金额": 900})
    table.rows.append(order("202605-030", HAICHUAN, 1, day=datetime(2026, 5, 29).date()))  # Friday
    nights.save(workspace.inbox / "订单-改.xlsx", sheets[ORDERS])
    nights.run(workspace, nights.WEDNESDAY)
    assert amounts(workspace, nights.WEDNESDAY) == {"202605-003": 900, "202605-030": 100}

    assert nights.cli("undo", "订单-改.xlsx", "--workspace", workspace.root).returncode == 0
    nights.run(workspace, nights.THURSDAY)
    assert amounts(workspace, nights.THURSDAY) == {"202605-003": 800}

    assert nights.cli("redo", "订单-改.xlsx", "--workspace", workspace.root).returncode == 0
    friday = datetime(2026, 6, 5, 2)
    done = nights.run(workspace, friday)
    assert amounts(workspace, friday) == {"202605-003": 900, "202605-030": 100}
    assert done.counts["control"]["difference_fen"] == 0


def test_findings_of_a_workbook_taken_back_are_gone(workspace: Workspace) -> None:
    assert nights.cli("undo", BAD, "--workspace", workspace.root).returncode == 0
    done = nights.run(workspace, nights.WEDNESDAY)
    assert [f for f in nights.findings(done.folder) if f["src_file"] == BAD] == []
    assert done.counts["findings"]["hold"] == 0


@pytest.mark.parametrize(("words", "code"), [(["history"], 0), (["explain", "202605-001"], 2)])
def test_looking_before_the_first_night_leaves_no_ledger_behind(fresh: Workspace, words: list[str], code: int) -> None:
    done = nights.cli(*words, "--workspace", fresh.root)
    assert (done.returncode, done.stderr) == (code, "")
    assert not list(fresh.root.glob("ledger*"))


def test_history_tells_of_the_workbook_taken_back(workspace: Workspace) -> None:
    nights.cli("undo", RECEIPTS, "--workspace", workspace.root)
    done = nights.cli("history", "--workspace", workspace.root)
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.endswith(RECEIPTS)]
    assert translate("page.f_undone", "zh") in line


# --- looking ------------------------------------------------------------------------------


def test_explain_tells_facts_with_their_places_and_why(workspace: Workspace) -> None:
    done = nights.cli("explain", "202604-002", "--workspace", workspace.root, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    for said in (ORDERS, "销售订单", "跟踪.xlsx", "投诉.xlsx", HAICHUAN, "DUE-003"):
        assert said in done.stdout, said
    [number] = [line for line in done.stdout.splitlines() if line.endswith("订单编号: 202604-002") and " A" in line][:1]
    assert number.split()[0] == f"A{orders_row(done.stdout)}"


def orders_row(text: str) -> str:
    """The row that the story names for the order itself."""
    line = next(line for line in text.splitlines() if line.startswith("  销售订单"))
    return line.split(" › ")[2].split()[0]


@pytest.mark.parametrize(
    ("lang", "heads"),
    [("zh", ["现状", "期限", "异常", "事实"]), ("en", ["Standing", "Deadlines", "Findings", "Facts"])],
)
def test_explain_tells_of_a_complaint_in_the_order_people_ask(
    workspace: Workspace, lang: str, heads: list[str]
) -> None:
    words = ("explain", "202606-T001", "--workspace", workspace.root, "--as-of", AS_OF, "--lang", lang)
    done = nights.cli(*words)
    assert done.returncode == 0, done.stderr
    begins = [line for line in done.stdout.splitlines() if line.startswith(tuple(heads))]
    assert [head for head in heads if any(line.startswith(head) for line in begins)] == heads
    assert not re.search(r"\b(nan|NaN|NaT|None)\b", done.stdout)


@pytest.mark.parametrize(
    ("asked", "near"), [("202606-t001", ""), ("２０２６０５０１", "202605-001"), ("604-00", "202604-002")]
)
def test_explain_takes_a_number_in_any_form_and_lists_those_near_it(
    workspace: Workspace, asked: str, near: str
) -> None:
    done = nights.cli("explain", asked, "--workspace", workspace.root, "--as-of", AS_OF)
    assert (done.returncode, done.stderr) == (2 if near else 0, "")
    assert near in done.stdout


def test_explain_where_nobody_has_anything_to_do(fresh: Workspace) -> None:
    nights.run(fresh)
    [code, *_] = [row["客户编码"] for row in world()[CUSTOMERS]["客户档案"].rows]
    done = nights.cli("explain", code.lower(), "--workspace", fresh.root, "--as-of", AS_OF)
    assert (done.returncode, done.stderr) == (0, "")
    assert CUSTOMERS in done.stdout


FACTS = {"order_no": "202605-001", "channel": "phone", "is_urgent": True, "tax_rate": "0.13", "src_unknown": "qty"}


def story(*, is_head: bool = True, is_held: bool = False, undone: bool = False) -> Story:
    version = Version("orders", "k", "单.xlsx", "单", 2, "2026-06-02T02:00:00", is_head, is_held, FACTS)
    paid = {"reason": float("nan"), "billed_fen": 5000, "received_fen": 4000, "credited_fen": 0}
    taken = frozenset({("单.xlsx", "2026-06-02T02:00:00")} if undone else ())
    return Story("202605-001", [version], taken, {"receivables": [paid, paid | {"credited_fen": 1000}]})


def told(of: Story, lang: str = "zh") -> list[str]:
    return list(lines(of, lang))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["接收渠道: 电话", "紧急订单: 是", "税率: 13%", "已结清：应收 50.00，已收 40.00", "折让 10.00"]),
        ("en", ["Channel: phone", "Urgent: yes", ": 13%", "paid: 50.00 owed, 40.00 received", "10.00 credited"]),
    ],
)
def test_explain_says_words_and_sums(lang: str, said: list[str]) -> None:
    text = "\n".join(told(story(), lang))
    for each in said:
        assert each in text
    assert "src_" not in text
    assert "nan" not in text


def test_explain_says_of_a_deadline_what_is_known() -> None:
    known = {"clock": "confirm", "clock_state": "running", "limit": "2 WD", "owner": "张三", "rule": "CNF-003"}
    days = {"started_at": datetime(2026, 5, 28, 9), "due_at": datetime(2026, 6, 1, 23, 59, 59)}  # Thursday, Monday
    unknown = {"started_at": pd.NaT, "due_at": pd.NaT, "limit": "", "owner": None, "rule": ""}
    text = told(Story("202605-001", deadlines=[known | days, known | unknown | {"owner": "张三"}]))
    head = f"  {translate('clock.confirm', 'zh')}（{translate('clock_state.running', 'zh')}）："
    assert text[-2:] == [
        f"{head}自 2026-05-28 周四 09:00 起；2 个工作日；至 2026-06-01 周一；张三；CNF-003",
        f"{head}张三",
    ]


@pytest.mark.parametrize(
    ("of", "zh", "en"),
    [
        (story(), "夜收到", "02:00"),
        (story(is_held=True), "（暂停）", " (held)"),
        (story(is_head=False), "（已被后来的版本取代）", " (replaced by a later version)"),
        (story(is_head=False, undone=True), "（已撤回）", " (taken back)"),
        (story(is_head=False, is_held=True, undone=True), "（暂停、已撤回）", " (held; taken back)"),
        (story(undone=True), "夜收到", "02:00"),  # the night read the file again
    ],
)
def test_explain_tells_what_does_not_count(of: Story, zh: str, en: str) -> None:
    for lang, end in (("zh", zh), ("en", en)):
        [line] = [line for line in told(of, lang) if "单.xlsx" in line]
        assert line.endswith(end)


def test_explain_tells_the_living_version_whole_and_of_a_dead_one_what_it_said_otherwise() -> None:
    first, *_ = story(is_head=False).versions
    cells = {"channel": "D9", "is_urgent": "E9"}
    later = replace(first, is_head=True, row=9, facts=FACTS | {"channel": "email", "tax_rate": None}, cells=cells)
    other = replace(later, key="another line")
    text = [line.split() for line in told(Story("202605-001", [first, other, later]))]
    starts = [n for n, words in enumerate(text) if words[:2] == ["销售订单", "单.xlsx"]]
    dead, living = (text[a + 1 : b] for a, b in pairwise(starts))
    assert dead == [["接收渠道:", "电话"], ["税率:", "13%"]]
    assert ["D9", "接收渠道:", "电话", "→", "邮件"] in living
    assert ["税率:", "13%", "→", "–"] in living
    assert ["订单编号:", "202605-001"] in living
    assert sum(words == ["订单编号:", "202605-001"] for words in text) == 2


def test_explain_as_json_keeps_keys() -> None:
    [fact] = story(is_head=False, undone=True).as_record()["facts"]
    assert (fact["facts"]["channel"], fact["is_undone"]) == ("phone", True)


def test_explain_of_a_workbook_taken_back_says_so(workspace: Workspace) -> None:
    nights.cli("undo", TRACKING, "--workspace", workspace.root)
    done = nights.cli("explain", "202604-002", "--workspace", workspace.root, "--as-of", AS_OF)
    gone = [line for line in done.stdout.splitlines() if TRACKING in line]
    assert gone, done.stdout
    assert all(line.endswith("（已撤回）") for line in gone)


def test_explain_as_json_can_be_read_by_a_program(workspace: Workspace) -> None:
    done = nights.cli("explain", "202606-T001", "--workspace", workspace.root, "--as-of", AS_OF, "--json")
    assert done.returncode == 0, done.stderr
    assert "202606-T001" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


def test_check_names_the_cells_and_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = nights.save(tmp_path / "草稿.xlsx", world()[BAD])
    before = nights.snapshot(workspace.root)
    done = nights.cli("check", path, "--workspace", workspace.root)
    assert done.returncode == 10, done.stderr
    for place in ("草稿.xlsx › 补录 › L2", "草稿.xlsx › 补录 › A3", "草稿.xlsx › 补录 › E4", "草稿.xlsx › 补录 › O5"):
        assert place in done.stdout
    assert nights.snapshot(workspace.root) == before
    assert list(tmp_path.glob("*.xlsx")) == [path]


def test_check_of_a_clean_workbook_says_so(tmp_path: Path) -> None:
    path = nights.save(tmp_path / "价格.xlsx", world()[PRICES])
    done = nights.cli("check", path, "--workspace", tmp_path, at=tmp_path)
    assert done.returncode == 0, done.stdout
    assert translate("say.nothing_found", "zh") in done.stdout


@pytest.mark.parametrize("words", [("history",), ("history", "--json"), ("status",), ("rules",), ("status", "--json")])
def test_looking_changes_nothing(workspace: Workspace, words: tuple[str, ...]) -> None:
    nights.put_in_inbox(workspace, {"新.xlsx": {"单": Table(["x"], [{"x": 1}])}})
    before = nights.snapshot(workspace.root)
    done = nights.cli(*words, "--workspace", workspace.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert nights.snapshot(workspace.root) == before


# --- rehearsal ----------------------------------------------------------------------------


@pytest.mark.parametrize(("files", "code"), [([CUSTOMERS, PRICES], 0), ([CUSTOMERS, BAD], 10)])
def test_a_rehearsal_changes_nothing_and_gives_the_code_of_the_night(
    tmp_path: Path, files: list[str], code: int
) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    nights.put_in_inbox(workspace, world(), only=files)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = nights.snapshot(workspace.root)
    dry = nights.cli("run", "--as-of", AS_OF, "--dry-run", "--workspace", workspace.root, TMPDIR=str(scratch))
    assert dry.returncode == code, dry.stderr
    assert nights.snapshot(workspace.root) == before
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", workspace.root)
    assert done.returncode == code, done.stderr
    rehearsed = next(path for path in scratch.rglob("2026-06-02") if path.is_dir() and path.parent.name == "outbox")
    mine, theirs = nights.snapshot(nights.day_folder(workspace)), nights.snapshot(rehearsed)
    assert mine == theirs


def test_a_rehearsal_with_something_typed_shows_it_and_keeps_it(workspace: Workspace, tmp_path: Path) -> None:
    heading = translate("head.remark_staff", "zh")
    nights.type_into(
        nights.paper(workspace.latest, "tracking"), translate("tab.orders", "zh"), "202605-003", heading, "试运行"
    )
    before = nights.snapshot(workspace.root)
    dry = nights.cli("run", "--as-of", NEXT, "--dry-run", "--workspace", workspace.root, "--json", TMPDIR=str(tmp_path))
    assert dry.returncode == 10, dry.stderr
    assert nights.snapshot(workspace.root) == before
    shown = Path(json.loads(dry.stdout)["folder"])
    assert "试运行" in nights.texts(nights.paper(shown, "tracking"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_74_when_the_outbox_is_read_only(fresh: Workspace) -> None:
    fresh.outbox.chmod(0o555)
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", fresh.root)
    fresh.outbox.chmod(0o755)
    assert done.returncode == 74


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_init_makes_a_desk_whose_first_night_is_empty(tmp_path: Path, lang: str) -> None:
    folder = tmp_path / "new"
    assert nights.cli("init", folder, "--lang", lang).returncode == 0
    done = nights.cli("run", "--as-of", AS_OF, "--workspace", folder)
    assert done.returncode == 0, done.stderr
    again = nights.cli("init", folder, "--lang", lang)
    assert again.returncode == 2
    shutil.rmtree(folder)
