"""Says why a mention was found: which phrase or reference, which words weighed most, which scores against which bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

from extractors.mentions.analysis import Analysis
from extractors.mentions.decide import Draft
from extractors.mentions.lexical import candidate_features, hashed
from extractors.mentions.model import Model
from extractors.mentions.naming import Name
from extractors.records import ACTIONS, Modality

if TYPE_CHECKING:
    from extractors.mentions.actors_features import Row
    from extractors.mentions.background import Recall
    from extractors.mentions.dates import EventDate
    from extractors.mentions.dates_features import DateOption

_SHOWN = 5


@dataclass(slots=True)
class Shares:
    """How likely the model found each actor to take part in a mention, and each date expression to be its date."""

    who: dict[str, float] = field(default_factory=dict)
    when: dict[str, float] = field(default_factory=dict)

    def note_roles(self, rows: Sequence["Row"], odds: Sequence[Sequence[float]]) -> None:
        _note(self.who, [row.actor.name for row in rows], [agent for agent, _, _ in odds])

    def note_dates(self, options: Sequence["DateOption"], odds: Sequence[float]) -> None:
        _note(self.when, [option.words.text if option.words else "none" for option in options], odds)


def _note(shares: dict[str, float], names: Sequence[str], odds: Sequence[float]) -> None:
    for name, odd in zip(names, odds, strict=True):
        shares[name] = max(shares.get(name, 0.0), exp(odd))


def _list(shares: Mapping[str, float]) -> str:
    top = sorted(shares.items(), key=lambda item: -item[1])[:_SHOWN]
    return ", ".join(f"{name} {share:.2f}" for name, share in top)


def explain(
    analysis: Analysis, draft: Draft, model: Model, *, name: Name, modality: Modality, reason: str, recall: "Recall",
    trigger: str, when: "EventDate", shares: Shares,
) -> tuple[str, ...]:  # fmt: skip
    """One line a decision, for a reader who wants to disagree. reason: what settled the modality beside the weights."""
    pair, judgement = draft.judgement.pair, draft.judgement
    before = pair.sentence - pair.candidate_sentence
    how = "named here" if pair.direct else f"spoken of, last named {before} sentences before"
    if pair.anaphor:
        how += f', here as "{pair.anaphor.head}"'
    action = ACTIONS.index(draft.action)
    if action == int(judgement.actions.argmax()):
        share = f"probability {judgement.actions[action]:.2f} given that something happened"
    else:
        share = f"a second action, probability {judgement.each[action]:.2f} by words of its own"
    words = ", ".join(f"{word} {weight:+.2f}" for word, weight in _words(analysis, draft, model))
    return (
        f"initiative: {name.why}, {how}; probability {judgement.initiative:.2f}",
        f'action: {draft.action}, told by "{trigger}" ({share}); certainty {judgement.certainty:.2f}',
        f"words that weighed most: {words}",
        f"modality: {modality}" + (f" ({reason})" if reason else ""),
        f"background: {'yes' if recall.is_background else 'no'} ({recall.why})",
        f"who takes part, by probability: {_list(shares.who) or 'nobody in sight'}",
        f"date: {when.value or 'none'} ({when.basis}, precision {when.precision})"
        + (f"; of the sentence's dates {_list(shares.when)}" if shares.when else ""),
    )


def _words(analysis: Analysis, draft: Draft, model: Model) -> list[tuple[str, float]]:
    """The features of the linear half that spoke loudest for this action, in its own notation."""
    pair = draft.judgement.pair
    doc, start = analysis.docs[pair.sentence], analysis.sentences[pair.sentence].start
    prefix = "d" if pair.direct else "s"
    here = pair.candidate if pair.direct else pair.anaphor
    names = [f"{prefix} {name}" for name in analysis.evidence[pair.sentence].words]
    if here is not None:
        names += candidate_features(doc, start, here, "d" if pair.direct else "a")
    names = list(dict.fromkeys(names))
    weights = model.lexical_weights([hashed([name])[0] for name in names], draft.action)
    top = sorted(zip(names, weights, strict=True), key=lambda item: -item[1])[:_SHOWN]
    return [(name.partition(" ")[2], weight) for name, weight in top if weight > 0]
