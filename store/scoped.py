"""A part of the base: connections on which views stand before the tables and show nothing else.

Every query of such a connection is narrowed by the database, whichever query that is. A table nobody
thought of is empty there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemas.scopes import Scope
from store.dbapi import Connection
from store.tables import metadata

# What tells nothing of any company; decisions and changes are told by what they are about.
OPEN = frozenset(
    {
        "account", "account_view", "alert", "api_token", "canonical_item", "checkpoint", "consumer", "counter",
        "golden_item", "good", "good_group", "good_member", "good_offer", "good_price", "good_stock", "job", "landing_batch", "lease", "party_owner", "request_answer", "review_day",
        "rule_set", "run", "run_count", "saved_list", "sign_in_link", "sign_in_session", "source_pause",
        "source_probe", "stream_column", "stream_state", "withdrawal",
    }
)  # fmt: skip
_COMPANY = "EXISTS (SELECT 1 FROM golden_legal_entity e WHERE e.id = t.{})"
_PERSON = "EXISTS (SELECT 1 FROM golden_contact e WHERE e.id = t.{})"
_UNIT = "EXISTS (SELECT 1 FROM golden_unit e WHERE e.id = t.{})"
_POINT = "EXISTS (SELECT 1 FROM golden_contact_point e WHERE e.id = t.{})"
_ADDRESS = "EXISTS (SELECT 1 FROM golden_address e WHERE e.id = t.{})"
_OF_COMPANY = _COMPANY.format("legal_entity_id")
_LINKED = (
    "EXISTS (SELECT 1 FROM link l WHERE l.entity {entity} AND l.connection = t.{side}connection "
    "AND l.stream = t.{side}stream AND l.key = t.{side}key)"
)
# A number stands in the base with and without an extension: «+74950000001;ext=12» (`store.views.calls`).
_BEARER = (
    "EXISTS (SELECT 1 FROM golden_contact_point e WHERE e.kind = 'phone' "
    "AND e.value >= t.phone AND e.value < t.phone || '<')"
)
# What is chosen counts before what is said, and that before numbers and addresses, which several may bear.
_ENQUIRY = (
    "(t.company_id IS NOT NULL AND "  # noqa: S608  our own names
    + _COMPANY.format("company_id")
    + ") OR (t.company_id IS NULL AND t.contact_id IS NOT NULL AND "
    + _PERSON.format("contact_id")
    + ") OR (t.company_id IS NULL AND t.contact_id IS NULL AND ((t.inn IS NOT NULL AND "
    "EXISTS (SELECT 1 FROM golden_legal_entity e WHERE e.inn = t.inn AND e.state = 'active')) "
    "OR (t.inn IS NULL AND (EXISTS (SELECT 1 FROM golden_contact_point e WHERE e.kind = 'email' "
    "AND e.value = t.sender_email AND e.state = 'active') OR EXISTS (SELECT 1 FROM golden_contact_point e "
    "WHERE e.kind = 'phone' AND e.value >= t.sender_phone AND e.value < t.sender_phone || '<' "
    "AND e.state = 'active')))))"
)
_TALK = "EXISTS (SELECT 1 FROM enquiry e WHERE e.channel = t.channel AND e.thread = t.thread)"
_PAIR = " AND ".join(_LINKED.format(entity="= 'party'", side=side) for side in ("left_", "right_"))


def _by_entity(column: str, **kinds: str) -> str:
    told = [f"(t.entity = '{kind}' AND {text.format(column)})" for kind, text in kinds.items()]
    return " OR ".join(["t.entity = 'item'", *told])


_GOLDEN = {
    "legal_entity": _COMPANY,
    "unit": _UNIT,
    "contact": _PERSON,
    "contact_point": _POINT,
    "address": _ADDRESS,
}
# In this order: each may ask those before it, and itself only for the table behind it.
NARROWED: dict[str, str] = {
    "golden_unit": _OF_COMPANY,
    "golden_contact": _OF_COMPANY,
    "golden_address": _OF_COMPANY,
    "golden_contact_point": f"(t.owner = 'legal_entity' AND {_COMPANY.format('owner_id')}) "
    f"OR (t.owner = 'contact' AND {_PERSON.format('owner_id')})",
    "call": _BEARER,
    "enquiry": _ENQUIRY,
    "canonical_message": _TALK,
    "enquiry_act": _TALK,
    "enquiry_route": _TALK,
    "call_stage": "EXISTS (SELECT 1 FROM call e WHERE e.id = t.call)",
    "canonical_call_leg": "EXISTS (SELECT 1 FROM call e WHERE e.connection = t.connection AND e.linked = t.linked)",
    "identity": _by_entity(
        "id", legal_entity="EXISTS (SELECT 1 FROM golden_legal_entity e "
        "WHERE e.id = coalesce(t.survivor_id, t.{}))", unit=_UNIT, contact=_PERSON,
    ),
    "link": _by_entity("golden_id", party=_COMPANY, person=_PERSON),
    "canonical_party": _LINKED.format(entity="= 'party'", side=""),
    "canonical_customer_order": "EXISTS (SELECT 1 FROM link l WHERE l.entity = 'party' "
    "AND l.connection = t.connection AND l.stream || ':' || l.key = t.party_key)",
    "canonical_contract": "EXISTS (SELECT 1 FROM link l WHERE l.entity = 'party' "
    "AND l.connection = t.connection AND l.stream || ':' || l.key = t.party_key)",
    "good_code": _LINKED.format(entity="= 'party'", side="party_"),
    "canonical_person": _LINKED.format(entity="= 'person'", side=""),
    "review_pair": f"t.entity = 'party' AND {_PAIR}",
    "review_desk": f"t.entity = 'party' AND {_PAIR}",
    "golden_change": _by_entity("golden_id", **_GOLDEN),
    "change": _by_entity("golden_id", **_GOLDEN),
    "decision_record": _LINKED.format(entity="IN ('party', 'person', 'item')", side=""),
    "decision": "EXISTS (SELECT 1 FROM decision_record r WHERE r.decision_id = t.id)",
}  # fmt: skip


def narrowed(connect: Callable[[], Connection], scope: Scope) -> Callable[[], Connection]:
    """A maker of connections that see a scope alone, made of one of reading connections."""

    def made() -> Connection:
        connection = connect()
        if not connection.postgres:
            connection.run("PRAGMA query_only=OFF")
        for view in views(scope, postgres=connection.postgres):
            connection.run(view)
        if not connection.postgres:
            connection.run("PRAGMA query_only=ON")
        return connection

    return made


def views(scope: Scope, *, postgres: bool) -> list[str]:
    """The statements that put views before the tables."""
    rest = set(metadata.tables) - OPEN - set(NARROWED) - {"golden_legal_entity"}
    conditions = {
        "golden_legal_entity": _seen(scope),
        **NARROWED,
        **dict.fromkeys(sorted(rest), "1 = 0"),
    }
    return [_view(name, condition, postgres=postgres) for name, condition in conditions.items()]


def _view(name: str, condition: str, *, postgres: bool) -> str:
    columns = [f't."{column.name}"' for column in metadata.tables[name].columns]
    # A view of SQLite lies in a schema of its own, and has no rowid unless it says so.
    behind, own = (name, columns) if postgres else (f"main.{name}", ["t.rowid AS rowid", *columns])
    return f"CREATE TEMP VIEW {name} AS SELECT {', '.join(own)} FROM {behind} t WHERE {condition}"  # noqa: S608  our own names


def _seen(scope: Scope) -> str:
    told = []
    if scope.regions:
        told.append(f"t.region IN ({_listed(scope.regions)})")
    if scope.owners:
        mine = f"SELECT party_id FROM party_owner WHERE owner IN ({_listed(scope.owners)})"  # noqa: S608  quoted
        told.append(f"t.id IN ({mine})")
    return " AND ".join(told) or "1 = 0"


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''").replace("\0", "") + "'" for value in values)
