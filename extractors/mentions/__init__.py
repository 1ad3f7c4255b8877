"""Finds what an article says of regional security initiatives: which one, what happened to it, who, when, where.

    article.text | sentences.split | gate.worth_parsing | parse | candidates.find | entities.group
                 | analysis.pairs | model.judge | decide.draft | naming, actors, dates, places | Mention

`load_extractor().find_mentions(article)` is all that other rooms call. Nothing is imported before it is needed:
loading parser and model takes about two seconds.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.mentions.extractor import Extractor


def load_extractor(initiatives: Path | None = None) -> "Extractor":
    """The extractor with the shipped model, loaded once a process. Raises CatalogError, ModelError.

    It knows the shipped initiatives, and those of `initiatives`, a file or folder of one's own.
    """
    from extractors.mentions.extractor import load_extractor as load

    return load(initiatives)
