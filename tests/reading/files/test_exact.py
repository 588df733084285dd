"""Which sheets are read exactly, and what is refused of them."""

from __future__ import annotations

import random
import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.files.excel import XlsxPackage, open_workbook
from pipeline.reading.files.package import Damaged
from tests.support.sheet_parts import (
    CODES,
    MAIN,
    ORDINARY,
    SHEET,
    STRINGS,
    STRINGS_SHARED,
    STYLES,
    Around,
    facts,
    one,
    package,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>5</v></c>{}</row>'
PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
    + ROW.format("").replace("<", "<x:").replace("<x:/", "</x:")
    + "</x:sheetData></x:worksheet>"
)
GBK = f'<?xml version="1.0" encoding="GBK"?><worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
UNKNOWN = "ErrorCell ErrorCell(text='#N/A')"
TAIL = '<c r="C1" t="inlineStr"><is><t>丙</t></is></c>'
# how a sheet is written → what stands in it xlsx A1 and B1
UNUSUAL = {
    "prefixes": (PREFIXED.encode(), {}),
    "Chinese letters": (GBK.format(ROW.format(TAIL)).encode("gbk"), {"C1": "str '丙'"}),
    "one encoding said, another written": (GBK.format(ROW.format(TAIL)).encode(), {"C1": "str '丙'"}),
    "two bytes a letter": (GBK.replace("GBK", "UTF-16").format(ROW.format(TAIL)).encode("utf-16"), {"C1": "str '丙'"}),
    "CDATA": (ROW.format('<c r="C1" t="str"><v>a<![CDATA[ & b]]>c</v></c>'), {"C1": "str 'a & bc'"}),
    "a comment": (ROW.format('<c r="C1" t="str"><v>a<!-- b -->c</v></c>'), {"C1": "str 'ac'"}),
    "a rare error": (ROW.format('<c r="C1" t="e"><v>#SPILL!</v></c>'), {"C1": "ErrorCell ErrorCell(text='#SPILL!')"}),
    "a cell in the farthest corner": (
        ROW.format("") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', {"XFD1048576": "float 1.0"},
    ),
    "an error without its address": (
        ROW.format('<c t="e"><v>#REF!</v></c>'), {"C1": "ErrorCell ErrorCell(text='#REF!')"},
    ),
    "a kind of cell that is none": (ROW.format('<c r="C1" t="zz"><v>5</v></c>'), {"C1": "str '5'"}),
    "a truth that is none": (ROW.format('<c r="C1" t="b"><v>2</v></c>'), {"C1": UNKNOWN}),
    "a shared string that is not there": (ROW.format('<c r="C1" t="s"><v>99</v></c>'), {"C1": UNKNOWN}),
    "a formula that gave no number": (ROW.format('<c r="C1" t="n"><f>1</f><v>abc</v></c>'), {"C1": "str 'abc'"}),
    "a span past all spans": (ROW.format('<c r="C1" s="2"><v>1e300</v></c>'), {"C1": "float 1e+300"}),
    "a day before all days": (ROW.format('<c r="C1" s="3"><v>-1e15</v></c>'), {"C1": "float -1000000000000000.0"}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSUAL)
def test_sheet_that_is_written_unusually_is_read_exactly(tmp_path: Path, name: str) -> None:
    sheet, more = UNUSUAL[name]
    around, parts = Around(["[h]:mm", "yyyy-mm-dd"], STRINGS_SHARED), {SHEET: sheet} if isinstance(sheet, bytes) else {}
    path = package(tmp_path / "a.xlsx", str(sheet), around, parts)
    [grid] = open_workbook(path, "xlsx", tmp_path)
    assert {at: cell for at, cell in facts(grid).items() if at[-1].isdigit()} == {
        "A1": "str '甲公司'",
        "B1": "float 5.0",
        **more,
    }
    fast, exact = one(path)
    assert (fast, facts(exact)) == (None, facts(grid))


def test_strings_and_styles_decide_for_all_sheets(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>a<![CDATA[ & b]]></t></si></sst>'.encode()
    path = package(
        tmp_path / "a.xlsx",
        ROW.format('<c r="C1" s="2"><v>45000</v></c>'),
        None,
        {STRINGS: strings, STYLES: b"<broken"},
    )
    [grid] = open_workbook(path, "xlsx", tmp_path)
    assert (grid.rows, grid.has_plain_styles) == ([["a & b", 5.0, 45000.0]], True)


def test_sheet_among_others_is_read_as_it_needs_to_be(tmp_path: Path) -> None:
    """Modules of macros and charts are no sheets; a part that is missing costs the file."""
    path = package(tmp_path / "a.xlsx", ROW.format(""), Around(strings=STRINGS_SHARED))
    with zipfile.ZipFile(path) as made:
        book = made.read("xl/workbook.xml")
    module = book.replace(b"</sheets>", b'<sheet name="M" sheetId="2" r:id=""/></sheets>')
    listed = package(path, ROW.format(""), Around(strings=STRINGS_SHARED), {"xl/workbook.xml": module})
    assert [grid.name for grid in open_workbook(listed, "xlsx", tmp_path)] == ["S"]
    for wrong in (module.replace(b'r:id=""', b'r:id="rId9"'), book.replace(b"<sheet ", b"<other "), b"", b"<x"):
        with pytest.raises(Damaged):
            list(open_workbook(package(path, "", None, {"xl/workbook.xml": wrong}), "xlsx", tmp_path))


BODY = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
HOSTILE = {
    "document type": '<!DOCTYPE a [<!ENTITY b "c">]>' + BODY.format(""),
    "entity": BODY.format('<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>'),
    "deep": BODY.format("<a>" * 100 + "</a>" * 100),
    "an endless tag": BODY.format(f'<row r="1"><c r="A1" a="{"x" * (5 << 20)}"/></row>'),
    "an endless text": BODY.format(f'<row r="1"><c r="A1" t="str"><v>{"x" * (5 << 20)}</v></c></row>'),
    "a row that wraps round": BODY.format('<row r="4294967297"><c r="A4294967297"><v>1</v></c></row>'),
    "row nought": BODY.format('<row r="0"><c><v>1</v></c></row>'),
    "a column that Excel has not": BODY.format('<row r="1"><c r="XFE1"><v>1</v></c></row>'),
    "an address that is none": BODY.format('<row r="1"><c r="$A$1"><v>1</v></c></row>'),
    "cells far apart": BODY.format("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 600))),
    "more merges than cells": BODY.format("</sheetData>" + '<mergeCell ref="A1"/>' * 200_001 + "<sheetData>"),
    "cut off": BODY.format("")[:-9],
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_part_is_refused_by_name(tmp_path: Path, name: str) -> None:
    xlsx = XlsxPackage(package(tmp_path / "a.xlsx", "", None, {SHEET: HOSTILE[name].encode()}).read_bytes())
    with pytest.raises(Damaged) as refused:
        xlsx.read_exactly(xlsx.sheets[0])
    assert refused.value.rule in {"FILE-002", "FILE-016"}
    assert refused.value.why


def test_cells_just_near_enough_are_read(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 8_000_000 // 16_384 + 1))
    _, exact = one(package(tmp_path / "a.xlsx", rows))
    assert (len(exact.rows), exact.offset) == (488, 16_383)


SNIPPETS = (
    b'<!DOCTYPE a [<!ENTITY x "y">]>', b"&x;", b"<![CDATA[x]]>", b"<!--", b"<?x", b"<a>" * 80, b"\x00", b"\xff", b"<c>",
    b'r="XFD1048576"', b'r="A99999999999"', b't="s"', b's="999"', b"<v>9</v>", b"</row>", b'xmlns="u"', b"<sheetData>",
    b'"', b"</c>", b"&#0;", b"&#xD800;", b'encoding="gbk"', b"1e999", b"-", b"9" * 30, "甲".encode(),
)  # fmt: skip


def mutated(part: bytes, chance: random.Random) -> bytes:
    made = bytearray(part)
    for _ in range(chance.randrange(1, 4)):
        at, end = sorted(chance.randrange(len(made) + 1) for _ in range(2))
        way = chance.randrange(5)
        if way == 0:
            made[at : at + 1] = chance.randbytes(1)
        elif way == 1:
            del made[at : min(end, at + 40)]
        elif way == 2:
            made[at:at] = chance.choice(SNIPPETS)
        elif way == 3:
            made[at:at] = made[end : end + 60]
        else:
            values = list(re.finditer(rb'"[^"]*"|>[^<]+<', made))
            found = chance.choice(values or [*re.finditer(b"", made)][:1])
            made[found.start() + 1 : found.end() - 1] = chance.choice(SNIPPETS)
    return bytes(made)


def test_any_damage_to_the_xml_is_read_or_cleanly_refused(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311 - samples, no secret
    cells = [(0, at, cell) for at, cell in enumerate(ORDINARY)]
    around = Around(CODES, STRINGS_SHARED, ("A1:A2",))
    path = package(tmp_path / "a.xlsx", written([(1, n % 5 == 0, cells) for n in range(12)]), around)
    with zipfile.ZipFile(path) as made:
        whole = {name: made.read(name) for name in made.namelist() if name.startswith("xl/")}
    ends = Counter[str]()
    for _ in range(600):
        name = chance.choice([SHEET, SHEET, *whole])
        package(path, "", around, {**whole, name: mutated(whole[name], chance)})
        try:
            xlsx = XlsxPackage(path.read_bytes())
            ends["read"] += bool([xlsx.read_exactly(sheet) for sheet in xlsx.sheets])
        except Damaged:
            ends["refused"] += 1
    assert min(ends["read"], ends["refused"]) > 80, ends
