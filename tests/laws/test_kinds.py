"""A kind of input is one class; what stands beside it in tables is complete, or the file that lacks it is named."""

from __future__ import annotations

import pytest

from reports.blanks import LISTED
from schemas.incoming import examples
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import load
from schemas.policy import rules
from schemas.table import PROVENANCE

WORDS = "schemas/language/words.csv"


def lacking(kind: str) -> dict[str, list[str]]:
    """File → what it should say of a kind and does not."""
    own = [column for column in KINDS[kind].columns if column not in PROVENANCE]
    asked = [rule for c in own for rule in (c.spec.blank, c.spec.form, c.spec.bound, c.spec.labelled) if rule]
    shown = {column for of, column in examples.load() if of == kind}
    needed = {str(column) for column in own if column.spec.blank} or {KINDS[kind].identity[0][0]}
    found = {
        WORDS: [key for key in (f"kind.{kind}", *(f"{kind}.{column}" for column in own)) if key not in load()],
        "schemas/incoming/examples.csv": sorted(needed - shown) if kind in LISTED else [],
        "schemas/policy/rules.csv": [rule for rule in asked if rule not in rules.load()],
        "schemas/language/spellings.csv": [
            c.spec.choices for c in own if c.spec.choices and c.spec.choices not in spellings.load()
        ],
    }
    return {file: missing for file, missing in found.items() if missing}


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_knows_the_kind(kind: str) -> None:
    assert lacking(kind) == {}, "these files lack these rows"


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_named_by_columns_of_their_table(kind: str) -> None:
    assert set(KINDS[kind].naming()) <= set(map(str, KINDS[kind].columns))
