"""Bytes of a page or feed to text: byte-order mark, then what the bytes prove, then what was declared, then a guess.

A declaration is believed only while the bytes agree with it: servers and page templates are often wrong.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

SNIFFED_BYTES = 4096
GUESSED_BYTES = 12_000

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9][\w.:-]{1,30})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What publishers write, and what browsers make of it: the larger set that the label really stands for.
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_ALIASES = {"x-sjis": "cp932", "sjis": "cp932", "ks_c_5601-1987": "cp949", "x-gbk": "gb18030", "win-1251": "cp1251",
            "windows1251": "cp1251", "x-cp1251": "cp1251", "utf8mb4": "utf-8", "unicode": "utf-16"}  # fmt: skip
_NO_CHARSETS = frozenset(("punycode", "idna", "utf-7", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"))
"""Codecs of Python that read text in their own way, but that no page is in; UTF-7 lets text hide markup."""
_FOREIGN = bytes(range(128, 256))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, and whether something was lost or a declaration was overruled."""

    text: str
    codec: str
    is_lossy: bool = False
    is_overruled: bool = False


def decode_bytes(content: bytes, header_charset: str | None = None) -> Decoded:
    """Text of `content`. Never raises: what no codec reads is decoded with replacement marks and marked lossy."""
    for bom, codec in _BOMS:
        if content.startswith(bom):
            text = content[len(bom) :].decode(codec, "replace")
            return Decoded(text, codec, is_lossy="\ufffd" in text)
    sixteen = _codec_without_bom(content)
    if sixteen:
        return Decoded(content.decode(sixteen, "replace"), sixteen, is_lossy=False)
    in_page = _declared(content)
    hints = [codec for codec in (in_page, _codec(header_charset)) if codec]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # ISO-2022-JP and HZ are 7-bit and so "valid UTF-8": there the declaration is all there is.
        seven_bit = next((hint for hint in hints if hint in ("iso2022_jp", "hz")), None)
        if seven_bit is None or ("\x1b" not in text and "~{" not in text):
            return Decoded(text, "utf-8", is_overruled=bool(hints) and not text.isascii() and hints[0] != "utf-8")
        hints = [seven_bit]
    for hint in hints:
        if hint.startswith("utf-16") or hint.startswith("utf-32"):
            continue  # said of bytes that show no sign of it
        try:
            text = content.decode(hint)
        except (UnicodeDecodeError, LookupError):
            if nearly := _nearly(content, hint):
                return Decoded(nearly, hint, is_lossy=True)
            continue
        if hint == "cp1252" and (guess := _guess(content)) and guess != "cp1252" and _is_likelier(content, guess):
            return Decoded(content.decode(guess, "replace"), guess, is_overruled=True)
        return Decoded(text, hint, is_overruled=hint != hints[0])
    if guess := _guess(content):
        return Decoded(content.decode(guess, "replace"), guess, is_overruled=bool(hints))
    text = content.decode("cp1252", "replace")
    return Decoded(text, "cp1252", is_lossy=True)


def _codec(label: str | None) -> str | None:
    if not label:
        return None
    label = label.strip().strip("\"'").lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
        b"text".decode(name, "replace")  # refused by those of Python's codecs that are no charsets: rot13, base64
    except (LookupError, ValueError):
        return None
    if name in _NO_CHARSETS:
        return None
    return _SUPERSETS.get(name, name)


def _declared(content: bytes) -> str | None:
    found = _DECLARED.search(content, 0, SNIFFED_BYTES)
    return _codec(found[1].decode("ascii")) if found else None


def _codec_without_bom(content: bytes) -> str | None:
    """UTF-16 without a mark shows as every second byte being NUL around the first markup."""
    head = content[:64]  # markup, whatever script the text is in
    if len(head) < 8 or head.count(0) < len(head) // 3:
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _nearly(content: bytes, codec: str) -> str | None:
    """The text, if a few damaged bytes are all that speaks against the codec: truncation, or one bad template."""
    text = content.decode(codec, "replace")
    damage = text.count("\ufffd")
    foreign = len(content) - len(content.translate(None, _FOREIGN))
    return text if damage and damage <= max(2, foreign // 20) else None


def _guess(content: bytes) -> str | None:
    sample = content if len(content) <= GUESSED_BYTES else _foreign_part(content)
    best = from_bytes(sample).best()
    if best is None:
        return None
    return _codec(best.encoding)


def _foreign_part(content: bytes) -> bytes:
    """A stretch round the first non-ASCII bytes of the text: heads of pages are long and all ASCII."""
    found = re.search(rb"[\x80-\xff]{2}", content)
    start = max(0, found.start() - 200) if found else 0
    return content[start : start + GUESSED_BYTES]


def _is_likelier(content: bytes, guess: str) -> bool:
    """Whether a page called Latin-1 is really in another script: then bytes above ASCII stand in long runs."""
    sample = content[:200_000]
    foreign = len(sample) - len(sample.translate(None, _FOREIGN))
    return foreign > 20 and sum(map(len, re.findall(rb"[\x80-\xff]{4,}", sample))) > 0.5 * foreign
