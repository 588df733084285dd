"""A plugin for whole runs: every rule is asked by one test both where it is broken and where it is kept.

`pytest --both-ways` notes, test function by test function, what each rule answered of the rows it was asked about, and
fails the run when a rule that looks at the night has no test that got both answers: the last value that passes without
the first that breaks proves nothing. Whole nights do not count, they ask everything of everything; nor do long tests:
which of them a run takes is drawn by its commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.rules import registry
from pipeline.rules.families import CHECKS
from schemas.policy import rules

if TYPE_CHECKING:
    from pipeline.rules.context import RuleContext
    from pipeline.rules.registry import Check
    from schemas.derived.finding import Finding
    from schemas.policy.rules import Rule

ANSWERS = "answers"
LONG = ("slow", "corpus", "kill", "libreoffice")
WHOLE = ("tests/nights/", "tests/demo/", "tests/laws/test_house.py", "tests/rules/test_helpers_missing_lists.py")
Answer = tuple[str, str, bool]  # rule, test function, whether it was broken


class BothWays:
    """Notes answers in every worker; the controller adds them up."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.test = ""
        self.answers: set[Answer] = set()
        self.asks = registry.evaluate
        registry.evaluate = self.ask  # type: ignore[assignment]

    def ask(self, judgment: Check, rule: Rule, context: RuleContext) -> Iterator[Finding]:
        """As the rule book does, all at once."""
        found = list(self.asks(judgment, rule, context))
        if self.test:
            rows = sum(len(context[each.table or rule.table]) for each in (judgment, *judgment.also))
            if found:
                self.answers.add((rule.id, self.test, True))
            if len(found) < rows:
                self.answers.add((rule.id, self.test, False))
        return iter(found)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """A test with parameters is one function."""
        file, _, name = item.nodeid.partition("::")
        is_long = any(item.get_closest_marker(marker) for marker in LONG)
        self.test = "" if is_long or file.startswith(WHOLE) else f"{file}::{name.partition('[')[0]}"

    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker noted."""
        self.answers |= {(rule, test, answer) for rule, test, answer in node.workeroutput.get(ANSWERS, ())}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Workers hand over, the controller judges."""
        worker = getattr(self.config, "workeroutput", None)
        if worker is not None:
            worker[ANSWERS] = sorted(self.answers)
        elif lacking := one_way(self.answers):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"\nrules that no test asks both ways: {' '.join(lacking)}")  # noqa: T201 - the end of the run


def one_way(answers: set[Answer]) -> list[str]:
    """Live rules with a predicate that no test function saw both broken and kept."""
    asked = {rule for rule, test, broken in answers if broken and (rule, test, False) in answers}
    return [rule for rule, row in rules.load().items() if row.is_live and rule in CHECKS.keys() - asked]
