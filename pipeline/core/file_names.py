"""Names of files made from what people wrote: every system takes them, and no two are one on any of them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import chain, count
from pathlib import PurePosixPath

from pipeline.core.text import cut_words
from schemas.language import spellings

UNSAFE = re.compile(r'[\\/:*?"<>|]')  # what Windows refuses in a name
APART = re.compile(r'[\\/:*?"<>|\s.]+')  # the same, dots, and blanks that people lose
HIDDEN = re.compile(r"^(\.|~\$)")  # names that the inbox takes for temporary
LIKE_A_FILE = re.compile(r"\.(xl\w+|docx|csv)$", re.IGNORECASE)  # what we write bears these endings, no folder does
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
}
LONGEST = 225  # bytes: 255 less what stands around a name while it is written, or beside one that is open
LONGEST_ENDING = 10
LONGEST_WORD = 40  # characters of a customer's name in that of a file
MARK_SIGNS = 8


def workbook_name(name: str) -> str:
    """Return which workbook a file below the inbox is: its folder and name, without the marks that copying leaves.

    >>> workbook_name("一部/订单 - 副本 (2).xlsx") == workbook_name("一部/订单.xlsx") != workbook_name("二部/订单.xlsx")
    True
    """
    path = PurePosixPath(unicodedata.normalize("NFKC", name).casefold())
    stem = cut_words(_copied(), path.stem).strip() or path.stem
    return (path.parent / f"{stem}{path.suffix}").as_posix()


@cache
def _copied() -> re.Pattern[str]:
    """Match what copying leaves at the end of a name: (1), or a word for a copy behind a sign, and its number."""
    word = rf"[\s_\-]+(?:{spellings.pattern('copy.mark')})(?:\s*\d{{1,2}})?"
    return re.compile(rf"(?:{word}|\s*\(\d{{1,2}}\)|\s*\((?:{spellings.pattern('copy.mark')})\))+$")


def safe_path(path: str) -> str:
    """Return a path below a folder of ours with every part safe; a folder is never named like a file."""
    *folders, name = path.split("/")
    return "/".join([*(LIKE_A_FILE.sub(r"_\1", safe_name(folder)) for folder in folders if folder), safe_name(name)])


def safe_name(text: str) -> str:
    """Return the text as one part of a path, as close as can be; cut before its ending when it is too long."""
    shown = UNSAFE.sub("_", _shown(text)).strip(" ").rstrip(" .")
    name = HIDDEN.sub("_", shown) or "_"
    if name.partition(".")[0].rstrip(" ").casefold() in DEVICES:
        name = f"_{name}"
    return name if len(os.fsencode(name)) <= LONGEST else _cut(name)


def safe_word(text: str) -> str:
    """Return a text as a part of a file's name: no separator, no blank, no dot, nothing invisible, not too long."""
    return APART.sub("_", _shown(text))[:LONGEST_WORD].strip("_")


def _shown(text: str) -> str:
    """Return what people see of a text, every kind of blank as the plain one."""
    whole = unicodedata.normalize("NFC", text)
    return "".join(char if char.isprintable() else " " if char.isspace() else "" for char in whole)


def _cut(name: str) -> str:
    """A mark of the whole name stands where it was cut."""
    stem, _, ending = name.rpartition(".")
    ending = f".{ending}" if stem and len(os.fsencode(ending)) < LONGEST_ENDING else ""
    ending = f"~{sha256(os.fsencode(name)).hexdigest()[:MARK_SIGNS]}{ending}"
    return os.fsencode(name)[: LONGEST - len(os.fsencode(ending))].decode(errors="ignore") + ending


def marked(path: str, mark: str) -> Iterator[str]:
    """Yield a path, then with more and more of a mark before its ending, then numbered."""
    whole = PurePosixPath(safe_path(path))
    marks = chain((mark[:MARK_SIGNS], mark), (f"{mark}-{n}" for n in count(2)))
    yield path
    yield from (str(whole.with_name(f"{whole.stem[: LONGEST // 8]}-{own}{whole.suffix}")) for own in marks)


class FreeNames:
    """Names that were not given yet, in any case of letters."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def first_free(self, wishes: Iterable[str]) -> str:
        """Return the first of these paths that is free once it is safe."""
        path = next(path for path in map(safe_path, wishes) if _folded(path) not in self._given)
        self._given.add(_folded(path))
        return path


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
