"""The added last sheet: every place to be mended, with a link to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.excel.edit.package import HEAD, MAIN, Parts, needs_main
from pipeline.excel.edit.xml_edit import Edits, NotEditable, text, tree
from pipeline.excel.names import column_letter
from reports import looks
from reports.looks import Look
from reports.returned import COLUMNS, TAB, TITLE
from schemas.language.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.excel.edit.styles import Styles
    from reports.shape import SheetColumn

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LONGEST_NAME, LONGEST_TEXT = 31, 32_000
HEADING_ROW = 4
LINKED = "cell"


@dataclass(frozen=True)
class Line:
    """One place to be mended. `cell`: where a link leads in `sheet`, empty when there is nowhere.

    `tone` and `note` mark the cell. `shown` holds the words of the list by field; a line without
    them is only coloured, and one without a sheet is only listed.
    """

    sheet: str = ""
    row: int = 0
    letter: str = ""
    tone: str = "bad"
    note: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)


def add_sheet(package: Parts, styles: Styles, name: str, lines: Sequence[Line], told: tuple[str, str, str]) -> None:
    """Write the sheet and join it to the workbook as its last one. `told`: two hints and the language."""
    hints, lang = told[:2], told[2]
    where = package.new_name("xl/worksheets/sheet{}.xml")
    package.put(where, _part(lines, hints, _Looks(styles, lang), lang).encode("ascii"))
    package.declare(where, TYPE)
    main = package.main()
    relation = package.relate(main, where, "worksheet")
    part = package.read(main)
    root = tree(part)
    listed = root.child("sheets")
    if listed is None:
        raise NotEditable("a workbook without sheets")
    number = max((int(each.attributes.get("sheetId", 0)) for each in listed.children), default=0) + 1
    edits = Edits(part)
    edits.into(
        listed,
        f'<{root.prefix}sheet xmlns:r="{KIND}" name="{text(name)}" sheetId="{number}" r:id="{relation}"/>',
    )
    package.put(main, edits.done())


def drop_sheet(package: Parts, name: str) -> None:
    """Take the list of an earlier copy out of the workbook; its part stays, unseen."""
    main = package.main()
    part = package.read(main)
    root = tree(part)
    listed = root.child("sheets")
    found = [each for each in (listed.children if listed else []) if each.attributes.get("name") == name]
    if not found or not listed or listed.children[-1] is not found[0] or len(listed.children) == 1:
        return  # moved: names and views count sheets by their place
    edits = Edits(part)
    edits.put(found[0].start, "", found[0].end)
    package.put(main, edits.done())


def sheets(package: Parts) -> dict[str, str]:
    """Sheet name → part, of the sheets that have one. Raises NotEditable."""
    main = package.main()
    root = tree(package.read(main))
    needs_main(root)
    listed = root.child("sheets")
    parts = package.related(main, "worksheet")
    found: dict[str, str] = {}
    for each in listed.children if listed else []:
        relation = next((value for key, value in each.attributes.items() if key.endswith(":id")), "")
        if relation in parts:
            found[each.attributes.get("name", "")] = parts[relation]
    if not found:
        raise NotEditable("a workbook without sheets")
    return found


def free_name(taken: Iterable[str], lang: str) -> str:
    """What the added sheet is called: its name, counted where the sender has such a sheet."""
    known = {each.casefold() for each in taken}
    plain = translate(TAB, lang)
    names = (plain, *(f"{plain}{n}" for n in range(2, 400)))
    return next(each for each in names if each.casefold() not in known)


# --- the part -----------------------------------------------------------------------------


class _Looks:
    """Style numbers of the sheet, each made once."""

    def __init__(self, styles: Styles, lang: str) -> None:
        self._styles, self._name = styles, translate("look.font", lang)
        self._made: dict[tuple[object, ...], int] = {}

    def of(self, *, size: float = looks.BODY_SIZE, colour: str = looks.TEXT, **more: str | bool) -> int:
        key = (size, colour, *sorted(more.items()))
        if key not in self._made:
            font = {"name": self._name, "size": size, "colour": colour}
            font |= {name: more[name] for name in ("bold", "underline") if name in more}
            rest = {name: str(more[name]) for name in ("fill", "align", "line") if name in more}
            self._made[key] = self._styles.look(font=font, **rest)
        return self._made[key]


def _part(lines: Sequence[Line], hints: tuple[str, str], look: _Looks, lang: str) -> str:
    rows = [*_top(hints, look, lang), *(_row(n, line, look, lang) for n, line in enumerate(lines, HEADING_ROW + 1))]
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>' for n, column in enumerate(COLUMNS, 1)
    )
    at = column_letter(next(n for n, column in enumerate(COLUMNS) if column.field == LINKED))
    links = "".join(
        f'<hyperlink ref="{at}{n}" location="{text(_target(line))}" display="{text(_shown(line, LINKED))}"/>'
        for n, line in enumerate(lines, HEADING_ROW + 1)
        if line.sheet
    )
    last = f"{column_letter(len(COLUMNS) - 1)}{HEADING_ROW + len(lines)}"
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FF{looks.ORANGE[1:]}"/><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><dimension ref="A1:{last}"/><sheetViews><sheetView showGridLines="0" workbookViewId="0">'
        f'<pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="{looks.ROW}"/><cols>{widths}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{links}</hyperlinks>" if links else "")
        + '<pageMargins left="0.35" right="0.35" top="0.62" bottom="0.55" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _top(hints: tuple[str, str], look: _Looks, lang: str) -> list[str]:
    title = look.of(size=looks.TITLE_SIZE, colour=looks.NAVY, bold=True, align='vertical="center"')
    hint = look.of(size=looks.SMALL, colour=looks.MUTED, align='vertical="center"')
    head = look.of(
        colour=looks.WHITE, bold=True, fill=looks.NAVY, align='horizontal="center" vertical="center" wrapText="1"'
    )
    headings = "".join(_cell(n, HEADING_ROW, translate(c.word, lang), head) for n, c in enumerate(COLUMNS, 1))
    return [
        f'<row r="1" ht="{looks.TITLE_ROW}" customHeight="1">{_cell(1, 1, translate(TITLE, lang), title)}</row>',
        f'<row r="2" ht="{looks.HINT_ROW}" customHeight="1">{_cell(1, 2, hints[0], hint)}</row>',
        f'<row r="3" ht="{looks.HINT_ROW}" customHeight="1">{_cell(1, 3, hints[1], hint)}</row>',
        f'<row r="{HEADING_ROW}" ht="{looks.SUMMARY_HEAD_ROW}" customHeight="1">{headings}</row>',
    ]


def _row(number: int, line: Line, look: _Looks, lang: str) -> str:
    words = [_shown(line, column.field) for column in COLUMNS]
    tall = max(looks.lines(each, column.width) for each, column in zip(words, COLUMNS, strict=True))
    cells = "".join(
        _cell(n, number, _said(column, word, lang), _look(column, line, look))
        for n, (column, word) in enumerate(zip(COLUMNS, words, strict=True), 1)
    )
    return f'<row r="{number}" ht="{looks.row_height(tall)}" customHeight="1">{cells}</row>'


def _shown(line: Line, name: str) -> str:
    return line.shown.get(name, "")[:LONGEST_TEXT]


def _said(column: SheetColumn, word: str, lang: str) -> str:
    if not column.says or not word:
        return word
    return looks.TONES[(column.tones or {}).get(word, "calm")][2] + translate(f"{column.says}.{word}", lang)


def _look(column: SheetColumn, line: Line, look: _Looks) -> int:
    centred = column.look in (Look.NAME, Look.DAY, Look.COUNT)
    align = 'horizontal="center" vertical="center"' if centred else 'vertical="center" wrapText="1" horizontal="left"'
    if column.field == LINKED and line.sheet:
        return look.of(colour=looks.LINK, underline=True, align=align, line=looks.LINE)
    tone = (column.tones or {}).get(line.shown.get(column.field, ""), "")
    if tone and looks.TONES[tone][0]:
        fill, colour, _ = looks.TONES[tone]
        return look.of(colour=colour, fill=fill, align=align, line=looks.LINE)
    return look.of(align=align, line=looks.LINE)


def _target(line: Line) -> str:
    quoted = line.sheet.replace("'", "''")
    return f"'{quoted}'!{line.letter or 'A'}{line.row or 1}"


def _cell(column: int, row: int, words: str, style: int) -> str:
    place = f'r="{column_letter(column - 1)}{row}" s="{style}"'
    if not words:
        return f"<c {place}/>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text(words)}</t></is></c>'
