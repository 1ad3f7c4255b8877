"""`pactwatch initiatives`: the lexicon of known initiatives, and what the warehouse knows of one."""

from pathlib import Path

from extractors.records import Initiative
from flows.commands.problems import UsageProblem
from flows.settings import load_settings


class UnknownInitiative(Exception):  # noqa: N818 - the name is unknown, nothing is wrong
    """No entry has that id, name, alias or acronym."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no known initiative; `pactwatch initiatives list` shows them")
        self.name = name


def list_initiatives(kind: str | None) -> int:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from extractors.catalog import known_initiatives
    from extractors.records import KINDS

    if kind is not None and kind not in KINDS:
        raise UsageProblem(f"--kind {kind!r}: should be one of {', '.join(KINDS)}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("id", "name", "kind", "acronyms", "regions", "founded"):
        table.add_column(heading, overflow="fold")
    entries = [e for e in known_initiatives(load_settings().initiatives_path) if kind in (None, e.kind)]
    for entry in sorted(entries, key=lambda e: e.id):
        table.add_row(entry.id, escape(entry.name), entry.kind, escape(", ".join(entry.acronyms)),
                      escape(", ".join(entry.regions)), str(entry.founded or ""))  # fmt: skip
    console = Console()
    console = console if console.is_terminal else Console(width=200)
    console.print(table)
    console.print(f"{len(entries)} initiatives")
    return 0


def show_initiative(name: str, home: Path | None) -> int:
    from rich.console import Console
    from rich.markup import escape

    settings = load_settings(home=home)
    from extractors.catalog import known_initiatives

    entry = find_initiative(name, known_initiatives(settings.initiatives_path))
    console = Console()
    console.print(f"[bold]{escape(entry.name)}[/]  {entry.kind}  [dim]{entry.id}[/]")
    rows = {
        "acronyms": ", ".join(entry.acronyms),
        "aliases": ", ".join(entry.aliases),
        "only with context": ", ".join(entry.ambiguous),
        "members": " ".join(entry.members),
        "observers": " ".join(entry.observers),
        "regions": ", ".join(entry.regions),
        "founded": str(entry.founded or ""),
        "ended": str(entry.ended or ""),
        "part of": entry.parent or "",
        "wikidata": entry.wikidata or "",
        "source": entry.source,
    }
    for label, value in rows.items():
        if value:
            console.print(f"  [dim]{label:<18}[/] {escape(value)}", highlight=False, soft_wrap=True)
    if settings.published_copy.exists():
        show_history(entry, settings.published_copy, console)
    return 0


def show_history(entry: Initiative, published_copy: Path, console: object) -> None:
    """Its developments so far, newest first."""
    from rich.console import Console
    from rich.markup import escape

    from flows.commands.sql import fetch_rows

    assert isinstance(console, Console)
    quoted = entry.id.replace("'", "''")
    rows = fetch_rows(
        published_copy,
        f"SELECT first_seen_at, headline, independent_sources FROM developments "  # noqa: S608 - a slug of ours, quoted
        f"WHERE initiative_id = '{quoted}' AND merged_into IS NULL ORDER BY first_seen_at DESC LIMIT 20",
    )
    console.print(f"\n{len(rows) or 'no'} developments in the warehouse")
    for row in rows:
        console.print(f"  {row['first_seen_at'][:10]}  {escape(row['headline'])}  "
                      f"[dim]{row['independent_sources']} sources[/]", highlight=False, soft_wrap=True)  # fmt: skip


def find_initiative(name: str, entries: tuple[Initiative, ...]) -> Initiative:
    wanted = name.casefold()
    for entry in entries:
        forms = (entry.id, entry.name, *entry.acronyms, *entry.aliases)
        if wanted in (form.casefold() for form in forms):
            return entry
    raise UnknownInitiative(name)


def check_initiatives(path: Path | None) -> int:
    from rich.console import Console

    from extractors.catalog import known_initiatives, load_initiatives

    own = path or load_settings().initiatives_path
    entries = load_initiatives(own) if own else known_initiatives()
    forms = sum(1 + len(e.aliases) + len(e.acronyms) for e in entries)
    console = Console()
    console.print(f"{len(entries)} initiatives with {forms} names, aliases and acronyms: nothing wrong")
    for entry, other in find_namesakes(entries if own else ()):
        console.print(
            f"note: {entry.id} has the name of {other.id}, which is in the package: to replace it, take its id",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    return 0


def find_namesakes(own: tuple[Initiative, ...]) -> list[tuple[Initiative, Initiative]]:
    """Entries of one's own whose name is one of a shipped entry with another id: an article can only mean one."""
    from extractors.catalog import load_initiatives

    shipped = {form.casefold(): entry for entry in load_initiatives() for form in (entry.name, *entry.aliases)}
    pairs = ((entry, shipped.get(entry.name.casefold())) for entry in own)
    return [(entry, other) for entry, other in pairs if other and other.id != entry.id]
