"""Damaged files: each is refused by Excel's readers for the reason it was made for."""

from __future__ import annotations

import struct

from pipeline.demo import damaged


def test_an_encrypted_workbook_is_a_container_with_the_two_streams() -> None:
    made = damaged.encrypted()
    assert made.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))
    assert len(made) % damaged.SECTOR == 0
    for stream in ("EncryptedPackage", "EncryptionInfo"):
        assert stream.encode("utf-16-le") in made


def test_the_chains_of_an_encrypted_workbook_end_within_the_file() -> None:
    made = damaged.encrypted()
    table = struct.unpack(f"<{damaged.SECTOR // 4}I", made[damaged.SECTOR : 2 * damaged.SECTOR])
    last = len(made) // damaged.SECTOR - 2
    chained = [sector for sector in table if sector not in {damaged.END, damaged.FREE, damaged.FAT}]
    assert max(chained) == last
    assert len(set(chained)) == len(chained)


def test_a_cut_file_is_its_own_first_two_thirds() -> None:
    assert damaged.cut_off(b"abcdefghi") == b"abcdef"


def test_a_lock_file_is_no_workbook() -> None:
    assert not damaged.lock_file().startswith(b"PK")
