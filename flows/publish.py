"""Put what the warehouse shows into the public folder: whole files only, and only those whose bytes changed.

A file is written beside its place, flushed to disk and renamed, so that a reader or a power cut never meets half of
one. A file that did not change is not touched: its time of change is then that of its content, and a static server
answers 304 by itself; the sidecar `<file>.etag` gives it a hash of the body. Files of feeds without items stay.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings

if TYPE_CHECKING:
    from warehouse.store import Warehouse

ETAG_SUFFIX = ".etag"


class PublishError(Exception):
    """A public file that could not be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def publish(warehouse: "Warehouse", settings: Settings) -> tuple[str, ...]:
    """Render feeds and pages, write what changed, and put the copy of the warehouse in place last.

    Returns the names of the files that changed. The copy comes last so that whoever follows a feed into it finds
    at least what the feed says.
    """
    from warehouse.public import render_public
    from warehouse.snapshot import publish_copy
    from warehouse.watches import load_watches

    watches = load_watches(settings.watches_file) if settings.watches_file else ()
    files = render_public(
        warehouse, base_url=settings.public_url or None, watches=watches, hub=settings.websub_hub or None
    )
    changed = write_files(settings.public_dir, files)
    publish_copy(warehouse, settings.published_copy)
    return changed


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write `files` below `folder`; those that are there with the same bytes are left alone. Returns what changed."""
    root = folder.resolve()
    changed = []
    for name, content in sorted(files.items()):
        path = (root / name).resolve()
        if not path.is_relative_to(root) or path == root:
            raise PublishError(folder / name, "is outside of the public folder")
        if _write_if_changed(path, content):
            changed.append(name)
        _write_if_changed(path.with_name(path.name + ETAG_SUFFIX), etag(content).encode())
    return tuple(changed)


def etag(content: bytes) -> str:
    """A strong entity tag: a hash of the body alone, so two builds of the same content have the same one."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _write_if_changed(path: Path, content: bytes) -> bool:
    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error
    try:
        _replace(path, content)
    except OSError as error:
        raise PublishError(path, error.strerror or str(error)) from error
    return True


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
