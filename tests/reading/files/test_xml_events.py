"""Letters that a workbook spells out."""

from __future__ import annotations

import pytest

from pipeline.reading.files.xml_events import unescaped


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("_x000D_\n", "\r\n"),
        ("_x005F_x000D_", "_x000D_"),
        ("DN_x50", "DN_x50"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("half _xD800_", "half \ufffd"),  # neither JSON nor Arrow could carry it from the child
    ],
)
def test_letters_spelled_out_are_read(written: str, text: str) -> None:
    assert unescaped(written) == text
