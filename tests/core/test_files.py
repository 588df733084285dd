"""The archive by content: what rotted there is healed by the same bytes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from pipeline.core import files
from pipeline.core.log import LOG

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["甲.xlsx", "甲.XLS"], ids=["same ending", "other ending"])
@pytest.mark.parametrize("rot", [b"", b"?", b"other bytes"], ids=["empty", "short", "other"])
def test_the_same_bytes_heal_what_rotted(
    tmp_path: Path, name: str, rot: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    archive, first, again = tmp_path / "archive", tmp_path / "甲.xlsx", tmp_path / name
    for path in (first, again):
        path.write_bytes(b"right bytes")
    sha256 = files.digest(first)
    kept = files.archived(archive, first, sha256)
    LOG.addHandler(caplog.handler)
    files.archived(archive, again, sha256)
    assert not caplog.records
    kept.write_bytes(rot)
    told: list[bytes] = []
    assert files.rotten_of(archive, sha256) == [kept]
    healed = files.archived(archive, again, sha256, lambda: told.append(kept.read_bytes()))
    assert healed.read_bytes() == b"right bytes"
    assert told == [rot]  # before it is healed: who is cut short in between finds it rotten again
    assert kept.read_bytes() == b"right bytes"
    assert [(one.message, one.levelno) for one in caplog.records] == [("healed", logging.WARNING)]
    LOG.removeHandler(caplog.handler)
