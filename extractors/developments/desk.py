"""The table at which one batch of reports is worked on: known developments, found fast, and drafts of what changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from extractors.developments.absorb import absorb, combine, create, renamed
from extractors.developments.index import Index
from extractors.developments.initiatives import InitiativeNames
from extractors.developments.match import score
from extractors.developments.reports import Report, sketch_development
from extractors.developments.sketch import Sketch
from extractors.developments.spans import gap
from extractors.developments.stages import link_stages
from extractors.records import Development, MergeDevelopments

CORRECTION_DAYS = 30
"""A correction follows what it corrects within this time, and can put its date off by as much."""


@dataclass(slots=True)
class Draft:
    """A development in the making: its state now, and what it was when the batch began."""

    now: Development
    before: Development | None
    mention_ids: list[str] = field(default_factory=list)
    is_fresh: bool = False
    """Told in this batch by an article that is itself new, not by an old page or in a look back."""


class Desk:
    """Developments by id: those known, and the drafts that stand in for the ones a batch changes or adds."""

    def __init__(self, known: Iterable[Development], now: datetime) -> None:
        self._time = now
        self._known = {development.development_id: development for development in known}
        self._drafts: dict[str, Draft] = {}
        self._gone: dict[str, str] = {}
        self._index = Index()
        self._names = InitiativeNames()
        for key, development in self._known.items():
            self._index.put(key, sketch_development(development))
            self._names.put(development)

    def ids(self) -> list[str]:
        """All developments, known and new, in a fixed order."""
        return [key for key in dict.fromkeys((*self._known, *self._drafts)) if key not in self._gone]

    def has(self, key: str) -> bool:
        return key in self._known or key in self._drafts

    def state(self, key: str) -> Development:
        """The development as it is now."""
        draft = self._drafts.get(key)
        return draft.now if draft else self._known[key]

    def drafts(self) -> list[Draft]:
        return list(self._drafts.values())

    def known_draft(self, key: str) -> Draft | None:
        return self._drafts.get(key)

    def draft(self, key: str) -> Draft:
        """The draft of a development, made from its known state where there is none yet."""
        if key not in self._drafts:
            self._drafts[key] = Draft(self._known[key], self._known[key])
        return self._drafts[key]

    def take(self, report: Report, *, is_fresh: bool) -> None:
        """Give one report to the development that it tells of, or make a new one."""
        found = self._find(report.sketch)
        if report.is_correction:
            corrected = found or self._find_corrected(report.sketch)
            if corrected is not None and _sets_right(report, self.state(corrected)):
                self._make(report, is_fresh=is_fresh, corrects=corrected)
                return
        if found is None:
            self._make(report, is_fresh=is_fresh)
        elif report.mention.mention_id not in self.state(found).mention_ids:
            self._put(absorb(self.state(found), report, self._time), report, is_fresh=is_fresh)

    def merge(self) -> list[MergeDevelopments]:
        """Bring together developments that this batch shows to be one; the older id stays."""
        merges = []
        waiting = sorted(self._drafts)
        while waiting:
            key = waiting.pop()
            other = self._twin(key) if key in self._drafts else None
            if other is None:
                continue
            older, younger = sorted(
                (key, other), key=lambda one: (self.state(one).first_seen_at, one not in self._known, one)
            )
            if younger in self._known:
                merges.append(MergeDevelopments(older, younger, "later reports show that both are one event"))
            self._join(older, younger)
            waiting.append(older)
        return merges

    def link(self) -> None:
        """Link the stages of each initiative that the batch touched, and denials to what they deny."""
        touched: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._drafts:
            touched[self.state(key).initiative_id].append(key)
        groups: defaultdict[str, list[Development]] = defaultdict(list)
        for key in self.ids():
            development = self.state(key)
            if development.initiative_id in touched:
                groups[development.initiative_id].append(development)
        for initiative_id, group in groups.items():
            for linked in link_stages(group, touched[initiative_id]):
                self.draft(linked.development_id).now = linked

    def _find(self, sketch: Sketch) -> str | None:
        """The development that a report tells of: the one that matches best, the lower id of equals."""
        best: tuple[float, str] | None = None
        for key in self._index.near(sketch):
            value = score(sketch, self._index[key])
            if value is not None and (best is None or value > best[0]):
                best = (value, key)
        return best[1] if best else None

    def _find_corrected(self, sketch: Sketch) -> str | None:
        """The development that a correction sets right: the same but for place and date."""
        found: list[tuple[int, str]] = []
        for key in self._index.near(replace(sketch, span=None)):
            other = self._index[key]
            if other.span is None or sketch.span is None:
                continue
            days = gap(sketch.span, other.span)
            unplaced = replace(sketch, span=other.span, place=None, place_code=None)
            if days <= CORRECTION_DAYS and score(unplaced, other) is not None:
                found.append((days, key))
        return min(found)[1] if found else None

    def _make(self, report: Report, *, is_fresh: bool, corrects: str | None = None) -> None:
        made = create(report, self._time, initiative_id=self._names.find(report.sketch))
        if self.has(made.development_id):
            if report.mention.mention_id in self.state(made.development_id).mention_ids:
                return
            made = renamed(made, report.mention.mention_id)
        if self.has(made.development_id):
            return  # a correction that was taken before
        if corrects is not None:
            made = replace(made, follows=corrects, relation="correction")
        self._put(made, report, is_fresh=is_fresh)
        self._names.put(made)

    def _put(self, development: Development, report: Report, *, is_fresh: bool) -> None:
        key = development.development_id
        draft = self._drafts.get(key)
        if draft is None:
            draft = self._drafts[key] = Draft(development, self._known.get(key))
        draft.now = development
        draft.mention_ids.append(report.mention.mention_id)
        draft.is_fresh = draft.is_fresh or (is_fresh and not report.mention.is_background)
        self._index.put(key, sketch_development(development))

    def _twin(self, key: str) -> str | None:
        """Another development that tells the same event as this one."""
        sketch, mine = self._index[key], self.state(key)
        for other in self._index.near(sketch):
            theirs = self.state(other)
            related = mine.relation == "correction" or theirs.relation == "correction"
            if other != key and not related and score(sketch, self._index[other]) is not None:
                return other
        return None

    def _join(self, older: str, younger: str) -> None:
        joined = combine(self.state(older), self.state(younger), self._time)
        draft, other = self.draft(older), self._drafts.pop(younger, None)
        draft.now = joined
        if other is not None:
            draft.mention_ids += other.mention_ids
            draft.is_fresh = draft.is_fresh or other.is_fresh
        self._gone[younger] = older
        self._index.drop(younger)
        self._index.put(older, sketch_development(joined))


def _sets_right(report: Report, development: Development) -> bool:
    """Whether a correction states another day or place than the development has."""
    mention = report.mention
    if mention.mention_id in development.mention_ids or development.relation == "correction":
        return False
    other_day = (
        mention.date_precision == development.date_precision == "day" and mention.event_date != development.event_date
    )
    other_place = bool(mention.place and development.place and mention.place != development.place)
    return other_day or other_place
