"""The answers an operation may give besides the good one, for its description."""

from __future__ import annotations

from typing import Any

from admin.api.models import Problem

Answers = dict[int | str, dict[str, Any]]
# Any operation may meet these.
_ALWAYS = (401, 403, 422, 500, 503)
_MEANINGS = {
    401: "No token, or none that holds",
    403: "Not allowed",
    404: "No such record",
    409: "Somebody else was faster",
    410: "The record has ended",
    413: "The body is too large",
    415: "The body is no JSON by its Content-Type",
    422: "A value cannot be accepted",
    500: "Our fault",
    503: "The database is busy",
}


def answers(*statuses: int, example: object = None) -> Answers:
    """What goes wrong with these statuses and always, and an example of the good answer."""
    wrong: Answers = {
        status: {"model": Problem, "description": _MEANINGS[status]}
        for status in sorted({*_ALWAYS, *statuses})
    }
    if example is None:
        return wrong
    return {**wrong, 200: {"content": {"application/json": {"example": example}}}}
