"""How long loads take: a large batch, the same again, and the small ones that most polls give."""

import time

import pytest

from extractors.records import Link
from tests.warehouse.records_made import TEXT, made_article, made_batch, made_mention, made_stamp
from warehouse.snapshot import publish_copy
from warehouse.store import Warehouse

pytestmark = pytest.mark.bench
LONG = TEXT + "\nFurther words of no account." * 150


def test_a_thousand_articles_load_in_two_seconds(tmp_path):
    articles = [made_article(n, text=LONG) for n in range(1000)]
    mentions = tuple(made_mention(a, action=action) for a in articles for action in ("propose", "agree", "launch"))
    batch = made_batch(*articles, mentions=mentions, seen=tuple(Link(a.url) for a in articles))
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        seconds = {}
        for name, stamp in (("first", made_stamp()), ("again", made_stamp()), ("other extractor", made_stamp(1, "2"))):
            began = time.perf_counter()
            warehouse.add(batch, stamp)
            seconds[name] = time.perf_counter() - began
        began = time.perf_counter()
        publish_copy(warehouse, tmp_path / "copy.duckdb")
        seconds["publish"] = time.perf_counter() - began
    print("\n1,000 articles of 4,000 characters, 3,000 mentions:", {k: f"{v:.2f} s" for k, v in seconds.items()})
    assert max(seconds.values()) < 2


def test_small_batches_cost_little(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.add(made_batch(made_article(0)), made_stamp())
        began = time.process_time()
        for n in range(1, 101):
            warehouse.add(made_batch(made_article(n)), made_stamp())
        each = (time.process_time() - began) / 100
        began = time.process_time()
        for _ in range(100):
            warehouse.add(made_batch(), made_stamp())
        empty = (time.process_time() - began) / 100
    print(f"\na source with one article: {each * 1000:.0f} ms of CPU; with nothing new: {empty * 1000:.0f} ms")
    assert each < 0.15
