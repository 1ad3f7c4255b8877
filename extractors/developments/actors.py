"""Names actors in one way: states by code, organisations by their short name, so that sets of them can be compared."""

from functools import lru_cache

from extractors.catalog import load_initiatives, load_places
from extractors.developments.naming import name_key
from extractors.records import Actor, Mention

SHORT = 24
"""Names up to this length are shown as they are where the acronym could be read as something else."""
SPOKEN = frozenset({"propose", "endorse", "oppose"})
"""Actions done by speaking: where no agent is given, the speaker did it."""


@lru_cache(maxsize=1)
def _short_names() -> dict[str, str]:
    """Every name of a known initiative, to the one to show: its acronym, or a short name before a doubtful acronym."""
    table: dict[str, str] = {}
    for initiative in load_initiatives():
        short = initiative.name
        if initiative.acronyms and (initiative.acronyms[0] not in initiative.ambiguous or len(short) > SHORT):
            short = initiative.acronyms[0]
        for form in (initiative.name, *initiative.aliases, *initiative.acronyms):
            table.setdefault(name_key(form), short)
    return table


@lru_cache(maxsize=16384)
def short_name(name: str) -> str:
    """The acronym of a known organisation, else the name as it stands."""
    return _short_names().get(name_key(name), name)


@lru_cache(maxsize=1)
def _names_by_id() -> dict[str, str]:
    return {initiative.id: initiative.name for initiative in load_initiatives()}


def own_names(initiative_id: str, mention: Mention) -> frozenset[str]:
    """What a known initiative would be called if it were named among the actors.

    One that is not shipped comes from a person's own lexicon: its mention has all its names.
    """
    if name := _names_by_id().get(initiative_id):
        return frozenset({short_name(name)})
    return frozenset({mention.initiative, *mention.aliases}) if mention.known else frozenset()


def actor_key(actor: Actor) -> str:
    """A state's code, or the name of an organisation or of a person who speaks for no state."""
    return actor.code or short_name(actor.name)


def is_state(key: str) -> bool:
    return key in _states()


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    return frozenset(country.iso3 for country in load_places().countries)


def split_actors(mention: Mention, *, own: frozenset[str] = frozenset()) -> tuple[frozenset[str], frozenset[str]]:
    """The sides that act (roles agent and partner), and who else is named: so a person who speaks for no side.

    The initiative itself (by any of its `own` names) is none of them.
    """
    named = [actor for actor in mention.actors if actor_key(actor) not in own]
    sides = [actor for actor in named if actor.code or actor.kind != "person"]
    agents = frozenset(actor_key(actor) for actor in sides if actor.role in ("agent", "partner"))
    if not agents and mention.action in SPOKEN:
        agents = frozenset(actor_key(actor) for actor in sides if actor.role == "speaker")
    return agents, frozenset(map(actor_key, named)) - agents
