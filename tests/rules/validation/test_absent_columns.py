"""What a sheet lacks is told once, whatever it lacks and however many columns."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from pipeline.rules.validation.absent_columns import MISSING_HEADING, SHAPE
from schemas.policy.questions import OFFERED
from tests.rules.validation.test_validate import line, sheet, validated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.books import Cell

ASKED = ("期望交期", "单价")  # of the lines made here; others are lacking always
HELD = ("客户名称", "下单日期")


@pytest.mark.parametrize("without", [each for n in range(5) for each in combinations((*ASKED, *HELD), n)])
def test_one_finding_tells_of_whatever_a_sheet_lacks(tmp_path: Path, without: tuple[str, ...]) -> None:
    made = validated(tmp_path, sheet(line(), without=without))
    (told,) = [each for each in made.findings if each.rule == MISSING_HEADING]
    named = told.params["column_words"].split(",")
    assert len(named) == len(set(named)) >= len(without)
    waits = [held for batch in made.batches for held in batch.held]
    assert told.is_holding == any(waits) == bool({*without} & {*HELD})
    assert (OFFERED in told.params) != told.is_holding  # what rows wait for cannot be waved away


def test_a_question_is_known_by_the_headings_wherever_they_stand_and_whatever_file_they_came_in(tmp_path: Path) -> None:
    def question(*rows: list[tuple[Cell, ...]]) -> tuple[str, str]:
        (told,) = [each for each in validated(tmp_path, *rows).findings if each.rule == MISSING_HEADING]
        return told.id, told.params[SHAPE]

    own = sheet(line())
    turned = [tuple(reversed(row)) for row in own]
    assert question(own) == question(turned) == question([("一月",), *own])
    assert question(own)[0] != question(sheet(line(), without=("折扣",)))[0]
