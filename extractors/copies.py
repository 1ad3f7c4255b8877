"""Finds articles that repeat another: the same page, the same text, an edited text, or a text that names its source.

Two newsrooms that report one event on their own are no copies, though they quote the same words. Independent origins
are counted from what is found here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zlib import crc32

from datasketch import MinHash, MinHashLSH

from extractors.fingerprints import Fingerprint, containment, jaccard, take_details, take_fingerprint
from extractors.records import Article, ArticleCopy
from extractors.source_lines import SourceLine, agency_of, find_source_line, names_newsroom

MIN_WORDS = 25
"""Shorter texts are alike by chance: for them only equality of text and title counts."""
NEAR = 0.7
LSH_THRESHOLD = 0.55
PERMUTATIONS = 64
CONTAINED = 0.5
EDITED = 0.22
EDITED_LEAD = 0.35
EDITED_FACTS, EDITED_TITLE = 0.6, 0.5
SOURCED = 0.12
COMMON_RUN = 12
"""A run of words that more articles than this share is furniture or a set phrase: it suggests no pair."""
MIN_SHARED_RUNS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with what is compared of it."""

    article: Article
    mark: Fingerprint

    @property
    def line(self) -> SourceLine | None:
        return _source_line(self.article)


@lru_cache(maxsize=4096)
def _source_line(article: Article) -> SourceLine | None:
    return find_source_line(article)


@dataclass(frozen=True, slots=True)
class Match:
    """That one text repeats another, how, and how much alike they are."""

    basis: Literal["canonical-url", "same-text", "near-copy", "edited-copy", "source-line"]
    similarity: float
    evidence: str


def find_copies(new: Sequence[Article], recent: Sequence[Article]) -> tuple[ArticleCopy, ...]:
    """Which of the new articles repeat a recent one, an earlier new one, or an agency's story; and why.

    An original that is not stored is named: `agency:AP`, `outlet:The Daily Example`.
    """
    fresh = {article.article_id: article for article in new}
    earlier = [article for article in recent if article.article_id not in fresh]
    entries = [_entry(article) for article in sorted(fresh.values(), key=_age)]
    shelf = Shelf(entries)
    for article in sorted(earlier, key=_age):
        shelf.add(_entry(article))
    copies = []
    for entry in entries:
        copy = _copy_of(entry, shelf)
        if copy is not None:
            copies.append(copy)
        shelf.add(entry)
    return tuple(copies)


def resolve_origins(articles: Sequence[Article], copies: Sequence[ArticleCopy]) -> dict[str, str]:
    """The independent origin that each article counts for: its own id, the first original's, or an agency's name.

    What an agency puts on its own site counts for the agency, so that the same story elsewhere is no second origin.
    """
    taken_from = {copy.article_id: copy.origin_id for copy in copies}
    own = {article.article_id: agency_of(article) or article.article_id for article in articles}
    return {article.article_id: _root(article.article_id, taken_from, own) for article in articles}


def _root(article_id: str, taken_from: Mapping[str, str], own: Mapping[str, str]) -> str:
    seen = {article_id}
    at = article_id
    while at in taken_from:
        at = taken_from[at]
        if at in seen:  # two articles that each name the other: the lowest id stands for both
            return min(seen)
        seen.add(at)
    return own.get(at, at)


def _age(article: Article) -> tuple[datetime, str]:
    return article.published_at or datetime.max.replace(tzinfo=UTC), article.article_id


def _entry(article: Article) -> Entry:
    return Entry(article, take_fingerprint(article))


def _copy_of(entry: Entry, shelf: "Shelf") -> ArticleCopy | None:
    """What this article was taken from: the earliest text that it repeats, else whom its source line names."""
    article, line = entry.article, entry.line
    for other in shelf.candidates(entry):
        match = compare(entry, other)
        if match is not None:
            return ArticleCopy(
                article.article_id, other.article.article_id, match.basis, match.evidence, round(match.similarity, 3)
            )
    if line is None:
        return None
    return ArticleCopy(article.article_id, line.origin, "agency" if line.is_agency else "source-line", line.evidence)


def compare(one: Entry, other: Entry) -> Match | None:
    """Whether one text repeats the other, whichever came first."""
    mine, theirs = one.mark, other.mark
    same_title = (one.article.title or "").strip().lower() == (other.article.title or "").strip().lower()
    if one.article.canonical_url == other.article.canonical_url:
        return Match("canonical-url", 1.0, one.article.canonical_url)
    if mine.text == theirs.text and mine.words > 0 and (mine.words >= MIN_WORDS or same_title):
        return Match("same-text", 1.0, f"the same {mine.words} words")
    if min(mine.words, theirs.words) < MIN_WORDS:
        return None
    alike = jaccard(take_details(one.article).shingles, take_details(other.article).shingles)
    if alike >= NEAR:
        return Match("near-copy", alike, f"{alike:.0%} of all runs of 4 words are common")
    return _compare_edited(one, other)


def _compare_edited(one: Entry, other: Entry) -> Match | None:
    held = containment(one.mark.runs, other.mark.runs)
    mine, theirs = take_details(one.article), take_details(other.article)
    lead = containment(mine.lead, theirs.lead)
    facts = containment(mine.facts, theirs.facts)
    title = jaccard(mine.title, theirs.title)
    shown = f"common: {held:.0%} of the word runs outside quotations, {lead:.0%} of the lead, {facts:.0%} of the names"
    for line, article in ((one.line, other.article), (other.line, one.article)):
        if line is not None and names_newsroom(line.origin.partition(":")[2], article) and held >= SOURCED:
            return Match("source-line", held, f"{line.evidence}; {shown}")
    if held >= CONTAINED or (
        held >= EDITED and (lead >= EDITED_LEAD or (facts >= EDITED_FACTS and title >= EDITED_TITLE))
    ):
        return Match("edited-copy", held, shown)
    return None


class Shelf:
    """Articles by what a copy of them would share: a compiled table, so that not all pairs are compared."""

    def __init__(self, asked: Iterable[Entry]) -> None:
        """`asked` are the articles that candidates will be asked for: what shares nothing with them is not kept."""
        self._entries: list[Entry] = []
        self._runs: set[str] = set().union(*(entry.mark.runs for entry in asked))
        self._near = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS)
        self._by_text: defaultdict[str, list[int]] = defaultdict(list)
        self._by_url: defaultdict[str, list[int]] = defaultdict(list)
        self._by_run: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, entry: Entry) -> None:
        at = len(self._entries)
        self._entries.append(entry)
        self._by_text[entry.mark.text].append(at)
        self._by_url[entry.article.canonical_url].append(at)
        shared = entry.mark.runs & self._runs
        if entry.mark.words < MIN_WORDS or len(shared) < MIN_SHARED_RUNS:
            return
        for run in shared:
            self._by_run[run].append(at)
        self._near.insert(at, _minhash(entry.mark.runs))

    def candidates(self, entry: Entry) -> list[Entry]:
        """The earlier articles that this one could repeat, the earliest first."""
        found = {*self._by_text.get(entry.mark.text, ()), *self._by_url.get(entry.article.canonical_url, ())}
        if entry.mark.words >= MIN_WORDS:
            # A story on more sites than COMMON_RUN is found by its hash, an edited one by the rare runs it keeps.
            found.update(self._near.query(_minhash(entry.mark.runs)))
            shared: Counter[int] = Counter()
            for run in entry.mark.runs:
                holders = self._by_run.get(run, ())
                if len(holders) <= COMMON_RUN:
                    shared.update(holders)
            found.update(at for at, count in shared.items() if count >= MIN_SHARED_RUNS)
        return [self._entries[at] for at in sorted(found)]


@lru_cache(maxsize=1)
def _blank() -> MinHash:
    """An empty sketch to copy: drawing its permutations anew costs as much as the rest."""
    return MinHash(num_perm=PERMUTATIONS, hashfunc=crc32)


def _minhash(runs: frozenset[str]) -> MinHash:
    sketch = _blank().copy()
    sketch.update_batch([run.encode() for run in runs])
    return sketch
