"""How long linking takes on a full warehouse: run by `make bench`."""

import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from extractors.developments import assign_developments
from extractors.records import (
    ACTIONS,
    Action,
    Actor,
    AlertPolicy,
    Article,
    ArticleMentions,
    Development,
    Mention,
    MergeDevelopments,
    SaveDevelopment,
    stable_id,
)

STATES = "CHN RUS KAZ KGZ TJK UZB IND PAK IRN TUR JPN KOR USA GBR FRA DEU POL AUS NZL FJI".split()
BODIES = "sco nato csto quad aukus asean arf scs-coc cica gcc arab-league au ecowas eu osce jef malabar".split()
WORDS = "regional joint Caspian maritime border Asian Gulf Arctic police naval cyber energy Baltic drone".split()
HEADS = ["platform", "forum", "mechanism", "centre", "hotline", "treaty", "exercise", "task force", "patrol"]
TOLD: tuple[Action, ...] = tuple(action for action in ACTIONS if action != "refer")


def made_up(number: int, day: datetime, random: Random) -> ArticleMentions:
    known = random.random() < 0.6
    name = random.choice(BODIES) if known else f"{' '.join(random.sample(WORDS, 2))} security {random.choice(HEADS)}"
    on = day - timedelta(days=random.randint(0, 5)) if random.random() < 0.7 else None
    key = f"a{number}"
    url = f"https://n{number % 200}.example/{number}"
    mention = Mention(
        mention_id=f"m{number}",
        article_id=key,
        initiative=name,
        initiative_id=name if known else stable_id("ini", name),
        known=known,
        kind="forum",
        action=random.choice(TOLD),
        modality=random.choice(("actual", "actual", "actual", "planned", "possible")),
        is_background=random.random() < 0.15,
        quote="q",
        start=0,
        end=1,
        confidence=0.8,
        actors=tuple(Actor(code, "state", "agent", code) for code in random.sample(STATES, random.randint(0, 3))),
        event_date=on.date().isoformat() if on else None,
        date_precision="day" if on else "none",
        place=random.choice((None, f"Town {random.randint(0, 30)}")),
    )
    return ArticleMentions(Article(key, url, url, "t", "x", day, source_id=f"n{number % 200}"), (mention,), 2, key)


@pytest.mark.bench
def test_a_batch_of_500_against_20000_developments_takes_seconds() -> None:
    random = Random(3)
    day = datetime(2025, 1, 1, tzinfo=UTC)
    known: dict[str, Development] = {}
    number = 0
    while len(known) < 20_000:
        batch = [made_up(number + at, day, random) for at in range(1500)]
        for change in assign_developments(batch, tuple(known.values()), day, AlertPolicy()):
            if isinstance(change, SaveDevelopment):
                known[change.development.development_id] = change.development
            elif isinstance(change, MergeDevelopments):
                del known[change.merged_id]
        number += 1500
        day += timedelta(days=20)
    batch = [made_up(number + at, day, random) for at in range(500)]
    start = time.process_time()
    changes = assign_developments(batch, tuple(known.values()), day, AlertPolicy())
    seconds = time.process_time() - start
    print(f"{len(known)} known, 500 new, {len(changes)} changes: {seconds:.2f} s")
    assert seconds < 4
