"""The rooms of the house: what stands where, who imports whom, and what a module must be to stand alone."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.picture import picture
from tests.support.places import ROOT
from tests.support.source import Module, circle, importers, modules

CRUMB_LINES = 40
REASON = re.compile(r"# stands alone: \S+|^class \w+\((?:Table|Source)\b|^BOOK = ", re.MULTILINE)
SENTENCE = re.compile(r"[.!?](?:\s|$)")
APART = ("laws", "nights", "support", "benchmarks")  # folders of tests that ask more than a module
ARCHITECTURE = ROOT / "docs" / "architecture.md"


def test_nothing_but_the_night_stands_at_the_root_of_the_pipeline() -> None:
    assert sorted(path.name for path in (ROOT / "pipeline").glob("*.py")) == ["__init__.py", "run.py"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle() == []


def test_every_package_says_what_it_is_for_and_what_goes_in_and_comes_out() -> None:
    packages = [module for module in modules().values() if module.is_package]
    told = {module.place: ast.get_docstring(module.tree) or "" for module in packages}
    assert [place for place, text in told.items() if len(SENTENCE.findall(text)) < 2] == []


def test_a_small_module_that_one_other_imports_declares_a_noun_or_says_why_it_stands_alone() -> None:
    crumbs = [f"{module.place}: {module.lines} lines" for module in modules().values() if is_crumb(module)]
    assert crumbs == []


def is_crumb(module: Module) -> bool:
    """Is it so small, and asked by so few, that it should stand where it is used?"""
    is_small = module.lines < CRUMB_LINES and not module.is_package
    return is_small and len(importers()[module.name]) == 1 and not REASON.search(module.text)


def test_every_test_names_a_module_of_the_source() -> None:
    """tests/rules/families/test_orders.py asks pipeline/rules/families/orders.py, perhaps together with others."""
    tests = sorted(path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
    assert [test for test in tests if test.partition("/")[0] not in APART and not names_a_module(test)] == []


def names_a_module(test: str) -> bool:
    """Is there a module, a folder or a first word of either by the name of a test?"""
    *folders, name = test.removesuffix(".py").split("/")
    place = ROOT.joinpath(*([] if folders[0] in ("schemas", "reports") else ["pipeline"]), *folders)
    words = name.removeprefix("test_").split("_")
    names = ["_".join(words[:n]) for n in range(len(words), 0, -1)]
    return any(place.name == word or (place / word).is_dir() or (place / f"{word}.py").is_file() for word in names)


def test_the_picture_of_the_rooms_is_as_they_import_each_other(pytestconfig: pytest.Config) -> None:
    """Written again with `make golden`, between the marks in docs/architecture.md."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    before, rest = text.split("```text rooms\n", 1)
    drawn, _, after = rest.partition("```")
    if pytestconfig.getoption("--golden"):
        ARCHITECTURE.write_text(f"{before}```text rooms\n{picture()}```{after}", encoding="utf-8")
    else:
        assert drawn == picture()
