"""What reading costs, and reading with extracting, beside trafilatura alone: ratios of CPU time over the same pages."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gold.evaluate import read_passages

PAGES = 60
LIMITS = {"irrelevant": 1.2, "mixed": 1.6, "brief": 6.0, "relevant": 6.0}
READING = 0.85
"""The same for reading without extracting, of irrelevant pages."""

_ALONE = """
import sys, json, time
from trafilatura import bare_extraction
pages = [p.encode() for p in json.load(open(sys.argv[1]))]
bare_extraction(pages[0], fast=True)
started = time.process_time()
for page in pages: bare_extraction(page, fast=True)
print(time.process_time() - started)
"""

_OURS = """
import sys, json, time
import flows  # sets the number of threads, as the command does
from datetime import UTC, datetime
from extractors.article import read_article
from extractors.mentions import load_extractor
from extractors.records import Page
from py3langid import langid
pages = [p.encode() for p in json.load(open(sys.argv[1]))]
extractor = load_extractor()
warm = b"<html lang='en'><body><article><p>Norway and Fiji signed a defence pact on Monday.</p></article></body></html>"
assert extractor.find_mentions(read_article(Page("https://news.example/warm", warm, datetime.now(UTC))))
langid.classify("Le ministre")  # its model takes half a second to load, the first time that words leave a doubt
started = time.process_time()
found = 0
for number, page in enumerate(pages):
    article = read_article(Page(f"https://news.example/{number}", page, datetime.now(UTC)))
    if sys.argv[2] == "extract": found += len(extractor.find_mentions(article))
print(time.process_time() - started, found)
"""


def page(passages: list[dict[str, str]], number: int) -> str:
    """A news page of a few paragraphs with the furniture of one: menus, teasers, scripts, comments, footer."""
    menu = "".join(f'<li class="nav-item"><a href="/section/{i}">Section {i}</a></li>' for i in range(150))
    teasers = "".join(
        f'<div class="teaser"><a href="/story/{number}-{i}"><img src="/{i}.jpg" alt=""><h3>Another story {i}</h3></a>'
        f"<p>A line that says what the other story is about, and by whom.</p></div>"
        for i in range(160)
    )
    script = "<script>window.dataLayer=window.dataLayer||[];" + "var a=1;" * 600 + "</script>"
    body = "".join(
        f"<p>{sentence}.</p>" for p in passages for sentence in p["text"].replace("\n", " ").split(". ") if sentence
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{passages[0]["title"]}</title>'
        f'<meta property="article:published_time" content="2024-05-15T08:00:00Z">{script}</head><body>'
        f"<header><ul>{menu}</ul></header><main><article><h1>{passages[0]['title']}</h1>{body}</article>"
        f"<aside>{teasers}</aside></main><footer><ul>{menu}</ul><p>© 2026 News</p></footer>{script}</body></html>"
    )


def stream(kind: str) -> list[str]:
    """Irrelevant: whole articles, none of them ever trained on; all there are, since the few that are read whole decide
    the cost. Brief: one labelled passage a page, as long as a short report. Relevant: three long ones a page, forty
    sentences with two dozen statements; of mixed, one page in ten."""
    quiet = read_passages("quiet", "quiet-fresh")
    short, loud = ([p for p in read_passages(name) if p["mentions"]] for name in ("train-a", "train-e"))
    pages = []
    for i in range(len(quiet) if kind in ("irrelevant", "mixed") else PAGES):
        if kind == "brief":
            pages.append(page([short[i % len(short)]], i))
        elif kind == "relevant" or (kind == "mixed" and i % 10 == 0):
            pages.append(page([loud[(3 * i + k) % len(loud)] for k in range(3)], i))
        else:
            pages.append(page([quiet[i]], i))
    return pages


def seconds(script: str, pages: Path, *how: str) -> float:
    done = subprocess.run([sys.executable, "-c", script, str(pages), *how], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0])


def assert_cost(how: str, kind: str, limit: float, folder: Path) -> None:
    """The median of three runs beside trafilatura alone, each in a process of its own. how: "read" or "extract" too."""
    pages = folder / "pages.json"
    pages.write_text(json.dumps(stream(kind)), "utf-8")
    ratios = sorted((seconds(_OURS, pages, how) / seconds(_ALONE, pages)) for _ in range(3))
    print(f"{how} {kind}: {ratios[1]:.2f} x trafilatura alone (limit {limit}), {ratios[0]:.2f} to {ratios[2]:.2f}")
    assert ratios[1] <= limit


@pytest.mark.bench
def test_reading_costs_less_than_trafilatura_by_itself(tmp_path: Path) -> None:
    assert_cost("read", "irrelevant", READING, tmp_path)


@pytest.mark.bench
@pytest.mark.parametrize("kind", list(LIMITS))
def test_cost_beside_trafilatura(kind: str, tmp_path: Path) -> None:
    assert_cost("extract", kind, LIMITS[kind], tmp_path)
