"""The dictionary of goods: words people taught the grammar, versions before them, proposals and their trial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.pages import versions
from admin.site import site_of
from admin.words import goods as words
from admin.words import preferences
from mappings.nomenclature import Grammar
from mappings.nomenclature.taught import Dictionary, understood
from schemas.errors import ConfigError, Conflict
from store import jobs
from store.engine import Reader
from store.versions import DICTIONARY

router = APIRouter(include_in_schema=False)
_BLANK = 3  # empty lines at the end of the form
_CELLS = ("text", "item_class", "attribute", "value")
HOME = "/goods/dictionary"


@router.get("/goods/dictionary")
def show(request: Request) -> Response:
    """The words in force, what is proposed, what was in force before, and the classes there are."""
    with site_of(request).store.read() as reader:
        active = DICTIONARY.active(reader)
        context = {
            "active": active,
            "before": DICTIONARY.before(reader),
            "taught": _lines(request, _taught(reader, active.version)),
            "history": DICTIONARY.history(reader),
            "drafts": DICTIONARY.waiting(reader),
            "classes": _classes(request),
        }
    return site_of(request).render(request, "dictionary.html", context)


def _taught(reader: Reader, version: int) -> Dictionary:
    found = DICTIONARY.of(reader, version)
    return Dictionary.model_validate_json(found.lines) if found else Dictionary()


def _lines(request: Request, taught: Dictionary) -> list[dict[str, str]]:
    """The words as people read them: classes and attributes by their titles."""
    grammar, language = site_of(request).settings.grammar(), preferences.of(request).language
    return [
        {
            "text": word.text,
            "item_class": word.item_class,
            "class_name": words.class_title(language, grammar, word.item_class) or word.item_class,
            "attribute": words.attribute(language, grammar, word.item_class, word.attribute)
            if word.attribute
            else "",
            "value": word.value or "",
        }
        for word in taught.words
    ]


def _classes(request: Request) -> list[dict[str, Any]]:
    """Every class by title, with the words that mean it and its attributes."""
    grammar, language = site_of(request).settings.grammar(), preferences.of(request).language
    told = [
        {
            "name": name,
            "title": words.class_title(language, grammar, name) or name,
            "heads": [head for sign in one.declared.signs for head in sign.head if "{" not in head],
            "attributes": [_title(grammar, language, name, key) for key in one.shown],
        }
        for name, one in grammar.classes.items()
    ]
    return sorted(told, key=lambda one: str(one["title"]).casefold())


def _title(grammar: Grammar, language: Any, item_class: str, attribute: str) -> str:
    return words.attribute(language, grammar, item_class, attribute)


@router.get("/goods/dictionary/new")
def new(request: Request) -> Response:
    """The words in force as a form; `text` of the address is the first new one."""
    with site_of(request).store.read() as reader:
        active = DICTIONARY.active(reader)
        lines = _lines(request, _taught(reader, active.version))
    first = {name: request.query_params.get(name, "")[:60] for name in ("text", "item_class")}
    return _form(request, lines, [first] if any(first.values()) else [], active.id)


def _form(
    request: Request,
    lines: list[dict[str, str]],
    more: list[dict[str, str]],
    seen: int | None = None,
    why: str = "",
    error: str = "",
) -> Response:
    """The form; `seen` is the time in force that its lines know of, the present one if it tells none."""
    if seen is None:
        with site_of(request).store.read() as reader:
            seen = DICTIONARY.active(reader).id
    fresh = [dict.fromkeys(_CELLS, "") | line for line in more]
    fresh += [dict.fromkeys(_CELLS, "")] * _BLANK
    context = {
        "seen": seen, "lines": lines, "fresh": fresh, "why": why, "error": error, "classes": _classes(request),
    }  # fmt: skip
    return site_of(request).render(request, "dictionary_form.html", context, 422 if error else 200)


@router.post("/goods/dictionary")
async def propose(request: Request) -> Response:
    """Keeps a proposal and shows it; or shows the form with empty lines more."""
    fields = await form(request)
    return await run_in_threadpool(_proposed, request, fields)


def _proposed(request: Request, fields: dict[str, list[str]]) -> Response:
    site, why, seen = site_of(request), versions.reason(fields), versions.seen(fields)
    typed = _typed(fields)
    if one(fields, "act") == "more":
        return _form(request, [], typed, seen, why)
    try:
        taught = understood(site.settings.grammar(), typed)
        number = site.actions.teaching.propose(taught, asking.login(request), why or None, seen)
    except ConfigError as error:
        return _form(request, [], typed, seen, why, error.for_user(site.language(request)))
    except Conflict as error:
        return _form(request, [], typed, None, why, error.for_user(site.language(request)))
    return RedirectResponse(f"{HOME}/{number}", 303)


def _typed(fields: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """The lines of a posted form; those to go and the empty ones are left out."""
    numbers = sorted({int(n) for n in (k.partition(".")[0] for k in fields) if _is_number(n)})
    lines = [
        {c: fields.get(f"{n}.{c}", [""])[0].replace("\0", "").strip()[:200] for c in _CELLS}
        for n in numbers
        if f"{n}.drop" not in fields
    ]
    return [line for line in lines if line["text"]]


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]{1,6}", text) is not None


@router.get("/goods/dictionary/{version:int}")
def draft(request: Request, version: int) -> Response:
    """One version: its words, which of them are new, and what it would read otherwise."""
    site = site_of(request)
    with site.store.read() as reader:
        found = DICTIONARY.of(reader, version) if version < 2**53 else None
        if found is None:
            raise HTTPException(404)
        active = DICTIONARY.active(reader)
        now = _taught(reader, active.version)
        job = jobs.last(reader, "dictionary", str(version))
    taught = Dictionary.model_validate_json(found.lines)
    gone = Dictionary(words=[word for word in now.words if word not in taught.words])
    grammar, language = site.settings.grammar(), preferences.of(request).language
    context: dict[str, Any] = {
        "draft": found,
        "active": active,
        "taught": _lines(request, taught),
        "known": [word in now.words for word in taught.words],
        "gone": _lines(request, gone) if version != active.version else [],
        "job": job,
        "examples": _examples(language, grammar, job),
        "own": site.settings.sign_in and found.author == asking.login(request),
    }
    return site.render(request, "dictionary_draft.html", context)


def _examples(language: Any, grammar: Grammar, job: Any) -> list[dict[str, Any]]:
    """The names a trial found to be read otherwise, told as the reader writes."""
    found = (job.result or {}).get("examples", []) if job else []
    return [
        {
            **one,
            "was": words.reading(language, grammar, one["item_class"], one["attributes"]),
            "would": words.reading(language, grammar, one["item_class_new"], one["attributes_new"]),
        }
        for one in found
    ]


@router.post("/goods/dictionary/back")
async def back(request: Request) -> Response:
    """Brings the words before these back."""
    return await versions.back(request, site_of(request).actions.teaching, HOME)


@router.post("/goods/dictionary/{version:int}")
async def settle(request: Request) -> Response:
    """Tries a version on the names of the catalogue, puts it in force or aside."""
    return await versions.settle(request, site_of(request).actions.teaching, HOME)
