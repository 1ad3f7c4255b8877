"""How the words of the record read to people: actions, kinds, modalities, dates, states; and slugs for file names."""

import hashlib
import re
import unicodedata
from datetime import datetime
from functools import lru_cache

from extractors.catalog import load_places
from extractors.records import Action, Kind, Modality, Role

ACTION_LABELS: dict[Action, str] = {
    "propose": "Proposed",
    "negotiate": "Under negotiation",
    "agree": "Agreed",
    "sign": "Signed",
    "ratify": "Ratified",
    "launch": "Launched",
    "convene": "Convened",
    "join": "Membership",
    "extend": "Extended",
    "endorse": "Endorsed",
    "oppose": "Opposed",
    "suspend": "Suspended",
    "withdraw": "Withdrawn",
    "refer": "Named",
}
KIND_LABELS: dict[Kind, str] = {
    "organisation": "Organisation",
    "forum": "Forum",
    "treaty": "Treaty or accord",
    "mechanism": "Mechanism",
    "body": "Body",
    "exercise": "Exercise",
    "concept": "Concept",
    "programme": "Programme",
}
MODALITY_LABELS: dict[Modality, str] = {
    "actual": "reported as done",
    "planned": "planned",
    "possible": "possible",
    "negated": "denied or not done",
}
ROLE_LABELS: dict[Role, str] = {
    "agent": "by",
    "partner": "with",
    "host": "host",
    "speaker": "according to",
    "member": "members",
    "target": "aimed at",
}
RELATION_LABELS = {"stage": "Earlier stage", "denial": "Denies", "correction": "Corrects"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Not allowed in XML 1.0, or only there to upset a display: C0 and C1 controls, surrogates, non-characters, and the
# embedding and override marks that turn round the text after them (U+202E); marks that join or order (ZWJ, LRM) stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """The text without characters that break XML or a display."""
    return _UNPRINTABLE.sub("", text.replace("\x85", "\n"))


def one_line(text: str) -> str:
    """Clean text with every run of white space as one blank: for titles and summaries."""
    return " ".join(clean(text).split())


def short_headline(headline: str) -> str:
    """A headline without its place and date, where these are shown apart."""
    return one_line(headline.rpartition(" — ")[0] or headline)


def capital(text: str) -> str:
    """The text with a capital first letter: a phrase from the news as a heading."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A name for a file or an address: lower-case ASCII letters, digits and hyphens; "item" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "item"


def id_slug(identifier: str) -> str:
    """A file name for an id. Two ids never share one: what had to be changed or cut is told apart by a hash."""
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", identifier):
        return identifier
    return f"{slugify(identifier)[:60].strip('-')}-{hashlib.sha256(identifier.encode()).hexdigest()[:10]}"


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    return {country.iso3: country.name for country in load_places().countries}


def country_name(code: str) -> str:
    """The English name of a state; the code itself where the catalog has none."""
    return _country_names().get(code, code)


def is_country(code: str) -> bool:
    """Whether the catalog knows the state."""
    return code in _country_names()


def event_date_label(event_date: str | None) -> str | None:
    """`2021-03-23` as "23 Mar 2021", `2021-03` as "Mar 2021"; anything else as it stands."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", event_date or "")
    if not match:
        return event_date
    year, month, day = match.groups()
    if not month or not 1 <= int(month) <= 12:
        return year
    name = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {name}" if day else name


def day_label(moment: datetime) -> str:
    """A moment as "23 Mar 2021", free of the locale."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
