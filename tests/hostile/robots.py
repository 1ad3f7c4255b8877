"""What the server plays as robots.txt, one origin each."""

import asyncio

from tests.hostile.documents import page
from tests.hostile.server import Call, plays, plays_robots

TEXT = "text/plain"


async def _page(call: Call) -> None:
    await call.answer(page("A page behind a robots.txt"))


plays("behind-robots-500", "robots", origin="robots-500")(_page)
plays("behind-robots-none", "robots", origin="robots-none")(_page)
plays("behind-robots-huge", origin="robots-huge", read="ok")(_page)
plays("behind-robots-403", origin="robots-403", read="ok")(_page)
plays("behind-robots-hang", "timeout", origin="robots-hang")(_page)
plays("behind-robots-loop", origin="robots-loop", read="ok")(_page)
plays("behind-robots-page", origin="robots-page", read="ok")(_page)
plays("behind-robots-429", "robots", origin="robots-429")(_page)


@plays_robots("robots-500")
async def _fails(call: Call) -> None:
    await call.answer(b"oops", "500 Internal Server Error", TEXT)


@plays_robots("robots-none")
async def _disallows_all(call: Call) -> None:
    await call.answer(b"User-agent: *\nDisallow: /\n", kind=TEXT)


@plays_robots("robots-huge")
async def _is_huge(call: Call) -> None:
    """5 MB: what counts is within the first 500 KiB, and the rule at its end must not."""
    filler = b"# " + b"x" * 97 + b"\n"
    body = b"User-agent: *\nDisallow: /private\n" + filler * 50_000 + b"Disallow: /\n"
    await call.answer(body, kind=TEXT)


@plays_robots("robots-403")
async def _refuses(call: Call) -> None:
    await call.answer(b"no", "403 Forbidden", TEXT)


@plays_robots("robots-hang")
async def _says_nothing(call: Call) -> None:
    await asyncio.sleep(30)


@plays_robots("robots-loop")
async def _redirects_to_itself(call: Call) -> None:
    await call.answer(b"", "301 Moved Permanently", TEXT, Location="/robots.txt")


@plays_robots("robots-page")
async def _is_a_page(call: Call) -> None:
    await call.answer(page("Not found, says this page with a 200"))


@plays_robots("robots-429")
async def _is_annoyed(call: Call) -> None:
    await call.answer(b"slower", "429 Too Many Requests", TEXT, Retry_After="3600")
