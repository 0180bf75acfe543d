"""Equal requisites under another name: what the bulk would part and show to a person, the gate refuses too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import polars as pl

from config.connections import HUB, PARTIES
from dedup.attach import with_nodes
from dedup.copied import UNLIKE
from dedup.evidence import evidence_keys
from dedup.legal import entity_keys
from dedup.names import alike
from dedup.persons import compatible
from dedup.refs import REF, with_ref
from dedup.rules import part_misnamed
from schemas.entities import columns
from store import canonical, exact, identity
from store.engine import Reader

_KEY = ("connection", "stream", "key")
_FEW = 12


def names_differ(
    reader: Reader,
    record: Mapping[str, Any],
    golden_ids: Sequence[str],
    waiting: Sequence[exact.Row],
    besides: str | None = None,
) -> bool:
    """Whether the bulk would part `record`, or one of its company for its sake, for bearing another name.

    `record` is seen as one more record of the hub among those of the companies `golden_ids` and those
    `waiting` to be matched, of which `besides` (a ref) is the record itself.
    """
    known = exact.names(reader, golden_ids, _FEW + 1)
    if _all_alike({record["name_core"], *known, *(one["name_core"] for one in waiting)}, record):
        return False
    return _is_parted(reader, record, golden_ids, waiting, besides)


def _all_alike(names: set[str | None], record: Mapping[str, Any]) -> bool:
    """Whether no name is so unlike another that either could be misnamed, whichever is the usual one."""
    pairs = list(permutations(sorted(name for name in names if name), 2))
    if not pairs:
        return True
    if len(names) > _FEW:
        return False
    left, right = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))
    if len(record["inn"]) == 12:
        return bool(compatible(left, right).all())
    return bool((alike(left, right) >= UNLIKE).all())


def _is_parted(
    reader: Reader,
    record: Mapping[str, Any],
    golden_ids: Sequence[str],
    waiting: Sequence[exact.Row],
    besides: str | None,
) -> bool:
    links = identity.links_of_many(reader, golden_ids).filter(entity="party")
    fresh = pl.DataFrame(
        [[one[name] for name in _KEY] for one in waiting],
        schema=dict.fromkeys(_KEY, pl.String),
        orient="row",
    )
    keys = pl.concat([links.select(_KEY), fresh]).unique()
    known = canonical.of_records(reader, "party", keys).filter(~pl.col("deleted"))
    own = {**record, "connection": HUB, "stream": PARTIES, "key": "typed", "deleted": False}
    kinds = columns("party")
    typed = pl.DataFrame([{name: own[name] for name in kinds}], schema=kinds)
    living = with_ref(pl.concat([known, typed])).filter(pl.col(REF) != (besides or ""))
    keyed = entity_keys(living)
    _, pairs = part_misnamed(keyed, with_nodes(keyed, evidence_keys(living)), living)
    own_ref = f"{HUB}/{PARTIES}/typed"
    return own_ref in {*pairs["left_ref"], *pairs["right_ref"]}
