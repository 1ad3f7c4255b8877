"""Persons as an article introduces them: name, office, and the state or organisation they speak for.

Works on raw text and on the names already found in it. Former officials, opposition politicians and analysts speak
for nobody: they are remembered without a state.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.mentions.actors_table import ActorSpan

_PARTICLE = r"(?:al|bin|bint|ibn|de|da|del|dos|van|von|der|den|la|le|el|ould|ben|abu)"
_NAME_WORD = r"(?:[A-Z]\.(?=[ A-Z])|[^\W\d_a-z](?:[^\W\d_]|['’-](?=[^\W\d_]))+)"
NAME = rf"{_NAME_WORD}(?: (?:{_PARTICLE}[ -])?(?:{_PARTICLE} )?{_NAME_WORD}){{0,3}}"
_OFFICE = re.compile(
    r"\b(?:vice[- ]|deputy |first |acting |interim |former |ex-|opposition |transitional |then[- ])*"
    r"(?:(?:foreign|defen[cs]e|interior|home|security|external|justice|finance|prime|state|national security|"
    r"military|"
    r"air force|naval|navy|army|intelligence|police|rebel|junta|general|special|permanent)[- ](?:affairs )?)*"
    r"(?:president|minister|premier|chancellor|king|queen|emir|sultan|crown prince|prince|secretary[- ]general|"
    r"secretary of (?:state|defen[cs]e|war)|secretary|ambassador|envoy|spokes(?:man|woman|person)|admiral|"
    r"general|colonel|"
    r"commander(?: in chief)?|chairman|chairwoman|chair|chief of (?:the )?(?:general |defen[cs]e )?staff|chief|"
    r"head|leader|"
    r"councill?or|commissioner|senator|governor|director|advis[eo]r|representative|taoiseach|monarch|negotiator|"
    r"counterpart|analyst|expert|professor|scholar|researcher|official|diplomat|officer|lieutenant|brigadier|"
    r"major)s?\b",
    re.IGNORECASE,
)
_UNCODED = re.compile(
    r"\b(?:former|ex|opposition|analyst|expert|professor|scholar|researcher|retired)\b", re.IGNORECASE
)
_STYLES = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Adm|H\.E|General|Admiral|Colonel|Major|Rear|Vice|Lieutenant|Brigadier|Sheikh|"
    r"Prince)\.?[ -])*"
)
_PRIVATE = re.compile(
    r"\s+(?:of|at|with|for|in)\s[^.;\n]{0,50}?"
    r"\b(?:Foundation|Institut(?:e|ion)|University|College|School|think[- ]tank|Cent(?:re|er) (?:for|on)|Academy of)\b"
)
"""An office held there speaks for no state."""
_RECENT = 600
"""Characters within which an office spoken of is still the same one."""
_AFTER = re.compile(rf",? {_STYLES}({NAME})")
_CALLED = re.compile(rf"[^,.;:()\n]{{0,60}}, ({NAME})(?=,|\.| said|;)")
_BEFORE = re.compile(rf"({NAME}), (?:who is )?(?:now )?(?:the |a |an |its )?([^,.;:\n]{{0,50}})$")
_OF_STATE = re.compile(r"(?: (?:and|of|for|to|in)\b[^,.;:\n]{0,60}?)? (?:of|for|to)(?: the)? $")
_FAMILY_FIRST = frozenset(("CHN", "KOR", "PRK", "TWN", "SGP", "KHM"))
_GOVERNMENT = re.compile(r"(?:minister|president|premier|chancellor|secretary|spokes\w+|king|emir)$", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(
    r"\b(?:Group|Force|Council|Pact|Treaty|Centre|Center|Initiative|Forum|Agreement|Command|Union|Police|Committee|"
    r"Parliament|Cabinet|Assembly|Party|Mission|House|University|Institute|Army|Navy|States?|Nations|Republic|Member|"
    r"Sea|Ocean|Strait|Gulf|Islands?|Africa|Asia|Europe|Atlantic|Pacific|Security|Secretariat|Commission|Authority|"
    r"Congress|Senate|Declaration|Organi[sz]ation|Court|Co-?operation|Assistance|Affairs|Interior|Trade|Staffs|"
    r"Presidents|Ministers|Leaders)\b"
)
_NOT_A_NAME = re.compile(
    r"(?:The|In|On|At|But|And|It|He|She|They|We|I|A|An|His|Her|Its|Their|This|That|Q|Mr|Mrs|Ms|Dr|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|"
    r"September|October|November|December|Ministry|Minister|Ministers|President|General|Foreign|Defence|Defense|"
    r"Council|Committee|Group|Conference|Meeting|Summit|Staff|Still|Nor|Now|Instead|Having|Separately|First|Second|"
    r"Third|Lastly|Finally|Meanwhile|Commissioner|Ambassador|Colonel|Chairman|Chairperson|Madam|Responsible|OF|WE|THE|"
    r"NEW|UNITED)\b"
)
_IN_A_PLACE = re.compile(r"\b(?:the|in|through|across|inside|outside|from|since|until) $")
"""Before what no office belongs to, though one follows: "in the Sulu Sea, Malaysia's defence minister"."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone the article introduces. `side` is the state or organisation spoken for, None for a private voice."""

    name: str
    office: str
    at: int
    side: ActorSpan | None

    @property
    def handles(self) -> tuple[str, ...]:
        """The forms by which later sentences call the person."""
        words = self.name.split()
        names = [self.name, words[-1]]
        if len(words) > 1 and self.side is not None and self.side.code in _FAMILY_FIRST:
            names[1] = words[0]
        return tuple(n for n in dict.fromkeys(names) if len(n) > 1)


def find_persons(
    text: str, spans: Sequence[ActorSpan], leaders: dict[str, str], home: ActorSpan | None
) -> tuple[Person, ...]:
    """The persons introduced with an office in `text`, in order. `leaders` gives the state of a surname on its own."""
    people: dict[str, Person] = {}
    taken = {span.start for span in spans}
    for office in _OFFICE.finditer(text):
        for name, at, side in _introductions(text, office, spans, taken):
            if _NOT_A_NAME.match(name) or _NOT_IN_A_NAME.search(name):
                continue
            code = leaders.get(name) or leaders.get(name.split()[-1])
            if side is None and code:
                side = ActorSpan(at, at + len(name), code, "state", code, "name")
            if (
                _PRIVATE.match(text, office.end())
                or _UNCODED.search(office.group())
                or _UNCODED.search(text[max(0, office.start() - 20) : office.start()])
            ):
                side = None
            elif side is None and (holder := _named_before(text, office, spans)):
                side = holder
            elif side is None and (office.group()[:1].isupper() or _GOVERNMENT.search(office.group())):
                side = home
            known = people.get(name)
            if known is None or (known.side is None and side is not None):
                people[name] = Person(name, office.group().lower(), at, side)
    return tuple(people.values())


def _introductions(
    text: str, office: re.Match[str], spans: Sequence[ActorSpan], taken: set[int]
) -> list[tuple[str, int, ActorSpan | None]]:
    left = _side_before(text, office.start(), spans)
    right, end = _side_after(text, office.end(), spans)
    side = right or left
    found = []
    for pattern, position in ((_AFTER, end), (_AFTER, office.end()), (_CALLED, office.end())):
        match = pattern.match(text, position)
        if match and match.start(1) not in taken:
            found.append((_bare(match.group(1)), match.start(1), side))
            break
    before = _BEFORE.search(text, max(0, office.start() - 120), office.start())
    at = before.start(1) if before else 0
    if before and at not in taken and not _IN_A_PLACE.search(text, max(0, at - 9), at):
        found.append((_bare(before.group(1)), at, side))
    return found


def _bare(name: str) -> str:
    return name.removesuffix("'s").removesuffix("’s")


def _named_before(text: str, office: re.Match[str], spans: Sequence[ActorSpan]) -> ActorSpan | None:
    """The state whose holder of this office the text has just spoken of: "China's president … President Xi Jinping"."""
    held = re.compile(rf"['’]s (?:[\w-]+ )?{re.escape(office.group().split()[-1].lower())}\b", re.IGNORECASE)
    for span in reversed(spans):
        if span.code and office.start() - _RECENT < span.end <= office.start() and held.match(text, span.end):
            return span
    return None


def _side_before(text: str, position: int, spans: Sequence[ActorSpan]) -> ActorSpan | None:
    for span in reversed(spans):
        if span.end > position:
            continue
        between = text[span.end : position]
        if len(between) > 45 or re.search(r"[,.;:()\n]", between) or len(between.split()) > 4:
            return None
        bare = re.fullmatch(r"(?:['’]s?)?(?: [\w'’-]+)* ", between)
        return span if bare and not re.search(r"\b(?:and|in|to|by|with|for|of|on)\b", between) else None
    return None


def _side_after(text: str, position: int, spans: Sequence[ActorSpan]) -> tuple[ActorSpan | None, int]:
    for span in spans:
        if span.start < position:
            continue
        if span.start - position < 90 and _OF_STATE.fullmatch(text[position : span.start]):
            return span, span.end
        return None, position
    return None, position


def person_spans(text: str, people: Sequence[Person], leaders: Sequence[ActorSpan] = ()) -> list[ActorSpan]:
    """Every place where an introduced person is called by name, from the introduction on, and `leaders` beside them.

    What the article says of a person counts more than what is known of a leader of that name.
    """
    handles: dict[str, Person] = {}
    for person in people:
        for handle in person.handles:
            handles.setdefault(handle, person)
    introduced = _called(text, handles) if handles else []
    taken = {at for span in introduced for at in range(span.start, span.end)}
    known = [
        leader
        for leader in leaders
        if leader.start not in taken
        and leader.end - 1 not in taken
        and all(_side(handles[word]) == leader.code for word in leader.name.split() if word in handles)
    ]
    return [*introduced, *known]


def _side(person: Person) -> str | None:
    return person.side.code if person.side else None


def _called(text: str, handles: dict[str, Person]) -> list[ActorSpan]:
    names = "|".join(re.escape(h) for h in sorted(handles, key=len, reverse=True))
    spans = []
    for match in re.finditer(rf"\b(?:{names})\b", text):
        person = handles[match.group()]
        if match.start() < person.at:
            continue
        spans.append(_as_span(person, match.start(), match.end()))
    return spans


def _as_span(person: Person, start: int, end: int) -> ActorSpan:
    if person.side is None:
        return ActorSpan(start, end, person.name, "person", None, "person", office=person.office)
    if person.side.kind == "organisation":
        return replace(person.side, start=start, end=end, surface="person", office=person.office)
    return ActorSpan(start, end, person.name, "person", person.side.code, "person", office=person.office)
