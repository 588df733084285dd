from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipeline.excel.run_info import RunInfo
from pipeline.excel.write.workbook import write_workbook, write_workbooks
from reports import WORKBOOKS
from reports.shape import Sheet
from schemas.language.words import load
from tests.support import paper_frames as made
from tests.support.golden_text import dumped, opened
from tests.support.places import GOLDEN

PROMISED = {  # product.md §4
    (
        "tracking",
        "订单跟踪",
    ): "订单编号, 客户名称, 销售负责人, 下单日期, 交货日期, 订单金额, 订单状态, 交期状态, 付款状态, 开票状态, "
    "备货计划, 备货实际, 质检计划, 质检实际, 发货计划, 发货实际, 签收计划, 签收实际, 延误工作日, "
    "物流单号, 未结投诉, 下一步, 责任人, 期限, 依据",
    (
        "findings",
        "异常",
    ): "异常编号, 规则, 级别, 文件, 工作表, 单元格, 行, 列名, 原值, 问题, 处理办法, 负责人, 期限, 首次发现, 已等天数, "
    "今晚处理, 更正值*, 说明*",
    (
        "receivables",
        "逾期明细",
    ): "订单编号, 期次, 客户名称, 销售负责人, 付款方式, 到期日, 逾期天数, 账龄, 应收金额, 已收金额, 未收余额, "
    "争议金额, 催款阶段, 滞纳金, 上次提醒, 下一步*, 承诺付款日*, 备注*, 停催至*, 停催原因*, 依据",
    (
        "receivables",
        "账龄",
    ): "客户名称, 未到期, 1-14天, 15-30天, 31-60天, 61-90天, 91-180天, 181-365天, 365天以上, 无到期日, 未核销, 合计",
    (
        "complaints",
        "投诉跟踪",
    ): "投诉编号, 投诉时间, 客户名称, 订单编号, 涉及产品, 投诉类型, 投诉等级, 责任部门, 责任人, 投诉状态, 当前步骤, "
    "步骤截止, 是否超时, 下次运行前将超时, 方案, 回访满意度, 备注*, 依据",
    ("todo", "全部"): "责任人, 部门, 事项, 对象, 客户名称, 期限, 是否超时, 规则, 依据, 完成*",
}
PROMISED["receivables", "应收明细"] = PROMISED["receivables", "逾期明细"]
TABS = {
    "tracking": ["概览", "订单跟踪", "延误", "不可抗力排序", "依据"],
    "receivables": ["汇总", "逾期明细", "应收明细", "账龄", "催款", "未核销", "滞纳金", "核对"],
    "complaints": ["概览", "投诉跟踪", "时限", "处理过程", "依据"],
}


def run_info(lang: str = "zh") -> RunInfo:
    return RunInfo("杭州示例 & 制造有限公司", made.AS_OF, "R20260531-0200", lang)


def written(key: str, folder: Path, tables=None, lang: str = "zh") -> Path:
    return write_workbook(WORKBOOKS[key], tables or made.tables(), run_info(lang), folder)


def sheet_rows(path: Path, tab: str) -> list[list[object]]:
    return [list(row) for row in opened(path, values=True)[tab].iter_rows(values_only=True)]


def head_row(rows: list[Any], heading: object) -> int:
    return next(place for place, row in enumerate(rows) if heading in row)


@pytest.mark.parametrize(("key", "tab"), PROMISED)
def test_headings_stand_in_full_as_promised(key, tab, tmp_path):
    wanted = PROMISED[key, tab].split(", ")
    rows = sheet_rows(written(key, tmp_path), tab)
    heading = [cell for cell in rows[head_row(rows, wanted[0])] if cell]
    assert not set(wanted) - set(heading)
    assert len(set(heading)) == len(heading)


@pytest.mark.parametrize("key", TABS)
def test_tabs_stand_in_the_promised_order(key, tmp_path):
    names = opened(written(key, tmp_path)).sheetnames
    assert names == [*TABS[key], "_base"]


def test_every_word_of_a_paper_is_said_in_both_languages():
    for book in WORKBOOKS.values():
        for sheet in book.sheets:
            words = [sheet.tab, sheet.title, sheet.hint]
            words += [column.word for column in sheet.columns] if isinstance(sheet, Sheet) else []
            for word in words:
                assert load()[word].zh
                assert load()[word].en


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", WORKBOOKS)
def test_headings_differ_within_a_sheet(key, lang):
    for sheet in WORKBOOKS[key].lists:
        said = [load()[column.word].text(lang).casefold() for column in sheet.columns]
        assert len(set(said)) == len(said), sheet.key


@pytest.mark.parametrize("key", WORKBOOKS)
def test_same_input_gives_same_bytes(key, tmp_path):
    (tmp_path / "again").mkdir()
    first, again = written(key, tmp_path), written(key, tmp_path / "again")
    assert first.read_bytes() == again.read_bytes()


def test_shuffled_rows_give_the_same_bytes(tmp_path):
    (tmp_path / "again").mkdir()
    shuffled = {name: frame.sample(frac=1, random_state=7) for name, frame in made.tables().items()}
    for key in WORKBOOKS:
        first, again = written(key, tmp_path), written(key, tmp_path / "again", shuffled)
        assert dumped(first) == dumped(again)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", WORKBOOKS)
def test_empty_tables_give_sheets_that_say_so(key, lang, tmp_path):
    path = written(key, tmp_path, made.empty_tables(), lang)
    book = opened(path, values=True)
    said = load()["hint.nothing"].text(lang)
    for sheet in WORKBOOKS[key].lists:
        if sheet.is_optional:
            assert load()[sheet.tab].text(lang) not in book.sheetnames
        elif not sheet.split:
            assert said in {cell for row in book[load()[sheet.tab].text(lang)].values for cell in row}


def test_text_from_cells_never_becomes_formula_link_or_number(tmp_path):
    path = written("findings", tmp_path)
    book = opened(path)
    sheet = book["异常"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = head_row(rows, "原值")
    column = rows[head].index("原值")
    cells = [sheet.cell(place + 1, column + 1) for place in range(head + 1, len(rows))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    wanted = {text.replace("\a", "�") for text in made.INJECTED}
    assert {cell.value for cell in cells} == wanted


def test_text_that_looks_like_the_writers_own_markup_stays_text(tmp_path):
    owed = made.receivables()
    owed["customer_name"] = "<r><t>x</t></r>"
    book = opened(written("receivables", tmp_path, made.tables() | {"receivables": owed}))
    assert "<r><t>x</t></r>\u200b" in {cell.value for row in book["应收明细"].iter_rows() for cell in row}


def test_sheets_named_after_people_survive_any_name(tmp_path):
    names = opened(written("findings", tmp_path)).sheetnames
    assert names[:2] == ["汇总", "异常"]
    assert {"王敏", "李__强~___1_", "=1+1"} <= set(names)
    assert names[-2:] == ["规则说明", "_base"]


def test_sheet_of_a_person_with_a_very_long_name_has_a_title_that_fits(tmp_path):
    judged = made.findings().assign(owner="长" * 32_000)
    book = opened(written("findings", tmp_path, made.tables() | {"findings": judged}))
    assert book["长" * 31]["A1"].value.endswith(" · " + "长" * 60)


def test_staff_cells_stand_in_the_notes_and_keys_at_the_far_right(tmp_path):
    path = written("receivables", tmp_path)
    rows = sheet_rows(path, "逾期明细")
    head = rows[head_row(rows, "订单编号")]
    assert head[-1] == "系统键"
    assert rows[-1][-1] == f"{rows[-1][0]}#{rows[-1][1]}"
    notes = sheet_rows(path, "_base")
    assert notes[0] == ["run_id", "sheet", "key", "heading", "value"]
    assert ["R20260531-0200", None, None, "workbook", "receivables"] in notes
    assert ["R20260531-0200", "应收明细", "202502-001#2", "承诺付款日*", "2026-05-27"] in notes
    assert opened(path)["_base"].sheet_state == "veryHidden"


def test_orphans_get_a_sheet_of_their_own_workbook_only(tmp_path):
    lost = {"workbook": "todo", "sheet": "全部", "key": "k", "heading": "完成*", "value": "已完成", "person": "王敏"}
    tables = made.tables() | {"orphans": pd.DataFrame([lost], dtype="str")}
    assert "待认领" in opened(written("todo", tmp_path, tables)).sheetnames
    assert "待认领" not in opened(written("tracking", tmp_path, tables)).sheetnames


def test_totals_are_exact_to_the_fen(tmp_path):
    owed = made.receivables()
    rows = sheet_rows(written("receivables", tmp_path), "应收明细")
    head = head_row(rows, "订单编号")
    column = rows[head].index("未收余额")
    assert rows[head - 1][column] == rows[head - 2][column] == int(owed["open_fen"].sum()) / 100


def test_every_workbook_is_given_back_as_it_is_finished(tmp_path):
    paths = list(write_workbooks(WORKBOOKS, made.tables(4), run_info(), tmp_path, 2))
    assert [path.name for path in paths] == [run_info().text(book.file) for book in WORKBOOKS.values()]


@pytest.mark.slow
def test_workbooks_written_in_parallel_have_the_same_bytes(tmp_path, monkeypatch):
    (tmp_path / "parallel").mkdir()
    alone = write_workbooks(WORKBOOKS, made.tables(4), run_info(), tmp_path, 1)
    monkeypatch.setattr("pipeline.excel.write.workbook.WORTHWHILE", 0)
    together = write_workbooks(WORKBOOKS, made.tables(4), run_info(), tmp_path / "parallel", 2)
    pairs = zip(sorted(together), sorted(alone), strict=True)
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)


@pytest.mark.parametrize("key", WORKBOOKS)
def test_workbook_is_as_reviewed(key, tmp_path, golden):
    golden(f"workbook_{key}", dumped(written(key, tmp_path, made.tables(5))))


def test_no_golden_text_is_left_over():
    found = {path.stem for path in GOLDEN.glob("workbook_*.txt")}
    assert found == {f"workbook_{key}" for key in WORKBOOKS}


def test_complaint_without_a_number_is_known_by_a_mark_of_its_own(tmp_path):
    held = made.cases(3)
    held.loc[1, "complaint_no"] = None
    rows = sheet_rows(written("complaints", tmp_path, made.tables() | {"cases": held}), "投诉跟踪")
    keys = [row[-1] for row in rows[head_row(rows, "投诉编号") + 1 :]]
    assert [str(key).startswith("~") for key in keys].count(True) == 1
    assert len({*keys} - {None, ""}) == len(keys)


def test_order_without_number_shows_no_key(tmp_path):
    standing = made.standing(2)
    standing.loc[0, "order_no"] = "~02db5e68a6"
    tables = made.tables() | {"standing": standing}
    rows = sheet_rows(written("tracking", tmp_path, tables), "订单跟踪")
    below = rows[head_row(rows, "订单编号") + 1 :]
    assert {(row[0], row[-1]) for row in below} == {("（无编号）", "~02db5e68a6"), ("202605-001", "202605-001")}


def test_people_and_departments_share_a_sheet_by_their_shown_name(tmp_path):
    duties = made.todo(3)
    duties["owner"] = pd.Series(["finance", "财务部门", "王敏"], dtype="str")
    names = opened(written("todo", tmp_path, made.tables() | {"todo": duties})).sheetnames
    assert names == ["全部", "财务部门", "王敏", "_base"]


@pytest.mark.parametrize("tab", ["应收明细", "逾期明细", "账龄", "催款", "未核销", "滞纳金", "核对"])
def test_every_total_stands_over_its_own_column(tab, tmp_path):
    path = written("receivables", tmp_path)
    formulas: Any
    formulas, values = opened(path)[tab], opened(path, values=True)[tab]
    rows: Any = [[cell.value for cell in row] for row in values.iter_rows()]
    head = head_row(rows, "客户名称")
    sums = [cell for cell in formulas[head] if str(cell.value).startswith("=SUM(")]
    for cell in sums:
        column = [row[cell.column - 1] for row in rows[head + 1 :]]
        assert values[cell.coordinate].value == pytest.approx(sum(column))
        assert cell.value == f"=SUM(${cell.column_letter}${head + 2}:${cell.column_letter}${len(rows)})"
    money = [place for place, cell in enumerate(formulas[head + 2]) if cell.number_format.startswith("#,##0.00")]
    assert [cell.column - 1 for cell in sums] == money


def test_money_of_an_unknown_payer_says_so(tmp_path):
    aged = made.ageing(made.receivables())
    aged.loc[0, "customer_name"] = None
    rows = sheet_rows(written("receivables", tmp_path, made.tables() | {"ageing": aged}), "账龄")
    assert "（客户不明）" in {row[0] for row in rows}


LETTER = "函件/订单确认函_202605-003_甲.docx"


def test_a_matter_with_a_letter_opens_it_and_the_others_are_text(tmp_path: Path) -> None:
    matters = ["发出<确认函>", '催"客户"确认', "登记收款"]
    letters: Any = [LETTER, '函件/"甲"&乙.docx', None]
    todo = made.todo(3).assign(matter=matters, letter=letters, owner="林婉清")
    path = write_workbook(WORKBOOKS["todo"], made.tables() | {"todo": todo}, run_info(), tmp_path)
    tab = openpyxl.load_workbook(path).worksheets[0]
    held = {tab.cell(row, 4).value: tab.cell(row, 3) for row in range(6, 9)}
    shown = [held[f"202605-00{n}"] for n in range(3)]
    assert [cell.value for cell in shown] == [
        f'=HYPERLINK("{LETTER}","发出<确认函>")',
        '=HYPERLINK("函件/""甲""&乙.docx","催""客户""确认")',
        "登记收款",
    ]
    assert [cell.font.underline for cell in shown] == ["single", "single", None]
    read = [row[2] for row in sheet_rows(path, tab.title) if row[3] in held]
    assert sorted(map(str, read)) == sorted(matters)  # what every other program sees
