"""Rules as versions: what is in force, what is proposed and what it would change, what was in force before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words.language import N_
from dedup.model import LEVELS, Model, default_model
from dedup.words import FIELD_WORDS, LEVEL_WORDS
from schemas.errors import ConfigError
from store import jobs, rule_drafts, rules
from store.rules import RuleSet

router = APIRouter(include_in_schema=False)
THRESHOLDS = (
    ("auto", N_("Joined without asking from this probability")),
    ("auto_unnumbered", N_("The same, where nobody knows a number of either side")),
    ("auto_confirmed", N_("The same, where a person has judged one of them")),
    ("review", N_("Asked of a person from this probability")),
)
BITS = (
    ("margin", N_("Lead over the second candidate, bits")),
    ("prior", N_("Start before any evidence, bits")),
)
_NOT_A_NUMBER = N_("“%(value)s” is not a number. Write it like 0.99 or −8.")
_HUNDREDTHS = 100
_WHY = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """One line in which two rule sets differ."""

    name: str
    level: str
    before: float | None
    after: float | None


def model_of(one: RuleSet) -> Model:
    """The model of an activation."""
    return Model.from_json(one.model) if one.model else default_model()


def differences(old: Model, new: Model) -> list[Difference]:
    """Thresholds, then weights, that are not the same."""
    plain = [(n, getattr(old, n), getattr(new, n)) for n, _ in THRESHOLDS]
    bits = [(n, getattr(old, n) / _HUNDREDTHS, getattr(new, n) / _HUNDREDTHS) for n, _ in BITS]
    found = [Difference(n, "", a, b) for n, a, b in (*plain, *bits) if a != b]
    for field, levels in LEVELS.items():
        pairs = zip(levels, old.weights[field], new.weights[field], strict=True)
        found += [
            Difference(field, level, a / _HUNDREDTHS, b / _HUNDREDTHS)
            for level, a, b in pairs
            if a != b
        ]
    return found


def _words() -> dict[str, object]:
    return {
        "thresholds": THRESHOLDS,
        "bit_fields": BITS,
        "levels": LEVELS,
        "field_words": FIELD_WORDS,
        "level_words": LEVEL_WORDS,
        "titles": dict((*THRESHOLDS, *BITS)),
    }


@router.get("/rules")
def show(request: Request) -> Response:
    """What is in force, what is proposed, what was before."""
    site = site_of(request)
    with site.store.read() as reader:
        active, before = rules.active(reader), rules.before(reader)
        history, waiting = rules.history(reader), rule_drafts.waiting(reader)
    context = {
        "active": active,
        "model": model_of(active),
        "before": before,
        "before_version": model_of(before).version if before else None,
        "history": history,
        "drafts": waiting,
        "trust": site.actions.trust(),
        **_words(),
    }
    return site.render(request, "rules.html", context)


@router.get("/rules/compare")
def compare(request: Request, old: str = "", new: str = "") -> Response:
    """How two versions differ; 0 is the set that ships with the program."""
    site = site_of(request)
    with site.store.read() as reader:
        sides = [rules.of(reader, int(n)) if _sound(n) else None for n in (old, new)]
    left, right = (model_of(side) if side else None for side in sides)
    if left is None or right is None:
        raise HTTPException(404)
    context = {
        "left": left, "right": right, "sides": sides, "lines": differences(left, right), **_words(),
    }  # fmt: skip
    return site.render(request, "rules_compare.html", context)


def _sound(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 18


@router.get("/rules/new")
def new(request: Request) -> Response:
    """The rules in force as a form; saving makes a new version."""
    with site_of(request).store.read() as reader:
        model = model_of(rules.active(reader))
    return _form(request, model, {})


def _form(request: Request, model: Model, typed: Mapping[str, str], error: str = "") -> Response:
    context = {"model": model, "typed": typed, "error": error, **_words()}
    return site_of(request).render(request, "rules_new.html", context, 422 if error else 200)


@router.post("/rules")
async def propose(request: Request) -> Response:
    """Keeps a proposal and shows it."""
    fields = await form(request)
    return await run_in_threadpool(_proposed, request, {n: one(fields, n) for n in fields})


def _proposed(request: Request, typed: dict[str, str]) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        model = model_of(rules.active(reader))
    try:
        changed = _changed(request, model, typed)
        why = typed.get("why", "").replace("\0", "").strip()[:_WHY] or None
        number = site.actions.propose_rules(changed, _by(request), why)
    except ConfigError as error:
        return _form(request, model, typed, error.for_user(site.language(request)))
    return RedirectResponse(f"/rules/drafts/{number}", status_code=303)


def _changed(request: Request, model: Model, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, in the terms of a rule set; only what differs from the rules in force."""
    found: dict[str, Any] = {"version": typed.get("version", "").strip()}
    for name, _ in THRESHOLDS:
        if name in typed:
            found[name] = float(_number(request, typed[name])) if typed[name].strip() else None
    for name, _ in BITS:
        if name in typed:
            found[name] = _hundredths(request, typed[name])
    for field, levels in LEVELS.items():
        for level, weight in zip(levels, model.weights[field], strict=True):
            name = f"weights.{field}.{level}"
            if name in typed and (value := _hundredths(request, typed[name])) != weight:
                found[name] = value
    return found


def _hundredths(request: Request, text: str) -> int:
    return int((_number(request, text) * _HUNDREDTHS).to_integral_value())


def _number(request: Request, text: str) -> Decimal:
    plain = text.strip().replace(",", ".").replace("−", "-")[:20]
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or abs(found) > 10**6:
        site = site_of(request)
        ru, en = (
            site.words[lang].gettext(_NOT_A_NUMBER) % {"value": text[:40]} for lang in ("ru", "en")
        )
        raise ConfigError(ru, en)
    return found


@router.get("/rules/drafts/{draft_id:int}")
def draft(request: Request, draft_id: int) -> Response:
    """One proposal: how it differs from the rules in force, and what it would change."""
    site = site_of(request)
    with site.store.read() as reader:
        found = rule_drafts.of(reader, draft_id) if draft_id < 2**53 else None
        if found is None:
            raise HTTPException(404)
        current, tried = model_of(rules.active(reader)), jobs.last(reader, "rules", str(draft_id))
    model = Model.from_json(found.model)
    context = {
        "draft": found,
        "model": model,
        "current": current,
        "lines": differences(current, model),
        "job": tried,
        "own": site.settings.sign_in and found.author == _by(request),
        **_words(),
    }
    return site.render(request, "rules_draft.html", context)


@router.post("/rules/drafts/{draft_id:int}")
async def settle(request: Request) -> Response:
    """Tries a proposal on the base, puts it in force or aside."""
    fields = await form(request)
    number = request.path_params["draft_id"]
    if number >= 2**53:
        raise HTTPException(404)
    return await run_in_threadpool(_settled, request, number, one(fields, "act"))


def _settled(request: Request, number: int, act: str) -> Response:
    actions, by = site_of(request).actions, _by(request)
    if act == "try":
        actions.try_rules(number, by)
    elif act == "activate":
        actions.activate_rules(number, by, site_of(request).settings.sign_in)
        return RedirectResponse("/rules", status_code=303)
    elif act == "drop":
        actions.drop_rules(number, by)
    else:
        raise HTTPException(422)
    return RedirectResponse(f"/rules/drafts/{number}", status_code=303)


@router.post("/rules/back")
async def back(request: Request) -> Response:
    """Brings the rules before these back; `seen` is the activation that was on the screen."""
    fields = await form(request)
    return await run_in_threadpool(_back, request, one(fields, "seen"), one(fields, "why"))


def _back(request: Request, seen: str, why: str) -> Response:
    site = site_of(request)
    with site.store.read() as reader:
        now = rules.active(reader).id
    # A second click, or a page that is out of date, must not go back twice.
    if seen == str(now):
        site.actions.rules_back(_by(request), why.replace("\0", "").strip()[:_WHY] or None)
    return RedirectResponse("/rules", status_code=303)


def _by(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""
