"""One box for everything: which companies, people, units and items a text means, and what of them it hit.

A text is read as a source's key, a number, a phone, an e-mail or a name; one statement asks all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, null, select, union, union_all

from store.engine import Reader
from store.prefixes import starts_with
from store.search import named, normal
from store.tables import checkpoint, golden, link, stream_state
from store.typing_slips import other_readings

KINDS = ("legal_entity", "contact", "unit", "item")
EXACT = ("inn", "ogrn", "okpo", "key", "code", "article", "barcode")
_LEAST = 3
_LONGEST = 200
_LABEL = re.compile(
    r"^(инн|кпп|огрнип|огрн|окпо|тел|телефон|inn|kpp|ogrn|okpo|tel|phone)[\W_]*(?=[\d+(])"
)
_EXTENSION = re.compile(r"[\s,;]*(доб|вн|ext|x)\.?\s*\d{1,6}$")
_INN_AND_KPP = re.compile(r"(\d{10}|\d{12})\s*[/\\|]\s*\d{9}")
_NUMBER = re.compile(r"[\d\s()+-]+")
_LINKED = {"party": "legal_entity", "person": "contact", "item": "item"}
_NUMBERS = {"legal_entity": ("inn", "ogrn", "okpo"), "item": ("code", "article", "barcode")}


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that fits: its kind and id, the company it is of, what is said of it, and what was hit.

    `why` names the field that fits and `value` what stands there; `exact` if it is the whole of it.
    """

    kind: str
    id: str
    party_id: str | None
    title: str | None
    company: str | None
    inn: str | None
    detail: str | None
    status: str | None
    why: str
    value: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first within their kind, and how the text had to be read to find them, if otherwise."""

    hits: Sequence[Hit] = ()
    read_as: str | None = None

    def groups(self) -> list[tuple[str, list[Hit]]]:
        """The hits by kind, kinds without any left out."""
        parts = [(kind, [hit for hit in self.hits if hit.kind == kind]) for kind in KINDS]
        return [(kind, hits) for kind, hits in parts if hits]

    @property
    def only(self) -> Hit | None:
        """The one that is meant, if there is no doubt: the only exact hit, else the only hit at all."""
        exact = [hit for hit in self.hits if hit.exact]
        certain = exact or self.hits
        return certain[0] if len({(hit.kind, hit.id) for hit in certain}) == 1 else None


def find(reader: Reader, text: str, each: int = 20) -> Found:
    """What `text` means, at most `each` of a kind; if nothing as typed, what it may have been meant to be."""
    typed = _plain(text)
    hits = _hits(reader, typed, each)
    if hits or not _is_name(typed):
        return Found(hits)
    for reading in other_readings(typed):
        hits = _hits(reader, reading, each)
        if hits:
            return Found(hits, reading)
    return Found()


def _plain(text: str) -> str:
    """The text without a label before its number, an extension after it, and a KPP after an INN."""
    typed = text.strip()[:_LONGEST]
    unlabelled = typed[len(found[0]) :] if (found := _LABEL.match(typed.lower())) else typed
    both = _INN_AND_KPP.fullmatch(unlabelled.strip())
    if both:
        return both[1]
    bare = (
        unlabelled[: found.start()]
        if (found := _EXTENSION.search(unlabelled.lower()))
        else unlabelled
    )
    return bare if _NUMBER.fullmatch(bare) else typed


def _is_name(typed: str) -> bool:
    return "@" not in typed and not _NUMBER.fullmatch(typed)


def ids(reader: Reader, kind: str, text: str, limit: int) -> list[str]:
    """The ids of the records of one kind that a text means, best first; read otherwise if none fit it."""
    typed = _plain(text)
    for reading in (typed, *(other_readings(typed) if _is_name(typed) else ())):
        asked, _ = _asked(reader, reading, limit)
        if not asked:
            continue
        found = union_all(*asked).subquery("found")
        rows = reader.rows(select(found.c.kind, found.c.id))
        told = dict.fromkeys(str(r.id) for r in rows if _LINKED.get(r.kind, r.kind) == kind)
        if told:
            return list(told)[:limit]
    return []


def _hits(reader: Reader, typed: str, each: int) -> list[Hit]:
    asked, told = _asked(reader, typed, each)
    return _shown(reader, asked, told, each)


def _asked(reader: Reader, typed: str, each: int) -> tuple[list[Select[Any]], str]:
    """What to ask of a text, and the text as an exact hit would have it."""
    if not normal(typed):
        return [], typed
    asked, number = _keys(reader, typed), _NUMBER.fullmatch(typed)
    digits = re.sub(r"\D", "", typed)
    if len(normal(typed)) >= _LEAST and (not number or len(digits) >= _LEAST):
        if number:
            asked += _by_number(digits, each)
        elif "@" in typed:
            asked += _points(typed.lower(), "email", each)
        else:
            asked += _by_name(reader, typed, each)
    return asked, digits if number else typed


def _first(
    kind: str, why: str, own: Any, party: Any, value: Any, prefix: str, each: int, *more: Any
) -> Select[Any]:
    """The first records whose value begins so; a select of its own, for the index on the value."""
    told = (own.label("id"), party.label("party_id"), value.label("value"))
    found = select(*told).where(starts_with(value, prefix), *more).order_by(value, own).limit(each)
    c = found.subquery().c
    return _candidate(literal(kind), c.id, c.party_id, why, c.value)


def _candidate(kind: Any, own: Any, party: Any, why: str, value: Any) -> Select[Any]:
    return select(
        kind.label("kind"), own.label("id"), cast(party, Text).label("party_id"),
        literal(why).label("why"), value.label("value"),
    )  # fmt: skip


def _by_number(digits: str, each: int) -> list[Select[Any]]:
    found = []
    for kind, names in _NUMBERS.items():
        c = golden[kind].c
        party = c.id if kind == "legal_entity" else null()
        found += [
            _first(kind, name, c.id, party, c[name], digits, each, c.state == "active")
            for name in names
        ]
    unit = golden["unit"].c
    of = unit.legal_entity_id
    found.append(_first("unit", "kpp", unit.id, of, unit.kpp, digits, each, unit.state == "active"))
    phone = "+7" + digits[1:] if digits[0] == "8" else "+" + digits
    for prefix in sorted({phone, "+7" + digits}):
        found += _points(prefix, "phone", each)
    return found


def _points(prefix: str, why: str, each: int) -> list[Select[Any]]:
    """Companies and people with a phone or an e-mail that begins so."""
    point, person = golden["contact_point"].c, golden["contact"].c
    own = (point.state == "active", point.owner == "legal_entity")
    their = (point.owner == "contact", person.id == point.owner_id)
    through = (point.state == "active", person.state == "active", *their)
    company, of = point.owner_id, person.legal_entity_id
    return [
        _first("legal_entity", why, company, company, point.value, prefix, each, *own),
        _first("contact", why, person.id, of, point.value, prefix, each, *through),
    ]


def _by_name(reader: Reader, typed: str, each: int) -> list[Select[Any]]:
    found = []
    for kind in ("legal_entity", "contact", "item"):
        c = named(reader, kind, typed).subquery().c
        party = c.legal_entity_id if kind == "contact" else c.id
        told = (c.id, party.label("party_id"), c.name.label("value"))
        best = select(*told).order_by(func.length(c.search_text), c.id).limit(each).subquery().c
        found.append(_candidate(literal(kind), best.id, best.party_id, "name", best.value))
    return found


def _keys(reader: Reader, typed: str) -> list[Select[Any]]:
    """What the record with this key belongs to, in whatever stream, or in the one the key is typed with."""
    known = [select(t.c.connection, t.c.stream) for t in (stream_state, checkpoint)]
    streams = [(str(row.connection), str(row.stream)) for row in reader.rows(union(*known))]
    ref = typed.split("/", 2)
    whole = len(ref) == len(("connection", "stream", "key"))
    keys = ref[2:] if whole else sorted({typed, typed.lower()})
    found = []
    for connection, stream in streams:
        if stream and (not whole or [connection, stream] == ref[:2]):
            c = link.c
            at = (c.entity.in_(list(_LINKED)), c.connection == connection, c.stream == stream)
            told = (c.entity.label("kind"), c.golden_id.label("id"), c.key.label("value"))
            own = select(*told).where(*at, c.key.in_(keys)).subquery().c
            found.append(_candidate(own.kind, own.id, null(), "key", own.value))
    return found


def _shown(reader: Reader, asked: Sequence[Select[Any]], typed: str, each: int) -> list[Hit]:
    """What a person sees of the candidates: one statement for all of them, whatever their kind."""
    if not asked:
        return []
    found = union_all(*asked).subquery("found")
    company, unit, person, item = (golden[k] for k in ("legal_entity", "unit", "contact", "item"))
    party = func.coalesce(found.c.party_id, person.c.legal_entity_id, found.c.id)
    joined = (
        found.outerjoin(person, person.c.id == found.c.id)
        .outerjoin(unit, unit.c.id == found.c.id)
        .outerjoin(item, item.c.id == found.c.id)
        .outerjoin(company, company.c.id == party)
    )
    query = select(
        found, person.c.name.label("person"), person.c.position, unit.c.kpp, unit.c.actual_address,
        item.c.name.label("item"), item.c.article, company.c.id.label("company_id"),
        company.c.name.label("company"), company.c.inn, company.c.legal_address, company.c.status,
    ).select_from(joined)  # fmt: skip
    return _chosen([_hit(dict(row._mapping), typed) for row in reader.rows(query)], each)


def _chosen(hits: Sequence[Hit], each: int) -> list[Hit]:
    """Each record once, by the best of what was hit, and no more than `each` of a kind."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        known = best.setdefault((hit.kind, hit.id), hit)
        if hit.exact and not known.exact:
            best[hit.kind, hit.id] = hit
    ranked = sorted(best.values(), key=lambda hit: not hit.exact)
    return [hit for kind in KINDS for hit in [one for one in ranked if one.kind == kind][:each]]


def _hit(row: Mapping[str, Any], typed: str) -> Hit:
    kind = _LINKED.get(row["kind"], row["kind"])
    title, detail = {
        "legal_entity": (row["company"], row["legal_address"]),
        "contact": (row["person"], row["position"]),
        "unit": (row["kpp"], row["actual_address"]),
        "item": (row["item"], row["article"]),
    }[kind]
    value = str(row["value"] or "")
    exact = row["why"] in EXACT and value.lower() == typed.lower()
    return Hit(
        kind=kind, id=row["id"], party_id=row["company_id"], title=title, company=row["company"],
        inn=row["inn"], detail=detail, status=row["status"], why=row["why"], value=value, exact=exact,
    )  # fmt: skip
