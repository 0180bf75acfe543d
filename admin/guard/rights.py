"""What there is to be allowed, and which role is allowed what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from schemas.accounts import Person, Role


class Right(StrEnum):
    """What a route lets a person do."""

    PUBLIC = "public"
    VIEW = "view"
    REPLAY = "replay"
    OPERATE = "operate"
    CREATE = "create"
    DECIDE = "decide"
    ASSIGN = "assign"
    RULE = "rule"
    FOLLOW = "follow"
    OWN = "own"
    AUDIT = "audit"
    MANAGE = "manage"
    LISTEN = "listen"


_READS = frozenset({Right.PUBLIC, Right.VIEW, Right.OWN})
_STEWARDS = frozenset({Right.CREATE, Right.FOLLOW, Right.REPLAY, Right.DECIDE, Right.LISTEN})
GRANTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.VIEWER: _READS,
        Role.CRM: _READS | {Right.CREATE, Right.FOLLOW},
        Role.STEWARD: _READS | _STEWARDS,
        Role.LEAD: _READS | _STEWARDS | {Right.ASSIGN},
        Role.ENGINEER: frozenset(Right) - {Right.MANAGE, Right.ASSIGN},
        Role.ADMIN: frozenset(Right),
    }
)


def held_by(person: Person | None, right: Right) -> bool:
    """Whether whoever is asking has a right."""
    return person is not None and right in GRANTS[person.role]
