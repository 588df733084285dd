"""What people begin with: blank lists and forms to fill in, and templates of letters to be worded their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.core.phrases import phrase
from pipeline.excel.write.blanks import write_blank_form, write_blank_list
from pipeline.publishing.letters.templates import own_name, shipped_template
from reports.blanks import LISTED, PRINTED, fields
from reports.letters import FOLDER as LETTERS_FOLDER
from reports.letters import LETTERS
from schemas.language.words import translate

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "templates"


def write_blanks(folder: Path, lang: str) -> list[Path]:
    """Write blank workbooks and letter templates into a folder, made when it is not there; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind in LISTED:
        word = translate(f"kind.{kind}", lang)
        made.append(folder / f"{word}.xlsx")
        write_blank_list(made[-1], word, fields(kind, lang), lang)
    for kind in PRINTED:
        word = translate(f"kind.{kind}", lang)
        made.append(folder / phrase("file.blank_form", lang, kind=word))
        write_blank_form(made[-1], word, phrase("title.blank", lang, kind=word), fields(kind, lang), lang)
    return [*made, *_letters(folder / translate(LETTERS_FOLDER, lang), lang)]


def _letters(folder: Path, lang: str) -> list[Path]:
    """The letters as shipped; one that was reworded is laid where the workspace looks for its own."""
    folder.mkdir(exist_ok=True)
    made = []
    for letter in LETTERS.values():
        made.append(folder / own_name(letter, lang))
        made[-1].write_bytes(shipped_template(letter, lang))
    return made
