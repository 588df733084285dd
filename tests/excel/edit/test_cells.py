"""Copies of workbooks, part by part: what must not change does not, what is added can be opened."""

from __future__ import annotations

import re
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from python_calamine import CalamineError, CalamineWorkbook

from pipeline.excel.edit.added_sheet import MarkedPlace, sheet_parts
from pipeline.excel.edit.cells import position, skeleton
from pipeline.excel.edit.package import Parts
from pipeline.excel.edit.xml_edit import (
    Edits,
    NotEditable,
    Tag,
    add,
    add_text,
    parse,
    remove,
    retagged,
    serialized,
    walk,
)
from pipeline.excel.names import column_letter
from pipeline.feedback.returned_copies.hand_back import UNUSUAL
from pipeline.feedback.returned_copies.mark import MarkedCopy, mark_copy
from pipeline.feedback.returned_copies.origin import Origin, origin_of
from pipeline.reading.files.guard import inspect
from tests.support.pace import sweep
from tests.support.places import CORPUS

DIGEST, OTHER = "a" * 64, "b" * 64
CHANGED = re.compile(
    r"\[content_types\]\.xml|(.*/)?_rels/.*|.*styles.*\.xml|.*workbook.*\.xml|.*sheets?/.*\.xml|.*comments.*|.*\.vml"
    r"|docprops/custom\.xml"
)


def line(sheet: str, row: int, letter: str, tone: str = "bad", note: str = "■ 暂停\n数量「-3」应大于零") -> MarkedPlace:
    cell = f"{letter}{row}"
    words = {"severity": "hold", "src_sheet": sheet, "cell": cell, "problem": "数量应大于零", "remedy": "请核对"}
    return MarkedPlace(sheet, row, letter, tone, note, words)


def copied(source: Path, lines: list[MarkedPlace], target: Path, before: Origin | None = None) -> Path:
    mark_copy(
        source.read_bytes(),
        MarkedCopy(OTHER if before else DIGEST, tuple(lines), ("怎么用", "来件"), "zh", before),
        target,
    )
    return target


def values(path: Path) -> dict[str, Any]:
    book = CalamineWorkbook.from_path(str(path))
    found: dict[str, Any] = {}
    for name in book.sheet_names:
        try:
            found[name] = book.get_sheet_by_name(name).to_python()
        except CalamineError as wrong:
            found[name] = str(wrong)
    return found


def loaded(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(path.read_bytes()))  # closed even where openpyxl gives up


def assert_only_the_marks_differ(source: Path, copy: Path) -> None:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(copy) as after:
        names = [info.filename for info in before.infolist()]
        assert [info.filename for info in after.infolist()][: len(names)] == names
        unlike = [name for name in names if before.read(name) != after.read(name)]
        assert [name for name in unlike if not CHANGED.fullmatch(name.replace("\\", "/").lower())] == []
    was, now = values(source), values(copy)
    assert repr({name: now[name] for name in was}) == repr(was)
    assert len(now) == len(was) + 1


def rich(path: Path) -> Path:
    """A workbook with all that a library would lose or rewrite."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("订单")
        red = book.add_format({"bg_color": "#FF0000", "bold": True})
        page.write_row(0, 0, ["单号", "数量", "金额"])
        for row in range(1, 9):
            page.write_row(row, 0, [f"202605-{row:03}", row, row * 100], red if row == 3 else None)
        page.write_formula("D2", "=B2*C2", None, 100)
        page.data_validation("B2:B9", {"validate": "integer", "criteria": ">", "value": 0})
        page.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
        page.add_sparkline("E2", {"range": "订单!B2:C2"})
        page.merge_range("A12:B13", "合并", red)
        page.write_comment("B3", "自己的批注", {"author": "王芳"})
        page.autofilter("A1:C9")
        page.set_row(6, None, red)
        page.set_column("F:F", 12, red)
        page.protect("", {"insert_rows": True})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=订单!$B$2:$B$9"})
        page.insert_chart("G2", chart)
        page.insert_textbox("G20", "说明")
        book.add_worksheet("空").insert_checkbox("A1", True) if hasattr(page, "insert_checkbox") else None
        book.define_name("单价", "=订单!$C$2")
        book.set_custom_property("部门", "销售")
    return path


def test_a_rich_workbook_loses_nothing(tmp_path: Path) -> None:
    source = rich(tmp_path / "a.xlsx")
    copy = copied(
        source, [line("订单", 3, "B"), line("订单", 4, "A", "soon"), line("订单", 20, "F")], tmp_path / "b.xlsx"
    )
    assert_only_the_marks_differ(source, copy)
    page = loaded(copy)["订单"]
    assert page["B3"].comment.text == "自己的批注\n\nnightdesk:\n■ 暂停\n数量「-3」应大于零"
    assert page["B3"].fill.fgColor.rgb == page["F20"].fill.fgColor.rgb == "FFF8C4AE"
    assert page["A4"].fill.fgColor.rgb == "FFFFD98A"
    assert page["A4"].font.b
    assert loaded(copy).custom_doc_props["部门"].value == "销售"


def test_a_copy_of_a_copy_bears_only_its_own_marks(tmp_path: Path) -> None:
    source = rich(tmp_path / "a.xlsx")
    first = copied(source, [line("订单", 3, "B"), line("订单", 4, "A"), line("订单", 5, "C")], tmp_path / "b.xlsx")
    second = copied(first, [line("订单", 5, "C")], tmp_path / "c.xlsx", origin_of(first))
    book = loaded(second)
    page = book["订单"]
    assert book.sheetnames == [*loaded(source).sheetnames, "退回说明"]
    assert page["B3"].comment.text == "自己的批注"
    assert page["B3"].fill.fill_type is None
    assert page["A4"].comment is None
    assert page["A4"].fill.fgColor.rgb == "FFFF0000"
    assert page["C5"].fill.fgColor.rgb == "FFF8C4AE"
    assert page["C5"].comment.text.count("nightdesk:") == 1
    assert origin_of(second) == Origin(OTHER, "退回说明")


def test_a_cell_under_a_merge_is_marked_where_it_is_shown(tmp_path: Path) -> None:
    source = rich(tmp_path / "a.xlsx")
    copy = copied(source, [line("订单", 13, "B")], tmp_path / "b.xlsx")
    book = loaded(copy)
    assert book["订单"]["A12"].comment
    assert book["退回说明"]["D5"].value == "A12"
    assert book["退回说明"]["D5"].hyperlink.location == "'订单'!A12"


def test_many_notes_are_capped_and_the_rest_is_coloured(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet("订单")
        for row in range(2_100):
            page.write_number(row, 0, row)
    copy = copied(tmp_path / "a.xlsx", [line("订单", row, "A") for row in range(1, 2_101)], tmp_path / "b.xlsx")
    page = loaded(copy)["订单"]
    assert sum(bool(cell.comment) for (cell,) in page.iter_rows(max_col=1)) == 2_000
    assert all(cell.fill.fill_type == "solid" for (cell,) in page.iter_rows(max_col=1))


def test_a_sheet_of_our_name_stays_the_senders(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("退回说明").write_string("A1", "我的")
    copy = copied(tmp_path / "a.xlsx", [line("退回说明", 1, "A")], tmp_path / "b.xlsx")
    assert loaded(copy).sheetnames == ["退回说明", "退回说明2"]
    assert origin_of(copy) == Origin(DIGEST, "退回说明2")


def test_words_of_cells_never_become_markup_or_formulas(tmp_path: Path) -> None:
    nasty = "=1+1</t></is><f>&\x07\"'\ud800 😀"
    lines = [
        MarkedPlace("订单", 2, "A", "bad", nasty, {"raw": nasty, "problem": nasty, "cell": "A2", "src_sheet": "订单"})
    ]
    copy = copied(rich(tmp_path / "a.xlsx"), lines, tmp_path / "b.xlsx")
    book = loaded(copy)
    shown = "=1+1</t></is><f>&\ufffd\"'\ufffd 😀"
    assert book["退回说明"]["F5"].value == shown
    assert book["退回说明"]["F5"].data_type != "f"
    assert shown in book["订单"]["A2"].comment.text


@sweep(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.dictionaries(
        st.tuples(st.integers(1, 30), st.integers(1, 30)),
        st.one_of(st.floats(-1e6, 1e6), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=5)),
        min_size=1,
        max_size=40,
    ),
    marks=st.sets(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=15),
    rest=st.sets(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=5),
)
def test_any_cells_marked_in_any_sheet_read_back_the_same(
    cells: dict[tuple[int, int], Any], marks: set[tuple[int, int]], rest: set[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder) / "a.xlsx"
        with xlsxwriter.Workbook(str(source), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            page = book.add_worksheet("表")
            for (row, column), value in cells.items():
                page.write(row - 1, column - 1, value)
        lines = [line("表", row, column_letter(column - 1)) for row, column in sorted(marks)]
        copy = copied(source, lines, Path(folder) / "b.xlsx")
        assert_only_the_marks_differ(source, copy)
        assert marked(copy) == marks
        lines = [line("表", row, column_letter(column - 1)) for row, column in sorted(rest)]
        again = copied(copy, lines, Path(folder) / "c.xlsx", origin_of(copy))
        assert marked(again) == rest
        assert {name: rows for name, rows in values(again).items() if name == "表"} == {"表": values(source)["表"]}


def marked(path: Path) -> set[tuple[int, int]]:
    page = loaded(path)["表"]
    filled = {(c.row, c.column) for row in page for c in row if c.fill.fill_type == "solid"}
    noted = {(c.row, c.column) for row in page for c in row if c.comment}
    assert filled == noted
    return filled


@pytest.mark.corpus
@pytest.mark.parametrize(
    "path", sorted(p for p in CORPUS.glob("*.xls[xm]") if p.stat().st_size < 1 << 21), ids=lambda path: path.name[:24]
)
def test_workbooks_of_every_origin_can_be_marked(path: Path, tmp_path: Path) -> None:
    if inspect(path).kind != "xlsx":
        pytest.skip("not a workbook that is read")
    places = ((1, "A"), (3, "B"), (3, "D"), (7, "A"), (50, "Z"))
    try:
        names = list(sheet_parts(Parts(path.read_bytes())))[:3]
        copy = copied(path, [line(name, *place) for name in names for place in places], tmp_path / f"b{path.suffix}")
    except UNUSUAL:
        copy = None
    assert (copy is None) == (path.name[9:] in LEFT_ALONE)
    if copy is None:
        return
    try:
        values(path)
    except CalamineError:
        return
    assert_only_the_marks_differ(path, copy)
    again = copied(copy, [line(names[0], 1, "A")], tmp_path / f"c{path.suffix}", origin_of(copy))
    assert list(values(again)) == list(values(copy))
    if opens(path):
        assert opens(copy)
        assert opens(again)


LEFT_ALONE = {  # signed, strict, UTF-16, or with parts that are no XML: their rows go back in a new workbook
    "hello-world-signed.xlsx",
    "Pfand_from_windows_phone.xlsm",
    "xlsx-corrupted.xlsx",
    "strict.xlsx",
    "issue.3843a.template.xlsx",
    "utf16be.bom.xlsx",
    "no-sheet.xlsx",
    "SimpleStrict.xlsx",
    "Fillreport.xlsx",
    "one_sheet_with_invalid_xml_characters.xlsx",
    "badfile_noWorkbookRels.xlsx",
    "missing-sheet-entry.xlsx",
}


def opens(path: Path) -> bool:
    try:
        loaded(path)
    except Exception:  # noqa: BLE001 - openpyxl raises whatever comes
        return False
    return True


# --- the tools ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "cell"),
    [("A1", (1, 1)), ("$G$42", (42, 7)), ("XFD1048576", (1048576, 16384)), ("A", None), ("1", None), ("", None)],
)
def test_references_are_cells(reference: str, cell: tuple[int, int] | None) -> None:
    assert position(reference) == cell
    if cell:
        assert f"{column_letter(cell[1] - 1)}{cell[0]}" == reference.replace("$", "")


@pytest.mark.parametrize(
    ("tag", "values_", "made"),
    [
        (b'<c r="A1" s="3" t="s">', {"s": "9"}, b'<c r="A1" s="9" t="s">'),
        (b"<c r='A1'/>", {"s": "9"}, b"<c r='A1' s=\"9\"/>"),
        (b'<row r="5" spans="1:4" x:s="2" />', {"spans": None}, b'<row r="5" x:s="2"/>'),
        (b'<c a="1 s=2" >', {"s": "1"}, b'<c a="1 s=2" s="1">'),
    ],
)
def test_one_attribute_is_changed(tag: bytes, values_: dict[str, str | None], made: bytes) -> None:
    assert retagged(tag, values_) == made


def test_edits_are_made_where_they_belong() -> None:
    part = '<甲:a xmlns:甲="x"><b c="&lt;>"/><b>é</b></甲:a>'.encode()
    first, second = part.index(b"<b"), part.rindex(b"<b")
    edits = Edits(part)
    edits.tag(second, {"n": "2"})
    edits.put(second, "<new/>")
    edits.into(Tag("b", first, second), "&#252;")
    assert edits.done().decode().endswith('<b c="&lt;>">&#252;</b><new/><b n="2">é</b></甲:a>')


def test_small_parts_are_grown_and_pruned_in_their_own_namespace() -> None:
    root = parse('<甲:a xmlns:甲="x"> <甲:b/>一<!-- -->二<甲:b n="2"/>三</甲:a>'.encode())
    remove(root[2])
    remove(root[0])
    add_text(add(root, "c", n=1), "d", "<ü\x07\r\n>")
    made = serialized(root).decode().partition("\n")[2]
    new = '<甲:c n="1"><甲:d xml:space="preserve">&lt;ü\ufffd\n&gt;</甲:d></甲:c>'
    assert made == f'<甲:a xmlns:甲="x"> 一<!-- -->二三{new}</甲:a>'


@pytest.mark.parametrize("part", ["<a>".encode("utf-16"), b"<a><b></a>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'])
def test_parts_that_cannot_be_edited_are_left_alone(part: bytes) -> None:
    with pytest.raises(NotEditable):
        parse(part)
    with pytest.raises(NotEditable):
        walk(part, lambda *_: None, lambda *_: None)


def rows_part(numbers: list[int], *, more: str = "") -> bytes:
    rows = "".join(f'<row spans="1:2" r="{n}"><c r="A{n}"/></row>' for n in numbers)
    return f'<worksheet xmlns="x"><sheetData>{rows}</sheetData>{more}</worksheet>'.encode()


@pytest.mark.parametrize(
    ("numbers", "wanted", "kept"),
    [
        ([1, 2, 3, 9], {2}, [2]),
        ([1, 2, 3, 9], {4, 1}, [1, 9]),
        ([1, 2, 3, 9], {12}, []),
        ([3, 2], {2}, [3, 2]),  # out of order: all of it
    ],
)
def test_only_rows_that_matter_are_parsed(numbers: list[int], wanted: set[int], kept: list[int]) -> None:
    part = rows_part(numbers)
    few = skeleton(part, wanted)
    assert [int(each) for each in re.findall(rb'<row[^>]*r="(\d+)"', few.part)] == kept
    for found in re.finditer(rb"<[^>]+>", few.part):
        at = few.origin(found.start())
        assert part[at : at + len(found[0])] == found[0]


@pytest.mark.parametrize("more", ["<!-- <row r='9'> -->", "<x><![CDATA[<row ]]></x>"])
def test_a_part_with_text_that_looks_like_rows_is_parsed_whole(more: str) -> None:
    part = rows_part([1, 2], more=more)
    assert skeleton(part, {2}).part == part
