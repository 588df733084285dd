"""The rooms of the pipeline drawn as text: their floors, and who imports whom, as the source has it."""

from __future__ import annotations

import tomllib
from collections import Counter

from tests.support.places import ROOT
from tests.support.source import modules

NOUNS = ("reports", "schemas")
WIDTH = 76


def floors() -> list[list[str]]:
    """The rooms floor by floor, highest first, as the import contract has them, and the nouns below."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [contract["layers"] for contract in contracts if contract["id"] == "floors"]
    return [[room.strip() for room in layer.split("|")] for layer in layers] + [[noun] for noun in NOUNS]


def room_of(module: str) -> str:
    """The room a module stands in; the nouns are rooms of their own."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "pipeline" else first


def arrows() -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another."""
    found: Counter[tuple[str, str]] = Counter()
    for module in modules().values():
        for name in module.imports:
            pair = room_of(module.name), room_of(name)
            if pair[0] != pair[1] and all(pair):
                found[pair] += 1
    return found


def picture() -> str:
    """Every floor as a row of boxes, and below it what each of its rooms imports."""
    asked = arrows()
    order = [room for floor in floors() for room in floor]
    lines = []
    for floor in floors():
        wide = (WIDTH - 2 * (len(floor) - 1)) // len(floor)
        lines += ["  ".join(f"+{'-' * (wide - 2)}+" for _ in floor)]
        lines += ["  ".join(f"|{room:^{wide - 2}}|" for room in floor)]
        lines += ["  ".join(f"+{'-' * (wide - 2)}+" for _ in floor)]
        for room in floor:
            below = [other for other in order if asked[room, other]]
            lines += [f"    {room} imports {', '.join(below)}"] if below else []
    lines += ["", f"{len(asked)} arrows between {len(order)} rooms"]
    return "\n".join(line.rstrip() for line in lines) + "\n"
