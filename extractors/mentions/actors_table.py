"""The compiled table of names that stand for states and organisations, and the scan that finds them in raw text.

Whole words, case-sensitive, longest match first; a form that may mean something else is kept with `certain=False`
unless the article holds one of its context words. What a name does in a sentence is decided in `actors`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ahocorasick_rs

from extractors.catalog.places import Country, Places, Seat
from extractors.records import ActorKind

Surface = Literal["name", "demonym", "capital", "metonym", "organisation", "person", "pronoun", "group"]

_SPAN_FORMS: tuple[tuple[str, Surface], ...] = (
    ("names", "name"),
    ("demonyms", "demonym"),
    ("capitals", "capital"),
    ("metonyms", "metonym"),
)
# Combining forms ("a Sino-Russian pact") are a closed class of English word formation.
_PREFIXES = {
    "Sino": "CHN", "Russo": "RUS", "Franco": "FRA", "Anglo": "GBR", "Indo": "IND", "Turko": "TUR", "Hispano": "ESP",
    "Italo": "ITA", "Nippo": "JPN", "Austro": "AUT", "Greco": "GRC", "Luso": "PRT", "Polono": "POL",
}  # fmt: skip
_NOT_AFTER_PREFIX = ("Pacific", "European", "China", "Saxon", "American studies", "Aryan", "phone", "Malay")
# States that are no more, and those that few recognise: they act in the news and have no code.
_UNCODED: dict[str, tuple[str, Surface]] = {
    "Soviet Union": ("Soviet Union", "name"), "USSR": ("Soviet Union", "name"), "U.S.S.R.": ("Soviet Union", "name"),
    "Soviet": ("Soviet Union", "demonym"), "Soviets": ("Soviet Union", "demonym"),
    "Yugoslavia": ("Yugoslavia", "name"), "Yugoslav": ("Yugoslavia", "demonym"),
    "Czechoslovakia": ("Czechoslovakia", "name"), "East Germany": ("East Germany", "name"),
    "Abkhazia": ("Abkhazia", "name"), "Abkhaz": ("Abkhazia", "demonym"), "Abkhazian": ("Abkhazia", "demonym"),
    "South Ossetia": ("South Ossetia", "name"), "South Ossetian": ("South Ossetia", "demonym"),
    "Transnistria": ("Transnistria", "name"), "Transdniestria": ("Transnistria", "name"),
    "Transnistrian": ("Transnistria", "demonym"), "Transdniestrian": ("Transnistria", "demonym"),
    "Nagorno-Karabakh": ("Nagorno-Karabakh", "name"), "Somaliland": ("Somaliland", "name"),
}  # fmt: skip

# Self-governing parts of states that sign and sit on their own.
_TERRITORIES = {"Greenland": "GRL", "Faroe Islands": "FRO", "Hong Kong": "HKG", "New Caledonia": "NCL"}

_FORENAME = re.compile(
    r"(?<![.!?:;\n][ \u00a0])(?<![.!?:;]\n)(?<!\A)(?<![\n\"“‘(])"
    r"\b(?!(?:Mr|Mrs|Ms|Dr|President|Premier|Minister|Chancellor|Secretary|General|Marshal|Senator|Prime|King|Emir|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4})\b)(?![\w.-]*['’]s\b)[A-Z][\w.’'-]*\s$"
)
"""Another forename before a telling surname, within a sentence: "Hunter Biden" speaks for nobody."""


@dataclass(frozen=True, slots=True)
class ActorSpan:
    """Characters that name an actor, or refer back to one. `members` are the actors that a reference stands for."""

    start: int
    end: int
    name: str
    kind: ActorKind
    code: str | None
    surface: Surface
    office: str | None = None
    initiative_id: str | None = None
    """Of an organisation: its id in the lexicon."""
    certain: bool = True
    members: tuple["ActorSpan", ...] = ()
    how: str = ""
    """Of a reference: how its members were found."""

    @property
    def key(self) -> str:
        """What makes two spans the same actor: the state's code, else the name."""
        return self.code or self.name

    def expand(self) -> tuple["ActorSpan", ...]:
        """The actors that the span stands for: itself, or whom it refers to."""
        return self.members if self.surface in ("pronoun", "group") else (self,)


@dataclass(frozen=True, slots=True)
class _Reading:
    kind: ActorKind
    code: str | None
    name: str
    surface: Surface
    ambiguous: bool = False
    context: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    """Of a seat: names of the state it lies in; where the article speaks of that state, the city stands for it."""
    initiative_id: str | None = None


class ActorTable:
    """Names of states (from the places catalogue) and of organisations (from the lexicon), compiled once.

    `organisations` are (surface form, display name, initiative id); `leaders` gives the state of those who speak for
    one, by full name or telling surname; `bodies` the display name of what acts and is no initiative.
    """

    __slots__ = (
        "_blocked",
        "_leader_forms",
        "_leader_matcher",
        "_matcher",
        "_patterns",
        "_readings",
        "leaders",
        "names",
    )

    def __init__(
        self,
        places: Places,
        organisations: Iterable[tuple[str, str, str]] = (),
        leaders: Mapping[str, str] | None = None,
        bodies: Mapping[str, str] | None = None,
    ) -> None:
        self._readings: dict[str, list[_Reading]] = {}
        self._blocked: set[str] = set()
        self.names: dict[str, str] = {}
        """Code to the usual English name of the state."""
        organisations = tuple(organisations)
        display = {initiative_id: name for _, name, initiative_id in reversed(organisations)}
        for country in places.countries:
            self._add_country(country)
        for prefix, code in _PREFIXES.items():
            self._add(prefix + "-", _Reading("state", code, self.names.get(code, code), "demonym"))
            self._blocked.update(f"{prefix}-{rest}" for rest in _NOT_AFTER_PREFIX)
        for form, code in _TERRITORIES.items():
            self._add(form, _Reading("state", code, form, "name"))
        for form, name in (bodies or {}).items():
            self._add(form, _Reading("organisation", None, name, "organisation"))
        for form, (name, surface) in _UNCODED.items():
            self._add(form, _Reading("state", None, name, surface))
        for seat in places.seats:
            self._add_seat(seat, display)
        for form, name, initiative_id in organisations:
            if form not in self._readings:
                self._add(form, _Reading("organisation", None, name, "organisation", initiative_id=initiative_id))
        contexts: dict[str, set[str]] = {}
        for reading in (r for readings in self._readings.values() for r in readings):
            for word in reading.context:
                contexts.setdefault(word, set()).add(reading.code or reading.name)
        self.leaders: dict[str, str] = {
            word: next(iter(codes))
            for word, codes in contexts.items()
            if len(codes) == 1 and word not in self._readings and word[:1].isupper() and " " not in word
        } | dict(leaders or {})
        """Names of persons, and other context words, that belong to one state only."""
        self._leader_forms = sorted(leaders or {})
        self._leader_matcher = ahocorasick_rs.AhoCorasick(
            self._leader_forms, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )
        self._patterns = sorted(self._readings.keys() | self._blocked | contexts.keys())
        self._matcher = ahocorasick_rs.AhoCorasick(
            self._patterns, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )

    def _add_country(self, country: Country) -> None:
        code = country.iso3
        self.names[code] = country.name
        ambiguous, context = set(country.ambiguous), frozenset(country.context)
        self._blocked.update(country.not_in)
        for field, surface in _SPAN_FORMS:
            for form in getattr(country, field):
                doubtful = form in ambiguous
                reading = _Reading("state", code, form, surface, doubtful, context if doubtful else frozenset())
                self._add(form, reading)
                if len(form) > 3 and not form.startswith("the "):
                    self._add(form.upper(), reading)

    def _add_seat(self, seat: Seat, display: dict[str, str]) -> None:
        context = frozenset(seat.context)
        home = frozenset(self.names[code] for code in seat.countries if code in self.names)
        for initiative_id in seat.stands_for:
            if initiative_id in display:
                name = display[initiative_id]
                reading = _Reading("organisation", None, name, "metonym", bool(context), context, home, initiative_id)
                self._add(seat.form, reading)
                return

    def _add(self, form: str, reading: _Reading) -> None:
        readings = self._readings.setdefault(form, [])
        if (reading.code or reading.name) not in {known.code or known.name for known in readings}:
            readings.append(reading)
        self._blocked.discard(form)

    def find_leaders(self, text: str) -> list[ActorSpan]:
        """Those who are known to speak for a state, by full name or telling surname, in order."""
        return [
            ActorSpan(start, end, form, "person", self.leaders[form], "person")
            for start, end, form in _longest(self._leader_matcher, self._leader_forms, text)
            if " " in form or not _FORENAME.search(text, max(0, start - 24), start)
        ]

    def context_words(self, text: str) -> frozenset[str]:
        """The context words in `text` (a title, say) that settle ambiguous names elsewhere."""
        return frozenset(self._patterns[index] for index, _, _ in self._matcher.find_matches_as_indexes(text))

    def find_actor_spans(self, text: str, context: frozenset[str] | None = None) -> list[ActorSpan]:
        """The names in `text`, in order, without overlaps. `context` are the context words of the whole article."""
        hits = _longest(self._matcher, self._patterns, text)
        found = frozenset(form for _, _, form in hits) | (context or frozenset())
        spans = []
        for start, end, form in hits:
            readings = self._readings.get(form)
            if readings and (span := _choose(readings, start, end, form, found)):
                spans.append(span)
        return spans


def _longest(matcher: ahocorasick_rs.AhoCorasick, patterns: Sequence[str], text: str) -> list[tuple[int, int, str]]:
    """Whole-word matches in order; of those that overlap, the longest ("South China Sea", not "the South")."""
    found = [
        (start, end, patterns[index])
        for index, start, end in matcher.find_matches_as_indexes(text, overlapping=True)
        if _is_bounded(text, start, end)
    ]
    kept: list[tuple[int, int, str]] = []
    last = -1
    for hit in sorted(found, key=lambda h: (h[0], -h[1])):
        if hit[0] >= last:
            kept.append(hit)
        elif hit[1] - hit[0] > kept[-1][1] - kept[-1][0]:
            kept[-1] = hit
        else:
            continue
        last = kept[-1][1]
    return kept


def _is_bounded(text: str, start: int, end: int) -> bool:
    before = start == 0 or not (text[start - 1].isalnum() or text[start - 1] == "_")
    last = text[end - 1]
    after = end == len(text) or last in ".-" or not (text[end].isalnum() or text[end] == "_")
    return before and after and not (last == "-" and end < len(text) and not text[end].isupper())


def _choose(readings: Sequence[_Reading], start: int, end: int, form: str, found: frozenset[str]) -> ActorSpan | None:
    """The reading that the article supports best; none where only a loose one ("the South") is left unsupported."""
    others = found - {form}
    supported = [
        r for r in readings if (not r.ambiguous or not r.context.isdisjoint(others)) and r.unless.isdisjoint(others)
    ]
    states = [r for r in readings if r.kind == "state"]
    pool = [r for r in supported if r.kind == "organisation"] or supported or states
    if not pool:
        return None
    reading = max(pool, key=lambda r: len(r.context & others))
    if not supported and (reading.surface == "metonym" or form.startswith(("the ", "The "))):
        return None
    return ActorSpan(
        start, end - form.endswith("-"), reading.name, reading.kind, reading.code, reading.surface,
        initiative_id=reading.initiative_id, certain=bool(supported),
    )  # fmt: skip
