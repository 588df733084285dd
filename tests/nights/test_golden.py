"""One small night as people read it: every sheet of every workbook, one line a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports import WORKBOOKS
from schemas.language.words import translate
from tests.support import nights
from tests.support.places import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.core.workspace import Workspace

RULES = translate("tab.rules", "zh")  # the rule table itself, reviewed where it stands


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return nights.after_first_night(tmp_path_factory.mktemp("golden"))


def told(path: Path) -> str:
    """The sheets of a workbook as Excel shows them; blank cells at the end of a row left out."""
    lines: list[str] = []
    for name, grid in nights.tabs(path).items():
        lines += [f"== {name}"]
        if name != RULES:
            lines += [" | ".join(str(cell) for cell in row).rstrip(" |") for row in grid]
    return "\n".join(line.replace("\r", "").replace("\n", " / ") for line in lines) + "\n"


@pytest.mark.parametrize("book", list(WORKBOOKS))
def test_a_small_night_reads_as_reviewed(workspace: Workspace, golden: Callable[[str, str], None], book: str) -> None:
    golden(f"night_{book}", told(nights.paper(nights.day_folder(workspace), book)))


def test_no_golden_night_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("night_*.txt")} == {f"night_{book}" for book in WORKBOOKS}
