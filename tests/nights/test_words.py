"""Text stays text whatever it says, and an English workspace reads English."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from pipeline.core.workspace import open_workspace
from reports import WORKBOOKS
from schemas.language.words import load, translate
from tests.support import nights
from tests.support.night_world import BAD, COMPLAINTS, CUSTOMERS, HAICHUAN, ORDERS, RECEIPTS, world

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from tests.support.night_world import World

pytestmark = pytest.mark.slow

EVIL = "=1+1"
SCRIPT = "<script>alert('七')</script>"
TEMPLATE = "{{7*7}}{% raw %}"
LINK = "http://example.invalid/?a=1&b=2"
PLUS = "+86 联系"
CHINESE = re.compile(r"[㐀-鿿]")


def spiked() -> World:
    """The world with names and remarks that other programs would run."""
    made = world()
    names = {HAICHUAN: EVIL}
    for tables in made.values():
        for table in tables.values():
            for row in table.rows:
                row.update({heading: names[cell] for heading, cell in row.items() if cell in names})
    made[ORDERS]["销售订单"].row("202605-003").update({"备注": SCRIPT, "联系人": TEMPLATE, "销售负责人": TEMPLATE})
    made[COMPLAINTS]["投诉登记"].rows[0].update({"投诉内容": f"{SCRIPT} {TEMPLATE}", "投诉人": LINK, "责任人": PLUS})
    made[RECEIPTS]["收款登记"].rows[1].update({"付款方": '=HYPERLINK("http://example.invalid","x")'})
    made[BAD]["补录"].rows[0].update({"数量": "=若干", "备注": SCRIPT, "销售负责人": "=cmd|' /C calc'!A0"})
    made[BAD]["补录"].rows[1]["订单编号"] = f"<blink>{TEMPLATE}</blink>"
    made[CUSTOMERS]["客户档案"].rows[2]["客户名称"] = "@SUM(1,1)<b>公司</b>"
    return made


@pytest.fixture(scope="module")
def spiked_desk(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = nights.workspace(tmp_path_factory.mktemp("spiked"))
    nights.put_in_inbox(workspace, spiked())
    nights.run(workspace)
    return workspace


@pytest.mark.parametrize("book", list(WORKBOOKS))
def test_no_cell_of_a_paper_is_a_formula_or_a_link_that_came_from_input(spiked_desk: Workspace, book: str) -> None:
    path = nights.paper(nights.day_folder(spiked_desk), book)
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(n).decode() for n in package.namelist() if n.startswith("xl/worksheets/")]
    formulas = [f for sheet in sheets for f in re.findall(r"<f[^>]*>(.*?)</f>", sheet)]
    bare = [re.sub(r'&quot;.*?&quot;|".*?"', '""', formula) for formula in formulas]  # texts compared with stay
    assert not [f for f in bare if f == "1+1" or "cmd" in f or "HYPERLINK" in f]
    assert "example.invalid" not in "".join(sheet for sheet in sheets)


def test_a_customer_named_like_a_formula_is_named_so_in_every_paper(spiked_desk: Workspace) -> None:
    folder = nights.day_folder(spiked_desk)
    for book in ("tracking", "receivables", "complaints"):
        assert EVIL in nights.texts(nights.paper(folder, book)), book
    owed = [row for row in nights.rows(folder, "receivables", "open") if row["customer_name"] == EVIL]
    assert owed


def test_templates_and_markup_come_out_as_they_were_typed(spiked_desk: Workspace) -> None:
    found = nights.texts(nights.paper(nights.day_folder(spiked_desk), "complaints"))
    assert f"{SCRIPT} {TEMPLATE}" in found
    assert "49" not in found


class Page(HTMLParser):
    """Collects the tags of a page and the texts between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser gives both
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_report_escapes_what_came_from_input(spiked_desk: Workspace) -> None:
    text = (nights.day_folder(spiked_desk) / translate("file.report", "zh")).read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert {"script", "blink"}.isdisjoint(page.tags)
    assert f"<blink>{TEMPLATE}</blink>" in "".join(page.texts)
    assert "http://example.invalid" not in re.findall(r'(?:href|src)="([^"]*)"', text)


def test_the_report_asks_the_network_for_nothing(spiked_desk: Workspace) -> None:
    text = (nights.day_folder(spiked_desk) / translate("file.report", "zh")).read_text(encoding="utf-8")
    assert [link for link in re.findall(r'(?:href|src)="([^"]*)"', text) if "//" in link] == []


def test_what_was_typed_into_a_paper_is_text_the_night_after(spiked_desk: Workspace, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(spiked_desk.root, tmp_path / "desk")
    workspace = open_workspace(tmp_path / "desk")
    book = nights.paper(workspace.latest, "tracking")
    nights.type_into(book, translate("tab.orders", "zh"), "202605-003", translate("head.remark_staff", "zh"), "'=2+2")
    done = nights.run(workspace, nights.WEDNESDAY)
    [row] = [r for r in nights.rows(done.folder, "tracking", "orders") if r["row_key"] == "202605-003"]
    assert row["staff_remark"] in ("'=2+2", "=2+2")


# --- English ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return nights.after_first_night(tmp_path_factory.mktemp("english"), "en")


def test_an_english_desk_has_english_file_names(english: Workspace) -> None:
    names = {path.name for path in nights.day_folder(english).iterdir()}
    workbooks = {load()[book.file].en for book in WORKBOOKS.values()}
    assert {"01_order_tracking.xlsx", "02_exceptions.xlsx"} < workbooks
    assert names == workbooks | {"run_report.html", "manifest.json", "returned"}
    assert all(name.isascii() for name in names)
    assert english.latest.name == "latest"


def our_words() -> set[str]:
    """Every Chinese word of the word tables that nobody typed into the company's workbooks."""
    tables = [table for tables in world().values() for table in tables.values()]
    typed = {str(cell) for table in tables for row in table.rows for cell in row.values()}
    typed |= {heading for table in tables for heading in table.headings}
    typed |= set(world()) | {tab for tables in world().values() for tab in tables}
    return {word.zh for word in load().values() if CHINESE.search(word.zh)} - typed


@pytest.mark.parametrize("book", list(WORKBOOKS))
def test_no_chinese_word_of_ours_is_left_in_an_english_paper(english: Workspace, book: str) -> None:
    ours = our_words()
    path = nights.paper(nights.day_folder(english), book, "en")
    assert [name for name in nights.tabs(path) if name in ours] == []
    assert [text for text in nights.texts(path) if text in ours] == []


@pytest.mark.parametrize("book", list(WORKBOOKS))
def test_english_headings_are_those_of_the_word_table(english: Workspace, book: str) -> None:
    path = nights.paper(nights.day_folder(english), book, "en")
    found = nights.tabs(path)
    for sheet in WORKBOOKS[book].lists:
        if sheet.split or sheet.is_optional:
            continue
        grid = found[translate(sheet.tab, "en")]
        cells = {str(cell) for row in grid[:8] for cell in row}
        assert {translate(column.word, "en") for column in sheet.columns} <= cells


def test_problems_and_remedies_are_english(english: Workspace) -> None:
    quoted = re.compile(r"“[^”]*”|「[^」]*」")
    for found in nights.findings(nights.day_folder(english), "en"):
        problem = quoted.sub("", found["problem"] + found["remedy"])
        for name in (found["subject"], found["customer_name"], found["raw"], found["heading"]):
            problem = problem.replace(str(name), "") if name else problem
        assert not CHINESE.search(problem), (found["rule"], found["problem"], found["remedy"])


def test_the_english_report_says_so(english: Workspace) -> None:
    text = (nights.day_folder(english) / "run_report.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in text
    ours = our_words()
    page = Page()
    page.feed(text)
    assert [t for t in page.texts if t.strip() in ours] == []


def test_both_languages_find_the_same(english: Workspace, tmp_path: Path) -> None:
    chinese = nights.after_first_night(tmp_path)
    mine, theirs = (
        sorted((f["rule"], f["src_file"], f["cell"], f["finding_id"]) for f in nights.findings(folder, lang))
        for folder, lang in ((nights.day_folder(chinese), "zh"), (nights.day_folder(english), "en"))
    )
    assert mine == theirs
