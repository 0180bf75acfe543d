"""One refused record: the payload with the fault marked, the rule, and the replay button."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from admin import preferences
from admin.pages.quarantine import replay_outcome
from admin.site import site_of
from schemas.reasons import REASONS
from store.views import quarantine

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class PayloadLine:
    """One column of the payload as text; `fault` marks what was refused."""

    name: str
    value: str
    fault: bool


def payload_lines(payload: str | None, field: str | None, value: str | None) -> list[PayloadLine]:
    """The payload column by column; the fault is the refused field, else the columns of its value."""
    body = _parsed(payload)
    texts = {name: _text(one) for name, one in body.items()}
    bad = {field} & set(texts)
    if not bad and value:
        bad = {name for name, text in texts.items() if text.strip() == value.strip()}
    return [PayloadLine(name, text, name in bad) for name, text in texts.items()]


def _parsed(payload: str | None) -> dict[str, Any]:
    if not payload:
        return {}
    try:
        body = json.loads(payload)
    except ValueError:
        return {"": payload}
    return body if isinstance(body, dict) else {"": body}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@router.get("/quarantine/{row_id:int}")
def show(request: Request, row_id: int) -> Response:
    """One row."""
    site = site_of(request)
    with site.store.read() as reader:
        card = quarantine.card(reader, row_id)
    if card is None:
        raise HTTPException(404)
    row = card.row
    sentences = REASONS.get(row["reason"])
    language = preferences.of(request).language
    context = {
        "card": card,
        "row": row,
        "lines": payload_lines(row["payload"], row["field"], row["value"]),
        "rule": sentences[0 if language == "ru" else 1] if sentences else "",
        "replayed": replay_outcome(request),
    }
    return site.render(request, "quarantine_row.html", context)
