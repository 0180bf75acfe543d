"""Near hits of the gate: companies a typed record may be, by the evidence and scores of matching.

Matching leaves what it knows of the base as a snapshot; a question reads a few pages of it. Records that
came after it are found by their numbers alone until the next match.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache, lru_cache
from typing import Any

import polars as pl

from dedup.attach import BY_CLAIM, BY_EVIDENCE
from dedup.candidates import candidates
from dedup.evidence import KEYS_OF, TRAITS_OF
from dedup.model import FIELDS, Model
from dedup.name_evidence import NAMED
from dedup.refs import RECORD, REF
from dedup.score import REASON, SCORE, ZONE
from dedup.snapshot import FORMAT, NUMBERS, PLACED, Base
from dedup.why import step
from dedup.words import REASON_WORDS, ZONE_WORDS
from flows.hits import Similar
from schemas.entities import columns
from schemas.rowwise.columns import column_of, frame_of
from store import snapshots
from store.bearers import COMPANY, borne
from store.engine import Reader
from store.files import Root

STAGE = "match"
LEAST = 0.05  # what is less likely than that is not worth a look
MOST = 10
_COMPARED = tuple(dict.fromkeys((*RECORD, *TRAITS_OF)))
_CLUSTERS = 25  # a company may be several clusters, so more of them are looked up than are shown


def write_snapshot(
    landing: Root, base: Base, rules: int, before: tuple[str, Base] | None = None
) -> str:
    """The name of a snapshot of a matched `base`, on disk before anything points at it.

    What it shares with the one `before`, given with its name, is not written again.
    """
    facts = {"version": _version(rules), "spans": dict(base.spans)}
    kept: Sequence[str] = ()
    if before is not None:
        held = before[1].arrays()
        kept = [name for name, array in base.arrays().items() if array is held[name]]
    return snapshots.write(landing, base.arrays(), facts, before[0] if before else "", kept)


def _version(rules: int) -> str:
    return f"{FORMAT}.{rules}.{zlib.crc32(' '.join((*NUMBERS, *PLACED)).encode())}"


def similar(
    reader: Reader, record: Mapping[str, Any], model: Model, rules: int
) -> tuple[Similar, ...]:
    """The companies that a cleaned record may be, likeliest first; none before the first match.

    `rules` is the version of the rules in force: a snapshot of others is not asked.
    """
    base = matched(reader, rules)
    if base is None:
        return ()
    row = frame_of([column_of(n, [record.get(n)], kind) for n, kind in _asked_about().items()])
    companies: dict[str, Mapping[str, Any]] = {}

    def held(refs: Sequence[str]) -> pl.DataFrame:
        records = borne(reader, refs, _COMPARED)
        for one in records[[*RECORD, *COMPANY]].iter_rows(named=True):
            if one["its_id"]:
                companies["/".join(one[part] for part in RECORD)] = one
        return records[list(_COMPARED)]

    found = candidates(row, base, held, model)
    likely = [one for one in found.iter_rows(named=True) if one[SCORE] >= LEAST]
    once: dict[str, Similar] = {}
    for one in likely[:_CLUSTERS]:
        company = companies.get(one[REF])
        if company and company["its_id"] not in once:
            once[company["its_id"]] = _similar(one, company, model)
    return tuple(once.values())[:MOST]


@cache
def _asked_about() -> Mapping[str, pl.DataType]:
    """What of a party is looked at, and its type."""
    looked_at = {*_COMPARED, *KEYS_OF, *NAMED, "national_number", "country"}
    return {name: kind for name, kind in columns("party").items() if name in looked_at}


def matched(reader: Reader, rules: int) -> Base | None:
    """What the last match left, if it is there whole and was made by these rules."""
    name = snapshots.current(reader, STAGE)
    return _opened(reader.landing, name, _version(rules)) if name else None


@lru_cache(maxsize=2)
def _opened(landing: Root, name: str, version: str) -> Base | None:
    found = snapshots.read(landing, name)
    if found is None or found.facts.get("version") != version:
        return None
    spans = {kind: (int(start), int(end)) for kind, (start, end) in found.facts["spans"].items()}
    try:
        return Base(**found.arrays, spans=spans)
    except TypeError:
        return None


def _similar(one: Mapping[str, Any], company: Mapping[str, Any], model: Model) -> Similar:
    zone, reason = ZONE_WORDS[one[ZONE]], REASON_WORDS[one[REASON]]
    told = tuple(step(field, one[field], model) for field in FIELDS if one[field])
    return Similar(
        **{name.removeprefix("its_"): company[name] for name in COMPANY},
        rule=BY_CLAIM if one[REASON] == "claimed_inn" else BY_EVIDENCE,
        why_ru=f"{zone[0]}: {reason[0]}.",
        why_en=f"{zone[1]}: {reason[1]}.",
        score=one[SCORE],
        zone=one[ZONE],
        evidence=tuple(sorted(told, key=lambda s: (-s.bits, s.field))),
    )


def shown(one: Similar, *, russian: bool) -> dict[str, Any]:
    """A near hit as an answer has it, in one language."""
    body = asdict(one)
    said = [
        {"field": s.field, "level": s.level, "bits": s.bits, "said": s.ru if russian else s.en}
        for s in one.evidence
    ]
    why = one.why_ru if russian else one.why_en
    rest = {n: v for n, v in body.items() if n not in {"why_ru", "why_en", "evidence"}}
    return {**rest, "why": why, "evidence": said}
