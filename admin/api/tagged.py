"""Answers that are not sent again while nothing changed, whole or with the fields asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from admin.trouble import Trouble

Fields = Annotated[
    str | None,
    Query(
        description="Names of the fields to answer, separated by commas; `id` and `version` always come",
        max_length=500,
        examples=["name,inn"],
    ),
]
ALWAYS = ("id", "version")


def tagged(
    request: Request,
    body: Any,
    headers: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Response:
    """The body as JSON with its `ETag`, or 304 if the caller has it already.

    With `version` the tag begins with it, so that the tag serves as `If-Match` too.
    """
    text = json.dumps(jsonable_encoder(body), ensure_ascii=False, separators=(",", ":")).encode()
    mark = hashlib.sha256(text).hexdigest()[:32]
    tag = f'"{mark}"' if version is None else f'"{version}-{mark}"'
    told = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if tag in tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=told)
    return Response(text, headers=told, media_type="application/json")


def tags(header: str) -> list[str]:
    """The tags of a conditional header; a weak one counts like a strong one."""
    return [one.strip().removeprefix("W/") for one in header.split(",") if one.strip()]


def chosen(model: type[BaseModel], fields: str | None) -> list[str] | None:
    """The names asked for; 422 for one the record has not."""
    if fields is None:
        return None
    wanted = [one.strip() for one in fields.split(",") if one.strip()]
    strange = [one for one in wanted if one not in model.model_fields]
    if strange:
        raise Trouble(422, "field_unknown", "fields")
    return [name for name in model.model_fields if name in wanted or name in ALWAYS]


def rows_of(
    model: type[BaseModel], rows: Iterable[Mapping[str, Any]], fields: str | None
) -> Sequence[Any]:
    """Rows as the model shows them, or with the fields asked for alone."""
    names = chosen(model, fields)
    told = [model.model_validate({n: row.get(n) for n in model.model_fields}) for row in rows]
    if names is None:
        return told
    return [{name: getattr(one, name) for name in names} for one in told]
