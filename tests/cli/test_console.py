"""What is printed steers no terminal and forges no line, whatever names and cells hold."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import console
from pipeline.core.errors import CommandError

ODD = "甲\x1b[2J\n乙\u202excod\u2066.xlsx\x7f\x9b\udcb2\u2028\U000e0041"


def is_shown(text: str) -> bool:
    return not any(unicodedata.category(char) in console.UNSHOWN for char in text)


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_unseen_is_left_and_everything_seen_stays(text: str) -> None:
    made = console.harmless(text)
    assert is_shown(made)
    made.encode()
    assert made == text or not is_shown(text)


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=()))))
def test_json_says_the_same_without_what_nobody_sees(value: dict[str, str]) -> None:
    made = console.json_text(value, indent=2)
    assert json.loads(made) == value
    assert is_shown(made.replace("\n", ""))


def test_every_way_to_print_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    console.line(ODD, ODD)
    console.table([ODD], [[ODD]])
    console.aside(ODD)
    console.line(
        *console.format_error(CommandError(ODD, "no_paper", "use_paper", value=ODD, names=ODD), "zh").split("\n")
    )
    console.as_json({ODD: ODD})
    printed = capsys.readouterr()
    for row in (printed.out + printed.err).split("\n"):
        assert is_shown(row)
    assert printed.out.startswith("甲\\x1b[2J\\n乙\\u202excod")
