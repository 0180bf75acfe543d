"""`/v1/{kind}.parquet` and `.csv`: all of it at once, and the position from which the feed goes on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from fastapi import Path as PathPart
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from admin import noting
from admin.api.answers import answers
from admin.api.route import api_router
from admin.guard import masking
from admin.site import site_of
from admin.trouble import Trouble
from store import spool

router = api_router()
POSITION, ROWS = "Kanon-Position", "Kanon-Rows"
PARQUET, CSV = "application/vnd.apache.parquet", "text/csv"
Kind = Literal["parties", "units", "contacts", "contact-points", "addresses", "items"]
Which = Annotated[Kind, PathPart(description="What to read", examples=["parties"])]
_ENTITY: dict[Kind, str] = {
    "parties": "legal_entity",
    "units": "unit",
    "contacts": "contact",
    "contact-points": "contact_point",
    "addresses": "address",
    "items": "item",
}
_AT_ONCE = BoundedSemaphore(2)


def _file(media_type: str, example: str | None = None) -> dict[Any, Any]:
    shown = {} if example is None else {"example": example}
    content = {media_type: {"schema": {"type": "string", "format": "binary"}, **shown}}
    headers = {
        POSITION: {"schema": {"type": "integer"}, "description": "Go on with the changes after it"},
        ROWS: {"schema": {"type": "integer"}, "description": "How many records there are"},
    }
    good = {"description": "The file", "content": content, "headers": headers}
    return {**answers(), 200: good}


@router.get(
    "/v1/{kind}.parquet", summary="Read everything as Parquet", response_class=Response,
    responses=_file(PARQUET),
)  # fmt: skip
def parquet(request: Request, kind: Which) -> Response:
    """All living records, exactly as one record is answered, of one moment.

    Then follow `/v1/changes?after=` the header `Kanon-Position`: nothing is missed in between. The position
    is also in the file, as metadata `kanon.position`.
    """
    return _sent(request, kind, "parquet", PARQUET)


@router.get(
    "/v1/{kind}.csv", summary="Read everything as CSV", response_class=Response,
    responses=_file(CSV, "id;sources;legal_entity_id;role;kpp;name;version\r\n"),
)  # fmt: skip
def csv(request: Request, kind: Which) -> Response:
    """For spreadsheets: semicolons, UTF-8 with a mark, and an apostrophe before what would be a formula.

    Programs take Parquet, where nothing is added to any value.
    """
    return _sent(request, kind, "csv", CSV + "; charset=utf-8")


def _sent(request: Request, kind: Kind, form: spool.Kind, media_type: str) -> Response:
    if not _AT_ONCE.acquire(blocking=False):
        raise Trouble(503, "busy", headers={"Retry-After": "5"})
    handle, name = tempfile.mkstemp(prefix="kanon-", suffix=f".{form}")
    os.close(handle)
    path = Path(name)
    try:
        masks = kind == "contact-points" and masking.is_masked_for(request)
        seen = masking.points if masks else None
        made = spool.spool(site_of(request).store, _ENTITY[kind], form, path, seen)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        _AT_ONCE.release()
    told = {"rows": made.rows, "position": made.position}
    noting.later(request, "export", "bulk", f"{kind}.{form}", after=told)
    headers = {
        POSITION: str(made.position),
        ROWS: str(made.rows),
        "Link": f'</v1/changes?after={made.position}>; rel="next"',
        "Cache-Control": "no-store",
    }
    return FileResponse(
        path, headers=headers, media_type=media_type, filename=f"{kind}.{form}",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )  # fmt: skip
