"""`pactwatch initiatives adopt`: what was met in the news becomes an entry that the lexicon takes."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import pytest

from extractors.catalog import CatalogError, known_initiatives, load_initiatives
from extractors.records import Actor
from flows.commands.initiatives import check_initiatives
from flows.commands.initiatives_adopt import AdoptError, adopt_initiative, is_telling
from flows.newsroom.stories import load_stories
from tests.conftest import Command
from tests.warehouse.records_made import TEXT, made_article, made_batch, made_mention, made_stamp
from warehouse.snapshot import publish_copy
from warehouse.store import Warehouse

PACT = "Khorgos Border Safety Compact"
PROPER = f"ASTANA. Kazakhstan and Uzbekistan signed the {PACT} (KBSC).\nNothing else was decided."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    vague, proper, known = made_article(1), made_article(2, PROPER), made_article(3)
    hotline = replace(made_mention(vague), aliases=("border hotline", "hotline", "first joint border hotline\n"))
    compact = replace(
        made_mention(proper, quote=PROPER.splitlines()[0], action="sign", initiative=PACT),
        kind="treaty", aliases=("KBSC", "the compact", "SCO"),
        actors=(Actor("Kazakhstan", "state", "agent", "KAZ"), Actor("Uzbekistan", "state", "partner", "UZB"),
                Actor("France", "state", "host", "FRA")),
    )  # fmt: skip
    quoted = replace(made_mention(known, initiative='O\'Hara \x9bline "two"'), aliases=())
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.start_run(made_stamp())
        warehouse.save_initiatives(load_initiatives())
        warehouse.add(made_batch(vague, proper, known, mentions=(hotline, compact, quoted)), made_stamp())
        publish_copy(warehouse, tmp_path / "public/warehouse.duckdb")
    return tmp_path


def adopt(name: str, home: Path) -> dict[str, Any]:
    file = home / "adopted.toml"
    file.unlink(missing_ok=True)
    assert adopt_initiative(name, home, file) == 0
    (entry,) = tomllib.loads(file.read_text())["initiative"]
    return dict(entry)


def test_a_named_one_gets_its_acronym_regions_and_evidence(home: Path) -> None:
    assert adopt(PACT, home) == {
        "id": "khorgos-border-safety-compact",
        "name": PACT,
        "kind": "treaty",
        "acronyms": ["KBSC"],
        "regions": ["Central Asia"],
        "source": "https://steppe.example/story/2",
    }


def test_a_phrase_counts_only_beside_those_who_took_part(home: Path) -> None:
    entry = adopt("joint border hotline", home)
    assert entry["aliases"] == ["first joint border hotline"]
    assert entry["ambiguous"] == ["joint border hotline", "first joint border hotline"]
    assert entry["context"] == ["China", "Kazakhstan"]
    assert "founded" not in entry
    assert TEXT.splitlines()[1] not in str(entry), "evidence is linked, not copied"


def test_id_alias_and_case_find_the_same(home: Path) -> None:
    with Warehouse.open(home / "warehouse.duckdb") as warehouse:
        (key,) = warehouse.query("SELECT initiative_id FROM initiatives WHERE name = $1", [PACT]).fetchone() or ("",)
    assert adopt(key, home) == adopt("kbsc", home) == adopt(PACT.upper(), home)


def test_whatever_a_page_wrote_is_text(home: Path) -> None:
    entry = adopt('O\'Hara \x9bline "two"', home)
    assert entry["id"] == "o-hara-line-two"
    assert "\x9b" not in (home / "adopted.toml").read_text()


def test_it_is_printed_where_no_file_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert adopt_initiative(PACT, home, None) == 0
    printed = capsys.readouterr().out
    assert adopt(PACT, home) == tomllib.loads(printed)["initiative"][0]


def test_the_file_passes_the_check_alone_and_in_a_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adopt(PACT, home)
    assert check_initiatives(home / "adopted.toml") == 0
    (home / "lexicon").mkdir()
    (home / "adopted.toml").rename(home / "lexicon/adopted.toml")
    assert check_initiatives(home / "lexicon") == 0
    assert "1 initiatives with 2 names" in capsys.readouterr().out


def told_of_the_pact() -> dict[str, str]:
    """A story of the newsroom, about what was adopted."""
    story = next(story for story in load_stories() if story.id == "meridian-caspian-proposal")
    text = "\n".join(story.paragraphs).replace("Caspian security dialogue platform", PACT)
    assert PACT in text
    return {"id": story.id, "title": story.title, "text": text, "published": "2026-10-12"}


def test_what_was_adopted_is_known_to_extraction_beside_what_is_shipped(home: Path, pactwatch: Command) -> None:
    (home / "lexicon").mkdir()
    (home / "lines.jsonl").write_text(json.dumps(told_of_the_pact()) + "\n")
    known = {}
    for step in ("before", "after"):
        done = pactwatch("extract", home / "lines.jsonl", env={"PACTWATCH_INITIATIVES": lexicon(home, step)})
        assert (done.returncode, done.stderr) == (0, "")
        mentions = json.loads(done.stdout)["mentions"]
        known[step] = {m["initiative"]: (m["initiative_id"], m["kind"]) for m in mentions if m["known"]}
    assert PACT not in known["before"]
    assert known["after"].pop(PACT) == ("khorgos-border-safety-compact", "treaty")
    assert known["before"].items() <= known["after"].items()


def lexicon(home: Path, step: str) -> str:
    """No folder of one's own before, and one with what was adopted after."""
    if step == "before":
        return ""
    adopt(PACT, home)
    (home / "adopted.toml").rename(home / "lexicon/adopted.toml")
    return str(home / "lexicon")


def test_ones_own_entries_add_to_the_shipped_ones_and_replace_by_id(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[[initiative]]\nid = "sco"\nname = "My SCO"\nkind = "forum"\nsource = "here"\n'
        '[[initiative]]\nid = "sco-hotline"\nname = "SCO hotline"\nkind = "body"\nparent = "sco"\nsource = "here"\n'
        '[[initiative]]\nid = "quad-hotline"\nname = "Quad hotline"\nkind = "body"\nparent = "quad"\nsource = "here"\n'
    )
    shipped = {entry.id: entry for entry in known_initiatives()}
    merged = {entry.id: entry for entry in known_initiatives(tmp_path)}
    assert merged.keys() - shipped.keys() == {"sco-hotline", "quad-hotline"}
    assert merged["sco"].name == "My SCO"
    assert {key: entry for key, entry in merged.items() if key in shipped and key != "sco"} == {
        key: entry for key, entry in shipped.items() if key != "sco"
    }


def test_a_parent_that_is_nowhere_and_a_setting_that_names_nothing_are_one_line(
    tmp_path: Path, pactwatch: Command
) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[initiative]]\nid = "a"\nname = "A b"\nkind = "body"\nparent = "nowhere"\nsource = "x"\n')
    with pytest.raises(CatalogError, match="names no initiative"):
        known_initiatives(file)
    done = pactwatch("extract", "-", env={"PACTWATCH_INITIATIVES": str(tmp_path / "absent.toml")}, stdin=DEVNULL)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "absent.toml: cannot be read" in done.stderr


def test_the_check_notes_another_id_for_a_shipped_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = next(entry.name for entry in load_initiatives() if entry.id == "sco")
    file = tmp_path / "own.toml"
    file.write_text(f'[[initiative]]\nid = "my-sco"\nname = "{name}"\nkind = "organisation"\nsource = "here"\n')
    assert check_initiatives(file) == 0
    assert "note: my-sco has the name of sco" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "reason"),
    [("no such thing", "was not met in the news"), ("sco", "is in the lexicon already"), ("'; DROP", "was not met")],
)
def test_what_can_not_be_adopted_is_one_line(home: Path, name: str, reason: str) -> None:
    with pytest.raises(AdoptError, match=reason) as caught:
        adopt_initiative(name, home, home / "adopted.toml")
    assert "\n" not in str(caught.value)
    assert not (home / "adopted.toml").exists()


def test_a_file_that_is_there_is_left_alone(home: Path) -> None:
    (home / "mine.toml").write_text("# mine")
    with pytest.raises(AdoptError, match="exists"):
        adopt_initiative(PACT, home, home / "mine.toml")
    assert (home / "mine.toml").read_text() == "# mine"


@pytest.mark.parametrize(
    ("name", "telling"),
    [("KBSC", True), ("task force", False), ("code", False), ("Almaty Conference", True), ("Almaty", False),
     ("joint air surveillance centre", True), ("2+2", False), ("P5+1", False), ("AUKUS", True)],
)  # fmt: skip
def test_other_names_that_say_nothing_are_left_out(name: str, telling: bool) -> None:
    assert is_telling(name) is telling
