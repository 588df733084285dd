"""Names, words and docstrings: one word for one thing, and every public name says what it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict

from tests.support.source import Module, modules

SOURCES = tuple(modules().values())
# words of the first house, and what the field says: correct, again, zero, message, finding, related, validate, format
OLD_WORDS = (
    "mend mends mended mending anew nought tidings flaw flaws crown kin garden ink sift sifts sifted sifting scene"
)
OLD = re.compile(rf"(?<![a-zA-Z`])(?:{'|'.join(OLD_WORDS.split())})(?![a-zA-Z])", re.IGNORECASE)
STORED = {  # values and tables of the ledger, told of where they are declared: they do not change with the source
    "pipeline/ledger/finding_history.py": {"mended"},
    "pipeline/ledger/tables.py": {"flaws"},
    "schemas/derived/findings.py": {"mended"},
    "schemas/derived/todo.py": {"mend"},
}
SENTENCE = re.compile(r"[A-Z0-9`'“「].*[.?!]['”」)]?$", re.DOTALL)


def test_a_class_name_stands_once() -> None:
    places = defaultdict(list)
    for module in SOURCES:
        for node in module.classes:
            places[node.name].append(module.place)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_function_bears_the_name_of_its_module_or_of_one_beside_it() -> None:
    found = {}
    for module in SOURCES:
        functions = {node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)}
        beside = {other.last_name for other in SOURCES if other.parent == module.package}
        if same := functions & (beside | {module.last_name}):
            found[module.place] = same
    assert found == {}


def test_every_public_docstring_begins_with_a_whole_sentence() -> None:
    """A capital letter, at least three words, a full stop."""
    assert [f"{place}: {line}" for place, line in first_lines() if not is_sentence(line)] == []


def first_lines() -> list[tuple[str, str]]:
    """Place and first paragraph of the docstrings of all public functions, methods and classes that have one."""
    found = []
    for module in SOURCES:
        nodes: list[ast.FunctionDef | ast.ClassDef] = [*module.functions, *module.classes]
        documented = [(node.name, ast.get_docstring(node)) for node in nodes if not node.name.startswith("_")]
        found += [(f"{module.place} {name}", text.split("\n\n")[0]) for name, text in documented if text]
    return found


def is_sentence(line: str) -> bool:
    return bool(SENTENCE.fullmatch(line)) and len(line.split()) >= 3


def test_the_words_are_those_of_the_field() -> None:
    found = {module.place: old_words(module) - STORED.get(module.place, set()) for module in SOURCES}
    assert {place: words for place, words in found.items() if words} == {}


def old_words(module: Module) -> set[str]:
    """Old words in names, comments, docstrings; stored words, in backticks, and what staff read is not looked at."""
    nodes: list[ast.Module | ast.FunctionDef | ast.ClassDef] = [module.tree, *module.functions, *module.classes]
    documented = [ast.get_docstring(node) or "" for node in nodes]
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    named = [token.string for token in tokens if token.type in (tokenize.NAME, tokenize.COMMENT)]
    return {word.lower() for text in (*documented, *named) for word in OLD.findall(text)}
