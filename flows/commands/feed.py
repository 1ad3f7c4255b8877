"""`pactwatch feed`: which feeds there are, or write the public files again."""

from pathlib import Path
from xml.etree import ElementTree

from flows.lock import hold_run_lock
from flows.settings import Settings, load_settings


class NothingPublished(Exception):  # noqa: N818 - the state of the home, not a fault
    """There are no public files yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: nothing is published yet: run a pass first")
        self.folder = folder


def show_feeds(home: Path | None, *, rebuild: bool) -> int:
    settings = load_settings(home=home)
    if rebuild:
        rebuild_public(settings)
    opml = settings.public_dir / "feeds.opml"
    if not opml.exists():
        raise NothingPublished(settings.public_dir)
    list_feeds(settings, opml)
    return 0


def rebuild_public(settings: Settings) -> None:
    """Render everything from the warehouse; GUIDs and dates are kept there, so subscribers see nothing new."""
    from rich.console import Console

    from flows.publish import publish
    from warehouse.store import Warehouse

    if not settings.warehouse_path.exists():
        raise NothingPublished(settings.home)
    with (
        hold_run_lock(settings.lock_path),
        Warehouse.open(settings.warehouse_path, wait_seconds=settings.warehouse_wait_seconds) as warehouse,
    ):
        changed = publish(warehouse, settings)
    Console(stderr=True).print(f"{len(changed)} public files changed", highlight=False)


def list_feeds(settings: Settings, opml: Path) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("feed")
    table.add_column("address" if settings.public_url else "file", overflow="fold")
    body = ElementTree.parse(opml).getroot().find("body")  # noqa: S314 - our own file
    for outline in body.iter("outline") if body is not None else ():
        address = outline.get("xmlUrl")
        if address is None:
            table.add_row(f"[bold]{escape(outline.get('text', ''))}[/]", "")
        else:
            shown = address if "://" in address else str(settings.public_dir / address)
            table.add_row(f"  {escape(outline.get('text', ''))}", escape(shown))
    Console(soft_wrap=True).print(table)
