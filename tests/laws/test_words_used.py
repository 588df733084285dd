"""Every row of the word tables is used: named in the code, or of a family whose keys are put together at run time."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from typing import TYPE_CHECKING

from schemas.incoming.kinds import KINDS
from schemas.language.words import load
from schemas.table import PROVENANCE
from tests.support.places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("pipeline", "reports", "schemas")
FAMILIES = (  # whose first part is put together too, or handed on; what is filled in as a group
    r"approval\.(.+)",
    r"severity2\.(.+)",
    r"step\.c_(.+)",  # a state of a complaint
    r"doctor\.law\.(.+)",
    r"letter\.tax_(?:in|out)_(rate)",
    r"channel\.(\w+)_(\w+)",  # several channels of one rung
)
KEY = re.compile(r"[\w.-]+")


@cache
def nodes() -> tuple[ast.AST, ...]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def literals() -> frozenset[str]:
    return frozenset(n.value for n in nodes() if isinstance(n, ast.Constant) and isinstance(n.value, str))


@cache
def names() -> frozenset[str]:
    """Whatever a key that is put together may end in: texts and names of the code, words of tables and pages."""
    made = {word for text in literals() for word in (text, *text.split())}
    made |= {n.attr for n in nodes() if isinstance(n, ast.Attribute)}
    made |= {n.id for n in nodes() if isinstance(n, ast.Name)}
    made |= {n.arg for n in nodes() if isinstance(n, ast.arg | ast.keyword) and n.arg}
    for path in (ROOT / "schemas").rglob("*.csv"):
        if not path.name.startswith("words"):
            with path.open(encoding="utf-8-sig", newline="") as lines:
                made |= {word for row in csv.reader(lines) for cell in row for word in cell.split()}
    for path in (path for path in (ROOT / "reports" / "templates").rglob("*") if path.is_file()):
        made |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(made)


def families() -> Iterator[str]:
    """Patterns of keys that are put together, what is filled in as a group."""
    for node in nodes():
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if "." in str(parts[0]) and KEY.fullmatch(str(parts[0])):
                yield "".join("(.+)" if part is None else re.escape(str(part)) for part in parts)
        if isinstance(node, ast.keyword) and node.arg == "says" and isinstance(node.value, ast.Constant):
            yield rf"(?:paper\.)?{node.value.value!s}\.(.+)"
    yield from FAMILIES


def test_every_word_is_used() -> None:
    columns = {f"{kind}.{c}" for kind, table in KINDS.items() for c in table.columns if c not in PROVENANCE}
    patterns = [re.compile(family) for family in set(families())]

    def is_put_together(key: str) -> bool:
        found = (pattern.fullmatch(key) for pattern in patterns)
        return any(match and all(part in names() or part.isdigit() for part in match.groups()) for match in found)

    unused = [key for key in load() if key not in literals() | columns and not is_put_together(key)]
    assert unused == [], "rows of schemas/language/words*.csv that nothing asks for"
