from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.support.pace import FEW, PACE
from tests.support.places import GOLDEN

QUICK_SECONDS = 5.0  # of processor time; quick tests take under 2 where they were written, other machines are slower


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden texts again; the diff is the review")
    parser.addoption("--few", action="store_true", help="of the cases of each test the first and the last")
    parser.addoption("--both-ways", action="store_true", help="fail when a rule is not asked both broken and kept")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--few"):
        PACE.shorter = FEW
        settings.register_profile("few", settings(max_examples=100 // FEW, deadline=None))
        settings.load_profile("few")
    if config.getoption("--both-ways"):
        from tests.support.both_ways import BothWays

        config.pluginmanager.register(BothWays(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --few every test function runs still, but its table is not gone through."""
    if not config.getoption("--few"):
        return
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    chosen = {item for found in cases.values() for item in (found[0], found[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


@pytest.fixture(autouse=True)
def pace(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is not marked slow runs no night and no command, and stays within a few seconds."""
    PACE.is_quick = request.node.get_closest_marker("slow") is None
    before = _processor_seconds()
    yield
    spent, is_quick, PACE.is_quick = _processor_seconds() - before, PACE.is_quick, False
    if is_quick and spent > QUICK_SECONDS:
        pytest.fail(f"{spent:.1f} seconds: mark this test slow, make it smaller or let cases share what they make")


def _processor_seconds() -> float:
    """Seconds of this process and of its children that ended, which a busy machine does not stretch."""
    return sum(os.times()[:4])


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden one of that name, or write it with --golden."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no {path.name}: run `make golden` and review it"
        assert text == path.read_text(encoding="utf-8")

    return check
