"""How a run tells a person what it is doing; silent by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


def _step(_name: str, _total: int) -> None: ...


def _advance(_what: str) -> None: ...


def _wait(_seconds: float, _names: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class Progress:
    """What a run calls out.

    `step(key, total)` begins a step, `advance(what)` ends one item of it, and
    `wait(seconds, names)` is told before the settling wait.
    """

    step: Callable[[str, int], None] = _step
    advance: Callable[[str], None] = _advance
    wait: Callable[[float, Sequence[str]], None] = _wait
