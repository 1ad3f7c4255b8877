"""Finds the few developments that are worth comparing with a report, out of all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from extractors.developments.naming import name_key, take_apart
from extractors.developments.sketch import Sketch, stance
from extractors.developments.spans import Span
from extractors.developments.timing import ECHO_DAYS, PLAN_DAYS, WIDE_DAYS

BUCKET_DAYS = 30


class Index:
    """Sketches by id, found by initiative, action and month: a compiled table, so that not all pairs are compared."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._dated: defaultdict[tuple[str, str, str, int], set[str]] = defaultdict(set)
        self._wide: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._all: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._by_article: defaultdict[str, set[str]] = defaultdict(set)

    def __getitem__(self, key: str) -> Sketch:
        return self._sketches[key]

    def put(self, key: str, sketch: Sketch) -> None:
        """Add a sketch, or replace the one of that key (which stays findable by what it was)."""
        self._sketches[key] = sketch
        buckets = _buckets(sketch.span, 0)
        for block in _blocks(sketch):
            self._all[block].add(key)
            if buckets is None:
                self._wide[block].add(key)
            else:
                for bucket in buckets:
                    self._dated[*block, bucket].add(key)
        for article in sketch.articles:
            self._by_article[article].add(key)

    def drop(self, key: str) -> None:
        self._sketches.pop(key, None)

    def near(self, sketch: Sketch) -> Iterator[str]:
        """Keys of the sketches that could speak of the same event, each once, in a fixed order."""
        found: set[str] = set()
        buckets = _buckets(sketch.span, _margin(sketch))
        for block in _blocks(sketch):
            if buckets is None:
                found |= self._all[block]
            else:
                found |= self._wide[block]
                for bucket in buckets:
                    found |= self._dated[*block, bucket]
        if sketch.copy_of is not None:
            found |= self._by_article[sketch.copy_of]
        return (key for key in sorted(found) if key in self._sketches)


def _blocks(sketch: Sketch) -> Iterable[tuple[str, str, str]]:
    side = stance(sketch.modality)
    yield sketch.initiative_id, sketch.action, side
    for key in {name_key(name) for name in sketch.names}:
        yield "name " + key, sketch.action, side
    if not sketch.known:
        for head in set[str]().union(*(take_apart(name).heads for name in sketch.names)):
            yield "head " + head, sketch.action, side


def _buckets(span: Span | None, margin: int) -> range | None:
    if span is None or span.days > WIDE_DAYS:
        return None
    return range((span.first - margin) // BUCKET_DAYS, (span.last + margin) // BUCKET_DAYS + 1)


def _margin(sketch: Sketch) -> int:
    return PLAN_DAYS if sketch.modality == "planned" and sketch.span and sketch.span.soft else ECHO_DAYS
