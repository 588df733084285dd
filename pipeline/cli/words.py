"""The language a command speaks before any workspace is known."""

from __future__ import annotations

import os
import sys

from schemas.words import LANGUAGES, say


def spoken() -> str:
    """``--lang`` if given, else NIGHTDESK_LANG, else Chinese."""
    words = sys.argv[1:]
    for n, word in enumerate(words):
        value = word.partition("=")[2] or "".join(words[n + 1 : n + 2])
        if word.partition("=")[0] == "--lang" and value in LANGUAGES:
            return value
    named = os.environ.get("NIGHTDESK_LANG", "zh")
    return named if named in LANGUAGES else "zh"


def told(key: str) -> str:
    """A help text in that language."""
    return say(f"cli.{key}", spoken())
