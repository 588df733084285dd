from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.places import GOLDEN


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden texts anew; the diff is the review")
    parser.addoption("--few", action="store_true", help="of the cases of each test the first and the last")
    parser.addoption("--both-ways", action="store_true", help="fail when a rule is not asked both broken and kept")


def pytest_configure(config: pytest.Config) -> None:
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
    chosen = {item for each in cases.values() for item in (each[0], each[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


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
