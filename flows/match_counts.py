"""How many counterparties each rule found: kept from match to match, for counting a million takes its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from schemas.records import Cursor
from store import checkpoints, identity
from store.engine import Reader, Writer

_PLACE = ("match", "party", "")
_NAME = "by_rule"
_RULE, _LINKS = "rule_", "links"


def by_rule(reader: Reader, links: int) -> Counter[str]:
    """The links of counterparties, so many, by rule: as noted, if that is of these links, else counted."""
    noted = checkpoints.get(reader, *_PLACE, name=_NAME)
    if noted is not None and noted.value.get(_LINKS) == identity.position(reader):
        told = {n.removeprefix(_RULE): v for n, v in noted.value.items() if n.startswith(_RULE)}
        found = Counter({rule: n for rule, n in told.items() if isinstance(n, int)})
        if found.total() == links:
            return found
    return Counter(identity.by_rule(reader, "party"))


def note(writer: Writer, found: Mapping[str, int], run_id: int) -> None:
    """Keep what each rule found of the links that `writer` has written: the last of them."""
    told = {f"{_RULE}{rule}": int(n) for rule, n in sorted(found.items())}
    noted = Cursor({_LINKS: identity.position(writer), **told})
    checkpoints.put(writer, *_PLACE, noted, name=_NAME, run_id=run_id)
