"""S3 over HTTP on a free port of this machine, objects in memory.

Written from the public description of the REST API: PutObject, GetObject with a range, HeadObject,
ListObjectsV2 with pages, DeleteObject(s), multipart uploads. Signatures are not checked, only whose key
signed.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

KEY, SECRET = "KANONTESTKEY", "kanon-test-secret"
_PAGE = 100
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass
class Storage:
    """What is stored, by bucket/key: the body and when it came; `down` answers nothing but 503."""

    buckets: set[str] = field(default_factory=lambda: {"kanon"})
    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    url: str = ""
    down: bool = False

    def put(self, name: str, body: bytes) -> str:
        """Store an object whole; its ETag."""
        self.objects[name] = (body, datetime.now(UTC))
        return _tag(body)


def _tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'  # noqa: S324  the protocol's checksum


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    storage: Storage

    def _asked(self) -> tuple[str, str, dict[str, str]]:
        """The bucket, bucket/key, and what follows the question mark."""
        parts = urlsplit(self.path)
        name = unquote(parts.path).lstrip("/")
        told = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        return name.partition("/")[0], name, told

    def _admits(self, bucket: str) -> bool:
        if self.storage.down:
            self._error(503, "SlowDown")
        elif f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            self._error(403, "InvalidAccessKeyId")
        elif bucket not in self.storage.buckets:
            self._error(404, "NoSuchBucket")
        else:
            return True
        return False

    def do_PUT(self) -> None:
        bucket, name, told = self._asked()
        body = self._body()
        if not self._admits(bucket):
            return
        if "uploadId" in told:
            self.storage.uploads[told["uploadId"]][int(told["partNumber"])] = body
            self._answer(200, headers={"ETag": _tag(body)})
        else:
            self._answer(200, headers={"ETag": self.storage.put(name, body)})

    def do_HEAD(self) -> None:
        bucket, name, _ = self._asked()
        if self._admits(bucket):
            self._object(name, body=False)

    def do_GET(self) -> None:
        bucket, name, told = self._asked()
        if not self._admits(bucket):
            return
        if "list-type" in told or name.rstrip("/") == bucket:
            self._list(bucket, told)
        else:
            self._object(name, body=True)

    def do_DELETE(self) -> None:
        bucket, name, _ = self._asked()
        if self._admits(bucket):
            self.storage.objects.pop(name, None)
            self._answer(204)

    def do_POST(self) -> None:
        bucket, name, told = self._asked()
        body = self._body()
        if not self._admits(bucket):
            return
        if "delete" in told:
            for key in ET.fromstring(body).iter():  # noqa: S314  our own tests ask
                if key.tag.endswith("Key"):
                    self.storage.objects.pop(f"{bucket}/{key.text}", None)
            self._xml("<DeleteResult/>")
        elif "uploads" in told:
            upload = f"upload-{len(self.storage.uploads)}"
            self.storage.uploads[upload] = {}
            self._xml(f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId>"
                      "</InitiateMultipartUploadResult>")  # fmt: skip
        else:
            parts = self.storage.uploads.pop(told["uploadId"])
            tag = self.storage.put(name, b"".join(parts[n] for n in sorted(parts)))
            self._xml(f"<CompleteMultipartUploadResult><ETag>{escape(tag)}</ETag>"
                      "</CompleteMultipartUploadResult>")  # fmt: skip

    def _object(self, name: str, *, body: bool) -> None:
        if name not in self.storage.objects:
            self._error(404, "NoSuchKey")
            return
        content, at = self.storage.objects[name]
        headers = {"ETag": _tag(content), "Last-Modified": format_datetime(at, usegmt=True)}
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        if asked is None:
            self._answer(200, content, headers, body=body)
            return
        start, end = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        self._answer(206, content[start : end + 1], headers, body=body)

    def _list(self, bucket: str, told: dict[str, str]) -> None:
        prefix, after = told.get("prefix", ""), told.get("continuation-token", "")
        divider = told.get("delimiter", "")
        keys = sorted(
            n.partition("/")[2] for n in self.storage.objects if n.startswith(f"{bucket}/")
        )
        folders, files = set(), []
        for key in (k for k in keys if k.startswith(prefix)):
            rest = key[len(prefix) :]
            if divider and divider in rest:
                folders.add(prefix + rest.split(divider)[0] + divider)
            else:
                files.append(key)
        page = [key for key in files if key > after][:_PAGE]
        more = bool(page) and page[-1] != files[-1]
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        shown = "".join(self._listed(bucket, key) for key in page)
        common = "".join(f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>"
                         for f in sorted(folders))  # fmt: skip
        self._xml(f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>"
                  f"<KeyCount>{len(page)}</KeyCount>{token}{shown}{common}</ListBucketResult>")  # fmt: skip

    def _listed(self, bucket: str, key: str) -> str:
        body, at = self.storage.objects[f"{bucket}/{key}"]
        when = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return (f"<Contents><Key>{escape(key)}</Key><LastModified>{when}</LastModified>"
                f"<ETag>{escape(_tag(body))}</ETag><Size>{len(body)}</Size></Contents>")  # fmt: skip

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return b"".join(iter(self._chunk, b""))
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return sent
        return _unchunked(sent)

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _xml(self, text: str) -> None:
        self._answer(200, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode())

    def _error(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self._answer(status, body, body=self.command != "HEAD")

    def _answer(
        self,
        status: int,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        body: bool = True,
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        """Say nothing."""


def _unchunked(sent: bytes) -> bytes:
    """A body sent in signed chunks: sizes in hexadecimal, then trailers."""
    found, rest = [], sent
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if not size:
            break
        found.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(found)


@contextmanager
def serve(storage: Storage) -> Iterator[Storage]:
    """The storage with the `url` at which it answers until the block ends."""
    handler = type("Handler", (_Handler,), {"storage": storage})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    storage.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield storage
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
