"""One refused record: its fields with the fault marked and ready to be corrected, the rule, its fellows."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, masking
from admin.guard.bodies import is_text
from admin.guard.forms import form, one
from admin.pages.quarantine import DAYS, replay_outcome, told
from admin.site import site_of
from admin.words import preferences
from flows.correct import Fixed
from flows.mend import Anatomy, Verdict
from schemas.errors import ConfigError
from schemas.reasons import REASONS
from store.views import corrections, quarantine

router = APIRouter(include_in_schema=False)
_PREFIX = "field."
_LONG = 60


@dataclass(frozen=True, slots=True)
class PayloadLine:
    """One column of the record: as sent, as it stands or was typed, whether it is to blame and long."""

    name: str
    sent: str
    value: str
    fault: bool

    @property
    def corrected(self) -> bool:
        """Whether it stands otherwise than it was sent."""
        return self.sent != self.value

    @property
    def rows(self) -> int:
        """Lines of its input; 1 for a short one."""
        return min(8, 1 + len(self.value) // _LONG + self.value.count("\n"))


def payload_lines(payload: str | None, field: str | None, value: str | None) -> list[PayloadLine]:
    """The payload column by column; the fault is the refused field, else the columns of its value."""
    body = _parsed(payload)
    texts = {name: _text(one) for name, one in body.items()}
    bad = {field} & set(texts)
    if not bad and value:
        bad = {name for name, text in texts.items() if text.strip() == value.strip()}
    return [PayloadLine(name, text, text, name in bad) for name, text in texts.items()]


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


def _lines(anatomy: Anatomy, typed: dict[str, str]) -> list[PayloadLine]:
    """The blamed columns first: they are what a person came for."""
    lines = [
        PayloadLine(one.name, one.sent or "", typed.get(one.name, one.value or ""), one.fault)
        for one in anatomy.fields
    ]
    return sorted(lines, key=lambda line: not line.fault)


@router.get("/quarantine/{row_id:int}")
def show(request: Request, row_id: int) -> Response:
    """One row."""
    return _page(request, row_id, {}, None)


@router.post("/quarantine/{row_id:int}/check")
async def check(request: Request, row_id: int) -> Response:
    """The row as it would be with the typed values; nothing is kept."""
    typed = _typed(await form(request))
    verdict = await run_in_threadpool(site_of(request).actions.check, row_id, typed)
    return await run_in_threadpool(_page, request, row_id, typed, verdict)


@router.post("/quarantine/{row_id:int}")
async def mend(request: Request, row_id: int) -> Response:
    """Keeps the typed values as corrections and shows the next row refused alike."""
    fields = await form(request)
    typed, why = _typed(fields), one(fields, "why").strip()[:1000]
    if not is_text(why):
        raise _unreadable()
    with_next = await run_in_threadpool(_following, request, row_id)
    by = await run_in_threadpool(asking.login, request)
    verdict, fixed = await run_in_threadpool(
        site_of(request).actions.mend, row_id, typed, one(fields, "seen"), by, why or None
    )
    if fixed is None:
        return await run_in_threadpool(_page, request, row_id, typed, verdict)
    await run_in_threadpool(note_corrected, request, fixed, str(row_id), why or None)
    return RedirectResponse(f"{with_next}{'&' if '?' in with_next else '?'}{outcome(fixed)}", 303)


def note_corrected(request: Request, fixed: Fixed, what: str, why: str | None) -> None:
    """Writes into the journal that records were corrected, and by which batch."""
    told = {"batch": fixed.batch, "passed": fixed.passed, "refused": fixed.refused}
    noting.later(request, "corrected", "quarantine", what, after=told, reason=why)


def outcome(fixed: Fixed) -> str:
    """What became of corrections, for the address of the page that tells it."""
    waiting = "&waiting=yes" if fixed.waiting else ""
    return f"batch={fixed.batch}&fixed={fixed.passed}&failed={fixed.refused}{waiting}"


def _typed(fields: dict[str, list[str]]) -> dict[str, str]:
    typed = {
        name.removeprefix(_PREFIX): values[0]
        for name, values in fields.items()
        if name.startswith(_PREFIX)
    }
    if not all(is_text(name + value) for name, value in typed.items()):
        raise _unreadable()
    return typed


def _unreadable() -> ConfigError:
    return ConfigError(
        "В поле есть знак, который нельзя хранить. Впишите значение заново, с клавиатуры.",
        "A field holds a character that cannot be kept. Type the value anew.",
    )


def _following(request: Request, row_id: int) -> str:
    """Where to go on: the next open row of the same group, else the quarantine."""
    with site_of(request).store.read() as reader:
        found = quarantine.following(reader, row_id)
    return f"/quarantine/{found}" if found else "/quarantine"


def _page(
    request: Request, row_id: int, typed: dict[str, str], verdict: Verdict | None
) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        card = quarantine.card(reader, row_id) if row_id < 2**63 else None
        if card is None:
            raise HTTPException(404)
        row = card.row
        history = corrections.of_record(reader, row["connection"], row["stream"], row["key"])
    anatomy = site.actions.anatomy(row_id)
    sentences = REASONS.get(row["reason"])
    language = preferences.of(request).language
    sent = payload_lines(row["payload"], row["field"], row["value"])
    lines = _lines(anatomy, typed) if anatomy else sent
    if masking.is_masked_for(request):
        lines = [
            replace(o, sent=masking.hidden(o.sent), value=masking.hidden(o.value)) for o in lines
        ]
        row, history = masking.refused(row), [masking.refused(o) for o in history]
        card = replace(card, neighbours=[masking.refused(o) for o in card.neighbours])
    context = {
        "card": card,
        "row": row,
        "lines": lines,
        "anatomy": anatomy,
        "verdict": verdict,
        "history": history,
        "rule": sentences[0 if language == "ru" else 1] if sentences else "",
        "replayed": replay_outcome(request),
        "told": told(request),
        "days": DAYS,
    }
    return site.render(request, "quarantine_row.html", context)
