"""A night to which one kind of workbook came alone: what the others would say is missing, and nothing falls over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.publishing.blanks import write_blanks
from reports.blanks import LISTED, fields
from schemas.language.words import translate
from tests.support import nights
from tests.support.filled_blanks import fill
from tests.support.quiet_nights import quiet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def blanks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blanks")
    write_blanks(folder, "zh")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTED)
def test_a_kind_that_came_alone_makes_a_night(kind: str, blanks: Path, tmp_path: Path) -> None:
    workspace = nights.workspace(tmp_path / "desk")
    fill(blanks / f"{translate(f'kind.{kind}', 'zh')}.xlsx", workspace.inbox / f"{kind}.xlsx", fields(kind, "zh"))
    quiet(workspace)
    assert nights.ledger(workspace, "SELECT kind FROM heads") == [(kind,)]
