"""The operator's door: arguments, exit codes, the only print."""

from __future__ import annotations

import sys

from pipeline.errors import NightError


def main() -> None:
    """Entry point of ``nightdesk``. Exit codes: product document, section 2."""
    from pipeline.cli.commands import app

    try:
        app()
    except NightError as wrong:
        sys.stderr.write(f"{wrong}\n")
        sys.exit(wrong.exit_code)
