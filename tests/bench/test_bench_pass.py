"""What a whole pass over 500 quiet sources costs beside a bare httpx client, its fixed start taken apart."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.decide import Decided
from flows.ingest import PagesRead, Polled, make_batch, poll_source
from flows.one_pass import Pass
from flows.settings import load_settings
from tests.bench.quick_server import start_quick_server
from tests.bench.test_bench_fetch import time_bare

pytestmark = pytest.mark.bench
SOURCES = 500
ROUNDS = 3


def source_list(port: int, number: int) -> str:
    return "".join(
        f'[[source]]\nid = "s{n}"\nname = "S {n}"\nurl = "http://127.0.0.1:{port}/feed/{n}"\nkind = "rss"\n\n'
        for n in range(number)
    )


def make_pass(folder: Path, port: int, number: int) -> Pass:
    file = folder / f"sources-{number}.toml"
    file.write_text(source_list(port, number))
    return Pass(
        load_settings(
            {}, home=folder / f"home-{number}", sources=str(file), allow_hosts=(f"127.0.0.1:{port}",),
            host_delay_seconds=0.0,
        )
    )  # fmt: skip


def remember_etags(work: Pass) -> None:
    """As after a pass in which every source answered in full."""
    work.begin(due_only=False)
    now = datetime.now(UTC)
    from dataclasses import replace

    batches = []
    for source in work.sources:
        state = replace(work.state_of(source), etag='"1"', last_full_get_at=now, last_success_at=now)
        batches.append(make_batch(Polled(source, state), PagesRead((), (), (), frozenset()), ()))
    work.store_polls(batches)


async def run_quiet_pass(work: Pass) -> dict[str, float]:
    """The steps of a pass in which nothing is new, each with its processor time."""
    spent: dict[str, float] = {}

    def mark(step: str, since: float) -> float:
        spent[step] = time.process_time() - since
        return time.process_time()

    at = time.process_time()
    asked = work.begin(due_only=False)
    at = mark("begin", at)
    gate = asyncio.Semaphore(work.settings.max_concurrent_sources)
    async with work.open_fetcher() as fetcher:

        async def one(source: object) -> Polled:
            async with gate:
                return await poll_source(fetcher, source, work.state_of(source))  # type: ignore[arg-type]

        polled = list(await asyncio.gather(*(one(source) for source in asked)))
        at = mark("poll", at)
        chosen = work.choose_new(polled)
        at = mark("choose", at)
        batches = [make_batch(quiet, PagesRead((), (), (), frozenset()), ()) for quiet, _ in chosen]
        work.store_polls(batches)
        for (quiet, _), batch in zip(chosen, batches, strict=True):
            work.note(quiet, batch, 0.0)
        at = mark("store", at)
    assert all(not one.changed for one, _ in chosen)
    work.finish(Decided())
    mark("finish", at)
    return spent


async def test_a_quiet_pass_over_500_sources(tmp_path: Path) -> None:
    with start_quick_server() as port:
        urls = [f"http://127.0.0.1:{port}/feed/{number}" for number in range(SOURCES)]
        for number in (1, SOURCES):
            remember_etags(make_pass(tmp_path, port, number))
        best = {"bare": 1e9, "one": 1e9, "many": 1e9}
        steps: dict[str, float] = {}
        for _ in range(ROUNDS):
            best["bare"] = min(best["bare"], (await time_bare(urls, {"If-None-Match": '"1"'})).processor)
            best["one"] = min(best["one"], sum((await run_quiet_pass(make_pass(tmp_path, port, 1))).values()))
            many = await run_quiet_pass(make_pass(tmp_path, port, SOURCES))
            if sum(many.values()) < best["many"]:
                best["many"], steps = sum(many.values()), many
    print(f"\nprocessor seconds: bare client {best['bare']:.2f}, pass over 1 source {best['one']:.2f}, over 500 "
          f"{best['many']:.2f} ({', '.join(f'{name} {seconds:.2f}' for name, seconds in steps.items())})")  # fmt: skip
    assert best["many"] <= 1.5 * best["bare"] + best["one"]
