"""The law of columns: no column crosses a function's border as a bare string unless some table declares it.

By the syntax tree: wherever a frame is asked for a column by a string, or by a constant that is one, the name is a
declared one, or the same function made it. What a frame is follows from annotations and from what makes frames.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest

import pipeline
import schemas
from schemas.table import Column, Table
from tests.support.places import ROOT

SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
FRAME, TABLES = "frame", "tables"
HINTS = {"pd.DataFrame": FRAME, "DataFrame": FRAME, "RuleContext": TABLES, "DataFrameGroupBy": FRAME}
# methods of frames, and of their groups, that answer with a frame
STAYS = frozenset(
    "assign reset_index set_index merge join drop_duplicates sort_values dropna fillna take reindex set_axis rename "
    "drop head tail copy astype where mask groupby first last max min sum agg any all pipe bfill ffill sample".split()
)
# arguments of methods that name columns
ASKS = {
    "groupby": ("by",),
    "sort_values": ("by",),
    "drop_duplicates": ("subset",),
    "duplicated": ("subset",),
    "dropna": ("subset",),
    "set_index": ("keys",),
    "merge": ("right", "how", "on", "left_on", "right_on"),
    "drop": ("labels", "columns"),
    "reindex": ("labels", "columns"),
}
NAMING = frozenset({"by", "subset", "keys", "on", "left_on", "right_on", "columns"})


@cache
def modules() -> dict[str, ModuleType]:
    """Every module of the nouns and the verbs, by its path."""
    found = chain.from_iterable(
        pkgutil.walk_packages(each.__path__, f"{each.__name__}.") for each in (schemas, pipeline)
    )
    made = [importlib.import_module(each.name) for each in found if not each.name.endswith("__main__")]
    return {str(module.__file__): module for module in made}


def tables(of: type[Table] = Table) -> Iterator[type[Table]]:
    """Every table that is declared anywhere."""
    for each in of.__subclasses__():
        yield each
        yield from tables(each)


@cache
def declared() -> frozenset[str]:
    ours = {module.__name__ for module in modules().values()}
    return frozenset(str(column) for table in tables() if table.__module__ in ours for column in table.columns)


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@cache
def frame_makers() -> frozenset[str]:
    """Functions, and attributes of classes, that are frames by their annotation."""
    makers = set()
    for node in chain.from_iterable(map(ast.walk, trees().values())):
        if isinstance(node, ast.FunctionDef) and node.returns and _hint(node.returns) == FRAME:
            makers.add(node.name)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _hint(node.annotation) == FRAME:
            makers.add(node.target.id)
    return frozenset(makers)


def _hint(node: ast.expr | None) -> str:
    if node is None:
        return ""
    text = ast.unparse(node).strip("'\"").removesuffix(" | None")
    return (
        TABLES
        if text.endswith(", pd.DataFrame]") and "apping" in text + "apping" and "[str, " in text
        else HINTS.get(text, "")
    )


class Function:
    """One outermost function: which of its names are frames, which columns it makes, and which it asks for."""

    def __init__(self, node: ast.FunctionDef, module: ModuleType | None) -> None:
        self.module = module
        self.names: dict[str, str] = {}
        self.made: set[str] = set()
        self.asked: set[str] = set()
        inner = list(ast.walk(node))
        for part in inner:
            if isinstance(part, ast.arg):
                self.names[part.arg] = _hint(part.annotation)
        for part in inner:
            self._learn(part)
        for part in inner:
            self._make(part)
        for part in inner:
            self._ask(part)

    def bare(self) -> set[str]:
        """Columns that are asked for, and neither declared nor made here."""
        return self.asked - self.made - declared()

    def _learn(self, node: ast.AST) -> None:
        if not isinstance(node, ast.Assign):
            return
        for target in node.targets:
            if isinstance(target, ast.Name) and (kind := self._kind(node.value)):
                self.names[target.id] = kind
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for name, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(name, ast.Name) and (kind := self._kind(value)):
                        self.names[name.id] = kind

    def _kind(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            if node.attr in {"loc", "iloc"}:
                return self._kind(node.value)
            return FRAME if node.attr in frame_makers() else ""
        if isinstance(node, ast.Subscript):
            return self._kind_of_part(node)
        if isinstance(node, ast.IfExp):
            return self._kind(node.body) or self._kind(node.orelse)
        return self._kind_of_call(node) if isinstance(node, ast.Call) else ""

    def _kind_of_part(self, node: ast.Subscript) -> str:
        of, at = self._kind(node.value), node.slice
        if of == TABLES:
            return FRAME
        is_mask = isinstance(at, ast.Compare | ast.UnaryOp | ast.BinOp | ast.Call | ast.Name | ast.Slice)
        return FRAME if of and (isinstance(at, ast.List) or (is_mask and not self._texts(at))) else ""

    def _kind_of_call(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Name):
            return FRAME if node.func.id in frame_makers() else ""
        if not isinstance(node.func, ast.Attribute):
            return ""
        if ast.unparse(node.func) in {"pd.DataFrame", "pd.concat"} or node.func.attr == "heads":
            return FRAME
        return FRAME if node.func.attr in STAYS and self._kind(node.func.value) else ""

    def _make(self, node: ast.AST) -> None:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            self.made.update(self._texts(node.slice))
        if isinstance(node, ast.Dict):
            self.made.update(name for key in node.keys if key for name in self._texts(key))
        if isinstance(node, ast.Call):
            self.made.update(word.arg for word in node.keywords if word.arg)
            for word in node.keywords:
                if word.arg == "columns" and isinstance(node.func, ast.Attribute) and node.func.attr == "DataFrame":
                    self.made.update(self._texts(word.value))
                if word.arg == "columns" and isinstance(word.value, ast.Dict):
                    self.made.update(name for value in word.value.values for name in self._texts(value))

    def _ask(self, node: ast.AST) -> None:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and self._kind(node.value) == FRAME:
            at = node.slice
            columns = at.elts[1] if isinstance(at, ast.Tuple) and len(at.elts) == 2 else at
            self.asked.update(self._texts(columns))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS:
            named = dict(zip(ASKS[node.func.attr], node.args, strict=False))
            named |= {word.arg: word.value for word in node.keywords if word.arg}
            if self._kind(node.func.value) == FRAME:
                self.asked.update(*(self._texts(value) for name, value in named.items() if name in NAMING))

    def _texts(self, node: ast.expr) -> list[str]:
        """The bare strings an expression stands for; columns of tables are none."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if isinstance(node, ast.List | ast.Tuple):
            return [text for part in node.elts for text in self._texts(part)]
        if isinstance(node, ast.Starred):
            return self._texts(node.value)
        if isinstance(node, ast.Name) and node.id not in self.names:
            value = getattr(self.module, node.id, None)
            values = value if isinstance(value, tuple | list) else [value]
            return [each for each in values if isinstance(each, str) and not isinstance(each, Column)]
        return []


def outermost(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions of a module and methods of its classes, not what stands inside them."""
    for node in chain(tree.body, *(part.body for part in tree.body if isinstance(part, ast.ClassDef))):
        if isinstance(node, ast.FunctionDef):
            yield node


def bare_columns(path: Path) -> set[str]:
    """Columns that a module asks frames for and nobody declares."""
    module = modules().get(str(path))
    functions = outermost(trees()[path]) if module else ()
    return {name for node in functions for name in Function(node, module).bare()}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_column_crosses_a_function_as_a_bare_string(path: Path) -> None:
    assert not bare_columns(path)


ASKED = ["kept"]
SAMPLES = [
    ("def f(rows: pd.DataFrame): return rows['novel']", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows['order_no']", set()),  # declared
    ("def f(rows: pd.DataFrame): return rows.assign(novel=1)['novel']", set()),  # made here
    ("def f(rows: pd.DataFrame): rows['novel'] = 1; return rows['novel']", set()),
    ("def f(words: dict[str, str]): return words['novel']", set()),  # no frame
    ("def f(tables: Mapping[str, pd.DataFrame]): return tables['novel']['further']", {"further"}),
    ("def f(rows: pd.DataFrame): return rows[rows.x > 1].reset_index(drop=True)[['novel', 'order_no']]", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows.loc[rows.x > 1, 'novel']", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows.groupby('novel').size()", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows.sort_values(['novel'])", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows.merge(rows, on='novel')", {"novel"}),
    ("def f(rows: pd.DataFrame): return rows.merge(rows, 'left')", set()),
    ("def f(rows: pd.DataFrame): return rows[ASKED]", {"kept"}),  # a constant of the module
    ("def f(rows: pd.DataFrame):\n  def g(): return rows['novel']\n  return g", {"novel"}),
]


@pytest.mark.parametrize(("source", "bare"), SAMPLES)
def test_the_law_sees_what_a_function_asks_of_frames(source: str, bare: set[str]) -> None:
    (node,) = outermost(ast.parse(source))
    assert Function(node, sys.modules[__name__]).bare() == bare
