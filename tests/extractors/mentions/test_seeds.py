"""What must be found in five real documents that lie beside the checkout: a repost, a speech, a careless blog page,
an op-ed without a date, a newspaper report. Their texts are not copied here; only what a reader finds in them is.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest

from extractors.mentions import load_extractor
from extractors.records import Action, Article, Mention, Modality

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside this checkout")


@dataclass(frozen=True)
class Expected:
    """One thing to be found. `words` must all stand in one of the initiative's names; sets hold what is acceptable."""

    document: str
    words: str
    actions: set[Action]
    agents: set[str] = field(default_factory=set)
    date: str | None = None
    modalities: set[Modality] = field(default_factory=lambda: {"actual"})
    background: bool | None = None
    speaker: str | None = None


PROPOSE: set[Action] = {"propose"}
EXPECTED = [
    Expected("000", "asian structure security cooperation", PROPOSE, {"CHN"}, "2014-05-20", background=False),
    Expected("000", "cica", PROPOSE, {"CHN"}, background=False),
    Expected("000", "consultation mechanism", PROPOSE, {"CHN"}),
    Expected("000", "security response centre", PROPOSE, {"CHN"}),
    Expected("000", "sco", {"launch"}, {"CHN", "RUS"}, "2001", background=True),
    Expected("000", "cica", {"launch"}, set(), "1992", background=True),
    Expected("000", "alliance", {"oppose"}, speaker="Babbage", modalities={"actual", "possible"}),
    Expected("001", "cica", PROPOSE, {"CHN"}),
    Expected("001", "regional security cooperation architecture", PROPOSE, {"CHN"}),
    Expected("001", "foreign ministers meeting", PROPOSE | {"extend"}, {"CHN"}),
    Expected("001", "defence consultation mechanism", PROPOSE, {"CHN"}),
    Expected("001", "task force", PROPOSE, {"CHN"}),
    Expected("001", "nongovernmental exchange network", PROPOSE, {"CHN"}),
    Expected("001", "code of conduct", PROPOSE | {"negotiate"}, {"CHN"}, modalities={"actual", "planned", "possible"}),
    Expected(
        "001", "partnership programme", PROPOSE | {"negotiate"}, {"CHN"}, modalities={"actual", "planned", "possible"}
    ),
    Expected("001", "asian forum", PROPOSE | {"negotiate"}, {"CHN"}, modalities={"actual", "planned", "possible"}),
    Expected(
        "001",
        "emergency response centre",
        PROPOSE | {"negotiate"},
        {"CHN"},
        modalities={"actual", "planned", "possible"},
    ),
    Expected("001", "sco", {"launch", "propose"}, {"CHN"}, background=True),
    Expected("001", "security initiative", PROPOSE | {"launch"}, {"CHN", "RUS"}, background=True),
    Expected("001", "six party talks", {"endorse"}, {"CHN"}),
    Expected("002", "china russia security cooperation forum", {"convene"}, {"CHN", "RUS"}),
    Expected("002", "joint risk assessment mechanism", {"launch", "agree"}, {"CHN", "RUS"}),
    Expected("003", "cica", {"convene"}, modalities={"planned"}),
    Expected("003", "sco", PROPOSE | {"extend", "endorse"}, modalities={"possible"}),
    Expected("003", "eurasia security architecture", PROPOSE | {"launch"}, modalities={"possible"}),
    Expected("003", "cica", PROPOSE, {"KAZ"}, "1992", background=True),
    Expected("004", "regional security dialogue platform", PROPOSE, {"CHN", "RUS"}, "2021-03-23", background=False),
    Expected(
        "004", "permanent members", PROPOSE | {"convene"}, {"CHN", "RUS"}, modalities={"actual", "possible", "planned"}
    ),
]


@lru_cache(maxsize=8)
def mentions_of(document: str) -> tuple[Mention, ...]:
    entry = next(e for e in json.loads((SEEDS / "index.json").read_text("utf-8")) if e["file"].startswith(document))
    text = (SEEDS / entry["file"]).read_text("utf-8")
    published = datetime.fromisoformat(entry["published"]).replace(tzinfo=UTC) if entry["published"] else None
    return load_extractor().find_mentions(
        Article(
            article_id=document, url=entry["url"] or "", canonical_url=entry["url"] or "", title=None, text=text,
            published_at=published, published_basis="visible" if published else "none", language="en",
        )
    )  # fmt: skip


def plain(text: str) -> str:
    for a, b in (("defense", "defence"), ("center", "centre"), ("program", "programme"), ("programmeme", "programme")):
        text = text.lower().replace("-", " ").replace("’", "'").replace(a, b)
    return text.replace("'", "").replace("non governmental", "nongovernmental")


def fits(mention: Mention, wanted: Expected) -> bool:
    names = [plain(name) for name in (mention.initiative, *mention.aliases)]
    agents = {actor.code for actor in mention.actors if actor.role in ("agent", "partner")}
    people = {actor.name for actor in mention.actors if actor.role == "speaker"}
    return (
        any(all(word in name for word in wanted.words.split()) for name in names)
        and mention.action in wanted.actions
        and mention.modality in wanted.modalities
        and wanted.agents <= agents
        and (wanted.date is None or mention.event_date == wanted.date)
        and (wanted.background is None or mention.is_background == wanted.background)
        and (wanted.speaker is None or any(wanted.speaker in name for name in people))
    )


@pytest.mark.parametrize("wanted", EXPECTED, ids=lambda e: f"{e.document} {e.words}")
def test_it_is_found(wanted: Expected) -> None:
    found = mentions_of(wanted.document)
    near = [
        (
            m.initiative,
            m.action,
            m.modality,
            m.is_background,
            m.event_date,
            [(a.code or a.name, a.role) for a in m.actors],
        )
        for m in found
        if any(word in plain(m.initiative + m.quote) for word in wanted.words.split()[-1:])
    ]
    assert any(fits(m, wanted) for m in found), near


def test_nothing_of_the_speech_is_dated_by_the_pages_update_stamp() -> None:
    assert not [m for m in mentions_of("001") if m.event_date and m.event_date.startswith("2021")]


@pytest.mark.parametrize("initiative_id", ["quad", "sco"])
def test_the_report_names_known_initiatives(initiative_id: str) -> None:
    text = next(SEEDS.glob("004_*.txt")).read_text("utf-8")
    assert initiative_id in {match.id for match in load_extractor().lexicon.matches(text)}


@pytest.mark.parametrize("document", ["000", "001", "002", "003", "004"])
def test_every_quote_stands_in_the_document(document: str) -> None:
    text = next(SEEDS.glob(f"{document}_*.txt")).read_text("utf-8")
    assert mentions_of(document)
    assert all(text[m.start : m.end] == m.quote for m in mentions_of(document))
