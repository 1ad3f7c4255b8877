"""The log file of a home: what happened, with tracebacks; a terminal or a service manager gets one line each."""

import logging
import logging.handlers
import sys
from pathlib import Path

LOGGER = logging.getLogger("pactwatch")
MAX_BYTES = 2_000_000
KEPT = 3


def open_journal(path: Path, *, echo: bool = False) -> None:
    """Write the log to `path`, rotated by size; with `echo` also to standard error, without tracebacks."""
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.handlers.RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT, delay=True)
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(to_file)
    # What other libraries warn of belongs in the file as well; Prefect would have it on the terminal.
    root = logging.getLogger()
    root.handlers[:] = [to_file]
    root.setLevel(logging.WARNING)
    # It complains at each reset of trafilatura's caches that one of them has nothing to reset.
    logging.getLogger("htmldate.meta").setLevel(logging.CRITICAL)
    if echo:
        to_terminal = logging.StreamHandler(sys.stderr)
        to_terminal.setFormatter(_OneLine("%(message)s"))
        LOGGER.addHandler(to_terminal)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


class _OneLine(logging.Formatter):
    """Leaves the traceback to the file."""

    def format(self, record: logging.LogRecord) -> str:
        shown = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return super().format(shown)
