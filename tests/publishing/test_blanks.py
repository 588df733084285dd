"""Blank workbooks: what is filled in as they ask is accepted without a finding."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline import reading
from pipeline.ledger import ReceivedFile
from pipeline.publishing.blanks import write_blanks
from pipeline.rules.validation import validate
from reports.blanks import LEFT_OUT, LISTED, PRINTED, asked, fields
from schemas.incoming import examples
from schemas.incoming.kinds import KINDS
from schemas.language import spellings
from schemas.language.words import translate
from schemas.policy.policy import shipped
from schemas.table import PROVENANCE
from tests.support.filled_blanks import HEAD, fill

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    write_blanks(folder, request.param)
    return request.param, folder


def findings(*paths: Path, rows: int = 1) -> list[tuple[str, str, str]]:
    """Everything said of these workbooks before they are posted."""
    found, read = [], []
    for n, file in enumerate(reading.read_all([(path.name, path) for path in paths], 1)):
        found += [(file.name, each.rule, each.raw) for each in file.findings]
        if not file.refused:
            read.append((ReceivedFile("", file.name, "", 0, "", 0, id=n), file))
    for each in validate.validate_files(read, validate.Known(), shipped().rules):
        found += [(each.received.name, found.rule, found.raw) for found in each.findings]
        assert sum(counted["accepted"] for counted in each.counts.values()) == rows
    return found


@pytest.mark.parametrize("kind", LISTED)
def test_a_filled_list_is_accepted_without_a_finding(made: tuple[str, Path], kind: str, tmp_path: Path) -> None:
    lang, folder = made
    path = fill(folder / f"{translate(f'kind.{kind}', lang)}.xlsx", tmp_path / "list.xlsx", fields(kind, lang))
    assert findings(path) == []


@pytest.mark.parametrize("kind", PRINTED)
def test_a_filled_form_is_accepted_without_a_finding(made: tuple[str, Path], kind: str, tmp_path: Path) -> None:
    lang, folder = made
    name = translate("file.blank_form", lang).format(kind=translate(f"kind.{kind}", lang))
    assert findings(fill(folder / name, tmp_path / "form.xlsx", fields(kind, lang))) == []


def test_a_blank_one_says_only_that_it_is_blank(made: tuple[str, Path]) -> None:
    _, folder = made
    paths = sorted(folder.glob("*.xlsx"))
    found = {name: rule for name, rule, _ in findings(*paths, rows=0)}
    assert found == {path.name: "FILE-020" for path in paths}


@pytest.mark.parametrize("kind", LISTED)
def test_every_declared_field_is_asked_for(kind: str) -> None:
    declared = [c for c in KINDS[kind].columns if c not in PROVENANCE and f"{kind}.{c}" not in LEFT_OUT]
    assert [f.heading for f in fields(kind, "zh")] == [translate(f"{kind}.{c}", "zh") for c in declared]
    assert [f.is_required for f in fields(kind, "zh")] == [bool(c.spec.blank) for c in declared]
    assert all(f.example for f in fields(kind, "zh") if f.is_required)


def test_examples_are_of_fields_that_there_are() -> None:
    assert all(column in asked(kind) for kind, column in examples.load())


def test_choices_mean_every_meaning_once() -> None:
    channel = next(f for f in fields("orders", "zh") if f.heading == "接收渠道")
    meant = [spellings.group("choice.channel")[each] for each in channel.choices]
    assert len(meant) == len(set(meant))
    assert set(meant) == set(spellings.group("choice.channel").values()) - {""}


def test_headings_cannot_be_changed_and_cells_can_be_filled(made: tuple[str, Path]) -> None:
    lang, folder = made
    page = openpyxl.load_workbook(folder / f"{translate('kind.orders', lang)}.xlsx").worksheets[0]
    assert page.protection.sheet
    assert page.cell(HEAD, 1).protection.locked
    assert not page.column_dimensions["A"].protection.locked
    lists = [each for each in page.data_validations.dataValidation if each.type == "list"]
    assert lists
    assert all(each.errorStyle == "warning" for each in lists)
    assert all(len(each.prompt or "") <= 255 and len(each.promptTitle or "") <= 32 for each in lists)


def test_the_same_declarations_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = ([p.read_bytes() for p in write_blanks(tmp_path / name, "zh")] for name in "ab")
    assert one == other
