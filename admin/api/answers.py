"""The answers an operation may give besides the good one, for its description."""

from __future__ import annotations

from typing import Any

from admin.api.models import Problem

Answers = dict[int | str, dict[str, Any]]
# Any operation may meet these.
_ALWAYS = (400, 401, 403, 422, 429, 500, 503)
_MEANINGS = {
    400: "The request cannot be read",
    401: "No token, or none that holds",
    403: "Not allowed",
    404: "No such record",
    409: "Somebody else was faster",
    410: "The record has ended",
    412: "It has changed since the version in `If-Match`",
    413: "The body is too large",
    415: "The body is no JSON by its Content-Type",
    422: "A value cannot be accepted",
    428: "`If-Match` is missing",
    429: "Too many calls within a minute",
    500: "Our fault",
    503: "The database is busy",
}


def answers(*statuses: int, example: object = None, good: int = 200) -> Answers:
    """What goes wrong with these statuses and always, and an example of the good answer.

    Among `statuses`, 304 says that the answer bears an `ETag`.
    """
    wrong: Answers = {
        status: {"model": Problem, "description": _MEANINGS[status]}
        for status in sorted({*_ALWAYS, *statuses} - {304})
    }
    if 304 in statuses:
        wrong[304] = {"description": "Nothing changed since the `ETag` in `If-None-Match`"}
    if example is None:
        return wrong
    return {**wrong, good: {"content": {"application/json": {"example": example}}}}
