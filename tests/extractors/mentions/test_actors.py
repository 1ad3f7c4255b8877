"""Who takes part in a mention: names in raw text, references, and roles by the parse."""

import time
from pathlib import Path

import pytest

from extractors.catalog import CatalogError, load_bodies, load_leaders, load_places
from extractors.lexicon import load_lexicon
from extractors.mentions.actors import ActorTable, ArticleActors, assign_roles
from extractors.mentions.actors_features import mention_rows
from extractors.mentions.extractor import actor_table
from extractors.mentions.parse import parse_sentences
from extractors.records import Action, Actor
from tests.extractors.mentions.judging import read_last

ORGANISATIONS = (("NATO", "NATO", "nato"), ("ASEAN", "ASEAN", "asean"), ("African Union", "AU", "au"))


@pytest.fixture(scope="module")
def table() -> ActorTable:
    return ActorTable(load_places(), ORGANISATIONS, load_leaders(), load_bodies())


def codes(table: ActorTable, text: str) -> list[str]:
    return [span.code or span.name for span in table.find_actor_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("South Sudan and Sudan met.", ["SSD", "SDN"]),
        ("Papua New Guinea's patrol boats sailed.", ["PNG"]),
        ("A Romanian general spoke of the South China Sea.", ["ROU"]),
        ("The Kremlin and the White House were silent.", ["RUS", "USA"]),
        ("A Sino-Russian drill near the Indo-Pacific.", ["CHN", "RUS"]),
        ("U.S.-led talks with NATO", ["USA", "NATO"]),
        ("CHINA AND VIETNAM SIGN", ["CHN", "VNM"]),
        ("Latin American and Lake Chad states", []),
        ("She asked us to polish the text.", []),
    ],
)
def test_names_are_whole_words_longest_first_and_cased(table: ActorTable, text: str, expected: list[str]) -> None:
    assert codes(table, text) == expected


def test_an_ambiguous_name_follows_the_article(table: ActorTable) -> None:
    assert codes(table, "Tbilisi said that Georgia would join.")[-1] == "GEO"
    north = table.find_actor_spans("Pyongyang said that the North would reopen the hotline.")
    assert [s.code for s in north] == ["PRK", "PRK"]
    assert table.find_actor_spans("They live in the North.") == []


def test_spans_point_into_the_text(table: ActorTable) -> None:
    text = "Côte d’Ivoire, Ghana’s neighbour, hosted Togo."
    assert all(text[s.start : s.end] for s in table.find_actor_spans(text))
    ghana = next(s for s in table.find_actor_spans(text) if s.code == "GHA")
    assert text[ghana.start : ghana.end] == "Ghana"


def resolved(table: ActorTable, text: str, words: str, title: str | None = None) -> list[str | None]:
    """The codes that the last occurrence of `words` in `text` stands for."""
    actors = ArticleActors(text, table, title=title)
    start = text.rindex(words)
    spans = actors.between(start, start + len(words))
    return sorted({member.code for span in spans for member in span.expand() if member.code})


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Russian Foreign Minister Sergei Lavrov met reporters. Lavrov said no.", "Lavrov", ["RUS"]),
        ("Wang Yi, China's foreign minister, spoke. Mr Wang left.", "Wang", ["CHN"]),
        ("The president of Kenya, William Ruto, spoke. He proposed a force.", "He", ["KEN"]),
        ("Togo and Benin met in Accra. The two countries will share radar data.", "The two countries", ["BEN", "TGO"]),
        ("Togo, Benin and Ghana met. All three countries agreed.", "All three countries", ["BEN", "GHA", "TGO"]),
        ("Norway offered a ship. Its neighbours waited while it paid.", "it", ["NOR"]),
        ("On behalf of the Republic of Fiji I speak. We support the pact.", "We", ["FJI"]),
        ("Togo and Benin met. The Parties agreed on a centre.", "The Parties", ["BEN", "TGO"]),
        ("President Ruto of Kenya arrived. The President proposed a force.", "The President", ["KEN"]),
        (
            "The Republic of Fiji, the Republic of Palau and Tonga met. The Sides agreed.",
            "The Sides",
            ["FJI", "PLW", "TON"],
        ),
        ("Ministers of the ASEAN Member States and the United States met in Oslo.", "United States", ["USA"]),
    ],
)
def test_references_stand_for_those_named_before(table: ActorTable, text: str, words: str, expected: list[str]) -> None:
    assert resolved(table, text, words) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Former Polish president Adam Nowak spoke. Nowak proposed a fleet.",
        "The opposition leader Jan Kos of Norway spoke. Kos proposed a fleet.",
    ],
)
def test_former_and_opposition_politicians_speak_for_no_state(table: ActorTable, text: str) -> None:
    name = text.split(" proposed")[0].split()[-1]
    assert resolved(table, text, name) == []


def test_units_of_time_are_not_groups(table: ActorTable) -> None:
    assert resolved(table, "Togo and Benin met. The two days passed.", "The two days") == []


def roles(
    table: ActorTable, text: str, verb: str, initiative: str, action: Action, title: str | None = None
) -> dict[str, str]:
    actors = ArticleActors(text, table, title=title)
    read, start = read_last(text), text.index(initiative)
    trigger, span = read.word(verb), (start, start + len(initiative))
    judge = read.judge_roles(trigger, span, actors, action)
    found: tuple[Actor, ...] = assign_roles(read.doc, read.start, trigger, span, actors, action, judge)
    return {actor.code or actor.name: actor.role for actor in found}


@pytest.mark.parametrize(
    ("text", "verb", "initiative", "action", "agents"),
    [
        ("Norway proposed a joint patrol force.", "proposed", "joint patrol force", "propose", {"NOR"}),
        ("A joint patrol force was proposed by Norway.", "proposed", "joint patrol force", "propose", {"NOR"}),
        ("Togo, Benin and Ghana signed a border security pact.", "signed", "border security pact", "sign",
         {"TGO", "BEN", "GHA"}),
        ("Kenya signed a defence pact with Uganda on Monday.", "signed", "defence pact", "sign", {"KEN", "UGA"}),
        ("The foreign ministers of Japan and Australia agreed to set up a hotline.", "agreed", "hotline", "agree",
         {"JPN", "AUS"}),
        ("Estonia, which had hesitated, joined the maritime security forum.", "joined", "maritime security forum",
         "join", {"EST"}),
        ("Poland's proposal for a joint cyber centre was welcomed.", "proposal", "joint cyber centre", "propose",
         {"POL"}),
        ("Finland rejected a security pact that Russia wants.", "rejected", "security pact", "oppose", {"FIN"}),
    ],
)  # fmt: skip
def test_agents_by_grammar(
    table: ActorTable, text: str, verb: str, initiative: str, action: Action, agents: set[str]
) -> None:
    found = roles(table, text, verb, initiative, action)
    assert {code for code, role in found.items() if role in ("agent", "partner")} == agents


def test_a_dateline_is_no_actor(table: ActorTable) -> None:
    text = "BEIJING, May 3 (Agency) -- Kenya and Uganda signed a security pact on Monday."
    assert "CHN" not in roles(table, text, "signed", "security pact", "sign")


def test_the_scan_of_an_article_is_cheap(table: ActorTable) -> None:
    text = "The minister of Kenya said on Tuesday that the two countries would hold more joint patrols. " * 40
    started = time.process_time()
    for _ in range(20):
        table.find_actor_spans(text)
    assert (time.process_time() - started) / 20 < 0.02  # about 0.2 ms on a quiet machine; a trap costs seconds


def test_hostile_text_meets_no_backtracking(table: ActorTable) -> None:
    text = "A " * 5000 + "President " * 2000 + "Aaaa Bbbb-" * 2000 + "the two " * 2000
    started = time.process_time()
    actors = ArticleActors(text, table, title=text[:300])
    actors.between(0, len(text))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi Jinping proposed a pact.", [("Xi Jinping", "CHN")]),
        ("In Macron's view the force is too small.", [("Macron", "FRA")]),
        ("Mr Lavrov and Chancellor Merkel spoke.", [("Lavrov", "RUS"), ("Merkel", "DEU")]),
        ("They met Hunter Putin, a baker.", []),
        ("Although Putin agreed, on Tuesday Macron spoke.", [("Putin", "RUS"), ("Macron", "FRA")]),
        ("Former president Bill Clinton praised it.", [("Bill Clinton", None)]),
        ("Opposition leader Ivan Macron spoke. Macron was against it.", [("Ivan Macron", None)] * 2),
    ],
)
def test_leaders_speak_for_their_state_unless_the_article_says_otherwise(
    table: ActorTable, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(span.name, span.code) for span in ArticleActors(text, table).spans] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Boats vanished in the Sulu Sea, Malaysia's defence minister said.",
        "It may be signed from May, the Hungarian foreign minister said.",
        "The ministers of the Member States met.",
        "Separately, the interior minister of Fiji resigned.",
        "The Director of the General Secretariat spoke.",
    ],
)
def test_places_bodies_and_adverbs_are_no_persons(table: ActorTable, text: str) -> None:
    assert [span.name for span in ArticleActors(text, table).spans if span.office] == []


def test_a_possessive_is_no_part_of_a_name(table: ActorTable) -> None:
    text = "President Anna Berg's government of Norway fell. Berg wept."
    assert [span.name for span in ArticleActors(text, table).spans if span.office] == ["Anna Berg", "Anna Berg"]


def test_a_leader_of_two_states_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "leaders.toml"
    file.write_text('[[state]]\niso3 = "FRA"\nleaders = ["A B"]\n[[state]]\niso3 = "DEU"\nleaders = ["A B"]\n', "utf-8")
    with pytest.raises(CatalogError, match="already stands for FRA"):
        load_leaders(file)


def test_a_body_that_is_no_initiative_can_act(table: ActorTable) -> None:
    assert codes(table, "The U.N. Security Council and the Group of Seven met OAU envoys.") == [
        "UN Security Council", "G7", "Organization of African Unity",
    ]  # fmt: skip


def test_a_body_listed_for_two_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bodies.toml"
    file.write_text('[[body]]\nname = "A"\nforms = ["X"]\n[[body]]\nname = "B"\nforms = ["X"]\n', "utf-8")
    with pytest.raises(CatalogError, match="already stands for A"):
        load_bodies(file)


def test_organisations_go_by_their_acronym_unless_it_is_very_short() -> None:
    spans = actor_table(load_lexicon(None)).find_actor_spans("ECOWAS met the EU and the ASEAN Regional Forum.")
    assert [span.name for span in spans] == ["ECOWAS", "European Union", "ASEAN Regional Forum"]


def test_whoever_was_named_before_may_take_part_unsaid(table: ActorTable) -> None:
    text = "Chad is host to the talks. It rained. A hotline was agreed on Monday."
    (doc,) = parse_sentences([text[text.index("A hotline") :]])
    trigger = next(token for token in doc if token.text == "agreed")
    start = text.index("A hotline")
    rows = mention_rows(doc, start, trigger, (start, start + 9), ArticleActors(text, table), "agree")
    (chad,) = [row for row in rows if row.actor.code == "TCD"]
    assert not chad.said
    assert any(feature.startswith("back=2|") for feature in chad.features)
