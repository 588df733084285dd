"""Lists of numbers as they are stored: pieces joined by ";", with "=" and fen behind one that has its own sum."""

from __future__ import annotations

import re
from collections.abc import Iterable

SEPARATOR, EQUALS = ";", "="
FEN = re.compile(r"(.+)=(-?\d{1,18})")  # what frames hold
Piece = tuple[str, int | None]  # number, fen


def split_list(listed: str) -> list[Piece]:
    """Return the numbers of a stored list, each with the fen said for it.

    >>> split_list("PO 1/2=500;202405-001")
    [('PO 1/2', 500), ('202405-001', None)]
    """
    pieces = [piece for piece in listed.split(SEPARATOR) if piece]
    found = [FEN.fullmatch(piece) for piece in pieces]
    return [(match[1], int(match[2])) if match else (piece, None) for piece, match in zip(pieces, found, strict=True)]


def join_list(pieces: Iterable[Piece]) -> str:
    """Return the list as it is stored."""
    return SEPARATOR.join(number if fen is None else f"{number}{EQUALS}{fen}" for number, fen in pieces)
