"""What a file really is decides, and whatever is broken or crafted is refused by name."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from operator import xor
from typing import TYPE_CHECKING

import pytest

from pipeline.reading.files.guard import inspect
from pipeline.reading.workers.child import read_file
from tests.support.books import Book, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")


def compound(stream: str) -> bytes:
    """The least of a compound file that has a stream of this name."""
    return COMPOUND + b"\x00" * 504 + stream.encode("utf-16-le").ljust(512, b"\x00")


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(zipped(xl__workbook=b"x"))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


CASES = [
    ("a.xlsx", b"", "FILE-012"),
    ("a.csv", b"\xef\xbb\xbf\r\n", "FILE-012"),
    ("a.xlsx", compound("EncryptedPackage"), "FILE-003"),
    ("a.xls", compound("Workbook"), ""),
    ("a.xlsx", compound("Book"), ""),
    ("a.doc", compound("WordDocument"), "FILE-004"),
    ("a.xls", compound("WordDocument"), "FILE-010"),
    ("a.xls", b"<html><table><tr><td>1</td></tr></table>", ""),
    ("a.html", b"<html><table><tr><td>1</td></tr></table>", "FILE-004"),
    ("a.xls", b'\xef\xbb\xbf <?xml version="1.0"?><Workbook>', "FILE-013"),
    ("a.xls", "订单编号\t数量\n202405-001\t5".encode("gbk"), ""),
    ("a.xls", "订单编号 数量".encode("gbk"), "FILE-013"),
    ("a.csv", "订单编号,数量".encode("gbk"), ""),
    ("a.tsv", "订单编号\t数量".encode("utf-16"), ""),
    ("a.pdf", b"%PDF-1.7", "FILE-004"),
    ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "FILE-004"),
    ("a.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "FILE-002"),
    ("a.xlsx", b"\x00" * 4096, "FILE-010"),
    ("a.xlsx", random.Random(1).randbytes(4096), "FILE-002"),  # noqa: S311 - noise, no secret
    ("a.docx", zipped(word__document=b"x"), "FILE-004"),
    ("a.xlsx", zipped(word__document=b"x"), "FILE-013"),
    ("a.xlsx", zipped(), "FILE-004"),
    ("a.xlsx", encrypted_zip(), "FILE-003"),
]


@pytest.mark.parametrize(("name", "content", "rule"), CASES)
def test_content_decides_what_a_file_is(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert inspect(path).rule == rule


@pytest.mark.parametrize(("name", "kind"), [("a.xls", "xlsx"), ("a.xlsx", "xlsx"), ("a.csv", "xlsx")])
def test_workbook_under_another_extension_is_known_by_its_content(tmp_path: Path, name: str, kind: str) -> None:
    path = Book(tmp_path / "a.xlsx").row("订单编号").save().rename(tmp_path / name)
    assert inspect(path).kind == kind


def test_name_of_the_sender_decides_when_the_file_is_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "0123abcd"
    path.write_bytes(b"a,b\n1,2\n")
    assert inspect(path).rule == "FILE-004"
    assert inspect(path, "orders.csv").kind == "text"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_off_workbook_waits_as_broken(tmp_path: Path, share: float) -> None:
    path = Book(tmp_path / "a.xlsx").rows(*[(f"202405-{n:03d}", n) for n in range(1, 400)]).save()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert inspect(path).rule == "FILE-010"


def test_every_flipped_byte_of_a_part_is_noticed(tmp_path: Path) -> None:
    path = Book(tmp_path / "a.xlsx").rows(*[(f"202405-{n:03d}", n) for n in range(1, 40)]).save()
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    for at in range(start, start + info.compress_size, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert inspect(path).rule == "FILE-010", at


def _entry(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def add(path: Path) -> None:
        with zipfile.ZipFile(path, "a") as package:
            package.writestr(name, content)

    return add


def _doctype(path: Path) -> None:
    rewrite(path, "xl/workbook.xml", lambda part: part.replace(b"<workbook", b"<!DOCTYPE a><workbook", 1))


def _wide_doctype(path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><workbook/>'
    rewrite(path, "xl/workbook.xml", lambda _: text.encode("utf-16"))


def _lying_size(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 2)
    path.write_bytes(content)


CRAFTED = [
    (_entry("xl/media/a.bin", b"\x00" * (65 << 20)), "FILE-016"),
    (_entry("../../evil.xml"), "FILE-002"),
    (_entry("/etc/evil.xml"), "FILE-002"),
    (_entry("XL\\WORKBOOK.xml"), "FILE-002"),
    (_doctype, "FILE-002"),
    (_wide_doctype, "FILE-002"),
    (_lying_size, "FILE-010"),
]


@pytest.mark.parametrize(("craft", "rule"), CRAFTED)
def test_crafted_package_is_refused(tmp_path: Path, craft: Callable[[Path], None], rule: str) -> None:
    path = Book(tmp_path / "a.xlsx").row("订单编号").save()
    # deflated, so that 65 MiB of nothing are a small file
    craft(rewrite(path, "xl/nothing", bytes))
    if craft is CRAFTED[0][0]:
        rewrite(path, "xl/nothing", bytes)
    assert inspect(path).rule == rule


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for n in range(4_001):
            package.writestr(f"xl/{n}", b"")
    assert inspect(path).rule == "FILE-016"


PLAIN_PARTS = ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]
SAME_SUM = ((0xEDB88320 << 1) | 1).to_bytes(5, "little")  # put over any five bytes, it leaves their CRC as it was


def _doubled(path: Path, name: str, change: Callable[[bytes], bytes] = bytes, called: str = "") -> Path:
    with zipfile.ZipFile(path, "a") as package:
        if name not in package.namelist():
            package.writestr(name, b"")
        package.writestr(called or name, change(package.read(name)))
    return path


def _listed_twice(path: Path, name: str) -> Path:
    """The directory of the package names a part twice, which is there once."""
    whole = path.read_bytes()
    at = next(at for at in _places(whole, b"PK\x01\x02") if whole[at + 46 :].startswith(name.encode()))
    record = whole[at : at + 46 + len(name)]
    end = whole.index(b"PK\x05\x06")
    count, size = struct.unpack("<H", whole[end + 10 : end + 12])[0] + 1, end - whole.index(b"PK\x01\x02") + len(record)
    tail = whole[end : end + 8] + struct.pack("<HHI", count, count, size) + whole[end + 16 :]
    path.write_bytes(whole[:end] + record + tail)
    return path


def _places(whole: bytes, mark: bytes) -> Iterator[int]:
    at = whole.find(mark)
    while at >= 0:
        yield at
        at = whole.find(mark, at + 1)


def _other_of_same_sum(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + bytes(map(xor, content[at : at + 5], SAME_SUM)) + content[at + 5 :]


DOUBLED = pytest.mark.filterwarnings("ignore:Duplicate name")


@DOUBLED
@pytest.mark.parametrize("name", PLAIN_PARTS)
def test_a_part_that_is_there_twice_is_read_where_both_are_the_same(tmp_path: Path, name: str) -> None:
    def book(name: str) -> Path:
        return Book(tmp_path / name).row("收款日期", "客户名称", "收款金额").row("2026-05-03", "甲公司", 100).save()

    twice = _doubled(book("a.xlsx"), name)
    listed = _listed_twice(book("b.xlsx"), name)
    spelled = _doubled(book("c.xlsx"), name, called=name.upper().replace("/", "\\"))
    for path in (twice, listed, spelled):
        assert inspect(path).rule == ""
        assert [len(sheet.table) for sheet in read_file(path.name, path, tmp_path).sheets] == [1]


@DOUBLED
@pytest.mark.parametrize("name", ["docProps/core.xml", "docProps/app.xml", "docProps/thumbnail.jpeg", "xl/"])
def test_what_nobody_reads_may_be_there_twice(tmp_path: Path, name: str) -> None:
    path = Book(tmp_path / "a.xlsx").row("订单编号").save()
    path = _doubled(path, name, (lambda content: content + b" ") if not name.endswith("/") else bytes)
    assert inspect(path).rule == ""


@DOUBLED
@pytest.mark.parametrize("name", PLAIN_PARTS)
@pytest.mark.parametrize("change", [_other_of_same_sum, lambda content: content + b" ", lambda content: content[:-1]])
def test_a_part_that_is_there_twice_with_other_bytes_is_refused(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    path = _doubled(Book(tmp_path / "a.xlsx").row("订单编号").save(), name, change)
    assert inspect(path).rule == "FILE-002"
