"""A workbook's package: its parts, their relations and types, written back with few of them changed."""

from __future__ import annotations

import zipfile
from io import BytesIO
from posixpath import basename, dirname, join, normpath, relpath
from typing import TYPE_CHECKING

from pipeline.excel.edit.xml_edit import Edits, Node, NotEditable, text, tree
from pipeline.excel.names import plain_name

if TYPE_CHECKING:
    from pathlib import Path

TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SIGNED = "_xmlsignatures/"
DATED = (1980, 1, 1, 0, 0, 0)  # new parts: the same copy every night
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Parts:
    """Parts by name (any case, either slash). Raises NotEditable when signed."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(BytesIO(content))
        self._infos = {plain_name(info.filename): info for info in self._zip.infolist()}
        self._changed: dict[str, tuple[str, bytes]] = {}
        if any(name.startswith(SIGNED) for name in self._infos):
            raise NotEditable("a signed workbook")

    def __contains__(self, name: str) -> bool:
        return plain_name(name) in self._infos or plain_name(name) in self._changed

    @property
    def names(self) -> list[str]:
        """Every part, in lower case."""
        return [*self._infos, *(name for name in self._changed if name not in self._infos)]

    def read(self, name: str) -> bytes:
        """A part as it is now; empty when there is none."""
        plain = plain_name(name)
        if plain in self._changed:
            return self._changed[plain][1]
        info = self._infos.get(plain)
        return self._zip.read(info) if info else b""

    def put(self, name: str, part: bytes) -> None:
        """Change or add a part."""
        self._changed[plain_name(name)] = (name, part)

    def new_name(self, pattern: str) -> str:
        """The first name of that pattern (``{}`` counts) that no part has."""
        count = 1
        while pattern.format(count) in self:
            count += 1
        return pattern.format(count)

    def write(self, path: Path) -> None:
        """All parts in their old order, new ones last; unchanged ones hold the same bytes."""
        left = dict(self._changed)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for plain, info in self._infos.items():
                _, part = left.pop(plain, ("", None))
                again = zipfile.ZipInfo(info.filename, info.date_time)
                again.compress_type, again.external_attr = info.compress_type, info.external_attr
                target.writestr(again, self._zip.read(info) if part is None else part)
            for name, part in left.values():
                made = zipfile.ZipInfo(name, DATED)
                made.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(made, part)

    # --- relations and types ---------------------------------------------------------------

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Relation id → part, of the relations of one kind (the last word of its type)."""
        part = self.read(_relations_of(name))
        nodes = tree(part).all("Relationship") if part else []
        return {
            each.attributes.get("Id", ""): resolved(name, each.attributes.get("Target", ""))
            for each in nodes
            if each.attributes.get("Type", "").rpartition("/")[2] == kind
            and each.attributes.get("TargetMode") != "External"
        }

    def relate(self, name: str, target: str, kind: str) -> str:
        """Add a relation from a part to another; gives its id."""
        where = _relations_of(name)
        part = self.read(where) or f'{HEAD}<Relationships xmlns="{RELATIONS}"></Relationships>'.encode()
        root = tree(part)
        taken = {each.attributes.get("Id") for each in root.children}
        made = next(each for n in range(1, len(taken) + 2) if (each := f"rIdReturned{n}") not in taken)
        target = relpath(target, dirname(name) or ".")
        edits = Edits(part)
        type_ = kind if "://" in kind else f"{KIND}/{kind}"
        edits.into(root, f'<{root.prefix}Relationship Id="{made}" Type="{type_}" Target="{text(target)}"/>')
        self.put(where, edits.done())
        return made

    def declare(self, name: str, type_: str) -> None:
        """Say of what type a new part is."""
        part = self.read(TYPES)
        root = tree(part)
        edits = Edits(part)
        edits.into(root, f'<{root.prefix}Override PartName="/{text(name)}" ContentType="{type_}"/>')
        self.put(TYPES, edits.done())

    def main(self) -> str:
        """Name of the workbook part."""
        found = self.related("", "officeDocument")
        return next(iter(found.values()), "xl/workbook.xml")


def resolved(name: str, target: str) -> str:
    """The part a relation leads to, from the root of the package."""
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(name), target))


def needs_main(root: Node) -> None:
    """Raises NotEditable unless the part is of the usual (transitional) kind."""
    names = [uri for key, uri in root.attributes.items() if key.partition(":")[0] == "xmlns"]
    if MAIN not in names:
        raise NotEditable("not the usual kind of workbook")


def _relations_of(name: str) -> str:
    return join(dirname(name), "_rels", f"{basename(name)}.rels") if name else "_rels/.rels"
