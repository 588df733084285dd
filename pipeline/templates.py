"""Blank workbooks for people to fill in: a list of every kind, and the forms as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.wording import phrase
from pipeline.workbooks_templates import write_form, write_list
from reports.blanks import LISTED, PRINTED, fields
from schemas.words import say

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "templates"


def write_templates(folder: Path, lang: str) -> list[Path]:
    """Write all of them into a folder, made when it is not there; those of the same name are renewed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind in LISTED:
        word = say(f"kind.{kind}", lang)
        made.append(folder / f"{word}.xlsx")
        write_list(made[-1], word, fields(kind, lang), lang)
    for kind in PRINTED:
        word = say(f"kind.{kind}", lang)
        made.append(folder / phrase("file.blank_form", lang, kind=word))
        write_form(made[-1], word, phrase("title.blank", lang, kind=word), fields(kind, lang), lang)
    return made
