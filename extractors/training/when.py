"""Labels the date expressions of a labelled mention's sentence: which of them, if any, is the date of the action."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.mentions.dates_features import Asked, DateOption, date_options
from extractors.mentions.main_date import main_date
from extractors.mentions.parse import straighten
from extractors.mentions.sentences import Sentence, paragraph_before
from extractors.training.anchors import Anchor
from extractors.training.labels import Passage, written_on


@dataclass(frozen=True, slots=True)
class Example:
    """The options for one labelled mention, and which of them are right."""

    options: tuple[DateOption, ...]
    right: tuple[bool, ...]


def label_dates(
    passage: Passage, sentences: Sequence[Sentence], anchored: Iterable[tuple[dict[str, Any], Anchor]]
) -> Iterator[Example]:
    """The options of each labelled mention, in order; none of them may be right."""
    text, published = passage["text"], written_on(passage)
    main = main_date(text, published)
    for mention, anchor in anchored:
        offset = anchor.sentence.start
        bounds = (anchor.bounds[0] - offset, anchor.bounds[1] - offset)
        before = straighten(paragraph_before(text, sentences, anchor.sentence))
        asked = Asked(anchor.trigger, mention["action"], mention["modality"], bounds, published, main, before)
        options = date_options(straighten(text[offset : offset + len(anchor.doc.text)]), asked)
        wanted = (mention["event_date"], mention["date_precision"])
        right = tuple((option.found.value, option.found.precision) == wanted for option in options)
        if mention["date_precision"] == "none" and not any(right):  # inherited, or no date at all
            right = tuple(option.words is None for option in options)
        yield Example(tuple(options), right)
