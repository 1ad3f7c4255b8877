"""Recognises a novel initiative that went by another name before, so that its stages stay together under one id."""

from collections import defaultdict

from extractors.developments.naming import Name, similarity, take_apart
from extractors.developments.sketch import Sketch
from extractors.records import Development

ALIKE = 0.65
TELLING = 1.5
"""Less than this ("security pact") is a name that many initiatives could have."""


class InitiativeNames:
    """Novel initiatives by head noun: a compiled table."""

    def __init__(self) -> None:
        self._by_head: defaultdict[str, dict[str, tuple[Name, frozenset[str], frozenset[str], str]]] = defaultdict(dict)

    def put(self, development: Development) -> None:
        """Remember what a development calls its initiative, and who takes part in it."""
        if development.known or not development.agents:
            return
        name = take_apart(development.initiative)
        if name.weight < TELLING:
            return
        entry = (name, frozenset(development.agents), frozenset(development.articles), development.initiative_id)
        for head in name.heads:
            self._by_head[head][development.development_id] = entry

    def find(self, report: Sketch) -> str | None:
        """The id of the initiative that the report means under another name, or None."""
        if report.known or not report.agents:
            return None
        name = take_apart(report.names[0])
        if name.weight < TELLING:
            return None
        best: tuple[float, str] | None = None
        for head in sorted(name.heads):
            for other, agents, articles, initiative_id in self._by_head.get(head, {}).values():
                if initiative_id == report.initiative_id:
                    return None
                alike = similarity(name, other)
                if alike < ALIKE or articles & report.articles or not _one_circle(report.agents, agents):
                    continue
                if name.parties and other.parties and not _one_circle(name.parties, other.parties):
                    continue
                best = max(best or (0.0, ""), (alike, initiative_id))
        return best[1] if best else None


def _one_circle(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    shared = len(mine & theirs)
    return shared > 0 and (mine <= theirs or theirs <= mine or shared * 2 >= len(mine | theirs))
