"""Static files under a content-hashed path, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".woff2": "font/woff2",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


@cache
def tree() -> dict[str, bytes]:
    """Every static file by its relative path."""
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}


@cache
def fingerprint() -> str:
    """One hash over all static files: a change anywhere gives every file a new address."""
    digest = hashlib.sha256()
    for name, content in tree().items():
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:12]


def url(name: str) -> str:
    """The address of a static file; KeyError if there is none."""
    if name not in tree():
        raise KeyError(name)
    return f"/static/{fingerprint()}/{name}"


def serve(request: Request) -> Response:
    """The file; an address of an older fingerprint is answered with today's content, not cached."""
    name = request.path_params["name"]
    content = tree().get(name)
    if content is None:
        return PlainTextResponse("404", status_code=404)
    suffix = Path(name).suffix
    current = request.path_params["fingerprint"] == fingerprint()
    cache_control = "public, max-age=31536000, immutable" if current else "no-cache"
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers={"Cache-Control": cache_control})
