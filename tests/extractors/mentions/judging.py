"""What the shipped model makes of one sentence, for tests of who takes part and of dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc, Token

from extractors.lexicon import load_lexicon
from extractors.mentions.actors import Judge as RoleJudge
from extractors.mentions.actors_features import Row
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.analysis import analyse
from extractors.mentions.attributes import Attributes, locate_actor, locate_date, locate_mention
from extractors.mentions.dates import Asked
from extractors.mentions.dates import Judge as DateJudge
from extractors.mentions.dates_features import DateOption
from extractors.mentions.model import Encoded, load_model
from extractors.mentions.sentences import Sentence
from extractors.records import Action, Modality

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Read:
    """The last sentence of a text, parsed and encoded."""

    doc: Doc
    sentence: Sentence
    encoded: Encoded

    @property
    def start(self) -> int:
        return self.sentence.start

    def word(self, text: str) -> Token:
        return next(token for token in self.doc if token.text == text)

    def judge(self, trigger: Token, initiative: Span, action: Action) -> Attributes:
        """The attributes of the action that the word tells. initiative: offsets of the text."""
        place = locate_mention(self.encoded.window, self.sentence, trigger, initiative, action)
        return load_model().attributes(self.encoded, place)

    def judge_roles(self, trigger: Token, initiative: Span, actors: ArticleActors, action: Action) -> RoleJudge:
        attributes = self.judge(trigger, initiative, action)

        def told(rows: Sequence[Row]) -> Sequence[Sequence[float]]:
            return attributes.roles(rows, [locate_actor(self.encoded.window, row, actors) for row in rows])

        return told

    def judge_dates(self, asked: Asked) -> DateJudge:
        first, last = asked.initiative
        attributes = self.judge(asked.trigger, (self.start + first, self.start + last), asked.action)

        def told(options: Sequence[DateOption]) -> list[float]:
            places = [locate_date(self.encoded.window, self.start, option.words) for option in options]
            return attributes.dates(options, places)

        return told


def read_last(text: str, title: str = "") -> Read:
    analysis = analyse(title, text, load_lexicon(None))
    last = analysis.sentences[-1]
    encoded = load_model().encode(analysis, analysis.docs)
    return Read(analysis.docs[last.index], last, encoded[last.index])


def ask_for_date(
    sentence: str, verb: str, modality: Modality, *, action: Action, published: date | None, main: date | None = None,
    before: str = "",
) -> tuple[Asked, DateJudge]:  # fmt: skip
    """What a date is wanted for, in a sentence that does not name an initiative, and the model's judge of it."""
    read = read_last(sentence)
    asked = Asked(read.word(verb), action, modality, (0, 0), published, main, before)
    return asked, read.judge_dates(asked)
