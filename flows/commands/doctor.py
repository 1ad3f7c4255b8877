"""`pactwatch doctor`: whether all that a pass needs is there, one line a check."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings, list_settings, load_settings, unknown_variables, variable_name

if TYPE_CHECKING:
    from rich.console import Console

PACKAGES = ("prefect", "fastapi", "httpx", "trafilatura", "duckdb", "feedgen", "spacy", "onnxruntime")
Outcome = tuple[str, str]
"""`ok`, `note` or `fault`, and what was found."""


def examine(home: Path | None, sources: Path | None, *, network: bool, settings_only: bool) -> int:
    from rich.console import Console
    from rich.markup import escape

    settings = load_settings(home=home, sources=str(sources) if sources else None)
    console = Console()
    if settings_only:
        show_settings(settings, console)
        return 0
    faults = 0
    marks = {"ok": "[green]ok[/]   ", "note": "[yellow]note[/] ", "fault": "[red]fault[/]"}
    for name, check in checks(settings, network=network):
        try:
            kind, found = check()
        except Exception as error:  # a doctor reports what it meets, whatever that is
            kind, found = "fault", " ".join(f"{type(error).__name__}: {error}".split())
        faults += kind == "fault"
        console.print(f"{marks[kind]} {name:<18} {escape(found)}", highlight=False, soft_wrap=True)
    if faults:
        sys.stderr.write(f"pactwatch: {faults} faults found\n")
    return 1 if faults else 0


def checks(settings: Settings, *, network: bool) -> Iterator[tuple[str, Callable[[], Outcome]]]:
    yield "python", check_python
    yield "packages", check_packages
    yield "settings", check_settings
    yield "home", lambda: check_home(settings)
    yield "sources", lambda: check_sources(settings)
    yield "initiatives", lambda: check_initiatives(settings)
    yield "watches", lambda: check_watches(settings)
    yield "extractor", lambda: check_extractor(settings)
    yield "warehouse", lambda: check_warehouse(settings)
    yield "published copy", lambda: check_published(settings)
    yield "orchestrator", check_orchestrator
    if network:
        yield "network", lambda: check_network(settings)


def check_python() -> Outcome:
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    return ("ok" if good else "fault"), f"{sys.version.split()[0]} ({sys.executable}); wanted 3.11 to 3.13"


def check_packages() -> Outcome:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            return "fault", f"{package} is not installed: run `make setup`"
    return "ok", ", ".join(found)


def check_settings() -> Outcome:
    strange = unknown_variables()
    return ("note", f"not known, and ignored: {', '.join(strange)}") if strange else ("ok", "all known")


def check_home(settings: Settings) -> Outcome:
    home = settings.home.absolute()
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(nearest, os.W_OK):
        return "fault", f"{nearest} cannot be written"
    if not home.exists():
        return "note", f"{home} does not exist yet; the first pass makes it"
    with tempfile.TemporaryFile(dir=home) as probe:
        probe.write(b"x")
    stat = os.statvfs(home)
    return "ok", f"{home}, {stat.f_bavail * stat.f_frsize / 1e9:.1f} GB free"


def check_sources(settings: Settings) -> Outcome:
    from extractors.catalog import load_sources

    return "ok", f"{len(load_sources(settings.sources_file))} in {settings.sources_file or 'the package'}"


def check_initiatives(settings: Settings) -> Outcome:
    from extractors.catalog import known_initiatives, load_initiatives

    own = settings.initiatives_path
    told = f", {len(load_initiatives(own))} of them in {own}" if own else ""
    return "ok", f"{len(known_initiatives(own))} known{told}"


def check_watches(settings: Settings) -> Outcome:
    from warehouse.watches import load_watches

    file = settings.watches_file
    return "ok", f"{len(load_watches(file))} in {file}" if file else "none of your own"


def check_extractor(settings: Settings) -> Outcome:
    from extractors.mentions import load_extractor

    return "ok", f"version {load_extractor(settings.initiatives_path).version}, model loads"


def check_warehouse(settings: Settings) -> Outcome:
    from warehouse.checks import run_checks
    from warehouse.store import Warehouse

    if not settings.warehouse_path.exists():
        return "note", "none yet; the first pass makes it"
    with Warehouse.open(settings.warehouse_path, wait_seconds=2) as warehouse:
        findings = run_checks(warehouse)
        faults = [f for f in findings if f.severity == "error"]
        (articles,) = warehouse.query("SELECT count(*) FROM articles").fetchall()[0]
    if faults:
        return "fault", f"{faults[0].check}: {faults[0].subject}: {faults[0].detail} ({len(faults)} in all)"
    megabytes = settings.warehouse_path.stat().st_size / 1e6
    return "ok", f"{settings.warehouse_path}: {articles} articles, {megabytes:.0f} MB, {len(findings)} warnings"


def check_published(settings: Settings) -> Outcome:
    path = settings.published_copy
    if not path.exists():
        return "note", "none yet; the first pass makes it"
    hours = (datetime.now(UTC).timestamp() - path.stat().st_mtime) / 3600
    late = hours > max(24.0, settings.interval_minutes / 60 * 4)
    return ("note" if late else "ok"), f"{path}: {hours:.1f} hours old"


def check_orchestrator() -> Outcome:
    url = os.environ.get("PREFECT_API_URL")
    return "ok", f"the Prefect server at {url}" if url else "a Prefect server of our own, for each pass"


def check_network(settings: Settings) -> Outcome:
    """Ask each source for its listing, without keeping anything."""
    import asyncio

    from extractors.catalog import load_sources
    from extractors.records import SourceState
    from flows.fetch import Fetcher
    from flows.fetching import fetch_settings
    from flows.ingest import Polled, poll_source

    async def ask_all() -> list[Polled]:
        async with Fetcher(fetch_settings(settings)) as fetcher:
            loaded = load_sources(settings.sources_file)
            return list(await asyncio.gather(*(poll_source(fetcher, s, SourceState(s.id)) for s in loaded)))

    polled = asyncio.run(ask_all())
    bad = [f"{p.source.id}: {p.failure.failure_class}" for p in polled if p.failure]
    kind = "ok" if not bad else ("fault" if len(bad) == len(polled) else "note")
    return kind, f"{len(polled) - len(bad)} of {len(polled)} sources answer" + (f"; {', '.join(bad)}" if bad else "")


def show_settings(settings: Settings, console: "Console") -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    values = {variable_name(f.name): getattr(settings, f.name) for f in fields(Settings)}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("variable", "value", "default", "unit", "what it is"):
        table.add_column(heading, overflow="fold")
    for variable, default, unit, about in list_settings():
        value = values[variable]
        shown = ",".join(value) if isinstance(value, tuple) else str(value)
        style = "default" if shown == default else "bold green"
        table.add_row(variable, f"[{style}]{escape(shown)}[/]", escape(default), unit, about)
    (console if console.is_terminal else Console(width=200)).print(table)
