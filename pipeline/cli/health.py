"""`doctor`: a line for everything a night needs, and what to do about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

from pipeline.cli import console
from pipeline.cli import doctor as doctors
from pipeline.cli.clock import now
from pipeline.cli.words import spoken_here
from pipeline.core.phrases import phrase
from schemas.language.words import translate


def doctor(root: Path, lang: str, *, thorough: bool, as_json: bool) -> int:
    """Print what was found; gives the exit code of a night that would run now."""
    spoken = spoken_here()
    lines = doctors.examine(root, lang, now, spoken=spoken, thorough=thorough)
    code = doctors.exit_code(lines)
    if as_json:
        console.as_json({"exit_code": code, "checks": [asdict(line) for line in lines]})
        return code
    for line in lines:
        mark, what = translate(f"mark.{line.mark}", spoken), translate(f"doctor.check.{line.check}", spoken)
        console.line(f"{mark} {what}{translate('mark.colon', spoken)}{line.what}")
        if line.do:
            console.line(f"  {translate('say.do', spoken)}{translate('mark.colon', spoken)}{line.do}")
    found = Counter(line.mark for line in lines)
    console.line(phrase("say.doctor", spoken, **{mark: str(found[mark]) for mark in doctors.MARKS}))
    return code
