"""Every command with its arguments; the work is done elsewhere, imported when asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.locale import help_text

app = typer.Typer(
    help=help_text("about"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Root = Annotated[Path, typer.Option("--workspace", "-w", show_default=False, help=help_text("workspace"))]
Lang = Annotated[str, typer.Option("--lang", help=help_text("lang"))]
Json = Annotated[bool, typer.Option("--json", help=help_text("json"))]
Moment = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="MOMENT",
        help=help_text("as_of"),
        formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
    ),
]
TakenFile = Annotated[str, typer.Argument(help=help_text("undo.file"))]
HERE = Path()


@app.command(help=help_text("run"))
def run(  # noqa: PLR0913 - one parameter per option
    *,
    as_of: Moment = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_text("dry_run"))] = False,
    only: Annotated[str, typer.Option("--only", help=help_text("only"))] = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=help_text("verbose"))] = False,
    ahead: Annotated[bool, typer.Option("--ahead", help=help_text("ahead"))] = False,
    new_ledger: Annotated[bool, typer.Option("--new-ledger", help=help_text("new_ledger"))] = False,
    json: Json = False,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Run the night."""
    from pipeline.cli import nightly

    asked = {"dry_run": dry_run, "as_json": json, "verbose": verbose, "ahead": ahead, "new_ledger": new_ledger}
    raise typer.Exit(nightly.run(workspace, lang, as_of, only=only, **asked))


@app.command("check", help=help_text("check"))
def check_files(
    files: Annotated[list[Path], typer.Argument(help=help_text("check.files"))],
    *,
    watch: Annotated[bool, typer.Option("--watch", help=help_text("check.watch"))] = False,
    json: Json = False,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Check workbooks without taking them in."""
    from pipeline.cli.check import check_workbooks, keep_checking

    if watch:
        keep_checking(workspace, lang, files, as_json=json)
        return
    raise typer.Exit(check_workbooks(workspace, lang, files, as_json=json))


@app.command(help=help_text("init"))
def init(folder: Annotated[Path, typer.Argument(help=help_text("init.dir"))], *, lang: Lang = "zh") -> None:
    """Make an empty workspace."""
    from pipeline.cli import begin

    begin.init(folder, lang or "zh")


@app.command(help=help_text("demo"))
def demo(
    folder: Annotated[Path, typer.Argument(help=help_text("demo.dir"))] = Path("demo"),
    *,
    nights: Annotated[int, typer.Option("--nights", min=1, max=2, help=help_text("demo.nights"))] = 2,
    lang: Lang = "zh",
) -> None:
    """Make a sample workspace and run its nights."""
    from pipeline.cli import begin

    begin.demo(folder, nights=nights, lang=lang or "zh")


@app.command(help=help_text("templates"))
def templates(
    folder: Annotated[Path | None, typer.Argument(help=help_text("templates.dir"), show_default=False)] = None,
    *,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Write blank workbooks to fill in."""
    from pipeline.cli import begin

    begin.templates(workspace, lang, folder)


@app.command(help=help_text("explain"))
def explain(
    number: Annotated[str, typer.Argument(help=help_text("explain.no"))],
    *,
    as_of: Moment = None,
    json: Json = False,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Tell the whole story of one number."""
    from pipeline.cli import look

    raise typer.Exit(look.explain(workspace, lang, number, as_of, as_json=json))


@app.command(help=help_text("rules"))
def rules(
    *,
    every: Annotated[bool, typer.Option("--all", help=help_text("rules.all"))] = False,
    json: Json = False,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """List the rules in force."""
    from pipeline.cli import look

    look.rules(workspace, lang, every=every, as_json=json)


@app.command(help=help_text("history"))
def history(*, json: Json = False, workspace: Root = HERE, lang: Lang = "") -> None:
    """List the nights."""
    from pipeline.cli import look

    look.history(workspace, lang, as_json=json)


@app.command(help=help_text("status"))
def status(*, json: Json = False, workspace: Root = HERE, lang: Lang = "") -> None:
    """Say what lies in the inbox."""
    from pipeline.cli import look

    look.status(workspace, lang, as_json=json)


@app.command("doctor", help=help_text("doctor"))
def examine(
    *,
    every: Annotated[bool, typer.Option("--all", help=help_text("doctor.all"))] = False,
    json: Json = False,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Look at everything a night needs."""
    from pipeline.cli.doctor import examine_and_print

    raise typer.Exit(examine_and_print(workspace, lang, thorough=every, as_json=json))


@app.command(help=help_text("undo"))
def undo(file: TakenFile, *, workspace: Root = HERE, lang: Lang = "") -> None:
    """Take a workbook back."""
    from pipeline.cli import take_back

    take_back.turn(workspace, lang, file, back=True)


@app.command(help=help_text("redo"))
def redo(file: TakenFile, *, workspace: Root = HERE, lang: Lang = "") -> None:
    """Put a workbook back in."""
    from pipeline.cli import take_back

    take_back.turn(workspace, lang, file, back=False)


@app.command(help=help_text("withdraw"))
def withdraw(
    night: Annotated[str, typer.Argument(help=help_text("withdraw.night"))],
    *,
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Take the newest night back."""
    from pipeline.cli import take_back

    take_back.withdraw_night(workspace, lang, night)


@app.command(help=help_text("schedule"))
def schedule(
    *,
    _print: Annotated[bool, typer.Option("--print", help=help_text("schedule.print"))] = True,  # the only way so far
    workspace: Root = HERE,
    lang: Lang = "",
) -> None:
    """Print the nightly job."""
    from pipeline.cli import begin

    begin.schedule(workspace, lang)
