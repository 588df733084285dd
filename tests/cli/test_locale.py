"""Every message to the operator is worded, in both languages, wherever it is raised."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from pipeline.cli.console import format_error
from pipeline.cli.locale import language_here
from pipeline.core.errors import CommandError, NightError, NightRunning, NothingPublished, SettingsError
from schemas.language.words import load
from tests.support.places import ROOT

PIPELINE = ROOT / "pipeline"
RAISED = {kind.__name__: kind for kind in (CommandError, SettingsError, NothingPublished, NightRunning)}


def raised() -> list[tuple[str, str]]:
    """Keys that are raised with their words written out: (what is wrong, what to do)."""
    calls = [
        node
        for path in PIPELINE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    made = []
    for call in calls:
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        said = [each.value for each in call.args if isinstance(each, ast.Constant)]
        if name in RAISED and len(call.args) == 3:
            made.append((str(said[-2]) if len(said) > 1 else "", str(said[-1])))
        elif name in ("wrong", "_bad") and said:
            made.append((str(said[0]), "correct_cell" if name == "wrong" else "correct_line"))
    return made


def test_every_message_that_is_raised_has_its_words() -> None:
    found = raised()
    assert len(found) > 20
    keys = {f"wrong.{wrong}" for wrong, _ in found if wrong} | {f"do.{do}" for _, do in found}
    assert keys - set(load()) == set()


def test_every_word_for_a_message_is_used() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PIPELINE.rglob("*.py"))
    keys = [key for key in load() if key.startswith(("wrong.", "do."))]
    assert [key for key in keys if f'"{key.partition(".")[2]}"' not in source] == []


@pytest.mark.parametrize("kind", RAISED.values(), ids=lambda kind: kind.__name__)
def test_a_message_says_where_what_and_how_things_stand(kind: type[NightError]) -> None:
    error = kind("C5", "no_flag", "correct_cell", value="两天")
    zh, en = format_error(error, "zh"), format_error(error, "en")
    assert zh.startswith("nightdesk: C5：「两天」应是「是」或「否」\n  怎么办：改好这个单元格")
    assert en.startswith("nightdesk: C5: “两天” must be yes or no\n  do: correct the cell")
    assert len(zh.splitlines()) == len(en.splitlines()) == (3 if kind.state else 2)


@pytest.mark.parametrize(
    ("words", "settings", "lang"),
    [
        ([], "", "zh"),
        ([], 'language = "en"', "en"),
        (["--lang", "zh"], 'language = "en"', "zh"),
        (["--lang=en"], 'language = "zh"', "en"),
        ([], 'language = "fr"', "zh"),
        ([], "language = ", "zh"),
    ],
)
def test_a_message_speaks_the_language_of_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], settings: str, lang: str
) -> None:
    (tmp_path / "nightdesk.toml").write_text(settings, encoding="utf-8")
    monkeypatch.delenv("NIGHTDESK_LANG", raising=False)
    monkeypatch.setattr(sys, "argv", ["nightdesk", "run", "--workspace", str(tmp_path), *words])
    assert language_here() == lang
