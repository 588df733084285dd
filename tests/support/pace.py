"""What keeps the quick tests quick: none of them runs a night or a command, and their sweeps take few examples."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import settings

WHOLE, FEW = 1, 5


class Pace:
    """How this run goes: is its test a quick one, how much shorter are sweeps, whose share of long suites is taken."""

    is_quick = False
    shorter = WHOLE
    shared = 0.0  # seconds spent on what other tests look at too
    commit: str | None = None  # none: the long suites whole


PACE = Pace()


def processor_seconds() -> float:
    """Seconds of this process and of its children that ended, which a busy machine does not stretch."""
    return sum(os.times()[:4])


@contextmanager
def for_all() -> Iterator[None]:
    """What is made here is made once for many tests, and none of them pays for it."""
    before = processor_seconds()
    yield
    PACE.shared += processor_seconds() - before


def only_slow(what: str) -> None:
    """Fail a test that is not marked slow; nights and commands take seconds each."""
    if PACE.is_quick:
        raise AssertionError(f"{what} takes seconds: mark this test slow, or look at nights.after_first_night")


def sweep(examples: int, **more: Any) -> settings:
    """Settings of a law asked of many made-up examples; of a fifth of them where only a few cases are asked for."""
    return settings(max_examples=max(5, examples // PACE.shorter), deadline=None, **more)
