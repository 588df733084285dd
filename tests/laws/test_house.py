"""The laws of this house: layers, budgets, words and the join of rules to predicates."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.rules.families import CHECKS
from schemas.incoming.kinds import KINDS
from schemas.policy import rules
from tests.support.places import ROOT

PACKAGES = ("schemas", "reports", "pipeline")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
RULE_ID = re.compile(r'"((?:FILE|CELL|ORD|CUS|PRC|CNF|TRK|SHP|DLV|INV|RCV|DUE|REM|DUN|FEE|CMP|CAP|X|CAL)-\d{3})"')
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e01-\u9ffe]")  # punctuation is no word; the ends of the range are no text
FILE_LINES, FUNCTION_LINES = 300, 30
HEAVY = ("pandas", "pandera", "pyarrow", "sqlalchemy", "xlsxwriter", "jinja2", "openpyxl", "lxml")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def predicates() -> set[str]:
    return set(CHECKS)


def declared() -> set[str]:
    return {
        rule
        for table in KINDS.values()
        for c in table.columns
        for rule in (c.spec.blank, c.spec.form, c.spec.bound, c.spec.labelled)
    } - {""}


def found_while_reading() -> set[str]:
    """Ids written where cells and files are judged: reading, sifting, the doors."""
    folders = ("pipeline/reading", "pipeline/night", "pipeline/rules", "pipeline/feedback")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files.append(ROOT / "pipeline/rules/waivers.py")
    joined = predicates()
    return {rule for path in files for rule in RULE_ID.findall(path.read_text(encoding="utf-8"))} - joined


def test_every_live_rule_is_asked_somewhere_and_every_asked_rule_is_live() -> None:
    live = {rule.id for rule in rules.load().values() if rule.is_live}
    asked = predicates() | declared() | found_while_reading()
    assert live - asked == set(), "live rules nobody asks"
    assert asked - live == set(), "asked rules the table does not call live"


def test_planned_rules_can_only_become_fewer() -> None:
    planned = sum(not rule.is_live for rule in rules.load().values())
    assert planned <= PLANNED


PLANNED = 15


def test_no_chinese_stands_in_code() -> None:
    assert [f"{named(path)}: {text}" for path in SOURCES for text in chinese(path)] == []


def chinese(path: Path) -> list[str]:
    """Chinese texts of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [str(node.value) for node in texts if id(node) not in documented and CHINESE.search(str(node.value))]


def test_files_keep_their_budget() -> None:
    lines = {named(path): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_functions_keep_their_budget() -> None:
    trees = {named(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
    functions = [(n, f) for n, tree in trees.items() for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    assert [f"{name} {node.name}" for name, node in functions if lines_of(node) > FUNCTION_LINES] == []


def lines_of(node: ast.FunctionDef) -> int:
    """Lines of a function without its head and its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").rglob("*.csv")), ids=named)
def test_tables_open_in_excel_without_noise(path: Path) -> None:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content  # one kind of line end, or every edit shows as a change of all rows


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_make_word_of_the_readme_is_a_target(name: str) -> None:
    words = set(re.findall(r"make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert words - targets - {"and"} == set()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_link_of_the_readme_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nsys.argv = ['nightdesk', '--help']\n"
        "from pipeline.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]")


def test_the_lock_names_no_registry_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = [line for line in lock.splitlines() if "==" in line]
    assert pinned
    assert all(line.rstrip().endswith("\\") for line in pinned)
