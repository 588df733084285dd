"""Printing: bars on a terminal, plain lines in a log, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.phrases import phrase
from pipeline.core.progress import Progress
from schemas.language.words import translate

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

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
def progress(lang: str, *, quiet: bool, bars: bool = True) -> Iterator[Progress]:
    """How a run speaks: bars on a terminal; in a log one line for the wait, no more."""
    if quiet or not bars or not sys.stderr.isatty():
        yield Progress() if quiet else Progress(wait=_waiting(lang))
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, transient=True) as drawn:
        yield _drawn(drawn, lang)


def _drawn(bars: Bars, lang: str) -> Progress:
    current: list[TaskID] = []

    def step(name: str, total: int) -> None:
        current.append(bars.add_task(translate(f"progress.{name}", lang), total=total or None))

    def advance(_what: str) -> None:
        bars.advance(current[-1])

    return Progress(step, advance, _waiting(lang))


def _waiting(lang: str) -> Callable[[float, Sequence[str]], None]:
    def wait(seconds: float, names: Sequence[str]) -> None:
        shown = translate("mark.list", lang).join(names[:NAMES])
        more = "…" if len(names) > NAMES else ""
        sys.stderr.write(phrase("say.wait", lang, seconds=f"{seconds:.0f}", names=shown + more) + "\n")

    return wait


def format_error(wrong: NightError, lang: str) -> str:
    """Where, what is wrong, what to do, and how things stand now; a line each."""
    mark = translate("mark.colon", lang)
    lines = [f"nightdesk: {wrong.where}{mark}{phrase(f'wrong.{wrong.wrong}', lang, **wrong.values)}"]
    lines.append(f"  {translate('say.do', lang)}{mark}{phrase(f'do.{wrong.do}', lang, **wrong.values)}")
    if wrong.state:
        lines.append(f"  {translate(f'stands.{wrong.state}', lang)}")
    return "\n".join(lines)


def link(path: Path) -> str:
    """Return a path a terminal can open."""
    return str(path.resolve())
