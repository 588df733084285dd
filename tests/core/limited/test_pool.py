"""Tasks in limited processes: what fails costs its task, and only a system without room ends all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.limited import Failed, run_limited
from pipeline.core.limited.pool import FULL

TASK = f"{__name__}:task"


def task(folder: Path, what: str, number: int = 0) -> Any:
    """Called in a child process."""
    if what == "disk":
        raise OSError(number, os.strerror(number))
    if what == "die":
        os._exit(3)
    (folder / "made").write_text(what)
    return what.upper()


def run(*tasks: tuple[Any, ...]) -> list[Any]:
    return list(run_limited(TASK, tasks, lambda folder, told: (told, (folder / "made").read_text())))


def test_what_one_task_does_costs_no_other() -> None:
    first, died, wrong, last = run(("a",), ("die",), ("disk", 22), ("b",))
    assert (first, last) == (("A", "a"), ("B", "b"))
    assert (died.cause, wrong) == ("died", Failed("disk", "Invalid argument", 22))


@pytest.mark.parametrize("number", sorted(FULL))
def test_a_system_without_room_is_no_fault_of_the_task(number: int) -> None:
    with pytest.raises(OSError, match=os.strerror(number)):
        run(("disk", number))
