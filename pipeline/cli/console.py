"""Printing: bars on a terminal, plain lines in a log, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import phrase
from pipeline.core.progress import Voice
from schemas.language.words import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from pipeline.core.errors import NightError

NAMES = 5


def line(text: str = "") -> None:
    """One line for a person or a log."""
    sys.stdout.write(f"{text}\n")


def as_json(value: Any) -> None:
    """One JSON document; days and moments as ISO text."""
    line(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table: drawn on a terminal, tab separated in a pipe."""
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            line("\t".join(str(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*headings, header_style="bold")
    for row in rows:
        # Text, not markup: a workbook's name may hold square brackets.
        drawn.add_row(*(Text(str(cell)) for cell in row))
    Console().print(drawn)


@contextmanager
def voice(lang: str, *, quiet: bool) -> Iterator[Voice]:
    """How a run speaks: bars on a terminal; in a log one line for the wait, no more."""
    if quiet or not sys.stderr.isatty():
        yield Voice() if quiet else Voice(wait=_waiting(lang))
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bars:
        yield _drawn(bars, lang)


def _drawn(bars: Progress, lang: str) -> Voice:
    current: list[TaskID] = []

    def step(name: str, total: int) -> None:
        current.append(bars.add_task(say(f"progress.{name}", lang), total=total or None))

    def advance(_what: str) -> None:
        bars.advance(current[-1])

    return Voice(step, advance, _waiting(lang))


def _waiting(lang: str) -> Callable[[float, Sequence[str]], None]:
    def wait(seconds: float, names: Sequence[str]) -> None:
        shown = say("mark.list", lang).join(names[:NAMES])
        more = "…" if len(names) > NAMES else ""
        sys.stderr.write(phrase("say.wait", lang, seconds=f"{seconds:.0f}", names=shown + more) + "\n")

    return wait


def told(wrong: NightError, lang: str) -> str:
    """Where, what is wrong, what to do, and how things stand now; a line each."""
    mark = say("mark.colon", lang)
    lines = [f"nightdesk: {wrong.where}{mark}{phrase(f'wrong.{wrong.wrong}', lang, **wrong.values)}"]
    lines.append(f"  {say('say.do', lang)}{mark}{phrase(f'do.{wrong.do}', lang, **wrong.values)}")
    if wrong.state:
        lines.append(f"  {say(f'stands.{wrong.state}', lang)}")
    return "\n".join(lines)


def link(path: Path) -> str:
    """A path a terminal can open."""
    return str(path.resolve())
