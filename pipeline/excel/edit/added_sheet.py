"""The added last sheet: every place to be corrected, with a link to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.excel.edit.package import MAIN, Parts, needs_main
from pipeline.excel.edit.styles import StylesPart
from pipeline.excel.edit.xml_edit import KIND, NotEditable, add, add_text, clean, parse, remove
from pipeline.excel.names import column_letter, quoted
from reports import looks
from reports.looks import Look
from reports.returned import COLUMNS, TAB, TITLE
from reports.shape import SheetColumn
from schemas.language.words import translate

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
LONGEST_TEXT = 32_000  # Excel cuts a text at 32,767 UTF-16 units
HEADING_ROW = 4
LINKED = "cell"
CENTRED = {"horizontal": "center", "vertical": "center"}
WRAPPED = {"vertical": "center", "wrapText": "1", "horizontal": "left"}
SHEET = (
    f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FF{looks.ORANGE[1:]}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<dimension ref="A1:{last}"/><sheetViews><sheetView showGridLines="0" workbookViewId="0">'
    f'<pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
    f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="{looks.ROW}"/><cols/><sheetData/><hyperlinks/>'
    '<pageMargins left="0.35" right="0.35" top="0.62" bottom="0.55" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
)


@dataclass(frozen=True)
class MarkedPlace:
    """One place to be corrected. `cell`: where a link leads in `sheet`, empty when there is nowhere.

    `tone` and `note` mark the cell. `words` holds the texts of the list by field; a place without
    them is only coloured, and one without a sheet is only listed.
    """

    sheet: str = ""
    row: int = 0
    letter: str = ""
    tone: str = "bad"
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AddedSheet:
    """What the sheet is called, its two hints, its language, and what it lists."""

    name: str
    hints: tuple[str, str]
    lang: str
    places: Sequence[MarkedPlace]


def add_sheet(package: Parts, styles: StylesPart, added: AddedSheet) -> None:
    """Write the sheet and join it to the workbook as its last one. Raises NotEditable."""
    where = package.new_name("xl/worksheets/sheet{}.xml")
    package.put(where, _Drawing(added, styles).root)
    package.declare(where, TYPE)
    main = package.main()
    relation = package.relate(main, where, "worksheet")
    root = parse(package.read(main))
    listed = root.find("{*}sheets")
    if listed is None:
        raise NotEditable("a workbook without sheets")
    number = max((int(sheet.get("sheetId", 0)) for sheet in listed.iterchildren("*")), default=0) + 1
    add(listed, "sheet", name=added.name, sheetId=number).set(f"{{{KIND}}}id", relation)
    package.put(main, root)


def remove_sheet(package: Parts, name: str) -> None:
    """Take the list of an earlier copy out of the workbook; its part stays, unseen."""
    main = package.main()
    root = parse(package.read(main))
    listed = root.findall("{*}sheets/{*}sheet")
    if len(listed) > 1 and listed[-1].get("name") == name:  # else moved: names and views count sheets by their place
        remove(listed[-1])
        package.put(main, root)


def sheet_parts(package: Parts) -> dict[str, str]:
    """Return sheet name → part, of the sheets that have one. Raises NotEditable."""
    main = package.main()
    root = parse(package.read(main))
    needs_main(*root.nsmap.values())
    parts = package.related(main, "worksheet")
    found: dict[str, str] = {}
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        if relation in parts:
            found[sheet.get("name", "")] = parts[relation]
    if not found:
        raise NotEditable("a workbook without sheets")
    return found


def list_name(taken: Iterable[str], lang: str) -> str:
    """Return what the added sheet is called: its name, counted where the sender has such a sheet."""
    known = {name.casefold() for name in taken}
    plain = translate(TAB, lang)
    names = (plain, *(f"{plain}{n}" for n in range(2, 400)))
    return next(name for name in names if name.casefold() not in known)


class _Drawing:
    """The part of the added sheet as a tree, and its style numbers, each made once."""

    def __init__(self, added: AddedSheet, styles: StylesPart) -> None:
        self._styles, self._lang = styles, added.lang
        self._made: dict[tuple[object, ...], int] = {}
        last = f"{column_letter(len(COLUMNS) - 1)}{HEADING_ROW + len(added.places)}"
        self.root = parse(SHEET.format(last=last).encode())
        self._rows, links = self.root.find("{*}sheetData"), self.root.find("{*}hyperlinks")
        self._top(added.hints)
        at = column_letter(next(n for n, column in enumerate(COLUMNS) if column.field == LINKED))
        for number, place in enumerate(added.places, HEADING_ROW + 1):
            self._place(number, place)
            if place.sheet:
                target = f"{quoted(place.sheet)}!{place.letter or 'A'}{place.row or 1}"
                add(links, "hyperlink", ref=f"{at}{number}", location=target, display=clean(_text(place, LINKED)))
        for number, column in enumerate(COLUMNS, 1):
            add(self.root.find("{*}cols"), "col", min=number, max=number, width=column.width, customWidth=1)
        if not len(links):
            remove(links)

    def _top(self, hints: tuple[str, str]) -> None:
        middle = {"vertical": "center"}
        title = self._style(middle, size=looks.TITLE_SIZE, colour=looks.NAVY, bold=True)
        hint = self._style(middle, size=looks.SMALL, colour=looks.MUTED)
        head = self._style(CENTRED | {"wrapText": "1"}, colour=looks.WHITE, bold=True, fill=looks.NAVY)
        self._row(1, looks.TITLE_ROW, [(translate(TITLE, self._lang), title)])
        for number, words in enumerate(hints, 2):
            self._row(number, looks.HINT_ROW, [(words, hint)])
        headings = [(translate(column.word, self._lang), head) for column in COLUMNS]
        self._row(HEADING_ROW, looks.SUMMARY_HEAD_ROW, headings)

    def _place(self, number: int, place: MarkedPlace) -> None:
        words = [_text(place, column.field) for column in COLUMNS]
        tall = max(looks.lines(word, column.width) for word, column in zip(words, COLUMNS, strict=True))
        cells = [
            (self._in_words(column, word), self._look(column, place))
            for column, word in zip(COLUMNS, words, strict=True)
        ]
        self._row(number, looks.row_height(tall), cells)

    def _row(self, number: int, height: float, cells: Sequence[tuple[str, int]]) -> None:
        row = add(self._rows, "row", r=number, ht=height, customHeight=1)
        for column, (words, style) in enumerate(cells):
            cell = add(row, "c", r=f"{column_letter(column)}{number}", s=style)
            if words:
                cell.set("t", "inlineStr")
                add_text(add(cell, "is"), "t", words)

    def _in_words(self, column: SheetColumn, word: str) -> str:
        if not column.says or not word:
            return word
        shape = looks.TONES[(column.tones or {}).get(word, "calm")][2]
        return shape + translate(f"{column.says}.{word}", self._lang)

    def _look(self, column: SheetColumn, place: MarkedPlace) -> int:
        align = CENTRED if column.look in (Look.NAME, Look.DAY, Look.COUNT) else WRAPPED
        if column.field == LINKED and place.sheet:
            return self._style(align, colour=looks.LINK, underline=True, line=looks.LINE)
        tone = (column.tones or {}).get(place.words.get(column.field, ""), "")
        if tone and looks.TONES[tone][0]:
            fill, colour, _ = looks.TONES[tone]
            return self._style(align, colour=colour, fill=fill, line=looks.LINE)
        return self._style(align, line=looks.LINE)

    def _style(self, align: Mapping[str, str], *, fill: str = "", line: str = "", **font: object) -> int:
        key = (*align.items(), fill, line, *sorted(font.items()))
        if key not in self._made:
            usual = {"name": translate("look.font", self._lang), "size": looks.BODY_SIZE, "colour": looks.TEXT}
            self._made[key] = self._styles.look(font=usual | font, align=align, fill=fill, line=line)
        return self._made[key]


def _text(place: MarkedPlace, name: str) -> str:
    return place.words.get(name, "")[:LONGEST_TEXT]
