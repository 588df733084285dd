"""Where an order or a complaint can stand: the first state of an axis that holds wins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas import table_file

# Words that several rooms ask for, each said once. Opinions of an approval:
AGREEING, REFUSING = ("agree", "conditional"), ("refuse", "return")
# Results of an inspection with which goods may go on.
PASSED = ("ok", "concession")
# Orders with which nothing more happens; with those signed for, of which only documents and money are left.
ENDED = ("cancelled", "completed")
DELIVERED = (*ENDED, "signed")
# Orders that count for nothing.
VOID = ("cancelled", "data_error")
# Orders whose money is all there.
SETTLED = ("paid", "overpaid")
# Complaints whose work has ended.
ENDED_COMPLAINTS = ("withdrawn", "archived", "closed")

AXES = ("order", "delivery", "payment", "invoice", "complaint")


@dataclass(frozen=True, slots=True)
class State:
    """One row of states.csv. `dept` is who acts next, a key dept.*; empty for nobody.

    `step`: what an order in it waits for, a key step.*, and `stage`: the stage that is; empty where facts must tell.
    """

    axis: str
    rank: int
    key: str
    zh: str
    en: str
    dept: str
    step: str
    stage: str

    def text(self, lang: str) -> str:
        """Return the state in `zh` or `en`."""
        return self.en if lang == "en" else self.zh


@cache
def load() -> dict[str, dict[str, State]]:
    """Return states by axis, then by key, in order of rank."""
    axes: dict[str, dict[str, State]] = {axis: {} for axis in AXES}
    made = table_file.load(State, Path(__file__).with_name("states.csv"), key=("axis", "key"))
    for state in sorted(made, key=lambda state: state.rank):
        axes[state.axis][state.key] = state
    return axes


def state_text(axis: str, key: str, lang: str) -> str:
    """Return the word for a state. Raises KeyError for a state the axis has not."""
    return load()[axis][key].text(lang)
