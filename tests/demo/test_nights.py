"""The sample nights: the same bytes each time, every file as it is listed, and beside them what was planted."""

from __future__ import annotations

import csv
import hashlib
import json
import struct
import zipfile
from pathlib import Path

import pytest

from pipeline import demo
from pipeline.demo import nights
from pipeline.demo.nights import SHIPPED, WRITERS


def hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def listed(night: int) -> dict[str, str]:
    with (SHIPPED / "files.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["file"]: row["rows"] for row in csv.DictReader(file) if row["night"] == str(night)}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    demo.make(root, night=1)
    return root


def test_bytes_are_the_same_each_time(first: Path, tmp_path: Path) -> None:
    demo.make(tmp_path, night=1)
    assert hashes(tmp_path) == hashes(first)


@pytest.mark.parametrize("night", [1, 2])
def test_a_night_has_the_files_that_are_listed_for_it(night: int, tmp_path: Path) -> None:
    demo.make(tmp_path, night=night)
    assert sorted(hashes(tmp_path / "inbox")) == sorted(listed(night))


def test_every_file_of_rows_is_listed() -> None:
    there = {path.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("night?/*")}
    assert there == {rows for night in (1, 2) for rows in listed(night).values() if rows}


def test_every_way_to_make_a_file_is_used() -> None:
    with (SHIPPED / "files.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["made"] for row in csv.DictReader(file)} == set(WRITERS)


def test_shipped_tables_open_in_excel_without_noise_and_stay_small() -> None:
    tables = sorted(SHIPPED.rglob("*.csv"))
    for path in tables:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf"), path
        assert b"\r" not in content, path
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert len({len(line) for line in csv.reader(file)}) == 1, path
    assert sum(path.stat().st_size for path in tables) < 1_000_000


def test_second_night_repeats_a_file_under_another_name(first: Path, tmp_path: Path) -> None:
    demo.make(tmp_path, night=2)
    before, after = hashes(first / "inbox"), hashes(tmp_path / "inbox")
    copies = set(before.values()) & set(after.values())
    assert [name for name in after if after[name] in copies] != []
    assert not set(before) & {name for name in after if after[name] in copies}
    assert set(after) & set(before), "files sent again with the same name"


def test_planted_defects_are_told_up_to_the_night(first: Path, tmp_path: Path) -> None:
    def nights(root: Path) -> list[int]:
        return [night["night"] for night in json.loads((root / "planted.json").read_text(encoding="utf-8"))["nights"]]

    assert nights(first) == [1]
    demo.make(tmp_path, night=2)
    assert nights(tmp_path) == [1, 2]


def test_damaged_files_are_what_their_names_do_not_tell(first: Path) -> None:
    inbox = first / "inbox"
    starts = {path.read_bytes()[:4] for path in inbox.rglob("*.xlsx")}
    assert starts == {b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x05dem"}
    cut, whole = sorted((inbox / name for name, rows in listed(1).items() if "shipments" in rows), key=size)
    assert whole.read_bytes().startswith(cut.read_bytes())
    assert zipfile.is_zipfile(whole)
    assert not zipfile.is_zipfile(cut)


def size(path: Path) -> int:
    return path.stat().st_size


def test_the_web_shop_exports_as_chinese_windows_does(first: Path) -> None:
    export = next((first / "inbox").rglob("*.csv")).read_bytes()
    lines = export.decode("gb18030").split("\r\n")
    assert lines.pop() == ""
    assert len(lines) > 10
    assert b"\n" not in export.replace(b"\r\n", b"")
    assert len({len(row) for row in csv.reader(lines)}) == 1


def test_night_is_refused_when_it_is_not_one_of_two(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="night 3"):
        demo.make(tmp_path, night=3)


# damaged files: each is refused by Excel's readers for the reason it was made for


def test_an_encrypted_workbook_is_a_container_with_the_two_streams() -> None:
    made = nights.encrypted()
    assert made.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))
    assert len(made) % nights.SECTOR == 0
    for stream in ("EncryptedPackage", "EncryptionInfo"):
        assert stream.encode("utf-16-le") in made


def test_the_chains_of_an_encrypted_workbook_end_within_the_file() -> None:
    made = nights.encrypted()
    table = struct.unpack(f"<{nights.SECTOR // 4}I", made[nights.SECTOR : 2 * nights.SECTOR])
    last = len(made) // nights.SECTOR - 2
    chained = [sector for sector in table if sector not in {nights.END, nights.FREE, nights.FAT}]
    assert max(chained) == last
    assert len(set(chained)) == len(chained)


def test_a_cut_file_is_its_own_first_two_thirds() -> None:
    assert nights.cut_off(b"abcdefghi") == b"abcdef"


def test_a_lock_file_is_no_workbook() -> None:
    assert not nights.lock_file().startswith(b"PK")
