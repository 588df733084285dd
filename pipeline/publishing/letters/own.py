"""The forms of a workspace: the company's own template where it laid one, else the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.publishing.letters.templates import NotUsable, blank, own_name, ready
from reports.letters import LETTERS

if TYPE_CHECKING:
    from pipeline.core.workspace import Workspace
    from pipeline.publishing.letters.templates import Form
    from reports.shape import Letter


@dataclass(frozen=True)
class Flaw:
    """A template of the company's own that gives no letter: where it lies, and why, in words."""

    file: str
    letter: Letter
    why: str


@dataclass(frozen=True)
class Forms:
    """Forms by key of their letter; a letter whose own template is broken has none, and a flaw."""

    by_key: Mapping[str, Form]
    flaws: tuple[Flaw, ...]


def forms(workspace: Workspace) -> Forms:
    """Read or make the forms of all letters.

    A broken own template is not replaced by the shipped one: a letter in other words than the
    company's would be sent before anybody noticed, a missing one is asked for in the morning.
    """
    made: dict[str, Form] = {}
    flaws = []
    for letter in LETTERS.values():
        own = workspace.own_letters / own_name(letter, workspace.lang)
        try:
            content = own.read_bytes() if own.is_file() else blank(letter, workspace.lang)
            made[letter.key] = ready(content, letter, workspace.lang)
        except (NotUsable, OSError) as wrong:
            flaws.append(Flaw(own.relative_to(workspace.root).as_posix(), letter, str(wrong)))
    return Forms(made, tuple(flaws))
