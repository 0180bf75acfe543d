"""What a visitor typed into a form and the hub did not understand, or took in part only: from landing, so that no contact is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from store.engine import Reader
from store.tables import canonical
from store.views import raw
from store.views.paging import dicts

_M = canonical["message"].c
# The field of an enquiry, and its name in the form; what stands in other fields is kept as it was typed.
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "sender_phone": "phone",
        "sender_email": "email",
        "inn": "inn",
        "planned_volume": "volume",
    }
)
_STREAM = "enquiries"
_MOST = 20


@dataclass(frozen=True, slots=True)
class AsTyped:
    """One field of a form: its name in the enquiry, what was typed, and whether something of it was understood."""

    field: str
    said: str
    understood: bool


def as_typed(reader: Reader, row: Mapping[str, Any]) -> list[AsTyped]:
    """What an enquiry's forms say that its own fields do not, or not all of it; empty for other channels.

    Of a form whose landing has been pruned nothing is told.
    """
    if row["channel"] != "form":
        return []
    names = ("landing_id", "landing_row", "issues", *_FIELDS)
    query = sa.select(*(_M[name] for name in names)).where(
        _M.channel == "form", _M.thread.in_(row["threads"] or []), _M.stream == _STREAM, _M.deleted.is_(False)
    )  # fmt: skip
    forms = dicts(reader, query.order_by(_M.sent_at, _M.key).limit(_MOST))
    payloads = raw.payloads(reader, reader, forms, _MOST)
    told = (one for form, typed in zip(forms, payloads, strict=True) for one in _told(form, typed))
    return list(dict.fromkeys(told))


def _told(form: Mapping[str, Any], typed: Mapping[str, Any] | None) -> Iterator[AsTyped]:
    doubted = {issue.partition(":")[0] for issue in form["issues"] or ()}
    for field, name in _FIELDS.items():
        said = str((typed or {}).get(name) or "").strip()
        if said and (form[field] is None or field in doubted):
            yield AsTyped(field, said, understood=form[field] is not None)
