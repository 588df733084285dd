"""Letters filled in: with the company's own template where it laid one, else with the shipped one.

An own template comes from people, so it is read and filled in a limited child process. The same letter has the same
bytes whenever it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.limited import Failed, Limits, run_limited
from pipeline.core.phrases import phrase
from pipeline.publishing.letters.templates import NotUsable, own_name, read_template, shipped_template
from reports.letters import FOLDER, LETTERS
from schemas.language.words import translate

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.publishing.letters.draft import Draft
    from pipeline.publishing.letters.templates.template import Values
    from reports.shape import Letter

    Outcome = tuple[list[bytes | None], list[tuple[int, str]]]

FILL = f"{__name__}:fill_own"
LIMITS = Limits(is_lean=False)
WHOLE = -1  # not one letter: the template as it is


@dataclass(frozen=True)
class BrokenTemplate:
    """A template of the company's own that gives no letter, or none for one record: where it lies, and why."""

    file: str
    letter: Letter
    why: str
    record: str = ""


@dataclass(frozen=True)
class FilledLetters:
    """The letters that could be made, each with its bytes, and the templates that gave none."""

    made: Sequence[tuple[Draft, bytes]] = ()
    broken: Sequence[BrokenTemplate] = ()

    @property
    def drafts(self) -> list[Draft]:
        """Return what stands in the letters that were made."""
        return [draft for draft, _ in self.made]


def fill_letters(workspace: Workspace, drafts: Sequence[Draft]) -> FilledLetters:
    """Fill in every letter, in the order of the drafts of each kind.

    A broken own template is not replaced by the shipped one: a letter in other words than the
    company's would be sent before anybody noticed, a missing one is asked for in the morning. It is found broken
    also on a night without letters.
    """
    made: list[tuple[Draft, bytes]] = []
    broken: list[BrokenTemplate] = []
    for letter in LETTERS.values():
        mine = [draft for draft in drafts if draft.letter == letter.key]
        own = workspace.own_letters / own_name(letter, workspace.lang)
        fill = partial(_own, own) if own.exists() else _shipped
        contents, wrong = fill(letter, workspace.lang, mine)
        made += [(draft, content) for draft, content in zip(mine, contents, strict=True) if content is not None]
        file = own.relative_to(workspace.root).as_posix()
        broken += [BrokenTemplate(file, letter, why, mine[n].record if n != WHOLE else "") for n, why in wrong]
    return FilledLetters(made, broken)


def _shipped(letter: Letter, lang: str, drafts: Sequence[Draft]) -> Outcome:
    template = read_template(shipped_template(letter, lang), letter, lang) if drafts else None
    return [template.filled(draft.values) for draft in drafts if template], []


def _own(own: Path, letter: Letter, lang: str, drafts: Sequence[Draft]) -> Outcome:
    nothing: list[bytes | None] = [None] * len(drafts)
    try:
        content = own.read_bytes()
    except OSError as wrong:  # open elsewhere, or a folder
        return nothing, [(WHOLE, str(wrong.strerror))]
    task = (content, letter.key, lang, [draft.values for draft in drafts])

    def take(folder: Path, wrong: list[tuple[int, str]]) -> Outcome:
        files = [folder / f"{n}.docx" for n in range(len(drafts))]
        return [file.read_bytes() if file.exists() else None for file in files], [(n, why) for n, why in wrong]

    (filled,) = run_limited(FILL, [task], take, limits=LIMITS)
    if isinstance(filled, Failed):
        return nothing, [(WHOLE, phrase("flaw.letter.too_much", lang))]
    return filled


def fill_own(folder: Path, content: bytes, key: str, lang: str, letters: Iterable[Values]) -> list[tuple[int, str]]:
    """Write the letters of an own template into the folder; returns the number of each it does not give, and why.

    Called in a child process.
    """
    try:
        template = read_template(content, LETTERS[key], lang)
    except NotUsable as wrong:
        return [(WHOLE, str(wrong))]
    return list(_filled(folder, template.filled, letters))


def _filled(folder: Path, fill: Callable[[Values], bytes], letters: Iterable[Values]) -> Iterator[tuple[int, str]]:
    for n, values in enumerate(letters):
        try:
            (folder / f"{n}.docx").write_bytes(fill(values))
        except NotUsable as wrong:
            yield n, str(wrong)


def write_letters(filled: FilledLetters, staged: Path, lang: str) -> list[Path]:
    """Write every letter below `staged`; gives their paths."""
    folder = staged / translate(FOLDER, lang)
    if filled.made:
        folder.mkdir(exist_ok=True)
    for draft, content in filled.made:
        (folder / draft.file).write_bytes(content)
    return [folder / draft.file for draft in filled.drafts]
