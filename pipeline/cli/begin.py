"""`init`, `demo` and `schedule`: the first morning."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.cli import console
from pipeline.cli.locale import spoken_language
from pipeline.core.errors import CommandError
from pipeline.core.phrases import phrase
from pipeline.core.workspace import SETTINGS, open_workspace
from schemas.language.words import LANGUAGES

SETTINGS_TEXT = """\
# {about}
language = "{lang}"
company = "{company}"
time_zone = "Asia/Shanghai"
working_hours = ["09:00-12:00", "13:00-18:00"]
night_at = "02:00"
# {settle}
settle_seconds = {seconds}
# {letterhead}
# [letterhead]
# address = ""
# phone = ""
# {paths}
# [paths]
# inbox = "inbox"
# outbox = "outbox"
# archive = "archive"
# ledger = "ledger.db"
"""
FOLDERS = ("outbox", "archive")
OWN = 0o700  # for their owner only


def init(folder: Path, lang: str) -> None:
    """Make an empty workspace in a folder that is new or empty."""
    make(folder, lang, company="", seconds=20)
    templates(folder, lang, None)
    console.line(phrase("say.made", lang, folder=console.link(folder)))


def templates(root: Path, lang: str, folder: Path | None) -> None:
    """Blank workbooks of every kind, in the workspace's own folder unless another is named."""
    from pipeline.publishing.blanks import FOLDER, write_blanks

    workspace = open_workspace(root, lang or None) if folder is None or (root / "inbox").is_dir() else None
    spoken_here = workspace.lang if workspace else lang or spoken_language()
    made = write_blanks(folder or root / FOLDER, spoken_here)
    where = console.link(folder or root / FOLDER)
    console.line(phrase("say.templates", spoken_here, count=str(len(made)), folder=where))


def make(folder: Path, lang: str, *, company: str, seconds: int) -> None:
    """Folders, settings and the policy workbook. Raises CommandError when not empty."""
    if lang not in LANGUAGES:
        raise CommandError("--lang", "no_language", "use_language", value=lang)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(str(folder), "not_empty", "name_empty")
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(OWN, exist_ok=True)
    text = SETTINGS_TEXT.format(
        lang=lang,
        company=company,
        seconds=seconds,
        **{word: phrase(f"settings.{word}", lang) for word in ("about", "settle", "letterhead", "paths")},
    )
    (folder / SETTINGS).write_text(text, encoding="utf-8")
    from pipeline.rules.policy_workbook import write_policy

    write_policy(open_workspace(folder))


def demo(folder: Path, *, nights: int, lang: str) -> None:
    """A sample workspace, its nights run, and where to look."""
    from pipeline import demo as sample
    from pipeline.cli import nightly
    from pipeline.rules.policy_workbook import policy_of, write_policy
    from pipeline.run import run_night

    make(folder, lang, company=phrase("demo.company", lang), seconds=0)
    workspace = open_workspace(folder)
    write_policy(workspace, sample.policy())
    for n in range(1, nights + 1):
        sample.make(folder, night=n)
        with console.progress(lang, quiet=False) as progress:
            done = run_night(workspace, policy_of(workspace), as_of=sample.AS_OF[n], progress=progress)
        nightly.report(done, lang)
    for name in ("file.report", "file.findings", "file.receivables"):
        console.line(phrase("say.look", lang, path=console.link(workspace.latest / phrase(name, lang))))


def schedule(root: Path, lang: str) -> None:
    """The nightly job for cron, systemd and the Windows Task Scheduler."""
    workspace = open_workspace(root, lang or None)
    workspace.state.mkdir(OWN, parents=True, exist_ok=True)  # cron opens the log before the first night runs
    program = Path(sys.argv[0]).resolve()
    hour, minute = workspace.night_at.hour, workspace.night_at.minute
    command = f'"{program}" run --workspace "{workspace.root}"'
    console.line(f"# {phrase('say.machine_time', workspace.lang, zone=workspace.zone.key)}")
    console.line("# cron", f'{minute} {hour} * * * {command} >> "{workspace.state / "night.log"}" 2>&1', "")
    console.line(*_systemd(command, f"{hour:02}:{minute:02}:00 {workspace.zone.key}").split("\n"))
    console.line(
        "# Windows",
        f'schtasks /Create /TN nightdesk /SC DAILY /ST {hour:02}:{minute:02} /TR "{command.replace(chr(34), chr(39))}"',
    )


def _systemd(command: str, at: str) -> str:
    return (
        "# systemd: ~/.config/systemd/user/nightdesk.service\n"
        f"[Service]\nType=oneshot\nExecStart={command}\nSuccessExitStatus=10\n\n"
        "# systemd: ~/.config/systemd/user/nightdesk.timer\n"
        f"[Timer]\nOnCalendar=*-*-* {at}\nPersistent=true\n[Install]\nWantedBy=timers.target\n"
    )
