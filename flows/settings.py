"""Settings: one frozen record, read once from the environment (`PACTWATCH_*`); each has a default and a unit.

A person's own files (sources, initiatives, watches) are data and are read elsewhere.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from extractors.records import AlertPolicy

PREFIX = "PACTWATCH_"
DEFAULT_HOME = Path("var")


class SettingsError(Exception):
    """A setting that cannot be understood: names the variable, its value and what is wrong with it."""

    def __init__(self, variable: str, value: str, reason: str) -> None:
        super().__init__(f"{variable}={value!r}: {reason}")
        self.variable = variable
        self.value = value
        self.reason = reason


def setting(default: Any, *, unit: str, help: str, low: float | None = None, high: float | None = None) -> Any:  # noqa: A002 - the word that every command line uses
    return field(default=default, metadata={"unit": unit, "help": help, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a person can turn. The name of a field in capitals, after `PACTWATCH_`, is its variable."""

    home: Path = setting(  # noqa: RUF009 - a field, as all the others
        DEFAULT_HOME, unit="folder", help="where the warehouse, the archive and the public files live"
    )
    sources: str = setting("", unit="file", help="the source list; empty means the one that comes with the package")
    initiatives: str = setting("", unit="file or folder", help="initiatives of one's own, beside those in the package")
    watches: str = setting("", unit="file", help="feeds of one's own; empty means <home>/watches.toml if it exists")
    public_url: str = setting("", unit="URL", help="where the public folder is served, for links inside the feeds")
    websub_hub: str = setting("", unit="URL", help="a WebSub hub to tell when a feed has changed; empty means none")
    contact: str = setting(
        "", unit="URL or mail address", help="goes into the User-Agent, so that a site can complain before it blocks"
    )
    allow_hosts: tuple[str, ...] = setting(
        (), unit="host or host:port, comma-separated", help="private and loopback addresses that may be fetched"
    )
    interval_minutes: float = setting(30.0, unit="minutes", low=0.05, help="how often `serve` starts a pass")
    run_timeout_minutes: float = setting(
        25.0, unit="minutes", low=0.05, help="a pass stops fetching after this and stores what it has"
    )
    source_timeout_seconds: float = setting(300.0, unit="seconds", low=0.1, help="a source is given up after this")
    max_concurrent_sources: int = setting(16, unit="sources", low=1, high=500, help="how many are fetched at once")
    max_pages_per_source: int = setting(
        100, unit="pages", low=1, help="new pages fetched of one source in one pass; the rest waits for the next"
    )
    host_delay_seconds: float = setting(2.0, unit="seconds", low=0, help="between two requests to one host")
    request_timeout_seconds: float = setting(30.0, unit="seconds", low=0.1, help="for one response, however it drips")
    max_page_bytes: int = setting(
        10_000_000, unit="bytes on the wire; twice as much decompressed", low=1000, help="larger answers are refused"
    )
    poll_floor_minutes: float = setting(10.0, unit="minutes", low=0, help="no source is polled more often by `serve`")
    poll_ceiling_minutes: float = setting(720.0, unit="minutes", low=1, help="no source is polled less often")
    archive_keep_days: int = setting(0, unit="days", low=0, help="older archive files are removed; 0 keeps all")
    link_memory_days: int = setting(
        180, unit="days", low=7, help="a link that no listing has shown for this long is forgotten"
    )
    exchange_memory_days: int = setting(
        90, unit="days", low=7, help="older rows on exchanges and failures go; those on archived pages stay"
    )
    copy_window_days: int = setting(7, unit="days", low=1, help="how far back copies of an article are looked for")
    development_window_days: int = setting(
        120, unit="days", low=1, help="how far back a mention can join a known development"
    )
    alert_window_days: int = setting(30, unit="days", low=1, help="an older event makes no alert")
    min_confidence: float = setting(0.6, unit="0 to 1", low=0, high=1, help="a less certain development, no alert")
    rumour_hold_hours: int = setting(
        24, unit="hours", low=0, help="how long a report by one origin of tier 3 waits for a second one"
    )
    warehouse_wait_seconds: float = setting(
        30.0, unit="seconds", low=0, help="how long to wait for another process to let go of the warehouse"
    )

    @property
    def warehouse_path(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def archive_dir(self) -> Path:
        return self.home / "archive"

    @property
    def public_dir(self) -> Path:
        return self.home / "public"

    @property
    def published_copy(self) -> Path:
        return self.public_dir / "warehouse.duckdb"

    @property
    def lock_path(self) -> Path:
        return self.home / "run.lock"

    @property
    def log_path(self) -> Path:
        return self.home / "pactwatch.log"

    @property
    def sources_file(self) -> Path | None:
        return Path(self.sources) if self.sources else None

    @property
    def initiatives_path(self) -> Path | None:
        return Path(self.initiatives) if self.initiatives else None

    @property
    def watches_file(self) -> Path | None:
        """The file of one's own feeds, or nothing where there is none. One that was named must exist."""
        if self.watches:
            return Path(self.watches)
        usual = self.home / "watches.toml"
        return usual if usual.exists() else None

    @property
    def alert_policy(self) -> AlertPolicy:
        return AlertPolicy(
            window_days=self.alert_window_days,
            min_confidence=self.min_confidence,
            rumour_hold_hours=self.rumour_hold_hours,
        )


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of this process: defaults, then the environment, then what the command line gave (not None)."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    known = {variable_name(f.name): f for f in fields(Settings)}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX):
            continue
        if variable in known:
            values[known[variable].name] = _parse(variable, text, known[variable])
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)


def variable_name(field_name: str) -> str:
    return PREFIX + field_name.upper()


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Variables that look like settings and are none: a slip of the pen, as a rule. `pactwatch doctor` names them."""
    known = {variable_name(f.name) for f in fields(Settings)}
    return sorted(v for v in (os.environ if environ is None else environ) if v.startswith(PREFIX) and v not in known)


def list_settings() -> list[tuple[str, str, str, str]]:
    """(variable, default, unit, help) of every setting, in the order of the record."""
    rows = []
    for f in fields(Settings):
        default = "" if f.default is MISSING else f.default
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        rows.append((variable_name(f.name), shown, str(f.metadata["unit"]), str(f.metadata["help"])))
    return rows


def _parse(variable: str, text: str, found: Any) -> Any:
    default = found.default
    text = text.strip()
    if isinstance(default, Path):
        if not text:
            raise SettingsError(variable, text, "is empty")
        return Path(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, str):
        return text
    try:
        number: float = int(text) if isinstance(default, int) else float(text)
    except ValueError as error:
        wanted = "a whole number" if isinstance(default, int) else "a number"
        raise SettingsError(variable, text, f"should be {wanted} ({found.metadata['unit']})") from error
    low, high = found.metadata["low"], found.metadata["high"]
    if number != number or (low is not None and number < low) or (high is not None and number > high):
        limits = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
        raise SettingsError(variable, text, f"should be {limits} ({found.metadata['unit']})")
    return number
