"""A block of rows pasted again: in any kind, below itself, in another sheet or another workbook, it is told once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.ledger import ReceivedFile
from pipeline.reading.files.grid import Grid
from pipeline.rules.validation import validate
from reports.blanks import LISTED
from schemas.incoming.kinds import KINDS
from schemas.language.words import translate
from schemas.policy import rules
from schemas.table import Type
from tests.support.edited_books import EditedBook
from tests.support.nasty_cells import good

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.rules.validation.validated_file import ValidatedFile
    from schemas.derived.finding import Finding

TELLING = ("ORD-032", "RCV-001", "X-038", "X-039")
ROWS = 4  # of a block
# without a number of their own two equal rows of these may be two facts
EACH = ("orders", "receipts", "shipments", "opening", "actions", "visits", "evidence", "capa")
OWN = {"orders": ("order_no", "customer_po"), "complaints": ("complaint_no",)}
NUMBERED = ("orders", "receipts", "shipments", "opening", "reminders", "complaints")  # may have numbers of their own


def book(name: str, *blocks: tuple[str, list[dict[str, Any]]]) -> EditedBook:
    """A workbook of blocks of rows, each with its sheet; blocks of one sheet below each other."""
    sheets: dict[str, list[list[Any]]] = {}
    for sheet, rows in blocks:
        heads = list(dict.fromkeys(head for row in rows for head in row))
        cells = sheets.setdefault(sheet, [heads])
        cells += [[row.get(head, "") for head in heads] for row in rows]
    return EditedBook(name, [Grid(sheet, [*range(1, len(cells) + 1)], cells) for sheet, cells in sheets.items()])


def validated(*books: EditedBook) -> list[ValidatedFile]:
    """These workbooks of one night."""
    reads = [(ReceivedFile("t", each.name, f"{n:064}", 1, "", 1, id=n), each.read()) for n, each in enumerate(books, 1)]
    assert all(read.refused is None for _, read in reads)
    return [each.packed() for each in validate.validate_files(reads, validate.Known(), rules.load())]


def keys(made: Iterable[ValidatedFile]) -> list[str]:
    return sorted(key for each in made for batch in each.batches for key in batch.keys)


def told(made: Iterable[ValidatedFile]) -> list[tuple[str, str, str, str]]:
    """Rule, first place, number of rows and the other place of every finding about equal rows."""
    found = [finding for each in made for finding in each.findings if finding.rule in TELLING]
    return [(each.rule, str(each.place), each.params["count"], _where(each)) for each in found]


def _where(finding: Finding) -> str:
    said = dict(json.loads(finding.params.get("other_phrases", "[]")))
    return said["repeat.places"]["other"] if said else finding.params["other"]


def asked(made: Iterable[ValidatedFile]) -> list[Finding]:
    return [finding for each in made for finding in each.findings if finding.rule == "X-039"]


def block(kind: str, *, is_numbered: bool = True) -> list[dict[str, Any]]:
    names = [{translate("staff.person", "zh"): f"张{n}"} if kind == "staff" else {} for n in range(1, ROWS + 1)]
    rows = [good(kind, n) | name for n, name in enumerate(names, 1)]
    if is_numbered:
        return rows
    return [{head: cell for head, cell in row.items() if head not in numbers_of(kind)} for row in rows]


def numbers_of(kind: str) -> set[str]:
    """The headings of what a kind numbers its own rows by."""
    table = KINDS[kind]
    leading = {columns[0] for columns in table.identity}
    own = {name for name in leading if table.spec(name).type in (Type.PAPER_NO, Type.CODE)} | {*OWN.get(kind, ())}
    return {translate(f"{kind}.{name}", "zh") for name in own}


@pytest.mark.parametrize("is_numbered", [True, False])
@pytest.mark.parametrize("place", ["below", "another sheet", "another workbook"])
@pytest.mark.parametrize("kind", LISTED)
def test_a_block_pasted_again_is_told_once_with_both_places(kind: str, place: str, *, is_numbered: bool) -> None:
    if not is_numbered and kind not in NUMBERED:
        return
    rows = block(kind, is_numbered=is_numbered)
    alone = keys(validated(book("甲.xlsx", ("表", rows))))
    sheet = "表" if place == "below" else "表2"
    both = [("表", rows), (sheet, rows)]
    books = [book("甲.xlsx", *both)]
    if place == "another workbook":
        books = [book("甲.xlsx", both[0]), book("甲2.xlsx", both[1])]
    made = validated(*books)
    [(rule, here, count, there)] = told(made)
    assert (int(count), sheet in here) == (ROWS, True)
    first = 2 if place != "below" else 2 + ROWS
    assert here.endswith(str(first))
    assert there.endswith(f"{1 + ROWS}")
    assert "甲.xlsx › 表 › " in there
    may_be_two = kind in EACH and not (is_numbered and kind in NUMBERED)
    if may_be_two and place != "another workbook":
        assert (rule, len(keys(made))) == ("X-039", 2 * len(alone))
    else:
        assert rule != "X-039"
        assert keys(made) == alone


def test_a_row_that_was_never_pasted_is_told_of_nothing() -> None:
    for kind in LISTED:
        assert told(validated(book("甲.xlsx", ("表", block(kind))))) == []


def test_three_blocks_are_told_and_no_more() -> None:
    rows = block("receipts", is_numbered=False)
    [(_, _, count, there)] = told(validated(book("甲.xlsx", ("表", [*rows, *rows, *rows]))))
    assert count == str(2 * ROWS)
    assert there.count("=") == 2
    apart = [row for n in range(5) for row in (rows[n % ROWS] | {"收款金额": 100.0 + n},) * 2]
    [(_, _, count, there)] = told(validated(book("甲.xlsx", ("表", apart))))
    assert (count, there.count("="), there[-1]) == ("5", 3, "…")


def test_cells_that_nobody_can_read_are_not_the_same_unless_they_say_the_same() -> None:
    rows = [block("receipts")[0] | {"收款金额": text} for text in ("一些", "不少", "一些")]
    [(_, here, count, there)] = told(validated(book("甲.xlsx", ("表", rows))))
    assert (here[-1], count, there[-1]) == ("4", "1", "2")


def test_every_block_is_a_question_of_its_own_and_names_what_it_comes_to() -> None:
    rows = block("receipts", is_numbered=False)
    first, second = rows[:2], rows[2:]
    made = validated(book("甲.xlsx", ("表", [*first, *second, *first, rows[3] | {"收款金额": 1.0}, *second])))
    found = asked(made)
    assert [each.params["count"] for each in found] == ["2", "2"]
    sums = [f"{sum(row['收款金额'] for row in part):,.2f}" for part in (first, second)]
    assert [dict(json.loads(each.params["other_phrases"]))["repeat.sum"]["amount"] for each in found] == sums
    assert {each.params["proposed"] for each in found} == {"pasted_again"}


def test_sums_of_two_currencies_are_named_apart() -> None:
    rows = [row | {"币种": code} for code in ("USD", "CNY") for row in block("receipts", is_numbered=False)[:1]]
    [finding] = asked(validated(book("甲.xlsx", ("表", [*rows, *rows]))))
    phrases = json.loads(finding.params["other_phrases"])
    assert [key for key, _ in phrases] == ["repeat.places", "repeat.sum", "repeat.sum"]
    assert [params["amount"].startswith("USD") for _, params in phrases[1:]] == [False, True]


@pytest.mark.parametrize(("lone", "questions"), [(3, 3), (4, 1)])
def test_few_lone_rows_are_asked_one_by_one_and_many_at_once(lone: int, questions: int) -> None:
    rows = [block("receipts", is_numbered=False)[0] | {"收款金额": 100.0 + n} for n in range(lone)]
    found = asked(validated(book("甲.xlsx", ("表", [row for row in rows for _ in range(2)]))))
    assert len(found) == questions
    assert sum(int(each.params["count"]) for each in found) == lone
    assert not any("proposed" in each.params for each in found)


@pytest.mark.parametrize("kind", [kind for kind in EACH if kind in NUMBERED])
def test_a_question_is_the_same_wherever_its_block_stands(kind: str) -> None:
    rows = block(kind, is_numbered=False)
    places = [
        book("甲.xlsx", ("表", [*rows, *rows])),
        book("甲.xlsx", ("表", [*rows[::-1], *rows[::-1]])),
        book("乙 - 副本.xlsx", ("表", rows), ("表2", rows)),
        book("甲.xlsx", ("表", [*rows, *rows, *rows])),
    ]
    [(id_,)] = {tuple(each.id for each in asked(validated(made))) for made in places}
    (other,) = asked(validated(book("甲.xlsx", ("表", [*rows[:3], *rows[:3]]))))
    assert other.id != id_
