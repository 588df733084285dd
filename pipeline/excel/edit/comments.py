"""Notes on cells: the part that holds their words, and the drawing that shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.excel.edit.cells import Cell
from pipeline.excel.edit.package import HEAD, MAIN, Parts
from pipeline.excel.edit.xml_edit import Edits, Node, text, tree
from pipeline.excel.names import column_letter
from reports.looks import CREAM

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NOTES = 2_000  # of one sheet; the cells beyond are coloured and listed
AUTHOR = "nightdesk"
SIGN = f"{AUTHOR}:"  # every note of ours begins so
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
COLUMNS, ROWS = 4, 7  # how large a note opens
BREAK = "\n\n"
TAG = re.compile(rb"<[^>]*>")
SHAPE = re.compile(rb"<(?:\w+:)?shape\b.*?</(?:\w+:)?shape>", re.DOTALL)
SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
MAP = re.compile(rb"""idmap\s[^>]*?data\s*=\s*["']([\d, ]+)""")
PLACE = re.compile(rb"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*<")
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
    added = _words(package, sheet, notes)
    if drawing:
        _draw(package, drawing, added)
        return ""
    name = package.new_name("xl/drawings/vmlDrawing{}.vml")
    block = 1 + max((_last_block(package.read(each)) for each in _drawings(package)), default=0)
    body = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'
    package.put(name, f"<xml{DECLARED}>{body}</xml>".encode())
    _draw(package, name, added)
    package.declare(name, DRAWING)
    return package.relate(sheet, name, "vmlDrawing")


def withdraw(package: Parts, sheet: str, drawing: str) -> None:
    """Take our own notes of an earlier copy away, with their shapes."""
    name = _comments(package, sheet)
    part = package.read(name)
    listed = tree(part).child("commentList") if part else None
    edits, gone = Edits(part), set()
    for comment in listed.children if listed else []:
        if _is_ours(part, comment):
            edits.put(comment.start, "", comment.end)
            gone.add(comment.attributes.get("ref", ""))
            continue
        body = comment.child("text")
        for run in body.all("r") if body else []:
            if SIGN.encode() in part[run.start : run.end]:
                edits.put(run.start, "", run.end)
    if part:
        package.put(name, edits.done())
    if gone and drawing:
        shapes = package.read(drawing)
        package.put(drawing, SHAPE.sub(lambda found: b"" if _shows(found[0]) in gone else found[0], shapes))


def _is_ours(part: bytes, comment: Node) -> bool:
    """Known by its first words: programs that save a workbook may drop who wrote a note."""
    words = TAG.sub(b"", part[comment.inside : comment.close])
    return words.lstrip().startswith(SIGN.encode())


# --- words --------------------------------------------------------------------------------


def _words(package: Parts, sheet: str, notes: Mapping[Cell, str]) -> list[Cell]:
    """Write the words; gives the cells that had no note before."""
    name = _comments(package, sheet)
    if not name:
        name = package.new_name("xl/comments{}.xml")
        body = "<authors></authors><commentList></commentList>"
        package.put(name, f'{HEAD}<comments xmlns="{MAIN}">{body}</comments>'.encode())
        package.declare(name, COMMENTS)
        package.relate(sheet, name, "comments")
    part = package.read(name)
    root = tree(part)
    edits = Edits(part)
    author = _author(part, root, edits)
    listed = root.child("commentList")
    there = {each.attributes.get("ref"): each for each in (listed.children if listed else [])}
    x, added, new = root.prefix, [], []
    for cell, words in notes.items():
        old = there.get(_name(cell))
        place = old.child("text") if old else None
        if place:
            edits.put(_after_runs(place), _run(x, BREAK + _signed(words)))
        else:
            inner = f"<{x}text>{_run(x, _signed(words))}</{x}text>"
            new.append(f'<{x}comment ref="{_name(cell)}" authorId="{author}">{inner}</{x}comment>')
            added.append(cell)
    if new and listed:
        edits.into(listed, "".join(new))
    package.put(name, edits.done())
    return added


def _signed(words: str) -> str:
    """The words of a note as it begins."""
    return f"{SIGN}\n{words}"


def _run(x: str, words: str) -> str:
    return f'<{x}r><{x}rPr><{x}sz val="9"/></{x}rPr><{x}t xml:space="preserve">{text(words)}</{x}t></{x}r>'


def _after_runs(body: Node) -> int:
    runs = [each.end for each in body.children if each.name in ("t", "r")]
    return max(runs, default=body.inside)


def _author(part: bytes, root: Node, edits: Edits) -> int:
    authors = _authors(part, root)
    if AUTHOR in authors:
        return authors.index(AUTHOR)
    section = root.child("authors")
    if section:
        edits.into(section, f"<{root.prefix}author>{AUTHOR}</{root.prefix}author>")
    return len(authors)


def _authors(part: bytes, root: Node) -> list[str]:
    section = root.child("authors")
    return [part[each.inside : each.close].decode("utf-8", "replace") for each in (section.children if section else [])]


def _comments(package: Parts, sheet: str) -> str:
    return next(iter(package.related(sheet, "comments").values()), "")


def _talked(package: Parts, sheet: str) -> set[str]:
    """Cells with a conversation: the note beside it only stands in for that."""
    talked: set[str] = set()
    for name in package.related(sheet, "threadedComment").values():
        part = package.read(name)
        talked |= {each.attributes.get("ref", "") for each in tree(part).children} if part else set()
    return talked


# --- drawing ------------------------------------------------------------------------------


def _draw(package: Parts, name: str, cells: list[Cell]) -> None:
    """Append shapes at the end; drawings by Office are not always well-formed, so only the end tag is sought."""
    part = package.read(name)
    at = part.rfind(b"</")
    head = part[: part.find(b">", part.find(b"<xml") + 1)]
    spaces = "" if all(f"xmlns:{prefix}=".encode() in head for prefix in SPACES) else DECLARED
    first = 1 + max([_last_block(part) * 1024, *(int(each) for each in SHAPE_ID.findall(part))])
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


def _drawings(package: Parts) -> list[str]:
    return [name for name in package.names if name.endswith(".vml")]


def _last_block(part: bytes) -> int:
    """Shapes of one drawing are numbered in blocks of 1,024 that it names."""
    blocks = [int(each) for found in MAP.findall(part) for each in found.split(b",") if each.strip()]
    return max(blocks, default=0)


def _shows(shape: bytes) -> str:
    place = {name: int(number) for name, number in PLACE.findall(shape)}
    return _name((place[b"Row"] + 1, place[b"Column"] + 1)) if len(place) == 2 else ""  # noqa: PLR2004


def _name(cell: Cell) -> str:
    return f"{column_letter(cell[1] - 1)}{cell[0]}"
