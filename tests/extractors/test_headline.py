"""Headlines: the record in one line that reads like one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalog import load_places
from extractors.developments import write_headline
from extractors.records import ACTIONS, KINDS, MODALITIES, Development


def development(**told: Any) -> Development:
    fields: dict[str, Any] = {
        "initiative": "regional security dialogue platform", "known": False, "kind": "forum", "action": "propose",
        "modality": "actual", "agents": ("CHN", "RUS"),
    }  # fmt: skip
    time = datetime(2026, 3, 4, tzinfo=UTC)
    initiative_id = told.pop("initiative_id", "ini-x")
    return Development("dev-x", initiative_id, headline="", first_seen_at=time, last_seen_at=time, **{**fields, **told})


NATO = {
    "initiative": "North Atlantic Treaty Organization",
    "initiative_id": "nato",
    "known": True,
    "kind": "organisation",
}


PLATFORM = "regional security dialogue platform"


@pytest.mark.parametrize(
    ("told", "headline"),
    [
        (
            {"event_date": "2021-03-23", "date_precision": "day", "place": "Guilin"},
            f"China, Russia propose {PLATFORM} — Guilin, 23 Mar 2021",
        ),
        ({"agents": ("CHN",)}, f"China proposes {PLATFORM}"),
        ({"agents": ()}, "Regional security dialogue platform proposed"),
        ({"agents": ("USA", "GBR", "KOR")}, f"South Korea, UK, US propose {PLATFORM}"),
        ({"event_date": "2021-03", "date_precision": "month"}, f"China, Russia propose {PLATFORM} — Mar 2021"),
        ({"event_date": "2021", "date_precision": "year"}, f"China, Russia propose {PLATFORM} — 2021"),
        ({"event_date": "2021-03-23", "date_precision": "none"}, f"China, Russia propose {PLATFORM}"),
        ({**NATO, "agents": ("FIN",), "action": "join"}, "Finland joins NATO"),
        ({**NATO, "agents": ("FIN",), "action": "join", "modality": "possible"}, "Finland may join NATO"),
        ({**NATO, "agents": ("FIN",), "action": "join", "modality": "planned"}, "Finland to join NATO"),
        ({**NATO, "agents": ("FIN",), "action": "join", "modality": "negated"}, "Finland did not join NATO"),
        ({**NATO, "agents": ("FIN",), "action": "join", "is_background": True}, "Finland joined NATO"),
        ({**NATO, "agents": (), "action": "join"}, "NATO gains a member"),
        ({**NATO, "agents": ("EGY",), "action": "withdraw"}, "Egypt quits NATO"),
        ({**NATO, "agents": (), "action": "convene", "place": "Ankara"}, "NATO meeting held — Ankara"),
        ({**NATO, "agents": (), "action": "convene", "modality": "planned"}, "NATO meeting to be held"),
        ({**NATO, "agents": (), "action": "convene", "modality": "negated"}, "NATO meeting not held"),
        ({"kind": "exercise", "initiative": "Malabar", "action": "convene", "agents": ()}, "Malabar exercise held"),
        ({"initiative": "the SCO summit", "action": "convene", "agents": ()}, "SCO summit held"),
        ({"kind": "body", "initiative": "joint cell", "action": "withdraw", "agents": ()}, "Joint cell ends"),
        (
            {"initiative": "access agreement between China and Russia", "kind": "treaty", "action": "sign"},
            "China, Russia sign access agreement",
        ),
        ({"agents": ("African Union",), "action": "endorse"}, f"African Union backs {PLATFORM}"),
        (
            {"agents": tuple("CHN KAZ KGZ RUS TJK UZB".split())},
            f"China, Kazakhstan, Kyrgyzstan, Russia and 2 others propose {PLATFORM}",
        ),
    ],
)
def test_reads_like_a_headline(told: dict[str, Any], headline: str) -> None:
    assert write_headline(development(**told)) == headline


def test_long_names_are_cut_at_a_word_that_can_end_a_line() -> None:
    line = write_headline(
        development(
            initiative="memorandum of understanding on the prevention of incidents at sea and in the air above it",
            place="Ho Chi Minh City",
            event_date="2026-03-04",
            date_precision="day",
            agents=("VNM", "PHL", "IDN", "MYS", "BRN"),
        )
    )
    assert len(line) < 120
    assert line.endswith("… — Ho Chi Minh City, 4 Mar 2026")
    assert " and …" not in line
    assert " of …" not in line


CODES = st.sampled_from([country.iso3 for country in load_places().countries])


@given(
    st.sampled_from(ACTIONS), st.sampled_from(MODALITIES), st.sampled_from(KINDS), st.booleans(),
    st.lists(CODES, max_size=9, unique=True), st.text(min_size=1, max_size=300), st.text(max_size=90),
)  # fmt: skip
def test_any_record_gives_one_short_line(
    action: Any, modality: Any, kind: Any, background: bool, agents: list[str], name: str, place: str
) -> None:
    line = write_headline(
        development(
            action=action,
            modality=modality,
            kind=kind,
            is_background=background,
            agents=tuple(agents),
            initiative=name,
            place=place,
            event_date="2026-03-04",
            date_precision="day",
        )
    )
    assert 0 < len(line) < 120
    assert "\n" not in line
    assert line == line.strip()
