"""Text files: the encoding is proved or the file is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.reading.files.package import Damaged
from pipeline.reading.files.text_files import decode, open_text
from pipeline.reading.workers.child import read_file

if TYPE_CHECKING:
    from pathlib import Path

LINES = '订单编号,下单日期,客户名称,产品名称,数量,单价,金额\n="202405-001",2024.5.3,甲公司,水泵,10,100,"1,000.00"\n'
CODECS = ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_text_is_read_in_any_encoding_people_save(tmp_path: Path, codec: str, separator: str) -> None:
    text = LINES if separator == "," else LINES.replace(",", separator).replace(f"1{separator}000", "1,000")
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(codec))
    (sheet,) = read_file("a.csv", path, tmp_path).sheets
    assert sheet.sheet == "a"
    assert sheet.table.column("order_no").to_pylist() == ["202405-001"]
    assert sheet.totals == {"qty": 10_000, "amount_fen": 100_000}


def test_rows_are_counted_as_excel_shows_them() -> None:
    grid = open_text(b'a,b\n"1\n2",x\n\n3,y\n', "")
    assert grid.numbers == [1, 2, 4]
    assert grid.rows == [["a", "b"], ["1\n2", "x"], ["3", "y"]]


def test_separator_named_in_the_first_line_is_not_shown_and_not_counted() -> None:
    grid = open_text(b"sep=;\r\na;b,c\r\n", "")
    assert (grid.numbers, grid.rows) == ([1], [["a", "b,c"]])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("訂單編號,數量,客戶名稱\n202405-001,5,臺灣".encode("big5"), "neither"),
        ("注文番号,数量\nさくら,カタカナ".encode("shift-jis"), "encoding"),
        ("订单编号,数量".encode("gbk")[:-1], "byte"),
        (b"\xef\xbb\xbfa,\xff", "utf-8"),
        ("é,ü,ñ,à".encode("latin-1"), "encoding"),
    ],
)
def test_encoding_that_cannot_be_proved_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=why) as refused:
        decode(content)
    assert refused.value.rule == "FILE-002"


def test_one_everyday_word_is_enough() -> None:
    assert decode("数量".encode("gbk")) == "数量"


def test_chinese_only_in_the_last_row_is_enough() -> None:
    text = "202405-001,5\n" * 20_000 + "202405-002,订单\n"
    assert decode(text.encode("gb18030")) == text
