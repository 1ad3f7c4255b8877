"""What an article has said of its actors so far: names, introduced persons, and whom "both sides" or "he" stand for.

Built once for an article from its raw text, without a parse; references are resolved only for the sentences asked for.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from extractors.mentions.actors_table import ActorSpan, ActorTable
from extractors.mentions.datelines import DATELINE
from extractors.mentions.persons import find_persons, person_spans
from extractors.mentions.sentences import split_sentences

_NUMBERS = {
    "two": 2, "both": 2, "pair": 2, "three": 3, "trio": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_GROUP_NOUN = (
    r"(?i:sides|countries|nations|states|governments|leaders|ministers|presidents|premiers|neighbou?rs|parties|"
    r"capitals|"
    r"powers|allies|members|partners|armies|navies|militaries|forces|delegations|chiefs|officials|men|republics|"
    r"participants|signatories|kingdoms|islands|founders|ministries|economies|democracies|heads of state|chancellors|"
    r"kings|secretaries|generals|commanders|speakers|ambassadors|envoys|spokesmen)"
)
_REFERENCE = re.compile(
    rf"\b(?P<number>(?:[Bb]oth|(?:[Tt]he|[Aa]ll|[Tt]hese|[Tt]heir|[Tt]hose) (?:other )?(?:two|pair|three|trio|"
    rf"four|five|six|seven|eight|nine|ten|eleven|twelve)))"
    rf"(?: (?!of\b)[\w-]+){{0,2}}? {_GROUP_NOUN}\b"
    rf"|\b(?P<bare>[Tt]he (?:two|pair|three|trio|four|five|six|seven|eight)|[Bb]oth)\b(?= (?!other)[a-z]+| ?[,.;])"
    rf"|\b(?P<plural>(?:[Tt]he|[Tt]heir|[Tt]hese) (?:[a-z]+ )?{_GROUP_NOUN}|(?<![\w’'] )(?<!\w)(?:Leaders|"
    rf"Ministers|Presidents|Members|Participants|Delegations|Parties|Sides)"
    rf"|[Tt]hey|[Tt]heir)\b(?! of\b)"
    r"|\b(?P<person>[Hh]e|[Ss]he|[Hh]is|[Hh]er)\b"
    r"|\b(?P<state>[Ii]t|[Ii]ts|[Tt]he (?:[a-z]+ )?(?i:government|ministry|cabinet|parliament|army|navy|military|junta|"
    r"kingdom|country|republic|capital|delegation|side)|(?<![A-Za-z] )(?:Parliament|Cabinet))\b"
    r"|\b(?P<office>[Tt]he (?i:(?:(?:prime|foreign|defen[cs]e|interior|deputy|vice|home|security|secretary) )?"
    r"(?:president|minister|premier|chancellor|king|emir|secretary|secretary[- ]general|spokes(?:man|woman|person)|"
    r"general|ambassador|envoy|admiral|leader|chief)))\b"
    r"|\b(?P<body>[Tt]he (?:[a-z]+ )?(?:bloc|alliance|grouping|organi[sz]ation|union|group|league|community|forum|"
    r"secretariat)|(?:[Tt]he )?(?:Summit|Authority|Council|Commission|Conference|Meeting|Assembly|Secretariat|"
    r"Alliance|"
    r"Organi[sz]ation|Union|Community|Heads of State(?: and Government)?))\b(?! of\b)"
    r"|\b(?P<speaker>I|[Ww]e|WE|[Oo]ur|[Mm]y|[Uu]s)\b"
)
_REMEMBERED = 4
"""Sentences in which an actor stays in mind without being named again."""
_OFFICE_HOLDERS = ("leaders", "ministers", "presidents", "participants", "delegations", "parties", "sides", "members")
_TIME_UNIT = re.compile(r"(?: [\w-]+)?? (?:seconds|minutes|hours|days|weeks|months|years|decades|centur)")
_JOIN = re.compile(
    r"(?:['’]s?)?(?: [Mm]ember (?:[Ss]tates|[Cc]ountries))?"
    r"\s*(?:,|,? and|&|-|–|/|,? as well as|,? along with|,? together with|with|, then)?\s*(?:of )?"
    r"(?:the |its |his |her )?"
    r"(?:(?:Republic|Kingdom|State|Sultanate) of (?:the )?)?\s*"
)
_TITLES = re.compile(
    r"[ ,]*(?:and |with )?(?:(?:his|her|its|the) )?"
    r"(?:(?:[A-Z][\w.’'-]*|counterpart|president|prime|minister|foreign|defen[cs]e|of|leader|secretary),? ?){0,6}"
)
_JOINT = re.compile(
    r"\bjoint (?:statement|communiqu|declaration|press)|communiqu|\bdeclaration\b|\bWe, the\b|\bWE\b", re.IGNORECASE
)
_LOCATIVE = re.compile(r"\b(?:in|at|to|near|outside)(?: the)? $", re.IGNORECASE)
_BEHALF = re.compile(
    r"\bon behalf of (?:the )?(?:government |people |delegation )?(?:and \w+ )?(?:of )?(?:the )?(?:[A-Z]\w+ ){0,3}"
    r"(?:of )?(?:the )?$",
    re.IGNORECASE,
)


class ArticleActors:
    """The actors of one article by position: what is named, and what each reference stands for."""

    __slots__ = ("_ends", "_starts", "_title", "home", "parties", "spans", "speakers", "text", "title_spans")

    def __init__(self, text: str, table: ActorTable, *, title: str | None = None) -> None:
        self.text = text
        self._title = title or ""
        self.title_spans: tuple[ActorSpan, ...] = tuple(table.find_actor_spans(title)) if title else ()
        names = table.find_actor_spans(text, table.context_words(title or ""))
        self.home = _home(text, names, self.title_spans)
        introduced = find_persons(text, names, table.leaders, self.home)
        people = person_spans(text, introduced, table.find_leaders(text))
        dateline = DATELINE.match(text)
        start = dateline.end() if dateline else 0
        self.spans: tuple[ActorSpan, ...] = tuple(s for s in _merge(names, people) if s.start >= start)
        self._starts = [span.start for span in self.spans]
        self._ends = [0, *(sentence.start for sentence in split_sentences(text)[1:]), len(text) + 1]
        lead = self.named_between(0, self._ends[min(2, len(self._ends) - 1)])
        self.parties: tuple[ActorSpan, ...] = _parties(text, title or "", self.title_spans, lead)
        own = _speaker(text, names)
        together = self.parties if _JOINT.search((title or "") + " " + text[:200]) else ()
        self.speakers: tuple[ActorSpan, ...] = (own,) if own else together or ((self.home,) if self.home else ())

    def named_between(self, start: int, end: int) -> tuple[ActorSpan, ...]:
        """The names (of states, organisations, persons) between two offsets of the text."""
        low = bisect_left(self._starts, start)
        high = bisect_left(self._starts, end)
        return tuple(span for span in self.spans[low:high] if span.end <= end)

    def between(self, start: int, end: int) -> tuple[ActorSpan, ...]:
        """Names and references between two offsets, each reference with the actors it stands for."""
        named = self.named_between(start, end)
        covered = [(s.start, s.end) for s in named]
        found = list(named)
        for match in _REFERENCE.finditer(self.text, start, end):
            if any(a < match.end() and match.start() < b for a, b in covered):
                continue
            span = self._resolve(match)
            if span is not None:
                found.append(span)
        return tuple(sorted(found, key=lambda s: (s.start, s.end)))

    def _resolve(self, match: re.Match[str]) -> ActorSpan | None:
        kind, at = match.lastgroup or "", match.start()
        if kind in ("number", "bare"):
            if _TIME_UNIT.match(self.text, match.end(kind)):
                return None
            words = match.group(kind).lower().split()
            number = next((_NUMBERS[w] for w in words if w in _NUMBERS), 2)
            if match.group().lower().endswith("sides") and len(self.parties) == number:
                return _reference(match, self.parties, "run-1", kind)  # the sides are those of the meeting reported
            return _reference(match, *self.group_before(at, number), kind)
        if kind == "plural":
            near, how = self.group_before(at, None, 1 if match.group().lower() in ("they", "their") else 2)
            if match.group().lower().endswith(_OFFICE_HOLDERS) and self.parties:
                return _reference(match, self.parties, "parties", "holders")
            return _reference(match, near or self.parties, how if near else "parties", kind)
        if kind == "person":
            return _reference(match, self._last(at, persons=True), "last", kind)
        if kind == "state":
            last = self._last(at, persons=False, nearest=match.group() == "its")
            home = (self.home,) if self.home and match.group().lower() not in ("it", "its") else ()
            return _reference(match, last or home, "last" if last else "home", kind)
        if kind == "office":
            wanted = match.group().lower().split()[-1]
            holders = [s for s in self._before(at) if s.office and wanted in s.office]
            home = (self.home,) if self.home else ()
            return _reference(match, tuple(holders[-1:]) or home, "office" if holders else "home", kind)
        if kind == "body":
            bodies = self._main_body(at)
            return _reference(match, bodies or self.parties, "last" if bodies else "parties", kind)
        return _reference(match, self.speakers, "speaker", kind)

    def _main_body(self, at: int) -> tuple[ActorSpan, ...]:
        """The organisation that the text before `at` speaks of most, the later one of two."""
        bodies = [s for s in self._before(at) if s.kind == "organisation" and s.surface != "person"]
        counts = Counter(s.name for s in bodies)
        return tuple(sorted(bodies, key=lambda s: counts[s.name])[-1:])

    def unsaid(self, start: int) -> tuple[ActorSpan, ...]:
        """Whom a sentence that begins at `start` may be about without naming them: what it could take for granted."""
        found = []
        sentence = self._sentence_of(start)
        before = [s for s in self.named_between(self._ends[max(0, sentence - 1)], start) if not self._is_place(s)]
        group, how = self.group_before(start, None)
        guesses = (
            ("parties", self.parties),
            ("home", (self.home,) if self.home else ()),
            ("previous", _distinct(before)[:1] if sentence else ()),
            (f"group-{how}", group),
            ("title", _distinct(self.title_spans)),
            ("earlier", self._earlier(start)),
        )
        for name, members in guesses:
            if members:
                first = members[0]
                found.append(
                    ActorSpan(start, start, name, first.kind, None, "group", members=members, how=f"unsaid-{name}")
                )
        return tuple(found)

    def named_before(self, start: int, key: str) -> tuple[int, int] | None:
        """How many sentences before `start` an actor was last named, and how often by then; None for never."""
        namings = [s for s in self._before(start) if s.key == key]
        return (self._sentence_of(start) - self._sentence_of(namings[-1].start), len(namings)) if namings else None

    def _earlier(self, start: int) -> tuple[ActorSpan, ...]:
        """Everyone named in the few sentences before, the latest naming of each."""
        first = self._ends[max(0, self._sentence_of(start) - _REMEMBERED)]
        return _distinct(self.named_between(first, start)[::-1])

    def _before(self, at: int) -> tuple[ActorSpan, ...]:
        return self.spans[: bisect_left(self._starts, at)]

    def _sentence_of(self, at: int) -> int:
        low, high = 0, len(self._ends) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._ends[middle] <= at else (low, middle - 1)
        return low

    def _last(self, at: int, *, persons: bool, nearest: bool = False) -> tuple[ActorSpan, ...]:
        """Whom a singular pronoun stands for: the first fitting name of this sentence, else of those before it."""
        sentence = self._sentence_of(at)
        end = at
        for back in range(6):
            if sentence - back < 0:
                break
            names = self.named_between(self._ends[sentence - back], end)
            fitting = [s for s in names if (s.surface == "person") is persons and not self._is_place(s)]
            if fitting:
                return (fitting[-1] if persons or nearest else fitting[0],)
            end = self._ends[sentence - back]
        return ()

    def _is_place(self, span: ActorSpan) -> bool:
        return _LOCATIVE.search(self.text, max(0, span.start - 9), span.start) is not None

    def group_before(self, at: int, number: int | None, reach: int = 11) -> tuple[tuple[ActorSpan, ...], str]:
        """The last named group of `number` actors (any size from two when None) before `at`, and how it was found."""
        sentence = self._sentence_of(at)
        end = at
        for back in range(min(reach, sentence) + 1):
            start = self._ends[sentence - back]
            names = [s for s in self.named_between(start, end) if not self._is_place(s)]
            runs = [r for r in _runs(self.text, names) if len(r) == number or (number is None and len(r) > 1)]
            if runs:
                return runs[-1], f"run-{min(back, 3)}"
            distinct = _distinct(names)
            if number is not None and len(distinct) == number:
                return distinct, f"sentence-{min(back, 3)}"
            end = start
        for run in _runs(self._title, self.title_spans):
            if len(run) == number or (number is None and len(run) > 1):
                return run, "title"
        named = [s for s in (*self.title_spans, *self._before(at)) if s.code and not self._is_place(s)]
        everyone = _distinct(named)
        return (everyone, "all") if number is not None and len(everyone) == number else ((), "")


def _reference(match: re.Match[str], members: tuple[ActorSpan, ...], how: str, kind: str) -> ActorSpan | None:
    if not members:
        return None
    first = members[0]
    return ActorSpan(
        match.start(), match.end(), match.group(), first.kind, first.code if len(members) == 1 else None,
        "group" if len(members) > 1 else "pronoun", members=members, how=f"{kind}-{how}",
    )  # fmt: skip


def _distinct(spans: Sequence[ActorSpan]) -> tuple[ActorSpan, ...]:
    first: dict[str, ActorSpan] = {}
    for span in spans:
        if span.code or span.kind == "organisation":
            first.setdefault(span.key, span)
    return tuple(first.values())


def _runs(text: str, spans: Sequence[ActorSpan]) -> list[tuple[ActorSpan, ...]]:
    """Names that stand side by side: "Togo, Benin and Ghana", "China's and Russia's", "China-Russia"."""
    runs: list[list[ActorSpan]] = []
    for span in spans:
        if runs:
            last = runs[-1][-1]
            gap = text[last.end : span.start]
            same = last.key == span.key and len(gap) < 60
            titled = "person" in (last.surface, span.surface) and _TITLES.fullmatch(gap)
            if same or titled or _JOIN.fullmatch(gap):
                runs[-1].append(span)
                continue
        runs.append([span])
    return [_distinct(run) for run in runs]


def _merge(names: Sequence[ActorSpan], people: Sequence[ActorSpan]) -> tuple[ActorSpan, ...]:
    merged = list(people)
    taken = [(s.start, s.end) for s in people]
    merged += [n for n in names if not any(a < n.end and n.start < b for a, b in taken)]
    return tuple(sorted(merged, key=lambda s: (s.start, -s.end)))


def _home(text: str, names: Sequence[ActorSpan], title: Sequence[ActorSpan]) -> ActorSpan | None:
    """The state from which the article speaks: that of its dateline, else the only one in its title."""
    dateline = DATELINE.match(text)
    if dateline:
        inside = [s for s in names if s.end <= dateline.end() and s.code]
        if inside:
            return inside[-1]
    keys = {s.key for s in title if s.code}
    return next((s for s in title if s.code), None) if len(keys) == 1 else None


def _speaker(text: str, names: Sequence[ActorSpan]) -> ActorSpan | None:
    return next((s for s in names if s.code and _BEHALF.search(text, max(0, s.start - 70), s.start)), None)


def _parties(
    text: str, title: str, title_spans: Sequence[ActorSpan], lead: Sequence[ActorSpan]
) -> tuple[ActorSpan, ...]:
    """Those whose document or meeting the article is: the first named group in title or lead, else the first body."""
    states = _distinct([s for s in title_spans if s.code])
    for run in (*_runs(title, title_spans), *([states] if len(states) > 1 else []), *_runs(text, lead)):
        if len(run) > 1:
            return run
    bodies = [s for s in (*title_spans, *lead) if s.kind == "organisation"]
    return tuple(bodies[:1])
