"""Article in, mentions out: the gate, the parse, the model, the attributes, in this order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from extractors.catalog import load_bodies, load_leaders, load_places
from extractors.lexicon import Lexicon, load_lexicon
from extractors.mentions.actors import ActorTable, ArticleActors, assign_roles
from extractors.mentions.actors_features import Row
from extractors.mentions.analysis import Analysis, analyse
from extractors.mentions.attributes import locate_actor, locate_date, locate_mention
from extractors.mentions.background import Recall, background_features, weigh_background
from extractors.mentions.confidence import Confidence
from extractors.mentions.datelines import day_of_writing
from extractors.mentions.dates import Asked, EventDate, date_mention, inherited_date
from extractors.mentions.dates_features import DateOption
from extractors.mentions.decide import Draft, draft_mentions
from extractors.mentions.evidence import Evidence, weigh_evidence
from extractors.mentions.explain import Shares, explain
from extractors.mentions.gate import BRIEF, Gate, open_gate
from extractors.mentions.grammar import is_looked_back_on, strengthen
from extractors.mentions.loglinear import load_weights
from extractors.mentions.main_date import main_date
from extractors.mentions.modality import settle_modality
from extractors.mentions.modality_features import modality_features
from extractors.mentions.modality_signs import is_asked, is_asked_hearsay, is_call, read_sign
from extractors.mentions.model import Encoded, Judgement, Model, load_model
from extractors.mentions.naming import name_entity
from extractors.mentions.parse import straighten
from extractors.mentions.places import find_place
from extractors.mentions.relevance import Relevance
from extractors.mentions.repeats import Found, drop_repeats
from extractors.mentions.sentences import paragraph_before
from extractors.mentions.triggers import find_trigger
from extractors.mentions.version import LOG_LINEAR, extractor_version
from extractors.records import Actor, Article, Initiative, Mention, stable_id

_ACTING = ("organisation", "forum", "body")
"""Kinds of initiatives that do things themselves."""
_INITIALS = 3
SHORT = 4
"""Sentences. A text as short as this is read whatever its words."""
_SURE, _DOUBTFUL, _EVIDENT = 5.0, 2.5, 0.5
"""Log-odds of relevance from which a long text is read at once, and from which its sentences are looked at first (one
of many has telling words by chance), evident ones sooner."""
_CONVICTION, _GLANCES = 0.65, 3
"""The certainty that must then be found in the most telling of them, and in how many."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One article with what attributes are read from."""

    article: Article
    analysis: Analysis
    encoded: Mapping[int, Encoded]
    actors: ArticleActors
    published: date | None
    main_date: date | None


def actor_table(lexicon: Lexicon) -> ActorTable:
    """The states of the catalogue and the organisations of the lexicon, by the names that can only mean them."""
    organisations = [
        (form, _short_name(entry), entry.id)
        for entry in lexicon.initiatives.values()
        if entry.kind in _ACTING
        for form in (entry.name, *entry.aliases, *entry.acronyms)
        if form not in entry.ambiguous
    ]
    return ActorTable(load_places(), organisations, load_leaders(), load_bodies())


def _short_name(entry: Initiative) -> str:
    """The acronym, unless it is so short that it may be another's ("IOC")."""
    return next((a for a in entry.acronyms[:1] if len(a) > _INITIALS), entry.name)


class Extractor:
    """Lexicon, actor table and model, loaded once; `find_mentions` may be called for any number of articles."""

    def __init__(self, lexicon: Lexicon, model: Model) -> None:
        self.lexicon, self.model = lexicon, model
        self.thresholds: dict[str, float] = model.meta["thresholds"]
        self.confidence = Confidence(model.meta["confidence"])
        self.relevance = Relevance(model.directory / "relevance.npz")
        self.table = actor_table(lexicon)
        for path, classes in LOG_LINEAR.items():
            load_weights(path, classes)  # what cannot be read is said now, not at the first mention
        self.version = extractor_version(lexicon, model)

    def find_in_batch(self, articles: Iterable[Article]) -> list[tuple[Mention, ...]]:
        """The mentions of each article, in the order given."""
        return [self.find_mentions(article) for article in articles]

    def find_mentions(self, article: Article) -> tuple[Mention, ...]:
        """The mentions of one article in order of place; none for a text in another language than English."""
        return tuple(
            replace(
                mention,
                confidence=self.confidence.of(evidence),
                explanation=(*mention.explanation, self.confidence.explain(evidence)),
            )
            for mention, evidence in self.find_with_evidence(article)
        )

    def find_with_evidence(self, article: Article) -> list[tuple[Mention, Evidence]]:
        """The mentions as yet without confidence, and what speaks for each (`weigh_evidence`)."""
        if article.language not in (None, "en") or not article.text:
            return []
        gate = open_gate(article.title, article.text, self.lexicon)
        if gate is None or not self._is_promising(article, gate):
            return []
        analysis = analyse(article.title, article.text, self.lexicon, gate)
        encoded, judgements = self.model.read(analysis)
        believed = self.believe(analysis, judgements)
        if not believed:
            return []
        published = day_of_writing(article.text, article.published_at.date() if article.published_at else None)
        reading = _Reading(
            article,
            analysis,
            encoded,
            ArticleActors(article.text, self.table, title=article.title),
            published,
            main_date(article.text, published),
        )
        found = drop_repeats([Found(self._mention(reading, draft), draft, evidence) for draft, evidence in believed])
        found.sort(key=lambda one: (one.mention.start, one.mention.initiative, one.mention.action))
        return [(one.mention, one.evidence) for one in found]

    def believe(self, analysis: Analysis, judgements: Sequence[Judgement]) -> list[tuple[Draft, Evidence]]:
        """The statements that are likely enough to be told, and what speaks for each. judgements: the model's own."""
        judged = strengthen(analysis, judgements)
        drafts = draft_mentions(analysis, judged)
        weighed = weigh_evidence(analysis, judged, drafts, self.confidence.apart)
        return self.confidence.believe(list(zip(drafts, weighed, strict=True)))

    def _is_promising(self, article: Article, gate: Gate) -> bool:
        """Whether the whole article is worth a parse: by its words, and in doubt by a look at a few sentences."""
        if len(gate.sentences) <= SHORT:
            return True  # too few words to tell by, and cheap to read
        scores = dict(zip(gate.telling, self.relevance.scores(article.text, gate), strict=True))
        top = max(scores.values())
        if len(gate.sentences) <= BRIEF:
            return top >= self.thresholds["relevance"]
        if top >= _SURE:
            return True
        doubtful = [i for i, odds in scores.items() if odds >= (_EVIDENT if i in gate.evident else _DOUBTFUL)]
        likeliest = sorted(sorted(doubtful, key=lambda index: -scores[index])[:_GLANCES])
        if not likeliest:
            return False
        analysis = analyse(article.title, article.text, self.lexicon, replace(gate, wanted=likeliest))
        judgements = strengthen(analysis, self.model.read(analysis)[1])
        return any(judgement.certainty >= _CONVICTION for judgement in judgements)

    def _mention(self, reading: _Reading, draft: Draft) -> Mention:
        analysis, article = reading.analysis, reading.article
        pair = draft.judgement.pair
        entity = analysis.entities[pair.entity]
        sentence = analysis.sentences[pair.sentence]
        doc = analysis.docs[pair.sentence]
        name = name_entity(analysis, entity, self.lexicon)
        trigger = find_trigger(doc, sentence.start, draft)
        here = pair.candidate if pair.direct else pair.anaphor
        span = (here.start, here.end) if here else (sentence.start, sentence.start)
        quote = article.text[sentence.start : sentence.end]
        before = paragraph_before(article.text, analysis.sentences, sentence)
        encoded = reading.encoded[pair.sentence]
        window = encoded.window
        attributes = self.model.attributes(encoded, locate_mention(window, sentence, trigger, span, draft.action))
        words = modality_features(trigger, draft.action)
        modality = settle_modality(draft.modalities, attributes.modality(), words, trigger, draft.action)
        sign = read_sign(trigger, draft.action)
        reason = f"grammar says {sign}" if sign else ""
        if modality == "actual" and is_asked_hearsay(before, quote):
            modality, reason = "possible", "a question that passes on what others report"
        elif modality == "planned" and is_asked(quote):
            modality, reason = "possible", "only asked"
        shares = Shares()

        def judge_roles(rows: Sequence[Row]) -> list[list[float]]:
            odds = attributes.roles(rows, [locate_actor(window, row, reading.actors) for row in rows])
            shares.note_roles(rows, odds)
            return odds

        def judge_dates(options: Sequence[DateOption]) -> list[float]:
            odds = attributes.dates(options, [locate_date(window, sentence.start, o.words) for o in options])
            shares.note_dates(options, odds)
            return odds

        actors = assign_roles(doc, sentence.start, trigger, span, reading.actors, draft.action, judge_roles)
        actors = tuple(actor for actor in actors if not name.is_called(actor.name))
        if draft.action == "propose":
            if modality == "possible" and is_call(trigger) and any(map(_speaks_for_a_state, actors)):
                modality, reason = "actual", "an official's call is a proposal made"
            actors = _with_proposer(actors)
        asked = Asked(
            trigger, draft.action, modality, (span[0] - sentence.start, span[1] - sentence.start), reading.published,
            reading.main_date, straighten(before),
        )  # fmt: skip
        when = date_mention(straighten(quote), asked, judge_dates)
        recall = self._history(reading, draft, when) or weigh_background(
            draft.background, background_features(words, asked, when, pair.sentence)
        )
        if when.value is None and not recall.is_background:
            when = inherited_date(asked)
        place = find_place(doc, sentence.start, trigger, span, reading.actors)
        speaker = next((actor.name for actor in actors if actor.role == "speaker"), None)
        return Mention(
            mention_id=stable_id("men", article.article_id, name.initiative_id, draft.action, modality, quote),
            article_id=article.article_id,
            initiative=name.name,
            initiative_id=name.initiative_id,
            known=name.known,
            kind=name.kind,
            action=draft.action,
            modality=modality,
            is_background=recall.is_background,
            quote=quote,
            start=sentence.start,
            end=sentence.end,
            confidence=0.0,
            aliases=name.aliases,
            actors=actors,
            event_date=when.value,
            date_precision=when.precision,
            date_basis=when.basis,
            place=place.name if place else None,
            place_code=place.code if place else None,
            speaker=speaker,
            parent=name.parent,
            explanation=explain(
                analysis,
                draft,
                self.model,
                name=name,
                modality=modality,
                reason=reason,
                recall=recall,
                trigger=trigger.text,
                when=when,
                shares=shares,
            ),
        )

    def _history(self, reading: _Reading, draft: Draft, when: EventDate) -> Recall | None:
        """What tells by itself that a mention is of how a known initiative began, years ago, or of what has had a
        history since. A day of its own speaks against both."""
        if when.precision == "day":
            return None
        analysis, pair = reading.analysis, draft.judgement.pair
        known = analysis.entities[pair.entity].lexicon_id
        founded = self.lexicon.initiatives[known].founded if known else None
        if draft.action == "launch" and founded and reading.published and founded < reading.published.year - 1:
            return Recall(True, f"founded in {founded}")
        start = analysis.sentences[pair.sentence].start
        if pair.direct and is_looked_back_on(analysis.docs[pair.sentence], start, pair.candidate):
            return Recall(True, "a clause says what has become of it since")
        return None


def _with_proposer(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """An official who says what should be set up, where nobody else proposes it, is the one who proposes."""
    if any(actor.role in ("agent", "partner") for actor in actors):
        return actors
    first = next((actor for actor in actors if actor.role == "speaker" and actor.code), None)
    return tuple(replace(actor, role="agent") if actor is first else actor for actor in actors)


def _speaks_for_a_state(actor: Actor) -> bool:
    return actor.code is not None and (actor.role == "speaker" or (actor.role == "agent" and actor.kind == "person"))


@lru_cache(maxsize=2)
def load_extractor(initiatives: Path | None) -> Extractor:
    """The extractor with this lexicon, loaded once a process. Raises CatalogError, ModelError."""
    return Extractor(load_lexicon(initiatives), load_model())
