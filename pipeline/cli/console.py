"""Printing: bars on a terminal, plain lines in a log, JSON for programs; nothing that steers a terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
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
UNSHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, what turns or joins writing unseen, half letters, breaks


def line(*texts: str) -> None:
    """Lines for a person or a log, one for each text."""
    sys.stdout.writelines(f"{harmless(text)}\n" for text in texts)


def aside(*texts: str) -> None:
    """Lines for a person beside what a program reads."""
    sys.stderr.writelines(f"{harmless(text)}\n" for text in texts)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()


def harmless(text: str, escaped: Callable[[str], str] = _escaped) -> str:
    """Return a text that steers no terminal and forges no line: names and cells may hold any sign."""
    if text.isprintable():
        return text
    return "".join(escaped(char) if unicodedata.category(char) in UNSHOWN else char for char in text)


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a JSON document; days and moments as ISO text, what nobody sees as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return "\n".join(harmless(row, lambda char: json.dumps(char)[1:-1]) for row in text.split("\n"))


def as_json(value: Any) -> None:
    """One JSON document for a program."""
    sys.stdout.write(f"{json_text(value, indent=2)}\n")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table: drawn on a terminal, tab separated in a pipe."""
    shown = [[harmless(str(cell)) for cell in row] for row in (headings, *rows)]
    if not sys.stdout.isatty():
        sys.stdout.writelines("\t".join(row) + "\n" for row in shown)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*shown[0], header_style="bold")
    for row in shown[1:]:
        # Text, not markup: a workbook's name may hold square brackets.
        drawn.add_row(*map(Text, row))
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
        aside(phrase("say.wait", lang, seconds=f"{seconds:.0f}", names=shown + more))

    return wait


def format_error(wrong: NightError, lang: str) -> str:
    """Where, what is wrong, what to do, and how things stand now; a line each."""
    mark = translate("mark.colon", lang)
    lines = [f"nightdesk: {wrong.where}{mark}{phrase(f'wrong.{wrong.wrong}', lang, **wrong.values)}"]
    lines.append(f"  {translate('say.do', lang)}{mark}{phrase(f'do.{wrong.do}', lang, **wrong.values)}")
    if wrong.state:
        lines.append(f"  {translate(f'stands.{wrong.state}', lang)}")
    return "\n".join(map(harmless, lines))


def link(path: Path) -> str:
    """Return a path a terminal can open."""
    return str(path.resolve())
