"""A workbook is one module; the words it needs are there, or they are named."""

from __future__ import annotations

import pytest

from reports import WORKBOOKS
from schemas.language.words import load


def lacking(key: str) -> list[str]:
    """Keys of words that a workbook asks for and no table has."""
    book = WORKBOOKS[key]
    sheets = [word for sheet in book.sheets for word in (sheet.tab, sheet.title, sheet.hint)]
    heads = [column.word for sheet in book.lists for column in sheet.columns]
    return sorted({book.file, f"about.{book.file}", book.title, *sheets, *heads} - load().keys())


@pytest.mark.parametrize("key", WORKBOOKS)
def test_every_word_of_a_workbook_is_there(key: str) -> None:
    assert lacking(key) == [], "schemas/language/words_paper.csv lacks these keys"
