"""What a person sees while a pass runs, and after it: a display on a terminal, only the end elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from flows.summary import RunSummary

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

FAILURES_SHOWN = 20


class Display:
    """Stages and counters of a pass. This one shows nothing; `LiveDisplay` draws."""

    def stage(self, text: str, total: int | None = None) -> None:
        """A new stage of the pass begins."""

    def expect(self, more: int) -> None:
        """The running stage has that much more to do."""

    def advance(self, amount: int = 1) -> None:
        """Some of the running stage is done."""


class LiveDisplay(Display):
    """Draws one line for each stage, with a bar for the one that runs."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def stage(self, text: str, total: int | None = None) -> None:
        self._finish()
        self._task = self._progress.add_task(text, total=total)

    def expect(self, more: int) -> None:
        if self._task is not None:
            total = self._progress.tasks[self._task].total or 0
            self._progress.update(self._task, total=total + more)

    def advance(self, amount: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, amount)

    def _finish(self) -> None:
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(self._task, total=task.total or 1, completed=task.total or 1)


_current: ContextVar[Display] = ContextVar("display", default=Display())  # noqa: B039 - the default has no state


def current_display() -> Display:
    """The display of this pass. The flow asks for it here: Prefect stores a flow's parameters, and this is none."""
    return _current.get()


@contextmanager
def live_display(console: "Console") -> Iterator[Display]:
    """Draw the progress of what runs inside the block, if `console` is a terminal."""
    if not console.is_terminal:
        yield _current.get()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        display = LiveDisplay(progress)
        token = _current.set(display)
        try:
            yield display
            display._finish()
        finally:
            _current.reset(token)


def print_summary(summary: RunSummary, console: "Console") -> None:
    """The end of a pass, for a person."""
    from rich.markup import escape
    from rich.table import Table

    if summary.note:
        console.print(escape(summary.note))
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column()
    failed = summary.count("failed")
    sources = f"[green]{summary.worked} ok[/]" + (f", [red]{failed} failed[/]" if failed else "")
    if not_due := summary.count("not due"):
        sources += f", {not_due} not due"
    table.add_row("sources", sources)
    table.add_row("new articles", f"{summary.articles}")
    table.add_row("mentions", f"{summary.mentions}")
    table.add_row("developments", f"{len(summary.new_developments)} new, {len(summary.updated_developments)} updated")
    table.add_row("alerts", f"[bold]{len(summary.new_alerts)} new[/], {len(summary.updated_alerts)} updated")
    table.add_row("time", f"{summary.seconds:.1f} s")
    console.print(table)
    for headline in summary.new_alerts[:FAILURES_SHOWN]:
        console.print(f"  [green]+[/] {escape(headline)}", highlight=False, soft_wrap=True)
    for headline in summary.updated_alerts[:FAILURES_SHOWN]:
        console.print(f"  [yellow]~[/] {escape(headline)}", highlight=False, soft_wrap=True)
    if summary.failures:
        console.print(f"[red]failures[/] ({len(summary.failures)})", highlight=False)
        for failure in summary.failures[:FAILURES_SHOWN]:
            where = failure.url or failure.source_id
            what = f"{failure.source_id} {failure.stage} {failure.failure_class}: {failure.reason}"
            console.print(f"  [red]-[/] {escape(where)}\n    {escape(what)}", highlight=False, soft_wrap=True)
        if len(summary.failures) > FAILURES_SHOWN:
            console.print(f"  … {len(summary.failures) - FAILURES_SHOWN} more: view source_health, table ops.failures")
    for warning in summary.warnings:
        console.print(f"[yellow]warning[/] {escape(warning)}", highlight=False, soft_wrap=True)
    for finding in summary.findings:
        console.print(f"[red]check[/] {escape(finding)}", highlight=False)
    console.print(f"feed       {escape(str(summary.feed))}", highlight=False, soft_wrap=True)
    console.print(f"warehouse  {escape(str(summary.warehouse))}", highlight=False, soft_wrap=True)
