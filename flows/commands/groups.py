"""The command groups `sources` and `initiatives`. As in `flows.cli`, a command imports what it needs when called."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import HomeOption, OutOption, SourcesOption

sources_app = typer.Typer(
    help="The sources: list them, try a new one, see how they do, OPML in and out.", no_args_is_help=True
)
initiatives_app = typer.Typer(help="The known initiatives: list, show, check, adopt.", no_args_is_help=True)


@sources_app.command("list")
def sources_list(sources: SourcesOption = None) -> None:
    """The sources, with kind, tier and status."""
    from flows.commands.sources import list_sources

    raise typer.Exit(list_sources(sources))


@sources_app.command("try")
def sources_try(url: Annotated[str, typer.Argument(help="A site, a feed or a sitemap.")]) -> None:
    """Find the feeds and sitemaps of a site, show what they hold, print the table to add."""
    from flows.commands.sources_try import try_url

    raise typer.Exit(try_url(url))


@sources_app.command("status")
def sources_status(home: HomeOption = None) -> None:
    """How each source does: last success, last new article, activity, failures."""
    from flows.commands.sources import show_status

    raise typer.Exit(show_status(home))


@sources_app.command("import")
def sources_import(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="A list of feeds, as a feed reader exports it.")],
    sources: SourcesOption = None,
) -> None:
    """Print the tables to add for the feeds of an OPML file that are not in the source list."""
    from flows.commands.sources_opml import import_opml

    raise typer.Exit(import_opml(file, sources))


@sources_app.command("export")
def sources_export(out: OutOption = None, sources: SourcesOption = None) -> None:
    """Write the sources that are feeds as OPML, for a feed reader."""
    from flows.commands.sources_opml import export_opml

    raise typer.Exit(export_opml(out, sources))


@initiatives_app.command("list")
def initiatives_list(
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind.")] = None,
) -> None:
    """The known initiatives."""
    from flows.commands.initiatives import list_initiatives

    raise typer.Exit(list_initiatives(kind))


@initiatives_app.command("show")
def initiatives_show(
    name: Annotated[str, typer.Argument(help="Id, name, alias or acronym.")], home: HomeOption = None
) -> None:
    """One initiative: its entry, and what the warehouse knows of it."""
    from flows.commands.initiatives import show_initiative

    raise typer.Exit(show_initiative(name, home))


@initiatives_app.command("adopt")
def initiatives_adopt(
    name: Annotated[str, typer.Argument(metavar="ID|NAME", help="Id or name of an initiative met in the news.")],
    home: HomeOption = None,
    out: OutOption = None,
) -> None:
    """Turn an initiative met in the news into an entry for the lexicon, to be reviewed."""
    from flows.commands.initiatives_adopt import adopt_initiative

    raise typer.Exit(adopt_initiative(name, home, out))


@initiatives_app.command("check")
def initiatives_check(
    path: Annotated[Path | None, typer.Argument(help="A file or folder.  \\[default: the ones in the package]")] = None,
) -> None:
    """Check initiative files."""
    from flows.commands.initiatives import check_initiatives

    raise typer.Exit(check_initiatives(path))
