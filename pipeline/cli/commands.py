"""Every command with its arguments; the work is done elsewhere, imported when asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.words import told

app = typer.Typer(
    help=told("about"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Desk = Annotated[Path, typer.Option("--workspace", "-w", show_default=False, help=told("workspace"))]
Lang = Annotated[str, typer.Option("--lang", help=told("lang"))]
Json = Annotated[bool, typer.Option("--json", help=told("json"))]
Moment = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="MOMENT",
        help=told("as_of"),
        formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    ),
]
HERE = Path()


@app.command(help=told("run"))
def run(  # noqa: PLR0913 - one parameter per option
    *,
    as_of: Moment = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=told("dry_run"))] = False,
    only: Annotated[str, typer.Option("--only", help=told("only"))] = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=told("verbose"))] = False,
    json: Json = False,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Run the night."""
    from pipeline.cli import nightly

    raise typer.Exit(nightly.run(workspace, lang, as_of, dry_run=dry_run, only=only, as_json=json, verbose=verbose))


@app.command(help=told("check"))
def check(
    files: Annotated[list[Path], typer.Argument(help=told("check.files"))],
    *,
    watch: Annotated[bool, typer.Option("--watch", help=told("check.watch"))] = False,
    json: Json = False,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Check workbooks without taking them in."""
    from pipeline.cli import nightly

    if watch:
        from pipeline.cli.watch import watch as keep_checking

        keep_checking(workspace, lang, files, as_json=json)
        return
    raise typer.Exit(nightly.check(workspace, lang, files, as_json=json))


@app.command(help=told("init"))
def init(folder: Annotated[Path, typer.Argument(help=told("init.dir"))], *, lang: Lang = "zh") -> None:
    """Make an empty workspace."""
    from pipeline.cli import begin

    begin.init(folder, lang or "zh")


@app.command(help=told("demo"))
def demo(
    folder: Annotated[Path, typer.Argument(help=told("demo.dir"))] = Path("demo"),
    *,
    nights: Annotated[int, typer.Option("--nights", min=1, max=2, help=told("demo.nights"))] = 2,
    lang: Lang = "zh",
) -> None:
    """Make a sample workspace and run its nights."""
    from pipeline.cli import begin

    begin.demo(folder, nights=nights, lang=lang or "zh")


@app.command(help=told("templates"))
def templates(
    folder: Annotated[Path | None, typer.Argument(help=told("templates.dir"), show_default=False)] = None,
    *,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Write blank workbooks to fill in."""
    from pipeline.cli import begin

    begin.templates(workspace, lang, folder)


@app.command(help=told("explain"))
def explain(
    number: Annotated[str, typer.Argument(help=told("explain.no"))],
    *,
    as_of: Moment = None,
    json: Json = False,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Tell the whole story of one number."""
    from pipeline.cli import look

    raise typer.Exit(look.explain(workspace, lang, number, as_of, as_json=json))


@app.command(help=told("rules"))
def rules(
    *,
    every: Annotated[bool, typer.Option("--all", help=told("rules.all"))] = False,
    json: Json = False,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """List the rules in force."""
    from pipeline.cli import look

    look.rules(workspace, lang, every=every, as_json=json)


@app.command(help=told("history"))
def history(*, json: Json = False, workspace: Desk = HERE, lang: Lang = "") -> None:
    """List the nights."""
    from pipeline.cli import look

    look.history(workspace, lang, as_json=json)


@app.command(help=told("status"))
def status(*, json: Json = False, workspace: Desk = HERE, lang: Lang = "") -> None:
    """Say what lies in the inbox."""
    from pipeline.cli import look

    look.status(workspace, lang, as_json=json)


@app.command(help=told("doctor"))
def doctor(
    *,
    every: Annotated[bool, typer.Option("--all", help=told("doctor.all"))] = False,
    json: Json = False,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Look at everything a night needs."""
    from pipeline.cli.health import doctor as look

    raise typer.Exit(look(workspace, lang, thorough=every, as_json=json))


@app.command(help=told("undo"))
def undo(
    file: Annotated[str, typer.Argument(help=told("undo.file"))],
    *,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Take a workbook back."""
    from pipeline.cli import look

    look.turn(workspace, lang, file, back=True)


@app.command(help=told("redo"))
def redo(
    file: Annotated[str, typer.Argument(help=told("undo.file"))],
    *,
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Put a workbook back in."""
    from pipeline.cli import look

    look.turn(workspace, lang, file, back=False)


@app.command(help=told("schedule"))
def schedule(
    *,
    print_: Annotated[bool, typer.Option("--print", help=told("schedule.print"))] = True,  # noqa: ARG001 - installing comes later
    workspace: Desk = HERE,
    lang: Lang = "",
) -> None:
    """Print the nightly job."""
    from pipeline.cli import begin

    begin.schedule(workspace, lang)
