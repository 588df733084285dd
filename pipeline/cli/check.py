"""`check`: what would be found in workbooks by themselves, once or whenever somebody saves one (`--watch`)."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import sleep

from pipeline import reading
from pipeline.cli import console
from pipeline.cli.locale import spoken_language
from pipeline.core.errors import CommandError
from pipeline.core.files import mark
from pipeline.core.phrases import describe_finding, phrase
from pipeline.core.workspace import open_workspace
from pipeline.feedback import returned_copies
from pipeline.ledger import ReceivedFile
from pipeline.night.inbox.look import survey
from pipeline.reading import FileFinding, FileRead
from pipeline.rules.findings import in_force
from pipeline.rules.policy_workbook import policy_of
from pipeline.rules.validation import validate
from schemas.derived.finding import Finding, Place
from schemas.language.words import translate
from schemas.policy.policy import Policy
from schemas.policy.rules import SEVERITIES, Rule

FOUND = 10


def check_workbooks(root: Path, lang: str, files: Sequence[Path], *, as_json: bool) -> int:
    """Print what would be found in these workbooks; nothing is taken in or written."""
    policy = policy_at(root, lang)
    lang = lang or spoken_language()
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise CommandError(missing[0], "no_file", "check_name")
    lines = list(findings_in(files, policy, lang))
    if as_json:
        console.as_json(lines)
    else:
        for line in lines:
            grade = translate(f"severity.{line['severity']}", lang)
            console.line(f"{line['rule']}  {grade}  {line['place']}", f"  {line['problem']}", f"  {line['remedy']}")
        if not lines:
            console.line(translate("say.nothing_found", lang))
    return FOUND if lines else 0


def policy_at(root: Path, lang: str) -> Policy:
    """Return the workspace's policy where there is one, else the shipped one."""
    from schemas.policy.policy import shipped

    return policy_of(open_workspace(root, lang or None)) if (root / "inbox").is_dir() else shipped()


def findings_in(files: Sequence[Path], policy: Policy, lang: str) -> Iterator[dict[str, str]]:
    """Give what would be found in these workbooks by themselves, each with its rule, severity, place and words."""
    named = [(path.name, path) for path in files]
    read = []
    for n, raw in enumerate(reading.read_all(named, 1, aliases=policy.headings)):
        origin = returned_copies.origin_of(files[n])
        file = returned_copies.without_ours(raw, origin) if origin else raw
        received = ReceivedFile(token="", name=file.name, sha256="", size=0, modified="", night_id=0, id=n)
        for finding in in_force((_as_finding(file, found) for found in file.findings), policy.rules):
            yield _line(finding, policy.rules[finding.rule], lang)
        if not file.refused:
            read.append((received, file))
    for validated in validate.validate_files(read, validate.Known(), policy.rules, policy.forms):
        for finding in in_force(validated.findings, policy.rules):
            yield _line(finding, policy.rules[finding.rule], lang)


def _as_finding(file: FileRead, found: FileFinding) -> Finding:
    return Finding(
        rule=found.rule,
        kind="sources",
        key=file.name,
        place=Place(file.name, found.sheet, found.row, found.letter),
        heading=found.column,
        raw=found.raw,
        params=dict(found.params),
        is_refusing=found.rule == file.refused,
    )


def _line(finding: Finding, rule: Rule, lang: str) -> dict[str, str]:
    problem, remedy = describe_finding(finding, rule, lang)
    return {
        "rule": rule.id,
        "severity": "refuse" if finding.is_refusing else "hold" if finding.is_holding else rule.severity,
        "place": str(finding.place),
        "problem": problem,
        "remedy": remedy,
    }


SECONDS = 1.0  # between two looks; a file is checked once it was the same at both
PLACES = 3  # named in a line


class Watch:
    """Which files were saved since they were last checked."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._before: dict[Path, str] = {}
        self._checked: dict[Path, str] = {}

    def saved(self) -> list[Path]:
        """Return the files that are new or changed and lie still, in the order of their names."""
        now = {path: seen for watched in self._paths for path, seen in _marks(watched).items()}
        due = [path for path, seen in now.items() if self._before.get(path) == seen != self._checked.get(path)]
        self._before = now
        self._checked |= {path: now[path] for path in due}
        return sorted(due)


def keep_checking(root: Path, lang: str, paths: Sequence[Path], *, as_json: bool) -> None:
    """Check what is saved, until somebody stops it. Nothing is taken in."""
    policy = policy_at(root, lang)
    lang = lang or spoken_language()
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise CommandError(missing[0], "no_file", "check_name")
    if not as_json:
        console.line(phrase("say.watching", lang, names=translate("mark.list", lang).join(str(path) for path in paths)))
    watched = Watch(paths)
    # A shell lets what it starts in the background ignore the first.
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.default_int_handler)
    try:
        while True:
            for path in watched.saved():
                console.line(describe_check(path, policy, lang, as_json=as_json))
            sys.stdout.flush()  # a log or another program shows it at once
            sleep(SECONDS)
    except KeyboardInterrupt:
        return


def describe_check(path: Path, policy: Policy, lang: str, *, as_json: bool) -> str:
    """Return the line of one file: how many problems of which level, and where the first of them stand."""
    found = sorted(findings_in([path], policy, lang), key=lambda finding: SEVERITIES.index(finding["severity"]))
    if as_json:
        return console.json_text({"file": str(path), "findings": found})
    if not found:
        return phrase("say.watch_clean", lang, name=path.name)
    levels = Counter(finding["severity"] for finding in found)
    comma = translate("mark.list", lang)
    counts = comma.join(f"{translate(f'severity.{level}', lang)} {count}" for level, count in levels.items())
    inside = [finding["place"].removeprefix(path.name).removeprefix(" › ") for finding in found[:PLACES]]
    places = comma.join(place or path.name for place in inside)
    more = "…" if len(found) > PLACES else ""
    return phrase("say.watch_found", lang, name=path.name, counts=counts, places=places + more)


def _marks(path: Path) -> dict[Path, str]:
    """Return the files of a folder, or the file itself, each with its size and time."""
    if path.is_dir():
        return {seen.path: seen.mark for seen in survey(path) if not seen.is_temporary}
    seen = mark(path)
    return {path: seen} if seen else {}
