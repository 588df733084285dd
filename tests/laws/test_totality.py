"""Whatever is looked up by a key that is made elsewhere has an answer for every key that can be made.

Keys are declared once: as a `Literal` (`Why`, `Severity`), as an axis of `states.csv`, or as rows of a policy table.
Tables and families of words are found in the source, so that a new one is asked as well.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from typing import Any, get_args

import pytest

from pipeline.complaints import SILENT
from pipeline.receivables.ladder import WAITING
from schemas.derived.receivables import BUCKETS
from schemas.derived.status import STAGES
from schemas.incoming.complaints import Complaints
from schemas.incoming.foreign import foreign_tables
from schemas.incoming.kinds import KINDS
from schemas.incoming.reminders import Reminders
from schemas.language import spellings
from schemas.language.words import load
from schemas.policy import ladder, questions, routing, rules, states, timers
from tests.support.source import modules

FAMILY = re.compile(r"(?:[a-z]\w*\.)+(?:[a-z]+_)?")
RULES, TIMERS, RUNGS = tuple(rules.load().values()), timers.load(), tuple(ladder.load())


@cache
def enumerations() -> dict[str, frozenset[str]]:
    """Every declared set of keys by its name: literals of texts anywhere, the axes of states."""
    found = {axis: frozenset(known) for axis, known in states.load().items()}
    for module in modules().values():
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Literal["):
                name = ast.unparse(node.targets[0])
                found[name] = frozenset(get_args(getattr(import_module(module.name), name)))
    return found


def choices(column: Any) -> frozenset[str]:
    return frozenset(spellings.group(column.spec.choices).values())


def departments() -> frozenset[str]:
    table = routing.load()
    named = {rule.owner for rule in RULES} | {timer.owner for timer in TIMERS} - set(timers.ROLES)
    named |= {rung.owner for rung in RUNGS} - {"sales_owner"}
    named |= {state.dept for axis in states.load().values() for state in axis.values()}
    return frozenset(named | set(table.dept.values())) - {""}


def bound() -> dict[str, frozenset[str]]:
    """Families whose keys are rows of a table, by what their words begin with."""
    steps = {state.step for axis in states.load().values() for state in axis.values()} | {rung.key for rung in RUNGS}
    steps |= {"find_due", *WAITING.values(), *enumerations()["FactStep"]}
    return {
        "answer": frozenset(key for question in questions.load().values() for key in question.answers),
        "base": frozenset("OSDIAT"),
        "basis": frozenset(rule.basis for rule in RULES),
        "bucket": frozenset(BUCKETS),
        "channel": choices(Reminders.channel) | {"_".join(rung.channels) for rung in RUNGS} - {""},
        "clock": frozenset(timer.key for timer in TIMERS),
        "complaint_severity": frozenset(timers.COMPLAINT_SEVERITIES),
        "complaint_type": choices(Complaints.complaint_type),
        "dept": departments(),
        "document": frozenset(rung.document for rung in RUNGS) - {""},
        "ended": enumerations()["Ending"],
        "foreign": frozenset(each.table for each in foreign_tables()),
        "group": frozenset(STAGES),
        "kind": frozenset(KINDS),
        "level": frozenset(rung.key for rung in RUNGS),
        "page.f_": enumerations()["FileState"],
        "paper.unit": frozenset(rule.unit for rule in RULES) - {""},
        "question": enumerations()["QuestionState"],
        "reason": frozenset(key for key in states.load()["order"] if not key.startswith("hold_")) - {"completed"},
        "role": (frozenset(timer.escalates_to for timer in TIMERS) | frozenset(timers.ROLES)) - {""},
        "severity2": frozenset(timers.COMPLAINT_SEVERITIES),
        "stage": frozenset(STAGES),
        "step": frozenset(steps | {f"c_{key}" for key in states.load()["complaint"] if key not in SILENT}) - {""},
        "type": choices(Complaints.complaint_type),
        "unit": frozenset(rule.unit for rule in RULES) - {""},
        "unit_c": frozenset(timers.UNITS),
        "weekday": frozenset("0123456"),
        "why_c": frozenset(states.load()["complaint"]),
    }


# families whose keys stand in the source beside the call, or are names of columns, files and rules
WRITTEN = frozenset(
    "about blank cli col complaints customer do doctor doctor.check enter explain file.letter group handover law "
    "handover.h_ look look.letter_ mark order_number page page.h_ page.k_ page.t_ policy policy.h_ policy.scope_ "
    "policy.way_ "
    "progress satisfaction say settings shown slot stands state.file term timer wide wrong phrase.invoice_ ".split()
)


def families() -> dict[str, str]:
    """Every family of words whose last part is filled in, and where."""
    found = {}
    for module in modules().values():
        for node in ast.walk(module.tree):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            head = parts[0].value if len(parts) == 2 and isinstance(parts[0], ast.Constant) else ""
            if FAMILY.fullmatch(str(head)) and not isinstance(parts[1], ast.Constant):
                found[str(head).removesuffix(".")] = module.name
            if isinstance(node, ast.keyword) and node.arg == "says" and isinstance(node.value, ast.Constant):
                found[str(node.value.value)] = module.name
    return {family: name for family, name in found.items() if family}


def keys_of(family: str) -> frozenset[str] | None:
    """What is filled in: of the literal that bears the family's name, of the axis, else of the table it is bound to."""
    named = "".join(part.capitalize() for part in family.removeprefix("paper.").split("_"))
    known = enumerations()
    return bound().get(family, known.get(named, known.get(family)))


def test_every_family_of_words_is_bound_to_the_keys_that_its_maker_may_make() -> None:
    unbound = {family: at for family, at in families().items() if keys_of(family) is None and family not in WRITTEN}
    assert unbound == {}, "families of words filled in with keys that are declared nowhere"


@pytest.mark.parametrize("family", sorted(family for family in families() if keys_of(family) is not None))
def test_a_family_of_words_has_a_word_for_every_key(family: str) -> None:
    join = "" if family.endswith("_") else "."
    made = [key for key in sorted(keys_of(family) or ()) if family not in states.AXES]
    spelt = {key: {f"{family}{join}{key}", f"paper.{family}{join}{key}"} for key in made}
    assert [key for key, words in spelt.items() if not words & set(load())] == []


def tables() -> dict[str, dict[Any, Any]]:
    """Every dictionary at the head of a module, by module and name."""
    found = {}
    for module in modules().values():
        for node in module.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = ast.unparse(target)
                found[f"{module.name}.{name}"] = getattr(import_module(module.name), name)
    return found


def annotated() -> dict[str, frozenset[str]]:
    """Dictionaries that are said to be keyed by a declared set of keys."""
    found = {}
    for module in modules().values():
        for node in module.tree.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
                key = re.match(r"(?:dict|Mapping)\[(\w+),", ast.unparse(node.annotation))
                if key and key[1] in enumerations():
                    found[f"{module.name}.{ast.unparse(node.target)}"] = enumerations()[key[1]]
    return found


def looked_up() -> frozenset[str]:
    """Names of dictionaries that somewhere answer to a key that is not written there."""
    return frozenset(
        node.value.attr if isinstance(node.value, ast.Attribute) else ast.unparse(node.value)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant)
    )


@pytest.mark.parametrize("name", sorted(annotated()))
def test_a_table_by_declared_keys_has_them_all(name: str) -> None:
    assert annotated()[name] - set(tables()[name]) == set()


def test_a_table_that_is_asked_for_any_key_has_all_of_its_set() -> None:
    asked, partial = looked_up(), {}
    for name, table in tables().items():
        keys = {key for key in table if isinstance(key, str)}
        wider = [known for known in enumerations().values() if keys <= known]
        if name.rpartition(".")[2] in asked and len(keys) > 1 and len(keys) == len(table) and wider:
            partial[name] = min(wider, key=len) - keys
    assert {name: missing for name, missing in partial.items() if missing} == {}


def test_the_law_finds_a_table_that_lacks_a_reason() -> None:
    assert {"pipeline.night.todo.lines.STRAY", "pipeline.receivables.ladder.WAITING"} <= set(annotated())
    assert "STRAY" in looked_up()
    assert {"why", "wait", "severity", "page.f_"} <= set(families())
