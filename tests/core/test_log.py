from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.core import log
from pipeline.core.errors import NothingPublished
from pipeline.core.workspace import Workspace
from tests.support import nights

AS_OF = datetime(2026, 6, 3, 2)  # Wednesday


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return nights.workspace(tmp_path)


def folder(workspace: Workspace) -> Path:
    return workspace.state / log.FOLDER


def lines(workspace: Workspace, day: str = "2026-06-03") -> list[dict[str, Any]]:
    text = (folder(workspace) / f"{day}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_says_when_and_what(workspace: Workspace) -> None:
    with log.night_log(workspace, AS_OF):
        log.note("counts", files={"read": 2})
    made = lines(workspace)
    assert [line["event"] for line in made] == ["night", "counts", "over"]
    assert made[0]["as_of"] == "2026-06-03T02:00:00"
    assert made[1]["files"] == {"read": 2}
    assert all(datetime.fromisoformat(line["at"]) for line in made)


def test_a_step_is_written_with_its_seconds(workspace: Workspace) -> None:
    @log.step("judge")
    def judge(n: int) -> int:
        return n + 1

    with log.night_log(workspace, AS_OF):
        assert [judge(1), judge(2)] == [2, 3]
    steps = [line for line in lines(workspace) if line["event"] == "step"]
    assert [line["name"] for line in steps] == ["judge", "judge"]
    assert all(line["seconds"] >= 0 for line in steps)


def test_the_same_day_again_goes_on_in_its_file(workspace: Workspace) -> None:
    for _ in range(2):
        with log.night_log(workspace, AS_OF):
            pass
    assert [line["event"] for line in lines(workspace)] == ["night", "over", "night", "over"]


def test_a_refusal_is_written_by_its_code_alone(workspace: Workspace) -> None:
    with pytest.raises(NothingPublished), log.night_log(workspace, AS_OF):
        raise NothingPublished("/srv/秘密", "disk", "mend_disk", reason="青木机械")
    last = lines(workspace)[-1]
    assert (last["event"], last["level"], last["code"], last["exit"]) == ("refused", "error", "disk", 74)
    assert "reason" not in last


def test_a_failure_is_written_by_its_place_without_its_message(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="secret"), log.night_log(workspace, AS_OF):
        raise ValueError("secret cell")
    last = lines(workspace)[-1]
    assert (last["event"], last["error"]) == ("failed", "ValueError")
    assert last["frames"][-1].startswith("test_log:")
    assert "secret" not in json.dumps(last)


def test_the_terminal_stays_quiet(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    with log.night_log(workspace, AS_OF):
        log.note("counts", files={})
    log.note("outside")
    assert capfd.readouterr() == ("", "")


def test_a_person_may_see_the_same_lines(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with log.shown_on_stderr(), log.night_log(workspace, AS_OF):
        log.note("counts", files={"read": 2})
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.split()[1] for line in shown.err.splitlines()] == ["night", "counts", "over"]
    assert 'files {"read": 2}' in shown.err


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_log_that_cannot_be_written_stops_nothing_and_is_told_once(
    workspace: Workspace, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = folder(workspace) if what == "folder" else folder(workspace) / "2026-06-03.jsonl"
    if what == "folder":
        in_the_way.parent.mkdir(parents=True, exist_ok=True)
        in_the_way.write_text("not a folder")
    else:
        in_the_way.mkdir(parents=True)
    with log.night_log(workspace, AS_OF):
        log.note("counts", files={})
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "夜批照常进行" in told[0]


def test_a_full_disk_stops_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with log.night_log(workspace, AS_OF):
        monkeypatch.setattr(Path, "open", full)
        log.note("counts", files={})
        log.note("counts", files={})
    assert capsys.readouterr().err.count("No space left on device") == 1


def test_the_newest_files_are_kept(workspace: Workspace) -> None:
    folder(workspace).mkdir(parents=True)
    days = [(AS_OF - timedelta(days=n)).strftime("%Y-%m-%d") for n in range(1, log.KEPT + 5)]
    for day in days:
        (folder(workspace) / f"{day}.jsonl").write_text("{}\n")
    (folder(workspace) / "notes.txt").write_text("the operator's own")
    with log.night_log(workspace, AS_OF):
        pass
    left = sorted(path.stem for path in folder(workspace).glob("*.jsonl"))
    assert left == sorted(["2026-06-03", *days[: log.KEPT - 1]])
    assert (folder(workspace) / "notes.txt").exists()
