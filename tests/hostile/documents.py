"""Tricks of the content: charsets, markup without measure, feeds that are broken, huge or poisoned."""

import itertools
import json

from tests.hostile.server import Call, plays

RSS = "application/rss+xml"
XML = "application/xml"

PARAGRAPHS = (
    "Delegations from four coastal states met on Monday to discuss how their patrol boats warn each other of storms.",
    "The host said that a shared telephone line, staffed by day and by night, would cost less than one new vessel.",
    "A second meeting is planned for the spring, when the harbour authorities are to report what they have tried.",
)


def page(title: str, extra: str = "", charset: str | None = "utf-8") -> bytes:
    """A small honest article in our own words."""
    meta = f'<meta charset="{charset}">' if charset else ""
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    html = (
        f"<!doctype html><html lang=en><head>{meta}<title>{title}</title>"
        '<meta property="article:published_time" content="2026-03-02T08:00:00Z"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}{extra}</article></body></html>"
    )
    return html.encode(charset or "utf-8", errors="xmlcharrefreplace")


def item(number: int, extra: str = "<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>") -> str:
    return f"<item><title>Item {number}</title><link>/well?item={number}</link>{extra}</item>"


def feed(items: str, head: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel><title>Harbour news</title>'
    return f"{text}<link>/</link>{items}</channel></rss>".encode()


# --- pages -----------------------------------------------------------------------------------------------------


def _plays_page(name: str, body: bytes, kind: str = "text/html", read: str = "ok") -> None:
    async def play(call: Call) -> None:
        await call.answer(body, kind=kind)

    plays(name, read=read)(play)


_RUSSIAN = "Переговоры о безопасности прошли в приморском городе, сообщила пресс-служба министерства."
_CHINESE = "四个沿海国家的代表星期一举行会议,讨论巡逻艇如何互相通报风暴的消息。"
_JAPANESE = "沿岸四か国の代表が月曜日に会合を開き、巡視船が嵐を知らせ合う方法を話し合った。"

_plays_page("gbk-undeclared", page("会议", f"<p>{_CHINESE}</p>", "gbk").replace(b'<meta charset="gbk">', b""))
_plays_page("gbk-by-meta", page("会议", f"<p>{_CHINESE}</p>", "gbk"))
_plays_page("windows-1251-by-meta", page("Переговоры", f"<p>{_RUSSIAN}</p>", "windows-1251"))
_plays_page(
    "windows-1251-called-utf-8", page("Переговоры", f"<p>{_RUSSIAN}</p>", "windows-1251"), "text/html; charset=utf-8"
)
_plays_page("utf-16-with-mark", page("Talks", "", None).decode().encode("utf-16"), "text/html")
_plays_page("shift-jis-by-meta", page("会合", f"<p>{_JAPANESE}</p>", "shift_jis"))
_plays_page("unknown-charset", page("Talks"), "text/html; charset=x-klingon")
_plays_page("byte-order-mark", b"\xef\xbb\xbf" + page("Talks"))
_plays_page("nul-bytes", page("Talks").replace(b"storms", b"sto\0rms\0"))
_plays_page("nested-divs", b"<html><body>" + b"<div>" * 100_000 + page("Deep down") + b"</div>" * 100_000, read="empty")
_plays_page("many-attributes", b"<html><body " + b"a=1 " * 100_000 + b">" + page("Overdressed"))
_plays_page("unclosed-comment", page("Talks") + b"<!-- " + b"- " * 50_000)
_plays_page("random-bytes", bytes(i * 7919 % 256 for i in range(50_000)), read="not-html")
_plays_page("pdf-as-page", b"%PDF-1.7\n" + b"\x00\xff" * 5000, "application/pdf", read="not-html")
_plays_page("markup-without-words", b"<html><body><nav>Home</nav></body></html>", read="")

_numbers = itertools.count()


@plays("changes-every-time", read="ok")
async def _changes(call: Call) -> None:
    await call.answer(page(f"Edition {next(_numbers)}"), ETag='"always the same"')


@plays("headers-in-latin-1", read="ok")
async def _latin_headers(call: Call) -> None:
    await call.send(
        b"HTTP/1.1 200 Tr\xe8s bien\r\nX-Motto: libert\xe9\r\nContent-Type: text/html\r\n"
        + f"Content-Length: {len(page('Talks'))}\r\n\r\n".encode()
        + page("Talks")
    )


# --- listings --------------------------------------------------------------------------------------------------


def _plays_listing(name: str, body: bytes, kind: str = RSS, read: str = "ok") -> None:
    async def play(call: Call) -> None:
        await call.answer(body, kind=kind)

    plays(name, purpose="listing", read=read)(play)


_LAUGHS = "".join(
    f'<!ENTITY l{depth} "{f"&l{depth - 1};" * 10}">' if depth else '<!ENTITY l0 "ha">' for depth in range(12)
)
_plays_listing("well-feed", feed("".join(item(number) for number in range(5))))
_plays_listing(
    "billion-laughs",
    feed("<item><title>&l11;</title><link>/well</link></item>", f"<!DOCTYPE x [{_LAUGHS}]>"),
    read="parse",
)
_plays_listing(
    "external-entity",
    feed(
        "<item><title>&leak;</title><link>/well</link></item>",
        '<!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/passwd"><!ENTITY % far SYSTEM "http://127.0.0.1:9/x.dtd">]>',
    ),
    read="parse",
)
_plays_listing("feed-called-html", feed(item(1)), "text/html")
_plays_listing("html-called-feed", page("Not a feed at all"), RSS, read="parse")
_plays_listing("empty-feed", feed(""))
_plays_listing("fifty-thousand-items", feed("".join(item(number) for number in range(50_000))))
_plays_listing("items-without-link-or-date", feed("<item><title>No link</title></item>" + item(1, "")))
_plays_listing("dated-in-the-future", feed(item(1, "<pubDate>Fri, 01 Jan 2038 00:00:00 GMT</pubDate>")))
_plays_listing("dated-1970", feed(item(1, "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>")))
_plays_listing("dated-nonsense", feed(item(1, "<pubDate>the day before yesterday</pubDate>")))
_plays_listing(
    "strange-links",
    feed(
        "".join(
            f"<item><title>{number}</title><link>{link}</link></item>"
            for number, link in enumerate(
                ["../well?relative", "javascript:alert(1)", "data:text/html,x", "mailto:a@example.org", "//", "#top"]
            )
        )
    ),
)
_plays_listing("same-guid", feed(item(1, "<guid>one</guid>") * 3 + item(2, "<guid>one</guid>")))
_plays_listing("cut-feed", feed("".join(item(number) for number in range(50)))[:1500])
_plays_listing("undeclared-prefix", feed("<item><media:title>x</media:title><link>/well</link></item>"))
_plays_listing("control-characters", feed("<item><title>a\x01\x0b\x1fb</title><link>/well</link></item>"))
_plays_listing(
    "feed-in-wrong-charset",
    feed(f"<item><title>{_RUSSIAN}</title><link>/well</link></item>").decode().encode("windows-1251"),
    read="",
)
_plays_listing("json-feed-of-lists", json.dumps([[[]]] * 10).encode(), "application/feed+json", read="parse")
_plays_listing(
    "deep-json", b'{"items":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/feed+json", read="parse"
)


@plays("sitemap-of-itself", purpose="listing", read="ok")
async def _own_child(call: Call) -> None:
    own = call.server.url("sitemap-of-itself")
    head = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    await call.answer(f"{head}<sitemap><loc>{own}</loc></sitemap></sitemapindex>".encode(), kind=XML)


@plays("one-etag-for-ever", purpose="listing", read="ok")
async def _one_etag(call: Call) -> None:
    if "if-none-match" in call.headers:
        await call.send(b'HTTP/1.1 304 Not Modified\r\nETag: "eternal"\r\n\r\n')
    else:
        await call.answer(feed("".join(item(number) for number in range(call.count + 1))), kind=RSS, ETag='"eternal"')


@plays("same-body-no-validator", purpose="listing", read="ok")
async def _same_body(call: Call) -> None:
    await call.answer(feed(item(1)), kind=RSS, Cache_Control="public, max-age=1800")
