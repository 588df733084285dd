"""Notes people hang on cells: their words, by cell. Threaded ones say what was written last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.reading.files.contents import links_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.reading.files.package import Package

OURS = "nightdesk:"  # so begins what we wrote on a copy handed back
LONGEST, MOST = 300, 5_000
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
JOINED = re.compile(r"\s*[\r\n]+\s*")


def notes_of(package: Package, sheet: str) -> dict[str, str]:
    """Address → words, of the sheet in one part; ours are left out, and so is what nobody can read."""
    found: dict[str, str] = {}
    for kind, part in sorted(_linked(package, sheet)):  # threadedComment after comments, so it wins
        try:
            words = dict(_words(ET.fromstring(package.read(part)), kind))  # noqa: S314 - the guard refuses document types
        except ET.ParseError:
            continue
        found |= {at: text for at, text in list(words.items())[:MOST] if ADDRESS.fullmatch(at)}
    return {at: text[:LONGEST] for at, text in found.items() if text and not text.startswith(OURS)}


def _linked(package: Package, sheet: str) -> Iterator[tuple[str, str]]:
    """Kind and name of the parts with notes that a sheet links to."""
    return ((kind, part) for kind, part in links_to(package, sheet).values() if kind in {"comments", "threadedComment"})


def _words(root: ET.Element, kind: str) -> Iterator[tuple[str, str]]:
    wanted = "comment" if kind == "comments" else "threadedComment"
    for each in root.iter():
        if each.tag.rpartition("}")[2] == wanted:
            # a phonetic guide is no part of what was written
            spoken = [part for part in each.iter() if part.tag.rpartition("}")[2] in {"t", "text"}]
            yield each.get("ref", ""), JOINED.sub(" ", "".join(part.text or "" for part in spoken)).strip()
