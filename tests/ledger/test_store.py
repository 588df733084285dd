"""The number of the ledger's layout: given to a new one, asked of every other before anything is read."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.schema import CreateIndex, CreateTable

from pipeline.cli.console import format_error as said
from pipeline.core.errors import SettingsError
from pipeline.ledger import open_ledger
from pipeline.ledger.conversion import BEFORE
from pipeline.ledger.store import GROWN, LAYOUT
from pipeline.ledger.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def made(path: Path, *statements: str) -> str:
    """A ledger with its layout, after these statements."""
    url = f"sqlite:///{path / 'ledger.db'}"
    open_ledger(url).dispose()
    with sqlite3.connect(path / "ledger.db") as connection:
        for each in statements:
            connection.execute(each)
    connection.close()
    return url


def test_a_new_ledger_has_its_number_and_opens_again(tmp_path: Path) -> None:
    url = made(tmp_path)
    before = (tmp_path / "ledger.db").read_bytes()
    open_ledger(url).dispose()
    assert (tmp_path / "ledger.db").read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (f"UPDATE layout SET number = {LAYOUT + 1}", "newer_ledger"),
        (f"UPDATE layout SET number = {BEFORE - 1}", "older_ledger"),
        ("DROP TABLE layout", "older_ledger"),
    ],
)
def test_a_ledger_of_another_layout_is_refused_and_left_as_it_is(tmp_path: Path, statement: str, wrong: str) -> None:
    url = made(tmp_path, statement)
    before = (tmp_path / "ledger.db").read_bytes()
    with pytest.raises(SettingsError) as told:
        open_ledger(url)
    assert told.value.wrong == wrong
    assert told.value.exit_code == 78
    assert str(LAYOUT) in said(told.value, "zh")
    assert (tmp_path / "ledger.db").read_bytes() == before


@pytest.mark.parametrize("number", sorted(GROWN))
def test_a_ledger_that_only_lacks_tables_is_given_them(tmp_path: Path, number: int) -> None:
    url = made(tmp_path, "DROP TABLE pairs", "DROP TABLE answered", f"UPDATE layout SET number = {number}")
    open_ledger(url).dispose()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        assert connection.execute("SELECT number FROM layout").fetchall() == [(LAYOUT,)]
        assert connection.execute("SELECT count(*) FROM pairs").fetchall() == [(0,)]
    connection.close()


@pytest.mark.parametrize("url", ["nonsense://x", "no url at all", "oracle://somebody:secret@far/away"])
def test_a_database_nobody_can_open_here_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as told:
        open_ledger(url)
    assert told.value.wrong == "no_ledger_url"
    assert "secret" not in said(told.value, "en")


def test_a_changed_layout_has_a_new_number(golden: Callable[[str, str], None]) -> None:
    """When this fails a released ledger could not be used as it is: raise LAYOUT, then rewrite the golden text."""
    statements = [str(CreateTable(table)).strip() for table in METADATA.sorted_tables]
    indexes = [
        str(CreateIndex(index))
        for table in METADATA.sorted_tables
        for index in sorted(table.indexes, key=lambda each: str(each.name))
    ]
    golden("ledger_layout", "\n\n".join([f"LAYOUT = {LAYOUT}", *statements, "\n".join(indexes)]) + "\n")
