"""Names made from what people wrote: safe everywhere, and never one for two."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.core.file_names import FreeNames, marked, safe_name, safe_path, safe_word

TOO_LONG = 255  # bytes
PARTS = st.one_of(
    st.sampled_from(["con", "CON.xlsx", "甲.xlsx", "甲.XLSX", "a. ", "A", "..", ".", "", "~$a", "nul .txt", "LPT¹"]),
    st.text(st.sampled_from('aAßſé甲.:/\\*?"<>| \t\n\u202e\u200b\udc80\u3000~$-_0')),
    st.text(st.sampled_from("长甲é"), min_size=70, max_size=300),
    st.text(st.characters(exclude_categories=())),
)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


def given_to(paths: list[str]) -> list[str]:
    names = FreeNames()
    return [names.first_free(marked(path, sha256(path.encode(errors="surrogatepass")).hexdigest())) for path in paths]


def folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


@given(st.lists(PATHS, unique=True, max_size=12))
@example(["A.xlsx", "a.xlsx", "a.xlsx ", "a.xlsx.", "\u202ea.xlsx", "a\u0301.xlsx", "á.xlsx"])
@example(["甲.xlsx", "甲.xlsx/乙.xlsx", "甲.XLSX/丙.xlsx", "甲_xlsx/乙.xlsx"])
@example(["长" * 300 + ".xlsx", "长" * 301 + ".xlsx", "长" * 300 + "/a"])
def test_no_two_are_one_and_none_is_in_the_way_of_another(paths: list[str]) -> None:
    made = given_to(paths)
    assert len({folded(path) for path in made}) == len(paths)
    folders = {folded(path).rpartition("/")[0] for path in made if "/" in path}
    assert folders & {folded(path) for path in made if path.endswith(".xlsx")} == set()
    for path in made:
        for part in path.split("/"):
            assert_safe(part)


def assert_safe(part: str) -> None:
    assert part
    assert part not in (".", "..")
    assert part == part.strip(" ")
    assert not part.endswith(".")
    assert not part.startswith((".", "~$"))
    assert not set(part) & set('\\/:*?"<>|')
    assert all(char.isprintable() for char in part)
    for around in (f".{part}.part", part.replace(".", "_to-replace.", 1), part.replace(".", "_待替换.", 1)):
        assert len(around.encode()) <= TOO_LONG
    assert part.partition(".")[0].rstrip().casefold() not in ("con", "nul", "aux", "prn", "com1", "lpt9", "lpt¹")


@given(PATHS)
def test_what_is_safe_stays_as_it_is(path: str) -> None:
    made = safe_path(path)
    assert safe_path(made) == made


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("订单 6月.xlsx", "订单 6月.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ("aux", "_aux"),
        ("甲. ", "甲"),
        ("\u202e甲\x07.xlsx", "甲.xlsx"),
        ("甲:乙?.xlsx", "甲_乙_.xlsx"),
        ("~$甲.xlsx", "_甲.xlsx"),
        ("..", "_"),
        ("", "_"),
    ],
)
def test_names_stay_as_close_as_can_be(written: str, safe: str) -> None:
    assert safe_name(written) == safe


def test_a_long_name_keeps_its_ending_and_says_that_it_was_cut() -> None:
    made = safe_name("长" * 200 + ".xlsx")
    assert made.startswith("长长")
    assert made.endswith(".xlsx")
    assert "~" in made


def test_a_word_has_no_blank_and_no_dot() -> None:
    assert safe_word(" 上海 (a.b) 公司/甲 ") == "上海_(a_b)_公司_甲"
