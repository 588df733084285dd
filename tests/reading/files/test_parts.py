"""The same rows from every format people send, whatever the file is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.reading.workers.child import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.reading import FileRead

HEAD = ("订单编号", "下单日期", "客户名称", "产品名称", "数量", "单价", "金额")
ROW = ("202405-001", "2024-05-03", "甲公司", "水泵", "10", "100", "1000")


def read(path: Path, content: bytes) -> FileRead:
    path.write_bytes(content)
    return read_file(path.name, path, path.parent)


def facts(got: FileRead) -> list[tuple[object, ...]]:
    assert got.refused is None, got.findings
    names = ("order_no", "customer_name", "qty", "amount_fen")
    return [tuple(row[name] for name in names) for each in got.sheets for row in each.table.to_pylist()]


def page(*rows: tuple[str, ...], head: str = "") -> str:
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head>{head}</head><body><table>{lines}</table></body></html>"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a.csv"])
def test_web_page_under_the_name_of_a_workbook(tmp_path: Path, name: str, codec: str) -> None:
    got = read(tmp_path / name, page(HEAD, ROW).encode(codec))
    assert facts(got) == [("202405-001", "甲公司", 10_000, 100_000)]
    assert got.findings == []


def test_web_page_with_spans_entities_breaks_and_no_closing_tags(tmp_path: Path) -> None:
    text = "<table><tr><td colspan=7>订单表<tr>" + "".join(f"<th>{each[:2]}<br>{each[2:]}" for each in HEAD)
    text += "<tr><td rowspan=2>202405-001<td>2024-05-03<td>甲&amp;乙&nbsp;公司<td>水泵<td>10<td>100<td>1,000.00"
    text += "<tr><td><td><td>阀门<td>5<td>200<td>1000</table>"
    got = read(tmp_path / "a.xls", text.encode())
    assert facts(got) == [("202405-001", "甲&乙 公司", 10_000, 100_000), ("202405-001", "甲&乙 公司", 5_000, 100_000)]


def test_declared_encoding_counts_where_none_can_be_proved(tmp_path: Path) -> None:
    rows = page(HEAD, (ROW[0], ROW[1], "臺灣公司", *ROW[3:]), head="<meta charset=big5>")
    text = rows.replace("订单编号", "Order no.").replace("客户名称", "Customer").replace("产品名称", "Product")
    for zh, en in (
        ("下单日期", "Order date"),
        ("数量", "Quantity"),
        ("单价", "Unit price"),
        ("金额", "Amount"),
        ("水泵", "泵"),
    ):
        text = text.replace(zh, en)
    assert facts(read(tmp_path / "a.xls", text.encode("big5")))[0][1] == "臺灣公司"


@pytest.mark.parametrize(
    "content",
    [
        page(("姓名", "电话"), ("张三", "1")).encode(),
        b"<html><body>login</body></html>",
        b"<table><tr><td rowspan=99999999999 colspan=999999999999>x" + b"<td colspan=1000 rowspan=200000>" * 9,
        b"<?xml version='1.0'?><note/>",
        b"Name\tPhone\nA\t1\n",
    ],
)
def test_what_is_no_table_of_ours_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path / "a.xls", content).refused in {"FILE-013", "FILE-016"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "gbk", "utf-16"])
def test_tabbed_text_under_the_name_of_a_workbook(tmp_path: Path, codec: str) -> None:
    text = "\t".join(HEAD) + "\n" + "\t".join(('="202405-001"', *ROW[1:])) + "\n"
    assert facts(read(tmp_path / "a.xls", text.encode(codec))) == [("202405-001", "甲公司", 10_000, 100_000)]


XML_BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="订单"><Table><Row ss:Index="2">{head}</Row><Row ss:Hidden="1">
<Cell ss:MergeDown="1"><Data ss:Type="String">202405-001</Data></Cell>
<Cell><Data ss:Type="DateTime">2024-05-03T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="String">甲公司</Data></Cell><Cell ss:Index="5"><Data ss:Type="Number">10</Data></Cell>
<Cell><Data ss:Type="Number">100</Data></Cell><Cell><Data ss:Type="Error">#REF!</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_workbook_in_one_xml_file(tmp_path: Path) -> None:
    head = "".join(f'<Cell><Data ss:Type="String">{each}</Data></Cell>' for each in HEAD)
    got = read(tmp_path / "a.xls", XML_BOOK.format(head=head).encode())
    assert facts(got) == [("202405-001", "甲公司", 10_000, None)]
    assert (got.sheets[0].sheet, got.sheets[0].heading_row) == ("订单", 2)
    assert [(each.row, each.rule) for each in got.sheets[0].findings] == [(3, "CELL-008"), (3, "CELL-003")]


def test_document_type_in_an_xml_workbook_is_refused(tmp_path: Path) -> None:
    bomb = XML_BOOK.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "aaaa">]><Workbook', 1)
    assert read(tmp_path / "a.xls", bomb.encode()).refused == "FILE-002"
