"""The templates of a workspace, and letters written with them: one .docx each.

The company's own template is used where it laid one, else the shipped one; the same letter has the same bytes
whenever it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.errors import NothingPublished
from pipeline.publishing.letters.templates import NotUsable, own_name, read_template, shipped_template
from reports.letters import FOLDER, LETTERS
from schemas.language.words import translate

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.core.workspace import Workspace
    from pipeline.publishing.letters.draft import Draft
    from pipeline.publishing.letters.templates import LetterTemplate
    from reports.shape import Letter


@dataclass(frozen=True)
class BrokenTemplate:
    """A template of the company's own that gives no letter: where it lies, and why, in words."""

    file: str
    letter: Letter
    why: str


@dataclass(frozen=True)
class LetterTemplates:
    """Templates by key of their letter; a letter whose own template is broken has none."""

    by_key: Mapping[str, LetterTemplate]
    broken: tuple[BrokenTemplate, ...]


def load_templates(workspace: Workspace) -> LetterTemplates:
    """Read or make the templates of all letters.

    A broken own template is not replaced by the shipped one: a letter in other words than the
    company's would be sent before anybody noticed, a missing one is asked for in the morning.
    """
    ready: dict[str, LetterTemplate] = {}
    broken = []
    for letter in LETTERS.values():
        own = workspace.own_letters / own_name(letter, workspace.lang)
        try:
            content = own.read_bytes() if own.is_file() else shipped_template(letter, workspace.lang)
            ready[letter.key] = read_template(content, letter, workspace.lang)
        except (NotUsable, OSError) as wrong:
            broken.append(BrokenTemplate(own.relative_to(workspace.root).as_posix(), letter, str(wrong)))
    return LetterTemplates(ready, tuple(broken))


def write_letters(drafts: Iterable[Draft], templates: LetterTemplates, staged: Path, lang: str) -> list[Path]:
    """Write every letter below `staged`; gives their paths.

    Raises NothingPublished for an own template that was good for the sample and is not for a
    letter: nobody could tell which of its letters are whole.
    """
    folder = staged / translate(FOLDER, lang)
    paths = []
    for draft in drafts:
        try:
            content = templates.by_key[draft.letter].filled(draft.values)
        except NotUsable as wrong:
            where = own_name(LETTERS[draft.letter], lang)
            raise NothingPublished(where, "letter", "mend_letter", name=draft.record, reason=str(wrong)) from wrong
        folder.mkdir(exist_ok=True)
        paths.append(folder / draft.file)
        paths[-1].write_bytes(content)
    return paths
