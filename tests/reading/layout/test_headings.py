"""Which row is the heading, and which kind of sheet it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.reading.files.grid import Grid
from pipeline.reading.layout.columns import sheet_month
from pipeline.reading.layout.heading_names import aliases, fold_heading, heading_scale, known_name
from pipeline.reading.layout.headings import FoundHeading, find_heading, fits_of
from schemas.incoming.kinds import KINDS
from schemas.incoming.sources import signs
from schemas.language.words import load
from schemas.table import PROVENANCE
from tests.support.books import Book
from tests.support.trait_cells import only

if TYPE_CHECKING:
    from pathlib import Path


def found(*rows: str) -> FoundHeading:
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    width = max(map(len, cells))
    return find_heading(Grid("x", list(range(1, len(rows) + 1)), [[*row, *[""] * (width - len(row))] for row in cells]))


def kind(row: str) -> str:
    fit = found(row.replace(" ", "|")).fit
    return fit.kind if fit else ""


ONE_OF_A_KIND = [
    (
        "orders",
        "订单编号 下单日期 接收渠道 客户名称 联系人 联系电话 产品名称 型号 规格 数量 单位 单价 金额 期望交期 付款方式",
    ),
    ("orders", "*订单编号 客户 日期 品名 规格型号 数量(台) 单价(元) 金额(元) 交期 结算方式 业务员 状态 税号"),
    ("orders", "客户名称 型号 数量 交货日期"),
    ("orders", "订单号 产品 数量 总价"),
    ("tracking", "订单编号 执行阶段 责任部门 责任人 计划完成时间 实际完成时间 质检结果 物流单号 物流公司 签收人 备注"),
    ("tracking", "订单号 环节 负责人 计划日期 完成日期"),
    ("shipments", "发货单号 订单编号 产品名称 发货数量 发货时间 承运商 物流单号 运费 送货单号 签收时间 签收数量 状态"),
    ("shipments", "订单编号 运单号"),
    ("invoices", "发票号码 发票代码 发票种类 开票日期 购方名称 购方税号 不含税金额 税率 税额 价税合计 订单编号"),
    ("invoices", "序号 发票号码 开票日期 客户名称 税号 产品名称 规格型号 数量 单价 金额 税额 价税合计"),
    ("receipts", "收款编号 银行流水号 收款日期 付款方 客户名称 收款金额 付款方式 款项性质 订单编号 手续费 备注"),
    ("receipts", "日期 到账日期 客户 到账金额 结算方式 摘要 订单号 状态"),
    ("reminders", "订单编号 客户名称 期次 催款日期 类型 渠道 经办人 沟通内容 客户答复 承诺付款日 承诺金额"),
    ("complaints", "投诉编号 投诉时间 投诉人 联系方式 订单编号 产品名称 型号 投诉内容 回访时间 满意度 改进措施 附件"),
    ("actions", "投诉编号 序号 动作 责任人 计划时间 实际时间 结果"),
    ("visits", "投诉编号 回访次数 回访时间 回访方式 回访人 满意度 客户意见 是否再处理"),
    ("evidence", "投诉编号 证据类型 文件 取得时间 取得人"),
    ("capa", "投诉编号 措施 类型 责任人 期限 完成日期 验证"),
    ("customers", "客户编码 客户名称 税号 客户等级 付款条件 信用额度 信用期(天) 状态 联系电话 地址 业务员"),
    ("customers", "客户名称 付款方式 等级 电话"),
    ("customers", "客户代码 客户名 联系人 手机 送货地址 结算方式 业务员"),
    ("qualifications", "客户编码 客户名称 资质类型 证照编号 发证日期 有效期至"),
    ("opening", "客户名称 订单编号 发票号码 发生日期 到期日 期初应收 业务员"),
    ("prices", "产品编码 产品名称 型号 规格 单位 目录价 最低限价 是否含税 生效日期"),
    ("prices", "型号 标准价 底价"),
    ("discounts", "政策编号 适用客户等级 产品类别 数量下限 数量上限 最大折让% 审批角色"),
    ("leadtimes", "产品编码 型号 供货方式 生产周期(天) 采购周期 质检天数 可用库存"),
    ("transit", "省份/城市 运输时效(天) 承运商"),
    ("staff", "姓名 部门 岗位 邮箱"),
    ("", "姓名 电话 地址 邮箱"),
    ("", "型号 目录价 数量"),
    ("", "客户名称 状态"),
]


@pytest.mark.parametrize(("expected", "row"), ONE_OF_A_KIND)
def test_sheet_is_known_by_its_headings(expected: str, row: str) -> None:
    assert kind(row) == expected
    assert found(row.replace(" ", "|")).rivals == ()


def test_headings_of_a_kind_beside_other_money_or_without_a_sign_are_none_of_ours() -> None:
    rows = (
        *(
            "日期|客户|收款金额|租金",
            "日期|客户|收到金额|转出",
            "日期|客户|收款金额|支付工资",
            "收款日期|客户|金额|押金单号",
        ),
        *(
            "客户编码|客户名称|付款方式|物流公司|运费",
            "客户编码|客户名称|账期|开票金额|已付金额",
            "客户编号|客户名称|等级|房号|租金",
        ),
    )
    assert {row: fit.kind for row in rows if (fit := found(row).fit) and not fit.missing} == {}


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        ("receipts", "收款日期|客户名称|金额|收款方式|备注"),
        ("receipts", "回款日期|客户|金额|订单号"),
        ("receipts", "到账时间|付款单位|金额(元)|摘要"),
        ("receipts", "Date received|Received from|Amount|Bank ref|For order|Note"),
        ("receipts", "Payment Date|Customer|Amount (CNY)|Reference"),
        ("receipts", "Receipt No|Date|Payer|Amount Received|Invoice No."),
        ("complaints", "Claim No.|Date|Customer|Order|Product|Problem|Severity|Responsible|Status|Closed on"),
        (
            "complaints",
            "Complaint No.|Complaint Date|Customer Name|Order No.|Product|Description|Type|Action taken|Status",
        ),
        ("shipments", "Order No.|Ship Date|Qty Shipped|Carrier|Tracking No.|Delivery date|Received by"),
        ("invoices", "Invoice No.|Invoice Date|Customer|Order No.|Net|VAT|Total"),
        ("invoices", "Invoice #|Date|Bill to|PO|Amount excl. VAT|VAT 13%|Amount incl. VAT"),
        ("complaints", "编号|日期|客户|产品|不良描述|责任部门|处理结果|状态"),
        ("shipments", "日期|订单号|客户|品名|数量|物流|单号"),
        ("invoices", "日期|发票号|客户|金额|税额|价税合计|订单号"),
        ("reminders", "日期|客户|订单号|联系人|沟通情况|承诺付款时间"),
        ("receipts", "序号|日期|客户名称|收款金额|方式|经办人"),
        ("orders", "SO No|Date|Client|Description|Quantity|Price|Total|Delivery Date"),
        ("orders", "序号|订货日期|客户|货号|颜色|数量|单价|金额|交货日"),
        ("", "付款日期|收款单位|金额|摘要"),
        ("", "付款日期|供应商|金额|付款方式"),
        ("", "日期|摘要|收入|支出|余额"),
        ("", "日期|客户|拜访内容|下次拜访|业务员"),
        ("", "日期|客户名称|联系人|跟进情况|下次跟进"),
        ("", "日期|产品|不良描述|数量|责任班组"),
        ("", "日期|供应商|物料|不良描述|处理结果"),
        ("", "报销日期|报销人|金额|事由"),
        ("", "借款日期|借款人|金额|还款日期"),
        ("", "Date|Description|Amount|Balance"),
        ("", "Payment Date|Vendor|Amount|Reference"),
        ("", "Payment date|Payee|Amount|Invoice No."),
        ("", "收货日期|供应商|物料名称|数量|单号|物流"),
        ("", "日期|单号|物流|金额|订单号"),
        ("", "日期|部门|费用类别|金额|经手人"),
        ("", "退款日期|客户|金额|订单号"),
        ("", "日期|往来单位|收款金额|付款金额|摘要"),
        ("", "No.|Date|Description|Owner|Status"),
        ("", "No|Date|Customer|Description|Responsible|Status"),
        ("", "Date|Customer|Details|Handler"),
        ("", "编号|日期|客户|问题|责任人|状态"),
        ("", "客户|期初余额|本期收款|期末余额"),
        ("", "日期|客户|货号|单价|数量|金额|报价单号"),
        ("", "日期|供应商|货号|单价|数量|金额"),
        ("", "货号|用量|单价|金额"),
        ("", "货号|数量|单价|金额"),
        ("", "收款日期|业务员|客户|金额|佣金"),
        ("", "日期|收款人|金额|事由"),
        ("", "收款日期|租户|金额|房号"),
    ],
)
def test_plain_headings_make_a_kind_only_beside_a_sign_of_it(expected: str, row: str) -> None:
    fit = found(row).fit
    assert (fit.kind if fit else "") == expected


def test_sheet_is_known_by_english_headings() -> None:
    fit = found("Order No. | Customer | Product | Model | Quantity | Unit price | Amount | Delivery date").fit
    assert fit
    assert fit.kind == "orders"
    assert len(fit.columns) == 8


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("订单编号|客户名称|产品名称|数量|单价|金额|物流公司|物流单号", ["orders", "shipments"]),
        ("发票号码|开票日期|价税合计|客户名称|收款日期|收款金额", ["invoices", "receipts"]),
    ],
)
def test_sheet_of_two_kinds_names_both(row: str, kinds: list[str]) -> None:
    both = found(row)
    assert both.fit
    assert [both.fit.kind, *[rival.kind for rival in both.rivals]] == kinds


def test_missing_heading_is_named_with_the_row_that_lacks_it() -> None:
    near = found("某某公司2024年5月订单", "订单编号|客户名称|产品名称|型号|单价|金额|期望交期").near
    assert near
    assert (near.kind, near.at, near.missing) == ("orders", 1, (("qty",),))


def test_heading_row_is_the_one_that_knows_most_then_the_first() -> None:
    first = "订单编号|产品名称|数量|单价|收货信息"
    second = "订单编号|产品名称|数量|单价|联系人|联系电话"
    assert (fit := found("订单表", first, second).fit)
    assert fit.at == 2
    assert (fit := found("订单表", first, first).fit)
    assert fit.at == 1


@pytest.mark.parametrize(
    ("written", "name", "yuan"),
    [
        ("订单\n编号", "订单编号", 0),
        (" 订 单 编 号 ", "订单编号", 0),
        ("*订单编号【必填】：", "订单编号", 0),
        ("金额（万元）", "金额", 10_000),
        ("金额(千元)", "金额", 1_000),
        ("金额(元)", "金额", 1),
        ("客户名称（全称）", "客户名称", 0),
        ("数量（台）", "数量", 0),
        ("*单价(元/台):", "单价", 1),
        ("单价(万元/台)", "单价", 10_000),
        ("金额(含税)", "金额(含税)", 0),
        ("期望交期（如2024-05-01）", "期望交期", 0),
        ("下单日期(yyyy-mm-dd)", "下单日期", 0),
        ("Order  No.", "orderno", 0),
    ],
)
def test_heading_is_compared_without_noise_but_with_its_sense(written: str, name: str, yuan: int) -> None:
    assert (fold_heading(written), heading_scale(written)) == (name, yuan)


@pytest.mark.parametrize(
    ("written", "name", "yuan"),
    [
        ("金额：元", "金额", 1),
        ("金额: 万元", "金额", 10_000),
        ("*单价：元/台", "单价", 1),
        ("数量：台", "数量", 0),
        ("单位：元", "", 0),  # says of the whole sheet in what it counts
        ("金额：含税", "金额(含税)", 0),
        ("金额(万元，含税)", "金额(含税)", 10_000),
    ],
)
def test_unit_behind_a_colon_is_no_part_of_the_heading(written: str, name: str, yuan: int) -> None:
    assert (known_name(written), heading_scale(written)) == (name, yuan)


def test_list_whose_headings_bear_hints_and_units_is_read(tmp_path: Path) -> None:
    book = Book(tmp_path / "a.xlsx").row("订单编号", "客户名称（全称）", "型号", "数量：台", "金额：万元")
    (row,) = only(book.row("202405-001", "甲公司", "X200", 10, 1.2).save()).table.to_pylist()
    assert (row["customer_name"], row["qty"], row["amount_fen"]) == ("甲公司", 10_000, 1_200_000)


@pytest.mark.parametrize(
    ("sheet", "file", "month"),
    [
        ("5月", "销售部-2024年.xlsx", (2024, 5)),
        ("202405", "a.xlsx", (2024, 5)),
        ("2024年5月", "a.xlsx", (2024, 5)),
        ("Sheet1", "销售部-202405订单.xlsx", (2024, 5)),
        ("Sheet1", "华南/收款2024-05-31.xlsx", (2024, 5)),
        ("张三", "订单.xlsx", None),
        ("5月", "订单.xlsx", None),
    ],
)
def test_names_of_sheet_and_file_give_the_month(sheet: str, file: str, month: tuple[int, int] | None) -> None:
    assert sheet_month(sheet, file) == month


@pytest.mark.parametrize("table", KINDS)
def test_no_spelling_names_two_fields_of_one_table(table: str) -> None:
    words, seen = load(), dict[str, str]()
    for column in KINDS[table].columns:
        if column not in PROVENANCE:
            word = words[f"{table}.{column}"]
            for name in {fold_heading(text) for text in (word.zh, word.en, *word.other)}:
                assert seen.setdefault(name, str(column)) == column, name


def test_every_kind_has_a_sign_and_every_sign_names_its_fields() -> None:
    assert [sign.kind for sign in signs()] == list(KINDS)
    for sign in signs():
        assert {field for clause in sign.needs for field in clause.fields} <= set(KINDS[sign.kind].columns)
        assert all(fold_heading(word) in aliases(sign.kind) for word in sign.weak), sign.kind
        for qualified in [field for group in sign.excludes for field in group]:
            table, _, field = qualified.partition(".")
            assert field in KINDS[table].columns


WHO, SUM = ["订单编号", "客户名称"], ["总金额"]


def whole_kinds(*headings: str) -> list[str]:
    return [fit.kind for fit in fits_of(headings) if not fit.missing]


@pytest.mark.parametrize(
    "headings",
    [
        [*WHO, *SUM, "产品名称", "订单日期"],
        [*WHO, *SUM, "产品名称", "已收金额"],
        [*WHO, *SUM, "产品名称", "未收金额"],
        [*WHO, *SUM, "已收款", "未收款", "出货日期"],
        [*WHO, *SUM, "欠款"],
    ],
)
def test_sum_without_a_quantity_is_an_order(headings: list[str]) -> None:
    assert whole_kinds(*headings) == ["orders"]


@pytest.mark.parametrize(
    "headings",
    [
        [*WHO, *SUM, "订单日期"],  # neither what was ordered nor how the money stands
        ["客户名称", *SUM, "产品名称", "订单日期"],  # no number: a sale, a delivery or an expense
        [*WHO, *SUM, "产品名称", "日期"],  # any list has a day
        [*WHO, "产品名称", "订单日期", "已收金额"],  # no sum
        ["客户名称", *SUM, "已收金额", "未收金额"],
        [*WHO, *SUM, "产品名称", "订单日期", "单价"],  # a price: its quantity was left out
        [*WHO, *SUM, "产品名称", "已收金额", "单价"],
    ],
)
def test_less_than_that_is_no_order(headings: list[str]) -> None:
    assert whole_kinds(*headings) == []
