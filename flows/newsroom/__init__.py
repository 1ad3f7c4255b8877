"""The demonstration newsroom: six invented sites on loopback, over two days, for `pactwatch demo` and for tests.

Every report in it is made up, and every page says so. Stories are Markdown files with TOML front matter in
`stories/`; what a reader should find in them is written down in `expected.toml`.
"""

from flows.newsroom.server import Newsroom, newsroom
from flows.newsroom.stories import DAYS, day_time

__all__ = ["DAYS", "Newsroom", "day_time", "newsroom"]
