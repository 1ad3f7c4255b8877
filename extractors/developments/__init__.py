"""Developments: which reports tell of one event, what it is called, what it follows, and whether to alert on it."""

from extractors.developments.assign import assign_developments
from extractors.developments.headline import write_headline
from extractors.developments.reports import newsroom

__all__ = ["assign_developments", "newsroom", "write_headline"]
