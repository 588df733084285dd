from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.excel.write import write
from pipeline.excel.write.links import is_link
from reports import WORKBOOKS
from tests.excel.write.test_workbook import run_info, sheet_rows
from tests.support import paper_frames

PATH = "函件/订单确认函_202605-003_甲.docx"


@pytest.mark.parametrize(
    ("path", "text", "can"),
    [
        (PATH, "发出确认函", True),
        ("函件/一#号.docx", "发出确认函", False),
        ("函件/5%20折.docx", "发出确认函", False),
        ("函" * 255, "发" * 255, True),
        ("函" * 256, "发", False),
        ("函", "发" * 256, False),
        ("函", "发" * 253 + '"', True),  # a quote counts twice
        ("函", "发" * 254 + '"', False),
        ("函", "两\n行", False),
    ],
)
def test_only_what_a_formula_can_hold_becomes_a_link(path: str, text: str, *, can: bool) -> None:
    assert is_link(path, text) is can


def test_a_matter_with_a_letter_opens_it_and_the_others_are_text(tmp_path: Path) -> None:
    matters = ["发出<确认函>", '催"客户"确认', "登记收款"]
    letters = [PATH, '函件/"甲"&乙.docx', None]
    todo = paper_frames.todo(3).assign(matter=matters, letter=letters, owner="林婉清")
    made = write(WORKBOOKS["todo"], paper_frames.tables() | {"todo": todo}, run_info(), tmp_path)
    tab = openpyxl.load_workbook(made).worksheets[0]
    held = {tab.cell(row, 4).value: tab.cell(row, 3) for row in range(6, 9)}
    shown = [held[f"202605-00{n}"] for n in range(3)]
    assert [cell.value for cell in shown] == [
        f'=HYPERLINK("{PATH}","发出<确认函>")',
        '=HYPERLINK("函件/""甲""&乙.docx","催""客户""确认")',
        "登记收款",
    ]
    assert [cell.font.underline for cell in shown] == ["single", "single", None]
    read = [row[2] for row in sheet_rows(made, tab.title) if row[3] in held]
    assert sorted(read) == sorted(matters)  # what every other program sees
