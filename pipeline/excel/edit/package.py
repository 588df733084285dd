"""A workbook's package: its parts, their relations and types, written back with few of them changed."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from posixpath import dirname, relpath

from pipeline.excel.edit.xml_edit import KIND, Element, NotEditable, add, parse, serialized
from pipeline.excel.names import plain_name, related_part, relations_of

TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SIGNED = "_xmlsignatures/"
DATED = (1980, 1, 1, 0, 0, 0)  # new parts: the same copy every night
NO_RELATIONS = f'<Relationships xmlns="{RELATIONS}"/>'.encode()


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
        """Return a part as it is now; empty when there is none."""
        plain = plain_name(name)
        if plain in self._changed:
            return self._changed[plain][1]
        info = self._infos.get(plain)
        return self._zip.read(info) if info else b""

    def put(self, name: str, part: bytes | Element) -> None:
        """Change or add a part, given as bytes or as the root of its tree."""
        self._changed[plain_name(name)] = (name, part if isinstance(part, bytes) else serialized(part))

    def new_name(self, pattern: str) -> str:
        """Return the first name of that pattern (``{}`` counts) that no part has."""
        count = 1
        while pattern.format(count) in self:
            count += 1
        return pattern.format(count)

    def write(self, path: Path) -> None:
        """Write all parts in their old order, new ones last; unchanged ones hold the same bytes."""
        left = dict(self._changed)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for plain, info in self._infos.items():
                _, part = left.pop(plain, ("", None))
                again = zipfile.ZipInfo(info.filename, info.date_time)
                again.compress_type, again.external_attr = info.compress_type, info.external_attr
                target.writestr(again, self._zip.read(info) if part is None else part)
            for name, part in left.values():
                new = zipfile.ZipInfo(name, DATED)
                new.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(new, part)

    # --- relations and types ---------------------------------------------------------------

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Return relation id → part, of the relations of one kind (the last word of its type)."""
        part = self.read(relations_of(name))
        return {
            node.get("Id", ""): related_part(name, node.get("Target", ""))
            for node in (parse(part).iterchildren("{*}Relationship") if part else ())
            if node.get("Type", "").rpartition("/")[2] == kind and node.get("TargetMode") != "External"
        }

    def first_related(self, name: str, kind: str) -> str:
        """Return the first part of a kind that a part is related to; empty when there is none."""
        return next(iter(self.related(name, kind).values()), "")

    def relate(self, name: str, target: str, kind: str) -> str:
        """Add a relation from a part to another; gives its id."""
        where = relations_of(name)
        root = parse(self.read(where) or NO_RELATIONS)
        taken = {node.get("Id") for node in root}
        new = next(free for n in range(1, len(taken) + 2) if (free := f"rIdReturned{n}") not in taken)
        type_ = kind if "://" in kind else f"{KIND}/{kind}"
        add(root, "Relationship", Id=new, Type=type_, Target=relpath(target, dirname(name) or "."))
        self.put(where, root)
        return new

    def declare(self, name: str, type_: str) -> None:
        """Say of what type a new part is."""
        root = parse(self.read(TYPES))
        add(root, "Override", PartName=f"/{name}", ContentType=type_)
        self.put(TYPES, root)

    def main(self) -> str:
        """Return the name of the workbook part."""
        return self.first_related("", "officeDocument") or "xl/workbook.xml"


def needs_main(*namespaces: str | None) -> None:
    """Raise NotEditable unless a part that declares these is of the usual (transitional) kind."""
    if MAIN not in namespaces:
        raise NotEditable("not the usual kind of workbook")
