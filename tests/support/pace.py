"""What keeps the quick tests quick: none of them runs a night or a command, and their sweeps take few examples."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

WHOLE, FEW = 1, 5


class Pace:
    """How fast the test that runs now must be, and by how much sweeps are made shorter."""

    is_quick = False
    shorter = WHOLE


PACE = Pace()


def only_slow(what: str) -> None:
    """Fail a test that is not marked slow; nights and commands take seconds each."""
    if PACE.is_quick:
        raise AssertionError(f"{what} takes seconds: mark this test slow, or look at nights.after_first_night")


def sweep(examples: int, **more: Any) -> settings:
    """Settings of a law asked of many made-up examples; of a fifth of them where only a few cases are asked for."""
    return settings(max_examples=max(5, examples // PACE.shorter), deadline=None, **more)
