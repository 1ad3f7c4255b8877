"""Bytes that look a little like feeds and pages, for the property tests of listings and articles."""

from hypothesis import strategies as st

_MARKUP = st.sampled_from(
    [
        b'<rss version="2.0">', b"<channel>", b"<item>", b"</item>", b"<link>", b"http://x.org/", b"</link>",
        b"<pubDate>",
        b"Tue, 20 May 2014", b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<entry>", b'<link href="a"/>',
        b"<urlset>",
        b"<url><loc>", b"</loc></url>", b"<sitemapindex><sitemap>", b"<![CDATA[", b"]]>", b"<!DOCTYPE", b"<!ENTITY",
        b"&lt;", b"&#0;", b"&#x110000;", b"&nbsp;", b"<dc:date>", b'{"version":"https://jsonfeed.org/version/1","items":[',
        b'{"url":"x"}', b"]}", b"<html>", b"<body>", b"<p>", b"<h1>", b'<div class="comments">', b'<time datetime="',
        b'">', b'<meta charset="', b"gbk", b"utf-16", b"utf-7", b'<script type="application/ld+json">', b"</script>",
        b'{"@type":"NewsArticle","datePublished":"2014-05-20","author":[{"name":"A"}]}', b'<a href="', b"<title>",
        b"<!--", b"-->", b'<?xml version="1.0" encoding="', b"?>", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf",
        b"<table><tr><td>", b'<base href="//[">', b"May 20, 2014 ", b"<figcaption>", b"\x1f\x8b\x08",
        b"<p>The ministers agreed to set up a regional security dialogue in Shanghai this week.</p>",
    ]
)  # fmt: skip
HOSTILE_BYTES = st.one_of(
    st.binary(max_size=300), st.lists(st.one_of(_MARKUP, st.binary(max_size=6)), max_size=30).map(b"".join)
)
CHARSETS = st.one_of(st.none(), st.sampled_from(["utf-8", "gbk", "utf-16", "hex", "windows-1251"]), st.text(max_size=8))
