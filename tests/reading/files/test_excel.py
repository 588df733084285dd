"""The fast and the exact reader agree, cell by cell, but where a difference is named here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pipeline.reading.files.excel import open_workbook
from pipeline.reading.files.guard import inspect
from pipeline.reading.files.package import Damaged
from tests.support.pace import sweep
from tests.support.places import CORPUS
from tests.support.sheet_parts import CODES, STRINGS_SHARED, Around, both, facts, one, package, written

ERRORS = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")
KINDS = st.sampled_from(
    [
        "<c {at}/>", "<c {at}></c>", "<c {at}><v></v></c>", '<c {at} t="str"><v></v></c>',
        *[f'<c {{at}} t="s"><v>{n}</v></c>' for n in range(8)],
        '<c {at} t="b"><v>1</v></c>', '<c {at} t="b"><v>0</v></c>', '<c {at} t="b"><f>A1=1</f><v>1</v></c>',
        *[f'<c {{at}} t="e"><v>{error}</v></c>' for error in ERRORS], '<c {at} t="e"><v></v></c>', '<c {at} t="e"></c>',
        '<c {at} t="e"><f>NA()</f><v>#N/A</v></c>',
        "<c {at}><f>SUM(A1)</f></c>", "<c {at}><f>SUM(A1)</f><v></v></c>", '<c {at}><f t="shared" si="0"/></c>',
        '<c {at} t="str"><f>A1</f><v></v></c>', '<c {at} t="str"><f>A1</f><v>给</v></c>',
        "<c {at}><f>1+1</f><v>2</v></c>",
        "<c {at}><f>202405-001</f><v>202404</v></c>", '<c {at}><f>_xlfn.DISPIMG("ID_1",1)</f></c>',
        '<c {at} t="inlineStr"><is><t>in line </t></is></c>',
        '<c {at} t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
        '<c {at} t="d"><v>2024-05-03</v></c>',
        '<c {at} t="d"><v>2024-05-03T10:20:30</v></c>', '<c {at} t="d"><v>soon</v></c>',
        "<c {place}><v>123456789012345678</v></c>",
        "<c {place}><v>-1234567890123456.0</v></c>", "<c {at}><v>1,234.5</v></c>",
        "<c {at}><v> 5 </v></c>", "<c {at}><v>+.5E-3</v></c>", "<c {at}><v>1_000</v></c>",
    ]
)  # fmt: skip
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 65534, 65535]))),
    max_size=20,
)
SERIALS = st.one_of(
    st.integers(-3, 2_958_470),
    st.floats(-3, 80_000).map(lambda number: round(number, 6)),
    st.floats(allow_nan=False, allow_infinity=False, width=32).filter(lambda number: abs(number) < 1e7),
    st.sampled_from([0.5, 0.999999999, 59, 60, 61, 1.5, 45000.999999999, 45415.75]),
)
NUMBERS = SERIALS.map(lambda number: f"<c {{at}}><v>{number!r}</v></c>")
TEXTS = XML_TEXT.map(
    lambda text: (
        f'<c {{at}} t="str"><v>{escape(text)}</v></c>'.replace("{at}", "\0")
        .replace("{", "")
        .replace("}", "")
        .replace("\0", "{at}")
    )
)
ANY_CODE = st.text(st.sampled_from('dmhysaAp/[];"\\\\_*!0#.@ e年-Hg'), max_size=8)
CELLS = st.tuples(st.integers(0, 3), st.integers(-1, len(CODES) + 3), st.one_of(KINDS, NUMBERS, TEXTS))
ROWS = st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.lists(CELLS, max_size=6)), max_size=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exact")


@sweep(200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, is_1904=st.booleans(), code=ANY_CODE, text=XML_TEXT)
def test_both_readers_agree_on_every_cell(folder: Path, rows: list[Any], is_1904: bool, code: str, text: str) -> None:
    strings = STRINGS_SHARED + f"<si><t>{escape(text)}</t></si>"
    around = Around((*CODES, code), strings, ("A1:A3", "B2:C2"), is_1904=is_1904)
    fast, exact = one(package(folder / "a.xlsx", written(rows), around))
    assert fast is not None
    assert facts(fast) == facts(exact)


# what is written, what the fast reader makes of it, and the exact one
DIFFERENCES = {
    "a shared string whose number is none: the fast reader takes the first": (
        '<c r="A1" t="s"><v>x</v></c>', "str '甲公司'", "ErrorCell ErrorCell(text='#N/A')",
    ),
    "a number that is none: the exact reader keeps what was written": (
        '<c r="A1"><v>NaN</v></c>', "float nan", "str 'NaN'",
    ),
    "a text in a cell that says it holds its text elsewhere: the fast reader drops it": (
        '<c r="A1" t="inlineStr"><v>5</v></c>', None, "str '5'",
    ),
    "a cell of another name space: it is no cell of this sheet": (
        '<x:c xmlns:x="u" r="A1"><x:v>5</x:v></x:c>', "float 5.0", None,
    ),
    "words between a formula and the end of its cell": (
        '<c r="A1"><f>B1</f>words</c>', None, "HiddenCell <HiddenCell.NO_VALUE: 1>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
def test_known_difference(tmp_path: Path, name: str) -> None:
    cell, fast_fact, exact_fact = DIFFERENCES[name]
    fast, exact = one(package(tmp_path / "a.xlsx", f'<row r="1">{cell}</row>', Around(strings=STRINGS_SHARED)))
    assert fast is not None
    assert (facts(fast).get("A1"), facts(exact).get("A1")) == (fast_fact, exact_fact)


def test_letters_that_xml_has_not_are_read_by_the_fast_reader_only(tmp_path: Path) -> None:
    path = package(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="str"><v>a\x01</v></c></row>')
    assert [facts(grid)["A1"] for grid in open_workbook(path, "xlsx", tmp_path)] == [r"str 'a\x01'"]
    with pytest.raises(Damaged):
        one(path)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus does not lie beside the project")
def test_both_readers_agree_on_every_workbook_of_the_corpus(tmp_path: Path) -> None:
    seen = Counter[str]()
    for path in sorted(CORPUS.glob("*.xls[xm]")):
        if inspect(path).kind != "xlsx":
            continue
        try:
            pairs = both(path)
        except Damaged as refused:
            seen[refused.why] += 1
            continue
        for fast, exact in pairs:
            seen["both" if fast else "exact only"] += 1
            assert fast is None or facts(fast) == facts(exact), (path.name, exact.name)
    assert seen.pop("both") >= 260
    assert seen.pop("exact only") >= 20
    assert sum(seen.values()) <= 6, seen
