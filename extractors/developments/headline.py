"""Writes the line that names a development, from its record alone: "China, Russia propose … — Guilin, 23 Mar 2021"."""

import re
from functools import lru_cache
from typing import NamedTuple

from extractors.catalog import load_initiatives, load_places
from extractors.developments.actors import SHORT
from extractors.developments.name_words import PREPOSITION
from extractors.developments.naming import take_apart
from extractors.records import Action, Development

MAX_LENGTH = 118
SHORT_NAMES = {
    "USA": "US", "GBR": "UK", "ARE": "UAE", "COD": "DR Congo", "COG": "Congo", "CAF": "Central African Republic",
    "BIH": "Bosnia", "VAT": "Holy See",
}  # fmt: skip
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SESSION = re.compile(
    r"\b(summit|meeting|forum|conference|dialogue|talks|consultations?|session|exercises?|drills?|patrols?|"
    r"man(o?eu)vres?|symposium|congress|assembly|roundtable|games|workshop|course|training)s?\b",
    re.IGNORECASE,
)


PARTIES = re.compile(r"\s+(?:between|of|among|by)\s+(?:the\s+)?([A-Z].*)$")


class Verb(NamedTuple):
    """One action in the forms that headlines need."""

    plain: str
    third: str
    past: str
    passive: str
    """Without an agent, after the initiative's name."""
    passive_plain: str
    """The same after "to" and "may"."""


VERBS: dict[Action, Verb] = {
    "propose": Verb("propose", "proposes", "proposed", "proposed", "be proposed"),
    "negotiate": Verb("discuss", "discusses", "discussed", "discussed", "be discussed"),
    "agree": Verb("agree on", "agrees on", "agreed on", "agreed", "be agreed"),
    "sign": Verb("sign", "signs", "signed", "signed", "be signed"),
    "ratify": Verb("ratify", "ratifies", "ratified", "ratified", "be ratified"),
    "launch": Verb("launch", "launches", "launched", "launched", "be launched"),
    "convene": Verb("hold", "holds", "held", "held", "be held"),
    "join": Verb("join", "joins", "joined", "gains a member", "gain a member"),
    "extend": Verb("extend", "extends", "extended", "extended", "be extended"),
    "endorse": Verb("back", "backs", "backed", "backed", "be backed"),
    "oppose": Verb("oppose", "opposes", "opposed", "opposed", "be opposed"),
    "suspend": Verb("suspend", "suspends", "suspended", "suspended", "be suspended"),
    "withdraw": Verb("quit", "quits", "quit", "loses a member", "lose a member"),
    "refer": Verb("mention", "mentions", "mentioned", "mentioned", "be mentioned"),
}


JOINED = frozenset({"organisation", "forum", "treaty", "concept"})
"""Kinds that one leaves; the others are ended by those who run them."""
END = Verb("end role in", "ends role in", "ended role in", "ends", "end")
SQUEEZES = ((4, False, 999), (4, True, 999), (3, True, 70), (2, True, 60), (2, True, 45), (1, True, 30))
"""To make a long line fit, step by step: how many actors, whether the acronym does, room for the initiative's name."""


def write_headline(development: Development) -> str:
    """The headline, shorter than 120 characters."""
    tail = _tail(development)
    line = ""
    for shown, short, room in SQUEEZES:
        initiative = _cut(_initiative_name(development, short=short), room)
        line = _sentence(development, _subject(development.agents, shown), initiative) + tail
        if len(line) <= MAX_LENGTH:
            break
    line = _cut(line, MAX_LENGTH)
    return line[0].upper() + line[1:]


def _cut(text: str, room: int) -> str:
    """The text, or as many whole words of it as there is room for."""
    if len(text) <= room:
        return text
    words = text[: room - 2].rsplit(" ", 1)[0].rstrip(" ,;:-–—").split()
    while len(words) > 1 and words[-1].lower() in PREPOSITION | {"the", "a", "an", "and"}:
        words.pop()
    return " ".join(words) + " …"


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    return {country.iso3: SHORT_NAMES.get(country.iso3, country.name) for country in load_places().countries}


@lru_cache(maxsize=1)
def _acronyms() -> dict[str, str]:
    return {entry.id: entry.acronyms[0] for entry in load_initiatives() if entry.acronyms}


def country_name(code: str) -> str:
    """The short display name of a state ("US", "South Korea"); anything that is no code stays as it is."""
    return _countries().get(code, code)


def _initiative_name(development: Development, *, short: bool = False) -> str:
    name = re.sub(r"^(the|a|an)\s+", "", " ".join(development.initiative.split()), flags=re.IGNORECASE)
    if not development.known and (match := PARTIES.search(name)):
        named = take_apart(match.group(1))
        if named.parties and not named.words and named.parties <= set(development.agents):
            name = name[: match.start()]  # the subject says it
    acronym = _acronyms().get(development.initiative_id)
    if acronym and (short or (development.kind == "organisation" and len(name) > SHORT)):
        name = acronym
    if development.action == "convene" and not SESSION.search(name):
        name += " exercise" if development.kind == "exercise" else " meeting"
    return name or "initiative"


def _subject(agents: tuple[str, ...], shown: int) -> str:
    names = sorted(map(country_name, agents))
    if len(names) <= shown:
        return ", ".join(names)
    left = len(names) - shown
    return f"{', '.join(names[:shown])} and {left} other{'s' if left > 1 else ''}"


def _sentence(development: Development, subject: str, initiative: str) -> str:
    verb = VERBS[development.action]
    if development.action == "withdraw" and development.kind not in JOINED:
        verb = END
    if not subject:
        return _agentless(development, verb, initiative)
    match development.modality:
        case "planned":
            words = f"to {verb.plain}"
        case "possible":
            words = f"may {verb.plain}"
        case "negated":
            words = f"did not {verb.plain}"
        case _:
            one = len(development.agents) == 1
            words = verb.past if development.is_background else verb.third if one else verb.plain
    return f"{subject} {words} {initiative}"


def _agentless(development: Development, verb: Verb, initiative: str) -> str:
    match development.modality:
        case "planned":
            return f"{initiative} to {verb.passive_plain}"
        case "possible":
            return f"{initiative} may {verb.passive_plain}"
        case "negated":
            plain = verb.passive_plain
            return f"{initiative} not {plain[3:]}" if plain.startswith("be ") else f"{initiative} did not {plain}"
        case _:
            return f"{initiative} {verb.passive}"


def _tail(development: Development) -> str:
    parts = [" ".join((development.place or "").split()), _date(development.event_date, development.date_precision)]
    text = ", ".join(part for part in parts if part)
    return f" — {text}" if text else ""


def _date(event_date: str | None, precision: str) -> str:
    """ "23 Mar 2021", "Mar 2021" or "2021"; nothing for a date that was only inherited from the article."""
    if not event_date or precision == "none":
        return ""
    year, *rest = event_date.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"
