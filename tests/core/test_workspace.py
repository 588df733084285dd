"""Settings: read with their remedy, defaults that hold with no settings at all."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

import pytest

from pipeline.core.errors import SettingsError
from pipeline.core.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_defaults_hold_when_there_are_no_settings(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    workspace = open_workspace(tmp_path)
    assert workspace.lang == "zh"
    assert workspace.hours == ((time(9), time(12)), (time(13), time(18)))
    assert workspace.latest.name == "最新"
    assert workspace.settle_seconds == 20


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('language = "de"', "no_language"),
        ('time_zone = "Asia/Atlantis"', "Atlantis"),
        ('working_hours = ["18:00-09:00"]', "hours_turned"),
        ('night_at = "25:00"', "25:00"),
        ("company = ", "unreadable"),
        ("settle_second = 3", "settle_second"),
        ('[paths]\noutput = "x"', "paths.output"),
        ('[letterhead]\nfax = "x"', "letterhead.fax"),
    ],
)
def test_a_wrong_setting_is_told_and_nothing_is_read(tmp_path: Path, line: str, word: str) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "nightdesk.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        open_workspace(tmp_path)
    assert word in str(told.value)
    assert told.value.exit_code == 78


def test_the_letterhead_is_what_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "nightdesk.toml").write_text('[letterhead]\nphone = "0571"', encoding="utf-8")
    assert open_workspace(tmp_path).letterhead == {"phone": "0571"}


def test_a_folder_without_inbox_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no_workspace"):
        open_workspace(tmp_path)


def test_the_next_night_is_tonight_until_it_has_begun(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    workspace = open_workspace(tmp_path)
    assert workspace.next_night(datetime(2026, 6, 2, 1, 59)) == datetime(2026, 6, 2, 2)
    assert workspace.next_night(datetime(2026, 6, 2, 2)) == datetime(2026, 6, 3, 2)
