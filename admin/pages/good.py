"""One good: what each source calls it with the characters that were understood, and what stands near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.guard import asking
from admin.guard.forms import form, one
from admin.site import site_of
from admin.words import goods as words
from admin.words import offers, preferences
from mappings.nomenclature import Explained, Grammar, explain_all
from store.views import goods
from store.views.paging import Row

router = APIRouter(include_in_schema=False)
# Names that are read for one page; a good has few spellings.
_NAMES = 12
_NEAREST = 6
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Difference:
    """An attribute that two goods do not share: what stands here and there, None for nothing."""

    name: str
    here: str | None
    there: str | None


@router.get("/goods/{good_id}")
def show(request: Request, good_id: str) -> Response:
    """The good; the id of a record leads to the good it is of today."""
    site, now = site_of(request), datetime.now(UTC)
    with site.store.read() as reader:
        card = goods.card(reader, good_id, now)
    if card is None:
        raise HTTPException(404)
    if card.row["id"] != good_id:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/goods/{card.row['id']}{query}", status_code=303)
    language, grammar = preferences.of(request).language, site.settings.grammar()
    told = pairs_of(card.row["attributes"])
    label = partial(words.attribute, language, grammar)
    value = partial(words.value, language, grammar, card.row["item_class"])
    context = {
        "card": card, "row": card.row, "told": told, "label": label, "value": value,
        "class_name": words.class_title(language, grammar, card.row["item_class"]),
        "unit": words.unit(language, card.row["unit"]), "why": words.said(language, words.RULES[card.row["rule"]]),
        "doubt": words.doubt(language, grammar, card.row["doubt"]) if card.row["doubt"] else None,
        "masses": words.masses(card.row["item_class"], told), "lit": _lit(card.members, grammar),
        "joinable": _joinable(card, told, grammar), "saved": "saved" in request.query_params, "near": _nearest(card.near, told),
        "strange": sorted({one["unit"] for one in card.members if one["unit"] and not one["okei"]}),
        "offers": offers, "priced": offers.priced(card.offers.prices, card.row["item_class"], told, now),
    }  # fmt: skip
    return site.render(request, "good.html", context)


@router.post("/goods/{good_id}")
async def decide(request: Request, good_id: str) -> Response:
    """Writes down what a person said of the good and shows it as it is now."""
    fields = await form(request)
    by = await run_in_threadpool(asking.login, request)
    known = await run_in_threadpool(_act, request, good_id, fields, by)
    if not known:
        raise HTTPException(404)
    return RedirectResponse(f"/goods/{quote(good_id)}?saved=yes", 303)


def _act(request: Request, good_id: str, fields: dict[str, list[str]], by: str) -> bool:
    """What the pressed button says."""
    actions = site_of(request).actions.cataloguing
    join, part, number = (one(fields, name) for name in ("join", "part", "withdraw"))
    if join:
        return actions.join(good_id, join, by)
    if part:
        return actions.part(good_id, part, by)
    return number.isdecimal() and len(number) < _LONGEST and actions.withdraw(int(number), by)


def pairs_of(attributes: Sequence[str] | None) -> dict[str, str]:
    """Attributes by name.

    >>> pairs_of(["d=40", "grade=45"])
    {'d': '40', 'grade': '45'}
    """
    return {name: value for name, _, value in (one.partition("=") for one in attributes or ())}


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[Difference]:
    """What two goods do not share, contradictions first.

    >>> differences({"d": "40", "l": "6000"}, {"d": "50"})
    [Difference(name='d', here='40', there='50'), Difference(name='l', here='6000', there=None)]
    """
    names = [name for name in {**here, **there} if here.get(name) != there.get(name)]
    found = [Difference(name, here.get(name), there.get(name)) for name in names]
    return sorted(found, key=lambda one: one.here is None or one.there is None)


def _joinable(card: goods.Card, told: Mapping[str, str], grammar: Grammar) -> set[str]:
    """Those near it that nothing contradicts."""
    known = grammar.classes.get(card.row["item_class"] or "")
    telling = set(known.telling) if known else set()
    return {
        one["id"]
        for one in card.near
        if not any(
            each.name in telling and each.here and each.there
            for each in differences(told, pairs_of(one["attributes"]))
        )
    }


def _nearest(near: Sequence[Row], told: Mapping[str, str]) -> list[tuple[Row, list[Difference]]]:
    """Those that differ in the fewest attributes, with what differs."""
    found = [(one, differences(told, pairs_of(one["attributes"]))) for one in near]
    return sorted(found, key=lambda pair: (len(pair[1]), pair[0]["name"]))[:_NEAREST]


def _lit(members: Sequence[Row], grammar: Grammar) -> dict[str, Explained]:
    names = list(dict.fromkeys(one["name"] for one in members if one["name"]))[:_NAMES]
    return {told.name: told for told in explain_all(names, grammar)} if names else {}
