"""Where complaints go, and the words that give a blank type or severity away.

`routing.csv` (group, key, value): `dept` and `also` say which departments a type may go to, `by_default` which of them
the procedure does not name; `hint` and `trigger` give a word in the text its type or its severity; `key_account` lists
the grades of customers that matter most; `typed` says what people mean by a state they type, `approves` what a role may
grant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from schemas import table_file

Group = Literal["dept", "also", "by_default", "hint", "trigger", "key_account", "typed", "approves"]
SHIPPED = Path(__file__).with_name("routing.csv")


@dataclass(frozen=True, slots=True)
class Route:
    """One row of routing.csv."""

    group: Group
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Routing:
    """The table by group.

    `dept`: type → department key; `also`: type → another that is right too; `by_default`: types routed by our default.
    `hints`: word → type; `triggers`: word → severity, the worst in a text counts. `typed`: word for a state → the
    states it may mean. `approves`: role → the yuan it may grant, -1 for any sum.
    """

    dept: Mapping[str, str]
    also: Mapping[str, str]
    by_default: frozenset[str]
    hints: Mapping[str, str]
    triggers: Mapping[str, str]
    key_accounts: frozenset[str]
    typed: Mapping[str, tuple[str, ...]]
    approves: Mapping[str, int]


@cache
def load() -> Routing:
    """Return the shipped table by group."""
    groups: dict[str, dict[str, str]] = {group: {} for group in get_args(Group)}
    for row in table_file.load(Route, SHIPPED, key=("group", "key")):
        groups[row.group][row.key] = row.value
    return Routing(
        dept=groups["dept"],
        also=groups["also"],
        by_default=frozenset(groups["by_default"]),
        hints=groups["hint"],
        triggers=groups["trigger"],
        key_accounts=frozenset(groups["key_account"]),
        typed={word: tuple(meant.split()) for word, meant in groups["typed"].items()},
        approves={role: int(yuan) for role, yuan in groups["approves"].items()},
    )
