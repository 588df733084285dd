"""The language a command speaks, before any workspace is known and where none can be opened, and its clock."""

from __future__ import annotations

import os
import sys
import tomllib
from datetime import datetime
from pathlib import Path

from pipeline.core.workspace import SETTINGS, Workspace
from schemas.language.words import LANGUAGES, translate


def spoken_language() -> str:
    """Return ``--lang`` if given, else NIGHTDESK_LANG, else Chinese."""
    asked = _option("--lang")
    if asked in LANGUAGES:
        return asked
    named = os.environ.get("NIGHTDESK_LANG", "zh")
    return named if named in LANGUAGES else "zh"


def language_here() -> str:
    """Return the same, or the language the settings of the workspace name, as far as they can be read."""
    if _option("--lang") in LANGUAGES or "NIGHTDESK_LANG" in os.environ:
        return spoken_language()
    try:
        settings = tomllib.loads((Path(_option("--workspace") or ".") / SETTINGS).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return spoken_language()
    named = settings.get("language")
    return named if named in LANGUAGES else spoken_language()


def _option(name: str) -> str:
    """Return what the command line says behind an option, empty where it says nothing."""
    words = sys.argv[1:]
    for n, word in enumerate(words):
        key, _, value = word.partition("=")
        if key == name:
            return value or "".join(words[n + 1 : n + 2])
    return ""


def help_text(key: str) -> str:
    """Return a help text in that language."""
    return translate(f"cli.{key}", spoken_language())


def now(workspace: Workspace) -> datetime:
    """Return the moment a run begins, to the minute, by the time of the workspace. The only look at the clock."""
    return datetime.now(workspace.zone).replace(tzinfo=None, second=0, microsecond=0)
