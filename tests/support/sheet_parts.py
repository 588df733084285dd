"""Packages written by hand, for what no writer of workbooks would write.

``package(path, '<row r="1"><c r="A1"><v>1</v></c></row>', codes=["yyyy-mm-dd"])``
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from pipeline.excel.names import column_letter
from pipeline.reading.files.excel import CalamineReader, XlsxPackage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.reading.files.grid import Grid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
FIRST_CODE = 200
STRUCK = 1  # number of the one style with struck-out text; the codes come behind it

CODES: tuple[str | int, ...] = (
    "yyyy-mm-dd", "yyyy/m/d h:mm", 'yyyy"年"m"月"d"日"', "m/d;@", "h:mm", "[h]:mm", "mm:ss.0", "0.00", "@", "General",
    "yyyymm-000", "aaaa", "[$-804]aaaa;@", "d aaaa", '"day "0', "[Red]0;d", "\\d0", "[$-F800]dddd\\, mmmm dd", "AM/PM",
    "上午/下午h", "# ?/?", "0*d", "general d", "[>5]d", "[ss]", "ge.m.d", 14, 22, 27, 31, 36, 45, 46, 49, 50, 58, 59,
)  # fmt: skip
STRINGS_SHARED = (
    "<si><t>甲公司</t></si><si><t> blanks </t></si><si><t xml:space='preserve'> kept </t></si><si/>"
    "<si><r><t>rich</t></r><r><t xml:space='preserve'> text</t></r><rPh sb='0' eb='1'><t>ガ</t></rPh></si>"
    "<si><t>_x000D_line&#10;two_x005F_</t></si><si><t>a &amp; b</t></si>"
)
ORDINARY = (
    '<c {at} t="s"><v>1</v></c>', "<c {at}><v>45000.5</v></c>", '<c {at} t="e"><v>#N/A</v></c>',
    "<c {at}><f>A1</f></c>",
    '<c {at} t="inlineStr"><is><t>甲</t></is></c>', '<c {at} t="b"><v>1</v></c>',
)  # fmt: skip


@dataclass(frozen=True)
class Around:
    """What a sheet stands in: number formats (a code, or the number of one built in), shared strings, merges."""

    codes: Sequence[str | int] = ()
    strings: str = ""
    merges: Sequence[str] = ()
    is_1904: bool = False


def package(path: Path, rows: str, around: Around | None = None, parts: Mapping[str, bytes] | None = None) -> Path:
    """Write a workbook of one sheet. `parts`: taken as they are, instead of what would be written."""
    around = around or Around()
    date1904 = ' date1904="1"' if around.is_1904 else ""
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in around.merges)
    written = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": links(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": links(("worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{date1904}/>'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        STYLES: _styles(around.codes),
        STRINGS: f'<sst xmlns="{MAIN}">{around.strings}</sst>',
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as made:
        for name, text in written.items():
            made.writestr(name, (parts or {}).get(name, text.encode()))
    return path


def _styles(codes: Sequence[str | int]) -> str:
    numbers = [FIRST_CODE + at if isinstance(code, str) else code for at, code in enumerate(codes)]
    named = [(number, code) for number, code in zip(numbers, codes, strict=True) if isinstance(code, str)]
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in named)
    cells = "".join(f'<xf numFmtId="{number}" fontId="0"/>' for number in numbers)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts><font/><font><strike/></font></fonts>'
        f'<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/>{cells}</cellXfs></styleSheet>'
    )


def links(*links: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{LINKS}">{"".join(lines)}</Relationships>'


def written(rows: Sequence[tuple[int, bool, Sequence[tuple[int, int, str]]]]) -> str:
    """Rows as XML: (rows further down, hidden, cells); a cell is (columns left out, style, how it is written)."""
    made, number = [], 0
    for down, is_hidden, cells in rows:
        number += down
        column, line = -1, []
        for gap, style, cell in cells:
            column += gap + 1
            styled = f' s="{style}"' if style >= 0 else ""
            place = f'r="{column_letter(column)}{number}"'
            line.append(cell.replace("{place}", place).replace("{at}", place + styled))
        hidden = ' hidden="1"' if is_hidden else ""
        made.append(f'<row r="{number}"{hidden}>{"".join(line)}</row>')
    return "".join(made)


def facts(grid: Grid) -> dict[str, Any]:
    """All that is known of a sheet; type and digits of every cell."""
    cells = {
        f"{grid.letter(at)}{number}": f"{type(cell).__name__} {cell!r}"
        for number, row in zip(grid.numbers, grid.rows, strict=True)
        for at, cell in enumerate(row)
        if cell != ""
    }
    rows = {"hidden": grid.hidden_rows, "struck": grid.struck_rows, "numbers": grid.numbers}
    rest = {"merges": sorted(grid.merges), "meant": grid.formulas, "notes": grid.notes, "epoch": grid.epoch_1904}
    return {**cells, **rows, **rest, "about": (grid.name, grid.is_hidden, grid.has_plain_styles)}


def both(path: Path) -> list[tuple[Grid | None, Grid]]:
    """Every sheet from the fast reader, where it may and can, and from the exact one."""
    xlsx, fast = XlsxPackage(path.read_bytes()), CalamineReader(path, path.parent)
    return [(fast.grid(sheet, xlsx), xlsx.read_exactly(sheet)) for sheet in xlsx.sheets]


def one(path: Path) -> tuple[Grid | None, Grid]:
    [(fast, exact)] = both(path)
    return fast, exact
