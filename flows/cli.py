"""The command line. Each command imports what it needs when it is called, so that `--help` answers at once.

An error of ours (a class of this package: it carries its subject and reads as one line) or of the operating system
goes to standard error as one line, with status 1; wrong usage has status 2.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.groups import initiatives_app, sources_app
from flows.commands.options import HomeOption, SourcesOption
from flows.commands.problems import UsageProblem

app = typer.Typer(
    name="pactwatch",
    help="Watch news and government pages for regional security initiatives: who did what to which initiative.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sources_app, name="sources")
app.add_typer(initiatives_app, name="initiatives")


def show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"pactwatch {version('pactwatch')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Watch news and government pages for regional security initiatives: who did what to which initiative."""


NowOption = Annotated[
    str | None, typer.Option("--now", help="The clock of the pass, ISO 8601, for replays.  \\[default: the time]")
]


@app.command()
def demo(
    home: Annotated[
        Path | None, typer.Option("--home", help="Where to work.  \\[default: <home>/demo, made new each time]")
    ] = None,
) -> None:
    """Two passes of the real flow over a small invented newsroom on this machine."""
    from flows.commands.demo import run_demo

    raise typer.Exit(run_demo(home))


@app.command()
def run(
    sources: SourcesOption = None,
    home: HomeOption = None,
    now: NowOption = None,
    due: Annotated[bool, typer.Option("--due", help="Ask only the sources whose time has come.")] = False,
) -> None:
    """One pass: poll the sources, read what is new, update the warehouse and the feeds."""
    from flows.commands.run import run_pass

    raise typer.Exit(run_pass(sources, home, now, due_only=due))


@app.command()
def serve(
    sources: SourcesOption = None,
    home: HomeOption = None,
    every: Annotated[
        float | None, typer.Option("--every", min=0.05, help="Minutes between two passes.  \\[default: 30]")
    ] = None,
) -> None:
    """Run a pass on a schedule until stopped, one at a time."""
    from flows.schedule import serve as start

    raise typer.Exit(start(sources, home, every))


@app.command()
def read(
    pages: Annotated[list[str], typer.Argument(metavar="FILE_OR_URL...", help="HTML files (.html.gz too) or URLs.")],
    url: Annotated[str | None, typer.Option("--url", help="The address that the one file came from.")] = None,
) -> None:
    """Read pages into JSON lines: title, authors, date, language, clean text."""
    from flows.commands.read import read_pages

    raise typer.Exit(read_pages(pages, url))


@app.command()
def extract(
    articles: Annotated[
        str,
        typer.Argument(metavar="IN.jsonl", help="JSON lines with id, title, text, published; - reads standard input."),
    ],
    explain: Annotated[bool, typer.Option("--explain", help="Say of each mention which rules made it.")] = False,
) -> None:
    """Find the mentions in texts: JSON lines in, JSON lines out."""
    from flows.commands.extract import extract_lines

    raise typer.Exit(extract_lines(articles, explain=explain))


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement, in DuckDB's dialect; it can only read.")],
    home: HomeOption = None,
    output: Annotated[str, typer.Option("--format", help="table, csv, json or parquet")] = "table",
) -> None:
    """Ask the published copy of the warehouse."""
    from flows.commands.sql import run_query

    raise typer.Exit(run_query(query, home, output))


@app.command()
def feed(
    home: HomeOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write the public files again from the warehouse.")
    ] = False,
) -> None:
    """List the public feeds, or write them again."""
    from flows.commands.feed import show_feeds

    raise typer.Exit(show_feeds(home, rebuild=rebuild))


@app.command()
def reextract(
    home: HomeOption = None,
    since: Annotated[str | None, typer.Option("--since", help="Only pages fetched since then, ISO 8601.")] = None,
) -> None:
    """Do everything after the fetch again, from the archive; no site is asked."""
    from flows.commands.reextract import reextract_archive

    raise typer.Exit(reextract_archive(home, since))


@app.command()
def doctor(
    home: HomeOption = None,
    sources: SourcesOption = None,
    network: Annotated[bool, typer.Option("--network", help="Ask each source for its listing, too.")] = False,
    settings: Annotated[bool, typer.Option("--settings", help="List the settings, with values and units.")] = False,
) -> None:
    """Check that all that a pass needs is there."""
    from flows.commands.doctor import examine

    raise typer.Exit(examine(home, sources, network=network, settings_only=settings))


def main() -> None:
    """The command `pactwatch`."""
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries mutter is not for the terminal
    try:
        app()
    except KeyboardInterrupt:
        fail("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has had enough. The interpreter's own last flush must not say so again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except UsageProblem as problem:
        fail(str(problem))
        sys.exit(2)
    except Exception as error:  # the top: here an error becomes a line and a status
        fail(explain(error))
        sys.exit(1)


def explain(error: BaseException) -> str:
    """One line for a person. What is no error of ours or of the system is a bug: its traceback is shown as well."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if type(error).__module__.partition(".")[0] in ("flows", "warehouse", "extractors"):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    import traceback

    traceback.print_exception(error)
    return f"this is a bug: {type(error).__name__}: {error}"


def fail(reason: str) -> None:
    sys.stderr.write("pactwatch: " + " ".join(reason.split()) + "\n")


if __name__ == "__main__":
    main()
