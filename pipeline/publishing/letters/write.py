"""Drafts to files: one .docx each, the same bytes whenever the same letter is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.core.errors import NothingPublished
from pipeline.publishing.letters.templates import NotUsable, own_name
from reports.letters import FOLDER, LETTERS
from schemas.language.words import translate

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.publishing.letters.draft import Draft
    from pipeline.publishing.letters.own import Forms


def write(drafts: Iterable[Draft], forms: Forms, staged: Path, lang: str) -> list[Path]:
    """Write every letter below `staged`; gives their paths.

    Raises NothingPublished for an own template that was good for the sample and is not for a
    letter: nobody could tell which of its letters are whole.
    """
    folder = staged / translate(FOLDER, lang)
    made = []
    for each in drafts:
        try:
            content = forms.by_key[each.letter].filled(each.values)
        except NotUsable as wrong:
            where = own_name(LETTERS[each.letter], lang)
            raise NothingPublished(where, "letter", "mend_letter", name=each.record, reason=str(wrong)) from wrong
        folder.mkdir(exist_ok=True)
        made.append(folder / each.file)
        made[-1].write_bytes(content)
    return made
