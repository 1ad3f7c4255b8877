"""Keeps raw replies as WARC, one gzip member a record, and reads them back: ours, and any archive of news in WARC."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.timeutils import iso_date_to_datetime
from warcio.warcwriter import WARCWriter

from extractors.records import Page
from flows.decoding import DecodeError, TooLarge, decode_body
from flows.replies import media_type

ROTATE_BYTES: Final = 512 * 2**20
_GZIP_LEVEL: Final = 6  # warcio's own is 9: twice the time for 1 % of the size on news pages
_PROTOCOLS: Final = {"HTTP/2": "h2"}
_REQUESTED: Final = "X-Requested-URI"
"""Extension header of a response record: the URL that was asked for, where redirects led elsewhere."""
_NAME: Final = re.compile(r"pactwatch-(\d{8}T\d{6}Z)-\d{5}(?:-\d+)?\.warc\.gz")
_PAGE_BYTES: Final = 64 * 2**20
_HOP_HEADERS: Final = frozenset({"transfer-encoding", "content-length", "connection", "keep-alive"})
# What warcio raises on broken records; the last two by mistake, where a header is missing or no number.
_UNREADABLE: Final = (
    ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, zlib.error, OSError, ValueError, AttributeError
)  # fmt: skip


class ArchiveError(Exception):
    """A record that can't be read back, or a file that is no archive."""

    def __init__(self, path: Path, reason: str, offset: int | None = None) -> None:
        place = path.name if offset is None else f"{path.name} at {offset}"
        super().__init__(f"{place}: {reason}")
        self.path = path
        self.offset = offset
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a reply is kept: file name within the archive directory, offset of its response record."""

    file: str
    offset: int


class ArchiveWriter:
    """The archive of one run. The file is made with the first reply, so a run in which nothing changed leaves none."""

    def __init__(self, directory: Path, now: Callable[[], datetime], rotate_bytes: int = ROTATE_BYTES) -> None:
        self.directory = directory
        self._now = now
        self._rotate_bytes = rotate_bytes
        self._file: IO[bytes] | None = None
        self._name = ""
        self._offset = 0
        self._number = 0
        self._stamp = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(
        self,
        *,
        url: str,
        requested_url: str,
        status: int,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        request_headers: Sequence[tuple[bytes, bytes]],
        fetched_at: datetime,
        protocol: str = "HTTP/1.1",
        notes: Mapping[str, str] | None = None,
    ) -> Spot:
        """Write response, request and metadata of one exchange; the body in its content-coding, unchunked."""
        writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
        date = {"WARC-Date": fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        kept = [(_text(name), _text(value)) for name, value in headers if _text(name).lower() not in _HOP_HEADERS]
        kept.append(("Content-Length", str(len(body))))
        response = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            # warcio reads no other protocol back; what was spoken is in WARC-Protocol
            http_headers=StatusAndHeaders(f"{status} ", kept, protocol="HTTP/1.1"),
            warc_headers_dict={
                **date,
                "WARC-Protocol": _PROTOCOLS.get(protocol, protocol.lower()),
                **({} if requested_url == url else {_REQUESTED: requested_url}),
            },
        )
        concurrent = {**date, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
        target = quote("/" + url.partition("://")[2].partition("/")[2], safe="%/?#[]@!$&'()*+,;=:~")
        asked = [(_text(name), _text(value)) for name, value in request_headers]
        request = writer.create_warc_record(
            url,
            "request",
            http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", asked, is_http_request=True),
            warc_headers_dict=concurrent,
        )
        lines = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in (notes or {}).items()).encode()
        metadata = writer.create_warc_record(
            url, "metadata", payload=BytesIO(lines), length=len(lines), warc_headers_dict=concurrent
        )
        return self._append([_member(writer, record) for record in (response, request, metadata)])

    def _append(self, members: list[bytes]) -> Spot:
        if self._file is not None and self._offset >= self._rotate_bytes:
            self.close()
        if self._file is None:
            self._open()
        assert self._file is not None
        spot = Spot(self._name, self._offset)
        block = b"".join(members)
        self._file.write(block)
        self._file.flush()  # what the warehouse points to must survive a kill of this process
        self._offset += len(block)
        return spot

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._stamp = self._stamp or self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        while True:
            self._name = f"pactwatch-{self._stamp}-{self._number:05}.warc.gz"
            self._number += 1
            try:
                self._file = (self.directory / self._name).open("xb")
                break
            except FileExistsError:  # an earlier run with the same clock: a replay
                continue
        writer = WARCWriter(BytesIO(), gzip=False, warc_version="1.1")
        about = {"software": "pactwatch, warcio", "format": "WARC File Format 1.1"}
        info = writer.create_warcinfo_record(self._name, about)
        block = _member(writer, info)
        self._file.write(block)
        self._offset = len(block)


def _member(writer: WARCWriter, record: ArcWarcRecord) -> bytes:
    writer.out.seek(0)
    writer.out.truncate()
    writer.write_record(record)
    compressor = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return compressor.compress(writer.out.getvalue()) + compressor.flush()


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def read_record(path: Path, offset: int) -> Page:
    """The page whose response record starts at this offset."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for record in ArchiveIterator(file):
                page = _read_page(record, path, offset)
                if page is None:
                    raise ArchiveError(path, f"a {record.rec_type} record, not a response", offset)
                return page
    except _UNREADABLE as error:
        raise ArchiveError(path, str(error), offset) from error
    raise ArchiveError(path, "no record", offset)


def iter_pages(path: Path) -> Iterator[Page]:
    """Each HTTP reply of an archive of whatever origin, in order, error pages too: `page.status` tells them apart.

    Records that can't be decoded are left out. A file that ends in mid-record, as after a crash, ends the iteration.
    """
    for _offset, page in iter_records(path):
        yield page


def iter_records(path: Path) -> Iterator[tuple[int, Page]]:
    """As `iter_pages`, each page with the offset of its record."""
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file, arc2warc=True)
            for record in records:
                try:
                    page = _read_page(record, path)
                except ArchiveError:
                    continue
                if page is not None:
                    yield records.get_record_offset(), page  # asked after reading: it moves to the record's end
    except _UNREADABLE as error:
        raise ArchiveError(path, str(error)) from error


def _read_page(record: ArcWarcRecord, path: Path, offset: int | None = None) -> Page | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    headers = {name.lower(): value for name, value in record.http_headers.headers}
    stream: Any = record.raw_stream
    if "chunked" in headers.get("transfer-encoding", "").lower():
        stream = ChunkedDataReader(stream, decomp_type=None)
    body = stream.read()
    if record.payload_length > 0 and stream is record.raw_stream and len(body) < record.payload_length:
        raise ArchiveError(path, "the file ends within the record", offset)
    try:
        content = decode_body(body, headers.get("content-encoding", "").split(","), _PAGE_BYTES)
    except (DecodeError, TooLarge) as error:
        raise ArchiveError(path, str(error), offset) from error
    kind, charset = media_type(headers)
    try:
        fetched_at = iso_date_to_datetime(record.rec_headers.get_header("WARC-Date")).replace(tzinfo=UTC)
        status = int(record.http_headers.get_statuscode())
    except (ValueError, TypeError) as error:
        raise ArchiveError(path, f"no date or status: {error}", offset) from error
    return Page(
        url=record.rec_headers.get_header(_REQUESTED) or url,
        content=content,
        fetched_at=fetched_at,
        final_url=url,
        status=status,
        content_type=kind,
        charset=charset,
    )


def prune(directory: Path, keep_days: float, now: datetime) -> tuple[Path, ...]:
    """Remove archives of runs older than `keep_days`; returns them. Files of other names are left alone."""
    removed = []
    for path in sorted(directory.glob("*.warc.gz")):
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        written = datetime.strptime(named.group(1), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if now - written > timedelta(days=keep_days):
            path.unlink(missing_ok=True)
            removed.append(path)
    return tuple(removed)
