"""Notes on cells: the part that holds their words, and the drawing that shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.excel.edit.cells import Cell
from pipeline.excel.edit.package import MAIN, Parts
from pipeline.excel.edit.xml_edit import Element, add, add_text, parse, remove
from pipeline.excel.names import column_letter
from reports.looks import CREAM

MOST_NOTES = 2_000  # of one sheet; the cells beyond are coloured and listed
AUTHOR = "nightdesk"
SIGN = f"{AUTHOR}:"  # every note of ours begins so
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
COLUMNS, ROWS = 4, 7  # how large a note opens
BREAK = "\n\n"
NONE_YET = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
SHAPE = re.compile(rb"<(?:\w+:)?shape\b.*?</(?:\w+:)?shape>", re.DOTALL)
SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
MAP = re.compile(rb"""idmap\s[^>]*?data\s*=\s*["']([\d, ]+)""")
PLACE = re.compile(rb"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*<")
BLOCK = 1024  # shapes of one drawing are numbered in blocks of so many that it names
SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
SHAPE_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def annotate(package: Parts, sheet: str, notes: Mapping[Cell, str], drawing: str) -> str:
    """Put notes on cells of a sheet part; gives the relation id of a new drawing, empty when there was one.

    `drawing`: the drawing of notes the sheet has already. A cell that has a note keeps its words, ours
    follow; one with a conversation on it is left alone.
    """
    talked = _talked(package, sheet)
    notes = {cell: words for cell, words in list(notes.items())[:MOST_NOTES] if _name(cell) not in talked}
    if not notes:
        return ""
    added = _write(package, sheet, notes)
    if drawing:
        _draw(package, drawing, added)
        return ""
    name = package.new_name("xl/drawings/vmlDrawing{}.vml")
    drawings = (package.read(other) for other in package.names if other.endswith(".vml"))
    block = 1 + max((_last_block(part) for part in drawings), default=0)
    body = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'
    package.put(name, f"<xml{DECLARED}>{body}</xml>".encode())
    _draw(package, name, added)
    package.declare(name, DRAWING)
    return package.relate(sheet, name, "vmlDrawing")


def withdraw(package: Parts, sheet: str, drawing: str) -> None:
    """Take our own notes of an earlier copy away, with their shapes."""
    name = package.first_related(sheet, "comments")
    part = package.read(name)
    if not part:
        return
    root, gone = parse(part), set()
    for comment in root.findall("{*}commentList/{*}comment"):
        # known by its first words: programs that save a workbook may drop who wrote a note
        if "".join(comment.itertext()).lstrip().startswith(SIGN):
            gone.add(comment.get("ref", ""))
            remove(comment)
            continue
        for run in comment.findall("{*}text/{*}r"):
            if SIGN in "".join(run.itertext()):
                remove(run)
    package.put(name, root)
    if gone and drawing:
        shapes = package.read(drawing)
        package.put(drawing, SHAPE.sub(lambda found: b"" if _shows(found[0]) in gone else found[0], shapes))


# --- words --------------------------------------------------------------------------------


def _write(package: Parts, sheet: str, notes: Mapping[Cell, str]) -> list[Cell]:
    """Write the words; gives the cells that had no note before."""
    name = package.first_related(sheet, "comments")
    if not name:
        name = package.new_name("xl/comments{}.xml")
        package.put(name, NONE_YET)
        package.declare(name, COMMENTS)
        package.relate(sheet, name, "comments")
    root = parse(package.read(name))
    author, listed = _author(root), root.find("{*}commentList")
    there = {comment.get("ref"): comment.find("{*}text") for comment in root.iterfind("{*}commentList/*")}
    added = []
    for cell, words in notes.items():
        text = there.get(_name(cell))
        if text is not None:
            _after_runs(text, _run(text, BREAK + _signed(words)))
        else:
            added.append(cell)
            if listed is not None:
                comment = add(listed, "comment", ref=_name(cell), authorId=author)
                _run(add(comment, "text"), _signed(words))
    package.put(name, root)
    return added


def _signed(words: str) -> str:
    """The words of a note as it begins."""
    return f"{SIGN}\n{words}"


def _run(text: Element, words: str) -> Element:
    run = add(text, "r")
    add(add(run, "rPr"), "sz", val=9)
    add_text(run, "t", words)
    return run


def _after_runs(text: Element, run: Element) -> None:
    """By the format, runs stand before hints how to pronounce them."""
    others = [other for other in text.iterchildren("{*}t", "{*}r") if other is not run]
    text.insert(text.index(others[-1]) + 1 if others else 0, run)


def _author(root: Element) -> int:
    """Our number among those who write notes."""
    section = root.find("{*}authors")
    authors = [] if section is None else ["".join(node.itertext()) for node in section.iterchildren("*")]
    if AUTHOR in authors:
        return authors.index(AUTHOR)
    if section is not None:
        add(section, "author").text = AUTHOR
    return len(authors)


def _talked(package: Parts, sheet: str) -> set[str]:
    """Cells with a conversation: the note beside it only stands in for that."""
    parts = [package.read(name) for name in package.related(sheet, "threadedComment").values()]
    return {node.get("ref", "") for part in parts if part for node in parse(part).iterchildren("*")}


# --- drawing ------------------------------------------------------------------------------


def _draw(package: Parts, name: str, cells: list[Cell]) -> None:
    """Append shapes at the end; drawings by Office are not always well-formed, so only the end tag is sought."""
    part = package.read(name)
    at = part.rfind(b"</")
    head = part[: part.find(b">", part.find(b"<xml") + 1)]
    spaces = "" if all(f"xmlns:{prefix}=".encode() in head for prefix in SPACES) else DECLARED
    first = 1 + max([_last_block(part) * BLOCK, *(int(number) for number in SHAPE_ID.findall(part))])
    shapes = [_shape(cell, first + n, spaces) for n, cell in enumerate(cells)]
    if b'"_x0000_t202"' not in part:
        shapes.insert(0, SHAPE_TYPE.format(spaces=spaces))
    package.put(name, part[:at] + "".join(shapes).encode("ascii") + part[at:])


def _shape(cell: Cell, number: int, spaces: str) -> str:
    row, column = cell[0] - 1, cell[1] - 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 1 + COLUMNS}, 15, {max(row - 1, 0) + ROWS}, 4"
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" fillcolor="{CREAM.lower()}" o:insetmode="auto" '
        'style="position:absolute;margin-left:60pt;margin-top:7pt;width:260pt;height:130pt;z-index:1;visibility:hidden">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _last_block(part: bytes) -> int:
    blocks = [int(number) for found in MAP.findall(part) for number in found.split(b",") if number.strip()]
    return max(blocks, default=0)


def _shows(shape: bytes) -> str:
    place = {name: int(number) for name, number in PLACE.findall(shape)}
    return _name((place[b"Row"] + 1, place[b"Column"] + 1)) if place.keys() == {b"Row", b"Column"} else ""


def _name(cell: Cell) -> str:
    return f"{column_letter(cell[1] - 1)}{cell[0]}"
