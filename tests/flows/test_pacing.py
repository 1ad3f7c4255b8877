"""One host is asked rarely, by few at once, and not at all while it rests."""

import asyncio
import time

from flows.pacing import HostPacer, TimeBudget


class Clock:
    """Time that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_requests_to_one_host_are_spaced_and_others_do_not_wait() -> None:
    pacer = HostPacer(0.05, per_host=4)
    starts: dict[str, list[float]] = {"slow.example": [], "other.example": []}

    async def ask(host: str) -> None:
        async with pacer.turn(host):
            starts[host].append(time.monotonic())

    await asyncio.gather(*(ask("slow.example") for _ in range(4)), ask("other.example"))
    gaps = [later - earlier for earlier, later in zip(starts["slow.example"], starts["slow.example"][1:], strict=False)]
    assert min(gaps) >= 0.045
    assert starts["other.example"][0] < starts["slow.example"][1]


async def test_few_at_once() -> None:
    pacer = HostPacer(0.0, per_host=2)
    inside = most = 0

    async def ask() -> None:
        nonlocal inside, most
        async with pacer.turn("example.org"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(8)))
    assert most == 2


async def test_a_redirect_within_the_host_does_not_wait() -> None:
    pacer = HostPacer(30.0, per_host=1)
    async with asyncio.timeout(1):
        async with pacer.turn("example.org"):
            pass
        async with pacer.turn("example.org", spaced=False):
            pass


async def test_an_annoyed_host_is_asked_more_slowly_from_then_on() -> None:
    pacer = HostPacer(0.0, per_host=1)
    pacer.slow_down("example.org", 0.06)
    pacer.slow_down("example.org", 0.01)
    began = time.monotonic()
    for _ in range(2):
        async with pacer.turn("example.org"):
            pass
    assert time.monotonic() - began >= 0.115


async def test_a_slot_is_given_back_when_the_wait_is_cancelled() -> None:
    pacer = HostPacer(10.0, per_host=1)
    async with pacer.turn("example.org"):
        pass

    async def ask() -> None:
        async with pacer.turn("example.org"):
            raise AssertionError("not within this test")

    waiting = asyncio.create_task(ask())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), pacer.turn("example.org", spaced=False):
        pass


def test_an_origin_rests_until_its_time_is_up() -> None:
    clock = Clock()
    pacer = HostPacer(1.0, 1, clock)
    assert pacer.resting("example.org", "https://example.org") is None
    pacer.rest("example.org", "https://example.org", 600, "connection", "refused")
    rest = pacer.resting("example.org", "https://example.org")
    assert rest is not None
    assert (rest.failure_class, rest.reason) == ("connection", "refused")
    assert pacer.resting("example.org", "http://example.org") is None, "the other port may work"
    clock.now += 599
    assert pacer.seconds_left(rest) == 1
    clock.now += 1
    assert pacer.resting("example.org", "https://example.org") is None


def test_time_of_a_source_is_counted_once_however_many_replies_are_read_at_once() -> None:
    clock = Clock()
    budget = TimeBudget(10.0, clock)
    assert budget.left("a") == 10
    with budget.spend("a"):
        clock.now += 2
        with budget.spend("a"), budget.spend("b"):
            clock.now += 3
            assert budget.left("a") == 5
        clock.now += 1
    clock.now += 100
    assert budget.left("a") == 4
    assert budget.left("b") == 7
