"""`pactwatch reextract`: everything after the fetch, again, without asking any site."""

from pathlib import Path

from flows.commands.feed import NothingPublished
from flows.lock import hold_run_lock
from flows.settings import load_settings
from flows.times import parse_time


def reextract_archive(home: Path | None, since: str | None) -> int:
    from rich.console import Console

    from flows.journal import open_journal
    from flows.one_pass import Pass
    from flows.progress import FAILURES_SHOWN, live_display
    from flows.reextract import reextract

    settings = load_settings(home=home)
    start = parse_time(since) if since else None
    if not settings.warehouse_path.exists():
        raise NothingPublished(settings.home)
    work = Pass(settings)
    with hold_run_lock(settings.lock_path), live_display(Console(stderr=True)) as display:
        open_journal(settings.log_path)
        display.stage("reading and extracting")
        done = reextract(work, start, display.advance)
    console = Console()
    console.print(f"articles      {done.from_archive} from the archive, {done.from_text} from the stored text")
    console.print(f"mentions      {done.mentions}")
    decided = done.decided
    console.print(f"developments  {len(decided.new_developments)} new, {len(decided.updated_developments)} updated")
    console.print(f"alerts        {len(decided.new_alerts)} new, {len(decided.updated_alerts)} updated")
    console.print(f"files         {len(done.files_written)} changed in {settings.public_dir}", highlight=False)
    for failure in done.failures[:FAILURES_SHOWN]:
        console.print(f"  - {failure.url}\n    {failure.stage}: {failure.reason}", markup=False, highlight=False)
    return 0
