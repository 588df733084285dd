"""What is changed: one operator, number, condition or decorator at a time, by cosmic-ray's operators.

Only exchanges that somebody might have written are made: ``<`` for ``<=``, ``|`` for ``&``. What makes nonsense of a
mask (``&`` to ``<<``) stops every test that runs the line and would only flatter the share; ``*`` of two masks is the
same as ``&``, nobody writes ``^`` for ``|`` (nor could a test tell where both are never true), and texts have no order
that anybody means by ``<``.

Left out because no test can notice it: type annotations and imports for types, which are never evaluated; the keeping
of what was worked out once (`CACHES`); and promises about our own code that hold as long as it is right (`GUARDS`).
"""

from __future__ import annotations

import ast
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from benchmarks.apart import Mutant

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCHANGED = {
    "Eq": ("NotEq",),
    "NotEq": ("Eq",),
    "Lt": ("LtE", "GtE", "NotEq"),
    "LtE": ("Lt", "Gt", "NotEq"),
    "Gt": ("GtE", "LtE", "NotEq"),
    "GtE": ("Gt", "Lt", "NotEq"),
    "Is": ("IsNot",),
    "IsNot": ("Is",),
}
COMPUTED = {
    "Add": ("Sub",),
    "Sub": ("Add",),
    "Mul": ("Div", "FloorDiv"),
    "Div": ("Mul", "FloorDiv"),
    "FloorDiv": ("Div", "Mul"),
    "Mod": ("FloorDiv",),
    "Pow": ("Mul",),
    "BitAnd": ("BitOr",),
    "BitOr": ("BitAnd",),
}
OTHERS = (
    *("AddNot", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop", "ExceptionReplacer"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *("ReplaceUnaryOperator_Delete_Invert", "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub"),
)
OPERATORS = (
    *OTHERS,
    *(f"ReplaceComparisonOperator_{one}_{other}" for one, others in EXCHANGED.items() for other in others),
    *(f"ReplaceBinaryOperator_{one}_{other}" for one, others in COMPUTED.items() for other in others),
)
CACHES = ("cache", "lru_cache", "once_a_night")
GUARDS = ("strict", "frozen")  # zip's and dataclass's

Position = tuple[int, int]
Span = tuple[Position, Position]


def mutants(module: str) -> list[Mutant]:
    """Every wrong of a module that a test could notice, in order of place."""
    source = Path(module).read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    never = [*_unnoticeable(tree)]
    found = {}
    for first, last in _statements(tree):
        for begin, name, changed in _changes("".join(lines[first - 1 : last])):
            at = begin[0] + first - 1, begin[1]
            whole = "".join([*lines[: first - 1], changed, *lines[last:]])
            if whole not in found and not any(a <= at < b for a, b in never) and _is_wrong(lines[at[0] - 1], at, whole):
                found[whole] = at, name, _mutant(module, tree, at, source, whole)
    return [mutant for _, _, mutant in sorted(found.values(), key=lambda one: one[:2])]


def _changes(source: str) -> Iterator[tuple[Position, str, str]]:
    nodes = [*ast_nodes(get_ast(source))]
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [span for node in nodes for span in operator.mutation_positions(node)]
        for occurrence, (begin, _) in enumerate(places):
            if (changed := mutate_code(source, operator, occurrence)) is not None:
                yield begin, name, changed


def _statements(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of every statement of the module, decorators included."""
    for node in tree.body:
        decorators = getattr(node, "decorator_list", [])
        yield min([node.lineno, *(decorator.lineno for decorator in decorators)]), node.end_lineno or node.lineno


def _mutant(module: str, tree: ast.Module, begin: Position, source: str, changed: str) -> Mutant:
    before, after = _differing(source.splitlines(), changed.splitlines())
    function = next((name for name, (first, last) in _functions(tree) if first <= begin < last), "")
    names = frozenset() if function else frozenset(_defined(tree, begin[0]))
    return Mutant(module, begin[0], function, names, before, after, changed)


def _differing(one: list[str], other: list[str]) -> tuple[str, str]:
    """The lines that are not alike, each as one line without its indent."""
    first = len([*takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))])
    rest = zip(reversed(one[first:]), reversed(other[first:]), strict=False)
    last = len([*takewhile(lambda pair: pair[0] == pair[1], rest)])
    before, after = (" ".join(line.strip() for line in lines[first : len(lines) - last]) for lines in (one, other))
    return before, after


def _functions(tree: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, Span]]:
    """The bodies of functions and methods; what stands in their headings shows at import."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            yield within + node.name, ((first.lineno, first.col_offset), _end(node))
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{within}{node.name}.")


def _defined(tree: ast.Module, line: int) -> Iterator[str]:
    """What the statement of a module defines that this line belongs to."""
    for node, (first, last) in zip(tree.body, _statements(tree), strict=True):
        if first <= line <= last:
            named = [
                name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            ]
            yield from [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else named


def _unnoticeable(tree: ast.Module) -> Iterator[Span]:
    """Where types are written, and where code promises something about itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield (node.lineno, node.col_offset), _end(node)
        if isinstance(node, ast.keyword) and node.arg in GUARDS:
            yield (node.lineno, node.col_offset), _end(node)
        for part in filter(None, [getattr(node, "annotation", None), getattr(node, "returns", None)]):
            yield (part.lineno, part.col_offset), _end(part)


def _end(node: ast.stmt | ast.expr | ast.keyword) -> Position:
    return node.end_lineno or 0, node.end_col_offset or 0


def _is_wrong(line: str, at: Position, changed: str) -> bool:
    """Neither a cache taken away, nor a star that multiplies nothing, nor what is no Python."""
    if any(line.strip().startswith(f"@{cache}") for cache in CACHES) or line[at[1] :].startswith(("*, ", "*args")):
        return False
    try:
        ast.parse(changed)
    except SyntaxError:
        return False
    return True
