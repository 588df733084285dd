"""A number is a name: a night under other numbers gives the same papers, with those numbers in them."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.support import nights
from tests.support.night_company import company
from tests.support.quiet_nights import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.night.derive_and_judge import Judged
    from tests.support.night_world import World

pytestmark = pytest.mark.slow

ORDER_NOS = ("202604-001", "202604-002", "202605-001", "202605-002", "202605-003", "202605-008", "202605-009")
COMPLAINT_NOS = ("202606-T001",)
FORMED = ("ORD-031", "ORD-035", "ORD-053", "CMP-017")  # rules about the months and serials of our own form
HASHES = ("finding_id", "mark")
NAMELESS = re.compile(r"\bOPEN-[A-Z2-7]{6}")  # made of what its row says, numbers too
COUNTS = ("reckoned",)  # counts the findings of those rules too


def renamed(made: World, names: Mapping[str, str]) -> World:
    known = re.compile("|".join(map(re.escape, names)))
    for table in (table for book in made.values() for table in book.values()):
        for row in table.rows:
            for heading, cell in row.items():
                if isinstance(cell, str) and heading not in {"归档编号", "物流单号"}:
                    row[heading] = known.sub(lambda found: names[found[0]], cell)
    return made


def settled(judged: Judged, names: Mapping[str, str]) -> dict[str, list[str]]:
    """All tables of a night with the first numbers in them; rows in an order that no number decides."""
    back = {name.casefold(): own for own, name in names.items()}
    known = re.compile("|".join(re.escape(name) for name in sorted(back, key=len, reverse=True)), re.IGNORECASE)
    made = {}
    for name, frame in judged.tables.items():
        if name in COUNTS:
            continue
        rows = frame.drop(columns=[each for each in HASHES if each in frame]).astype("str")
        if "rule" in rows:
            rows = rows[~rows["rule"].isin(FORMED)]
        lines = [NAMELESS.sub("OPEN-", "|".join(map(str, row))) for row in rows.itertuples(index=False, name=None)]
        made[name] = sorted(known.sub(lambda found: back[found[0].casefold()], line) for line in lines)
    return made


def night(root: Path, names: Mapping[str, str]) -> dict[str, list[str]]:
    workspace = nights.workspace(root)
    nights.put_in_inbox(workspace, renamed(company(), names))
    return settled(quiet(workspace), names)


def scrambled(seed: int) -> Callable[[int, str], str]:
    rng = Random(seed)  # noqa: S311 - the same numbers for the same seed

    def name(at: int, _: str) -> str:
        letters = "".join(rng.choice("ABCDXYZ0123456789-/#号字") for _ in range(rng.randint(4, 14)))
        return f"K{at}{letters.strip('-/#')}Z{at}"

    return name


NAMINGS: dict[str, Any] = {
    "of an ERP": lambda at, number: f"XSDD2026{number[4:6]}{at:04d}",
    "figures alone": lambda at, _: f"25078{at}3",
    "chinese": lambda at, _: f"沪字第{at}2号",
    "spaces and slashes": lambda at, _: f"PO 4{at}/{at}7 a",
    "signs": lambda at, _: f"PO#{at}8&{at}2",
    **{f"seed {seed}": scrambled(seed) for seed in range(2)},
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return night(tmp_path_factory.mktemp("plain"), {number: number for number in (*ORDER_NOS, *COMPLAINT_NOS)})


@pytest.mark.parametrize("naming", NAMINGS.values(), ids=NAMINGS)
def test_night_is_the_same_under_other_numbers(
    tmp_path: Path, plain: dict[str, list[str]], naming: Callable[[int, str], str]
) -> None:
    names = {number: naming(at, number) for at, number in enumerate((*ORDER_NOS, *COMPLAINT_NOS))}
    found = night(tmp_path, names)
    assert found.keys() == plain.keys()
    for table, rows in plain.items():
        assert found[table] == rows, table


def test_the_night_that_is_compared_joins_and_settles(plain: dict[str, list[str]]) -> None:
    assert pd.Series(plain["receivables"]).str.contains("202604-002").any()
    assert sum("RCV-002" in line for line in plain["findings"]) == 1
    assert any("X-006" in line for line in plain["findings"])
