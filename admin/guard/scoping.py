"""What is left of the site for whoever sees a part of the base: every route that shows or changes that part.

The store narrows what is read (`store.scoped`). A route that is missing here is refused to them, as are
acts on the base as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.exceptions import HTTPException

from schemas.accounts import Person
from schemas.errors import Refused
from store.engine import Store
from store.presence import is_there

_LISTS = ("/parties", "/contacts", "/units", "/items", "/calls", "/enquiries", "/reviews", "/feed")
_PARTS = ("units", "contacts", "contact-points", "addresses", "items")
_IDS = {"addresses": "address_id", "contact-points": "point_id"}
WITHIN: frozenset[tuple[str, str]] = frozenset(
    {
        *(("GET", path + kind) for path in _LISTS for kind in ("", ".json", ".csv")),
        *(("GET", f"/v1/{part}") for part in _PARTS),
        *(("GET", f"/v1/{p}/{{{_IDS.get(p, p.rstrip('s') + '_id')}}}") for p in _PARTS),
        ("GET", "/"),
        ("GET", "/-/patterns"),
        ("GET", "/account"),
        ("POST", "/account/password"),
        ("POST", "/account/sessions"),
        ("GET", "/account/second"),
        ("POST", "/account/second"),
        ("GET", "/find"),
        ("GET", "/find/suggest"),
        ("GET", "/parties/{party_id}"),
        ("GET", "/contacts/{record_id}"),
        ("GET", "/units/{record_id}"),
        ("GET", "/items/{record_id}"),
        ("GET", "/enquiries/{enquiry_id}"),
        ("POST", "/enquiries/{enquiry_id}"),
        ("GET", "/v1/enquiries"),
        ("GET", "/v1/enquiries/{enquiry_id}"),
        ("POST", "/v1/enquiries/{enquiry_id}/decision"),
        *(("GET", "/goods" + kind) for kind in ("", ".json", ".csv")),
        *(("GET", "/goods/lots" + kind) for kind in ("", ".json", ".csv")),
        *(("GET", "/goods/prices" + kind) for kind in ("", ".json", ".csv")),
        ("GET", "/goods/{good_id}"),
        ("GET", "/goods/dictionary"),
        ("GET", "/goods/dictionary/{version:int}"),
        ("GET", "/v1/goods"),
        ("GET", "/v1/goods/lots"),
        ("GET", "/v1/goods/prices"),
        ("GET", "/v1/goods/{good_id}"),
        ("GET", "/reviews/pair"),
        ("POST", "/reviews/pair"),
        ("GET", "/reviews/next"),
        ("POST", "/reviews/hold"),
        ("GET", "/reviews/assignment"),
        ("POST", "/reviews/assignment"),
        ("POST", "/reviews/withdraw"),
        ("GET", "/clusters/{golden_id}"),
        ("POST", "/lists"),
        ("POST", "/lists/drop"),
        ("POST", "/exports"),
        ("GET", "/exports/{job_id:int}"),
        ("GET", "/exports/{job_id:int}/file"),
        ("GET", "/values/edit"),
        ("GET", "/values/check"),
        ("POST", "/values"),
        ("POST", "/values/release"),
        ("POST", "/reveal"),
        ("GET", "/api"),
        ("GET", "/api/client.py"),
        ("GET", "/openapi.json"),
        ("GET", "/v1/parties"),
        ("GET", "/v1/parties/{party_id}"),
        ("GET", "/v1/parties/{party_id}/life"),
        ("GET", "/v1/search"),
        ("GET", "/v1/calls"),
        ("GET", "/v1/calls/{call_id}"),
        ("GET", "/v1/callers"),
        ("POST", "/calls/dial"),
        ("GET", "/calls/{call_id}"),
        ("GET", "/calls/requests/{request_id}"),
        ("GET", "/v1/changes"),
        ("GET", "/v1/{kind}.parquet"),
        ("GET", "/v1/{kind}.csv"),
        ("GET", "/v1/reviews"),
        ("POST", "/v1/reviews/decisions"),
        ("POST", "/v1/reviews/assignment"),
        ("GET", "/v1/clusters/{party_id}"),
        ("POST", "/v1/contact-points/{point_id}/reveal"),
    }
)


def reaches(person: Person | None, path: str) -> bool:
    """Whether a page of the menu is there for whoever is asking."""
    return person is None or person.scope is None or ("GET", path) in WITHIN


def refuse_whole(person: Person, method: str, path: str) -> None:
    """Refused if somebody who sees a part of the base asks for what is about all of it."""
    if person.scope is not None and ("GET" if method == "HEAD" else method, path) not in WITHIN:
        raise Refused(
            "Этот раздел — о всей базе, а вам открыта её часть. Попросите администратора.",
            "This is about the whole base, and a part of it is open to you. Ask an administrator.",
        )


def refuse_unseen(person: Person | None, store: Store, named: Iterable[str]) -> None:
    """404 unless all these records (connection/stream/key) and golden ids are in the store as it is seen."""
    if person is None or person.scope is None:
        return
    with store.read() as reader:
        if not all(is_there(reader, one) for one in named):
            raise HTTPException(404)
