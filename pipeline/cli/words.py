"""The language a command speaks before any workspace is known, and where none can be opened."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from pipeline.core.workspace import SETTINGS
from schemas.language.words import LANGUAGES, translate


def spoken() -> str:
    """``--lang`` if given, else NIGHTDESK_LANG, else Chinese."""
    said = _option("--lang")
    if said in LANGUAGES:
        return said
    named = os.environ.get("NIGHTDESK_LANG", "zh")
    return named if named in LANGUAGES else "zh"


def spoken_here() -> str:
    """The same, or the language the settings of the workspace name, as far as they can be read."""
    if _option("--lang") in LANGUAGES or "NIGHTDESK_LANG" in os.environ:
        return spoken()
    try:
        settings = tomllib.loads((Path(_option("--workspace") or ".") / SETTINGS).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return spoken()
    named = settings.get("language")
    return named if named in LANGUAGES else spoken()


def _option(name: str) -> str:
    """What the command line says behind an option, empty where it says nothing."""
    words = sys.argv[1:]
    for n, word in enumerate(words):
        key, _, value = word.partition("=")
        if key == name:
            return value or "".join(words[n + 1 : n + 2])
    return ""


def told(key: str) -> str:
    """A help text in that language."""
    return translate(f"cli.{key}", spoken())
