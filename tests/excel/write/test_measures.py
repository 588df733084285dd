from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.excel.run_info import RunInfo
from pipeline.excel.write.workbook import write_workbooks
from reports import WORKBOOKS
from tests.support import paper_frames as made
from tests.support.golden_text import opened

SOFFICE = shutil.which("soffice")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
VOLATILE = "NOW()"
EPOCH = datetime(1899, 12, 30)
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]


def recalculated(paths: list[Path], folder: Path) -> Path:
    """The workbooks saved again by LibreOffice after a hard recalculation."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    saved = folder / "saved"
    command = [str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(saved), *map(str, paths)], check=True, capture_output=True, timeout=240)
    return saved


def same(ours: object, theirs: object) -> bool:
    ours, theirs = (number(value) for value in (ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(ours))
    return ours == theirs


def number(value: object) -> object:
    if isinstance(value, datetime):
        return (value - EPOCH) / timedelta(days=1)
    return float(value) if isinstance(value, int | float) else value


SIGNS = ("甲*公司", "甲乙公司", "甲?公司", "甲~公司", "甲~*公司")  # of criteria, none of them means more than itself
CRITERIA = ("00123", "123", ">0", "<>", "1e2", "100", "=甲", "~", "*", "TRUE", '"', "2026-05-31", " 甲", "甲")


@pytest.mark.parametrize("names", [SIGNS, CRITERIA[:5], CRITERIA[5:10], CRITERIA[9:]])
def test_a_name_counts_only_itself_whatever_signs_it_has(names, tmp_path, monkeypatch):
    monkeypatch.setattr(made, "CUSTOMERS", names)
    monkeypatch.setattr(made, "SALES", names[:3])
    test_every_formula_gives_the_value_we_wrote(made.tables, "zh", tmp_path)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("frames", [made.tables, made.empty_tables])
def test_every_formula_gives_the_value_we_wrote(frames, lang, tmp_path):
    paths = list(write_workbooks(WORKBOOKS, frames(), RunInfo("A&B", made.AS_OF, "R1", lang), tmp_path))
    saved = recalculated(paths, tmp_path)
    checked, wrong = 0, []
    for path in paths:
        formulas, ours, theirs = opened(path), opened(path, values=True), opened(saved / path.name, values=True)
        for sheet in formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type != "f" or VOLATILE in str(cell.value):
                        continue
                    checked += 1
                    pair = ours[sheet.title][cell.coordinate].value, theirs[sheet.title][cell.coordinate].value
                    if not same(*pair):
                        wrong.append((path.name, sheet.title, cell.coordinate, cell.value, *pair))
    assert not wrong
    assert checked > 400 or frames is made.empty_tables


def test_a_wrong_value_would_be_found(tmp_path):
    path = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 3)
    assert opened(recalculated([path], tmp_path) / path.name, values=True).worksheets[0]["A1"].value == 2
