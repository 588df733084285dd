"""Letters, report pages and manifests that nightdesk wrote itself, known by what stands in them."""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import cache
from html import unescape
from pathlib import Path

import orjson

from pipeline.core.text import fold
from pipeline.reading.results import OwnSheet
from reports.letters import LETTERS
from reports.shape import Text
from schemas.language.words import LANGUAGES, translate

LETTER, PAGE, MANIFEST = "letter", "page", "manifest"
BODY = "word/document.xml"
LARGEST = 16 << 20  # of what is looked at
HEAD = 4096
LEAST_WORDS = 6  # letters of a piece of a sentence that tell it from others
HALF = 0.5
TAG, SLOT = re.compile(r"<[^>]*>"), re.compile(r"\{[^}]*\}")
PAGE_TITLE = re.compile(r"<title>([^<]*)</title>", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d\d\d:\d\d")  # folded: without the blank between
SAYS = ("as_of", "run_id", "control", "files")  # what every manifest has


def own_document(path: Path) -> OwnSheet | None:
    """Return which document of ours a file is that is no workbook; None for any other. Raises OSError."""
    if path.stat().st_size > LARGEST:
        return None
    content = path.read_bytes()
    if content.startswith(b"PK"):
        return OwnSheet("", part=LETTER, title=LETTERS["confirmation"].title) if _is_letter(path) else None
    if content.lstrip()[:1] == b"{":
        return OwnSheet("", part=MANIFEST, title="own.manifest") if _is_manifest(content) else None
    found = PAGE_TITLE.search(content[:HEAD].decode("utf-8", "replace"))
    title = fold(unescape(found[1])) if found else ""
    is_page = any(MOMENT.fullmatch(title.removeprefix(fold(translate("page.title", lang)))) for lang in LANGUAGES)
    return OwnSheet("", part=PAGE, title="page.title") if is_page else None


def _is_manifest(content: bytes) -> bool:
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return isinstance(told, dict) and all(name in told for name in SAYS)


def _is_letter(path: Path) -> bool:
    """Most of the fixed words of a letter stand in it, however it was saved since."""
    try:
        with zipfile.ZipFile(path) as package:
            if package.getinfo(BODY).file_size > LARGEST:
                return False
            body = package.read(BODY).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, EOFError, RuntimeError):
        return False
    said = fold(unescape(TAG.sub("", body)))
    return any(sum(piece in said for piece in pieces) > HALF * len(pieces) for pieces in _letters())


@cache
def _letters() -> tuple[tuple[str, ...], ...]:
    """The pieces between what is filled in, of every letter in every language."""
    return tuple(
        tuple(
            piece
            for block in letter.blocks
            if isinstance(block, Text) and not block.when
            for piece in map(fold, SLOT.split(translate(block.word, lang)))
            if len(piece) >= LEAST_WORDS
        )
        for letter in LETTERS.values()
        for lang in LANGUAGES
    )
