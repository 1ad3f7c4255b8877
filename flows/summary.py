"""What a pass did, as one record: for the terminal, for the run's artifact in Prefect, and for the exit status."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from extractors.records import Failure


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """How one source did."""

    source_id: str
    outcome: str
    """ok, unchanged, failed or not due."""
    links: int = 0
    articles: int = 0
    """New to the warehouse, as are the mentions."""
    mentions: int = 0
    failures: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How one pass did."""

    run_id: str
    started_at: datetime
    seconds: float
    outcomes: tuple[SourceOutcome, ...] = ()
    failures: tuple[Failure, ...] = ()
    new_developments: tuple[str, ...] = ()
    """Headlines of developments seen for the first time."""
    updated_developments: tuple[str, ...] = ()
    new_alerts: tuple[str, ...] = ()
    """Headlines of what was put into the feed."""
    updated_alerts: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    """What the checks of the warehouse found."""
    files_written: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What went wrong beside the work: no source's fault, and no reason to fail."""
    feed: Path = Path()
    warehouse: Path = Path()
    note: str = ""

    def count(self, outcome: str) -> int:
        return sum(1 for o in self.outcomes if o.outcome == outcome)

    @property
    def worked(self) -> int:
        return self.count("ok") + self.count("unchanged")

    @property
    def articles(self) -> int:
        return sum(o.articles for o in self.outcomes)

    @property
    def mentions(self) -> int:
        return sum(o.mentions for o in self.outcomes)

    @property
    def succeeded(self) -> bool:
        """At least one source worked, or none was due."""
        return self.worked > 0 or self.count("failed") == 0

    def counts(self) -> dict[str, int]:
        """The figures that are kept with the run."""
        return {
            "sources_ok": self.worked,
            "sources_failed": self.count("failed"),
            "sources_not_due": self.count("not due"),
            "articles": self.articles,
            "mentions": self.mentions,
            "developments": len(self.new_developments),
            "developments_updated": len(self.updated_developments),
            "alerts": len(self.new_alerts),
            "alerts_updated": len(self.updated_alerts),
            "failures": len(self.failures),
        }


def one_line(summary: RunSummary) -> str:
    """For a log: one pass, one line."""
    if summary.note:
        return summary.note
    counts = summary.counts()
    shown = " ".join(f"{name}={value}" for name, value in counts.items())
    return f"pass {summary.run_id} in {summary.seconds:.1f} s: {shown}"


def as_markdown(summary: RunSummary) -> str:
    """The artifact that Prefect keeps with the run."""
    lines = [f"# {summary.started_at:%Y-%m-%d %H:%M} UTC, {summary.seconds:.1f} s", ""]
    lines += ["| | |", "| --- | ---: |"]
    lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in summary.counts().items()]
    if summary.new_alerts:
        lines += ["", "## New alerts", "", *(f"- {headline}" for headline in summary.new_alerts)]
    lines += ["", "## Sources", "", "| source | outcome | links | articles | mentions | failures | seconds |"]
    lines += ["| --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {o.source_id} | {o.outcome} | {o.links} | {o.articles} | {o.mentions} | {o.failures} | {o.seconds:.1f} |"
        for o in summary.outcomes
    ]
    if summary.failures:
        lines += ["", "## Failures", "", "| source | stage | class | reason | url |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {f.source_id} | {f.stage} | {f.failure_class} | {_cell(f.reason)} | {_cell(f.url or '')} |"
            for f in summary.failures
        ]
    if summary.warnings:
        lines += ["", "## Warnings", "", *(f"- {warning}" for warning in summary.warnings)]
    if summary.findings:
        lines += ["", "## Checks", "", *(f"- {finding}" for finding in summary.findings)]
    return "\n".join(lines) + "\n"


def failures_by_class(summary: RunSummary) -> Counter[str]:
    return Counter(f.failure_class for f in summary.failures)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")[:300]
