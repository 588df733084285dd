"""Names of copies that go back: safe on every system, and none in the way of another on any night."""

from __future__ import annotations

from pipeline.feedback.returned_copies.selection import GoingBack, copy_names
from pipeline.ledger import ReceivedFile


def names(*received: str, kept: bool = True) -> list[str]:
    """Names of copies by the names they came under, the oldest first."""
    returns = [
        GoingBack(ReceivedFile("", name, f"{n}" * 64, 0, "", 1, id=n), ()) for n, name in enumerate(received, start=1)
    ]
    given = copy_names(returns, dict.fromkeys(range(1, len(received) + 1), kept))
    return [given[n] for n in range(1, len(received) + 1)]


def test_a_plain_name_stays_and_twins_get_one_of_their_own() -> None:
    assert names("华东/甲.xlsx") == ["华东/甲.xlsx"]
    assert names("甲.xlsx", "甲.XLSX", "甲.xlsx") == ["甲-11111111.xlsx", "甲-XLSX.XLSX", "甲.xlsx"]
    assert names("a.xls", "a.csv", "a.xls", kept=False) == ["a-xls.xlsx", "a-csv.xlsx", "a.xlsx"]


def test_a_folder_named_like_a_workbook_is_never_one() -> None:
    together = names("甲.xlsx", "甲.xlsx/乙.xlsx")
    assert together == ["甲.xlsx", "甲_xlsx/乙.xlsx"]
    assert together == [*names("甲.xlsx"), *names("甲.xlsx/乙.xlsx")]  # whatever lay there the night before


def test_what_a_system_refuses_is_never_a_name() -> None:
    assert names("CON/nul.xlsx", "甲\u202e\x07. .xlsx", "a:b/c?.xlsx") == [
        "_CON/_nul.xlsx",
        "甲. .xlsx",
        "a_b/c_.xlsx",
    ]
    [long] = names("长" * 84 + ".xlsx")
    assert len(f".{long}.part".encode()) <= 255
