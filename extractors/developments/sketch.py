"""What is compared of a report and of a development: the same few facts."""

from dataclasses import dataclass

from extractors.developments.spans import Span
from extractors.records import Action, Kind, Modality

MUTUAL: frozenset[Action] = frozenset({"negotiate", "agree", "sign", "launch", "convene", "extend"})
"""Actions done together: whoever is named, as agent, host or member, is one of those who did it."""
PERSONAL: frozenset[Action] = frozenset({"join", "withdraw", "endorse", "oppose", "ratify"})
"""Actions that each does for itself: two states that join are two events."""
ONCE: frozenset[Action] = frozenset({"propose", "agree", "sign", "ratify", "launch"})
"""Actions that an initiative sees once, or seldom."""

Stance = str
"""fact (planned or actual), possible or negated: reports of different stance never tell the same event."""


def stance(modality: Modality) -> Stance:
    """The side of what is certain on which a statement stands."""
    return modality if modality in ("possible", "negated") else "fact"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of a report or a development."""

    initiative_id: str
    known: bool
    kind: Kind
    action: Action
    modality: Modality
    names: tuple[str, ...]
    agents: frozenset[str]
    others: frozenset[str]
    span: Span | None
    place: str | None
    place_code: str | None
    is_background: bool
    articles: frozenset[str]
    copy_of: str | None = None
    """Of a report: the article that its own is a copy of."""

    @property
    def is_standing(self) -> bool:
        """A known body goes on proposing and deciding; of a treaty or a novel initiative there is one proposal."""
        return self.known and self.kind in ("organisation", "forum")
