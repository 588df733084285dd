"""Headings that people put together of usual words, in any script: each means one field of a kind."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING

import pytest
from opencc import OpenCC

from pipeline.core.text import simplified
from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.foreign import foreign_to
from pipeline.reading.layout.heading_names import (
    aliases,
    fold_heading,
    is_of_money,
    known_name,
    listed_names,
    put_together_names,
    sign_of,
    strong_names,
)
from pipeline.reading.layout.headings import find_heading, nearest_fit
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import signs
from schemas.language import headings
from schemas.language.words import load
from schemas.table import PROVENANCE

if TYPE_CHECKING:
    from schemas.incoming.sources import Sign

FIELDS = {f"{kind}.{column}" for kind, table in KINDS.items() for column in table.columns if column not in PROVENANCE}
DRAWN = 40  # books of each kind
LEAST = 0.9  # of them; the others have columns by which they are of another kind too, or of nobody here


def test_every_form_is_of_fields_and_every_part_is_used() -> None:
    assert {field for form in headings.forms() for field in form.fields} <= FIELDS
    asked = {part.rstrip(headings.OPTIONAL) for form in headings.forms() for part in form.parts}
    assert asked <= headings.parts().keys()
    assert headings.parts().keys() - asked == {
        "anybody",
        "payers",
        "sellers",
    }  # whether a foreign table is ours all the same


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("已到账", "paid_fen"),
        ("累计已收款额", "paid_fen"),
        ("剩余未收", "unpaid_fen"),
        ("尚未付款金额", "unpaid_fen"),
        ("尚欠货款", "unpaid_fen"),
        ("已开票额", "billed_fen"),
        ("施工单号", "order_no"),
        ("制单号", "order_no"),
        ("委托单位", "customer_name"),
        ("客户姓名", "customer_name"),
    ],
)
def test_levels_papers_and_buyers_go_by_the_words_of_any_trade(heading: str, field: str) -> None:
    assert aliases("orders").get(known_name(heading)) == field


@pytest.mark.parametrize("heading", ["应付款", "已付供应商", "未收货", "已发货", "余款说明", "付款单位"])
def test_what_is_no_level_of_an_order_is_none(heading: str) -> None:
    assert aliases("orders").get(known_name(heading)) not in {"paid_fen", "unpaid_fen", "billed_fen"}


@pytest.mark.parametrize("heading", ["收款人", "付款方式", "到款日期", "款项性质", "合计人"])
def test_who_how_and_when_are_no_sums(heading: str) -> None:
    assert not is_of_money(heading)


@pytest.mark.parametrize("kind", KINDS)
def test_no_heading_means_two_fields_of_a_kind(kind: str) -> None:
    means = defaultdict[str, set[str]](set)
    for form in headings.forms():
        own = {field.removeprefix(f"{kind}.") for field in form.fields if field.startswith(f"{kind}.")}
        for name in form.spelled(fold_heading) if own else ():
            means[name] |= own
    assert {name: fields for name, fields in means.items() if len(fields) > 1 and name not in listed_names(kind)} == {}


def drawn(sign: Sign, chance: Random) -> dict[str, str]:
    """Field → heading of a book of a kind: what its sign needs and some more, every heading any of its names."""
    wanted = [field for clause in sign.needs for field in chance.sample(clause.fields, clause.least)]
    stand_ins = {name for _, names in sign.instead for name in names}
    others = sorted(set(aliases(sign.kind).values()) - {*wanted} - stand_ins)
    more = chance.sample(others, chance.randint(0, min(4, len(others))))
    strong = {field: sorted(strong_names(f"{sign.kind}.{field}")) for field in wanted}
    names = strong | {field: [name for name, of in aliases(sign.kind).items() if of == field] for field in more}
    return {field: chance.choice(found) for field, found in names.items()}


@pytest.mark.parametrize("sign", signs(), ids=lambda sign: sign.kind)
def test_any_names_of_its_columns_make_the_kind_and_never_another_column(sign: Sign) -> None:
    right = 0
    for seed in range(DRAWN):
        said = drawn(sign, Random(f"{sign.kind}{seed}"))  # noqa: S311 - samples, no secret
        row = list(said.values())
        Random(seed).shuffle(row)  # noqa: S311 - as above
        found = find_heading(Grid("x", [1, 2], [[*row], ["x"] * len(row)]))
        if foreign_to(row) or (found.fit is None and found.near is None) or found.rivals:
            continue  # asked about or left out by name, never guessed
        fit = found.fit or found.near
        assert fit is not None
        if fit.kind == sign.kind:
            assert {name: fit.headings[at[0]] for name, at in fit.columns.items()} == said
            right += 1
    assert right >= DRAWN * LEAST


TRADITIONAL = [OpenCC(name).convert for name in ("s2t", "s2tw", "s2hk")]


@pytest.mark.parametrize("convert", TRADITIONAL, ids=["s2t", "s2tw", "s2hk"])
def test_a_heading_in_traditional_characters_is_the_same_heading(convert) -> None:
    said = {field: convert(load()[field].zh) for field in FIELDS}
    meant = {field: aliases(field.split(".")[0]).get(fold_heading(word)) for field, word in said.items()}
    assert {field: said[field] for field in FIELDS if meant[field] != field.split(".")[1]} == {}


def test_only_what_has_other_characters_is_converted() -> None:
    assert simplified("訂單編號 A-1") == "订单编号 A-1"
    assert simplified("订单编号 A-1") == "订单编号 A-1"
    assert simplified("Order no. №") == "Order no. №"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("单号（系统自动）", "单号"),
        ("客户名称（全称，必填）", "客户名称"),
        ("单价(元/米，含税)", "单价(含税)"),
        ("交期（以合同为准）", "交期"),
        ("數量（個）", "数量"),
        ("數 量（箱、件）", "数量"),
        ("单价(不含税)", "单价(不含税)"),
        ("数量(已发，件)", ""),
        ("金额(大写)", ""),
        ("单价(参考)", ""),
    ],
)
def test_an_aside_is_left_out_only_where_it_changes_nothing(written: str, name: str) -> None:
    assert known_name(written) == name


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("orders", "销售单号 签订日期 购货单位 存货名称 规格及型号 订货数量 成交单价 合同总价 最迟交货日期 营销经理"),
        ("orders", "合同编号 签约日期 甲方单位 设备名称 台数 合同额(万元) 约定交付日期"),
        ("orders", "訂單號碼 訂購日期 買方名稱 品名規格 訂購數量 單價 總金額 預定交貨日"),
        ("orders", "PO_Date Client Item_Description Qty_Ordered Price_Each Line_Total Need_By"),
        ("orders", "日期 买方 货名 吨数 单价 货款 送到日期"),
        ("receipts", "收汇日期 客户单位 PI号 收汇金额 银行手续费"),
        ("receipts", "到帳日期 匯款單位 到帳金額 核銷訂單號"),
        ("shipments", "出货日期 送货单编号 合同号 货品名称 出货件数 托运单号"),
        ("complaints", "反馈日期 顾客名称 商品名称 不良现象 处理人员 处理结果"),
        ("reminders", "催款时间 欠款单位 催款方式 催款情况 承诺还款日期"),
        ("customers", "单位名称 纳税识别号 结算周期 联系电话"),
        ("invoices", "发票开具日期 增值税发票号码 购货方名称 未税金额 税金 发票总额"),
        ("tracking", "订单号码 生产工序 计划完工日期 实际完工日期"),
        ("reminders", "催款日期 客户名称 欠款金额 对方答复 承诺付款日"),
        ("orders", "合同号 签订日期 客户名称 项目名称 合同金额 已收款 未收款"),
        ("", "合同编号 甲方 乙方 合同金额 签订日期"),
        ("", "日期 客户 客户反馈 备注"),
        ("", "单据编号 单据日期 领用部门 物料名称 数量 单价 金额"),
        ("", "客户名称 产品名称 销售数量 销售金额 毛利"),
        ("", "报价单号 客户名称 产品名称 数量 单价 金额"),
        ("", "退货单号 客户 产品 数量 金额"),
        ("", "客户 期初余额 本期应收 本期收款 期末余额"),
    ],
)
def test_books_of_companies_that_put_their_headings_together(kind: str, row: str) -> None:
    cells = [cell.replace("_", " ") for cell in row.split()]
    fit = find_heading(Grid("x", [1, 2], [[*cells], ["x"] * len(cells)])).fit
    assert (fit.kind if fit else "") == kind


@pytest.mark.parametrize(
    ("row", "number", "contract"),
    [
        ("订单编号 合同编号 客户 产品名称 数量 金额", "订单编号", "合同编号"),
        ("合同编号 客户PO 客户 产品名称 数量 金额", "合同编号", ""),
        ("PO_No. Customer Item Quantity Amount", "PO No.", ""),
    ],
)
def test_orders_without_a_number_of_their_own_are_known_by_that_of_their_contract(
    row: str, number: str, contract: str
) -> None:
    cells = [cell.replace("_", " ") for cell in row.split()]
    fit = find_heading(Grid("x", [1, 2], [[*cells], ["x"] * len(cells)])).fit
    assert fit is not None
    said = {field: fit.headings[positions[0]] for field, positions in fit.columns.items()}
    assert (said["order_no"], said.get("contract_no", "")) == (number, contract)


RECEIVED = sorted(put_together_names("receipts.amount_fen"))
DAYS = [name for name in sign_of("receipts").weak if aliases("receipts")[name] == "received_on"]
WHO = ("付款单位", "客户名称", "订单号")


def kind_of(*row: str) -> str:
    fit = find_heading(Grid("x", [1, 2], [[*row], ["x"] * len(row)])).fit
    return fit.kind if fit else ""


@pytest.mark.parametrize("day", DAYS)
def test_any_day_is_that_of_money_beside_a_sum_received(day: str) -> None:
    assert {name for name in RECEIVED for who in WHO if kind_of(day, who, name, "备注") != "receipts"} == set()


@pytest.mark.parametrize("day", DAYS)
def test_a_day_alone_makes_no_list_of_money_received(day: str) -> None:
    banks = {name for name, of in listed_names("receipts").items() if of == "amount_fen"} - {*RECEIVED}
    assert {name for name in banks if kind_of(day, "客户名称", name, "摘要")} == set()  # a journal has those as well
    assert {name for name in RECEIVED if kind_of(day, name, "备注")} == set()  # from nobody
    owed = {name for name in aliases("orders") if aliases("orders")[name] in {"amount_fen", "unpaid_fen"}}
    owed = {name for name in owed if is_of_money(name) and name not in aliases("receipts")}
    assert {name for name in owed if kind_of(day, "客户名称", name, "收款金额") == "receipts"} == set()


def test_a_day_of_its_own_goes_before_a_day_alone() -> None:
    for row in (["日期", "到账日期", "客户", "到账金额"], ["到账日期", "日期", "客户", "到账金额"]):
        fit = find_heading(Grid("x", [1, 2], [[*row], ["x"] * 4])).fit
        assert fit is not None
        assert fit.columns["received_on"] == [row.index("到账日期")]


def test_orders_that_say_what_was_received_stay_orders() -> None:
    assert kind_of("日期", "客户", "产品", "数量", "单价", "金额", "收款金额") == "orders"


@pytest.mark.parametrize("day", DAYS)
def test_a_day_alone_is_no_likeness_to_money_received(day: str) -> None:
    found = nearest_fit(Grid("x", [1, 2], [[day, "时间", "会议名称", "地点", "参会人员"], ["x"] * 5]))
    assert found is None or found.kind != "receipts"
