from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.support.pace import FEW, PACE, processor_seconds
from tests.support.places import GOLDEN
from tests.support.shares import commit, number_of, share

LONG = ("slow", "corpus", "kill", "libreoffice")
LONG_PARTS = 6
QUICK_SECONDS = 5.0  # of processor time, two cases of each; quick tests take under 1 where they were written


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden texts again; the diff is the review")
    parser.addoption("--few", action="store_true", help="of the cases of each test the first and the last")
    parser.addoption("--share", action="store_true", help="of the long suites the share that the commit chooses")
    parser.addoption("--both-ways", action="store_true", help="fail when a rule is not asked both broken and kept")


@pytest.hookimpl(tryfirst=True)  # before the plugin of hypothesis looks for its seed
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--share"):
        asked = config.option.share  # workers are told the commit by the controller
        PACE.commit = config.option.share = asked if isinstance(asked, str) else commit()
        if config.getoption("hypothesis_seed", None) is None:
            config.option.hypothesis_seed = str(number_of(PACE.commit, "hypothesis"))
    if config.getoption("--few"):
        PACE.shorter = FEW
        settings.register_profile("few", settings(max_examples=100 // FEW, deadline=None))
        settings.load_profile("few")
    if config.getoption("--both-ways"):
        from tests.support.both_ways import BothWays

        config.pluginmanager.register(BothWays(config))


def pytest_report_header(config: pytest.Config) -> str:
    if PACE.commit is None:
        return "long suites: whole"
    return f"long suites: the share of commit {PACE.commit[:12]}, 1 in {LONG_PARTS}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if PACE.commit is not None:
        _keep(config, items, _shared(items))
    if config.getoption("--few"):
        _keep(config, items, _first_and_last(items))


def _keep(config: pytest.Config, items: list[pytest.Item], chosen: set[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def _shared(items: list[pytest.Item]) -> set[pytest.Item]:
    """All quick tests, and of the long ones those whose turn it is; those that share what they look at go together."""
    long = [item for item in items if _is(item, *LONG) and not _is(item, "own_share")]
    units: dict[str, list[pytest.Item]] = {}
    for item in long:
        units.setdefault(item.nodeid.partition("::")[0] if _looks_at_shared(item) else item.nodeid, []).append(item)
    chosen = {item for unit in share("cases", sorted(units), LONG_PARTS) for item in units[unit]}
    return {*items} - {*long} | chosen


def _is(item: pytest.Item, *markers: str) -> bool:
    return any(item.get_closest_marker(name) for name in markers)


def _looks_at_shared(item: pytest.Item) -> bool:
    found = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(fixture.scope == "module" for each in found.values() for fixture in each)


def _first_and_last(items: list[pytest.Item]) -> set[pytest.Item]:
    """Every test function runs still, but its table is not gone through."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    whole = {item for item in items if _is(item, "all_cases")}
    return whole | {item for found in cases.values() for item in (found[0], found[-1])}


@pytest.fixture(autouse=True)
def pace(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is not marked slow runs no night and no command, and stays within a few seconds (`--few`)."""
    PACE.is_quick = not _is(request.node, *LONG)
    before = processor_seconds() - PACE.shared
    yield
    spent, is_quick, PACE.is_quick = processor_seconds() - PACE.shared - before, PACE.is_quick, False
    is_timed = PACE.shorter == FEW and sys.gettrace() is None  # sweeps are longer elsewhere, and measuring coverage is
    if is_quick and is_timed and spent > QUICK_SECONDS:
        pytest.fail(f"{spent:.1f} seconds: mark this test slow, make it smaller or let cases share what they make")


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
