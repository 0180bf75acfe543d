"""Entries of a directory as rows: attributes by their own names, verbatim, several values line by line.

The key is objectGUID, whose first three fields are little-endian (handbook 6.2); a name changes with
every move and every marriage.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from schemas.records import CHANGED_AT, DELETED, ENVELOPE, KEY

Entry = Mapping[str, Any]
GUID, CHANGED, UAC, DN = "objectGUID", "whenChanged", "userAccountControl", "distinguishedName"
SWITCHED_OFF = 2
_EXTENDED = re.compile(r"^(?:<[^>]*>;)+")


@dataclass(frozen=True, slots=True)
class Sort:
    """One stream: which living entries it holds, which it held, and what is read of them."""

    alive: str
    any_state: str
    attributes: tuple[str, ...]


SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        "employees": Sort(
            "(&(objectCategory=person)(objectClass=user))",
            "(&(objectClass=user)(!(objectClass=computer)))",
            (
                DN, "cn", "sAMAccountName", "userPrincipalName", "mail", "proxyAddresses", "displayName",
                "sn", "givenName", "middleName", "initials", "title", "department", "company", "division",
                "manager", "telephoneNumber", "otherTelephone", "ipPhone", "mobile",
                "physicalDeliveryOfficeName", "employeeID", "description", UAC, "accountExpires",
                "whenCreated", CHANGED,
            ),
        ),
        "units": Sort(
            "(objectClass=organizationalUnit)",
            "(objectClass=organizationalUnit)",
            (DN, "ou", "description", "managedBy", "whenCreated", CHANGED),
        ),
        "groups": Sort(
            "(objectClass=group)",
            "(objectClass=group)",
            (
                DN, "cn", "sAMAccountName", "description", "mail", "groupType", "managedBy", "member",
                "whenCreated", CHANGED,
            ),
        ),
    }
)  # fmt: skip


def key_of(entry: Entry) -> str:
    """An entry's objectGUID as text."""
    [raw] = entry["raw_attributes"][GUID]
    return str(uuid.UUID(bytes_le=raw))


def bare_dn(dn: str) -> str:
    """A DN without the GUID and SID that a controller puts before it when asked."""
    return _EXTENDED.sub("", dn)


def is_deleted(entry: Entry) -> bool:
    """Whether it is what a deletion left behind."""
    return list(entry["raw_attributes"].get("isDeleted") or ()) == [b"TRUE"]


def is_off(row: Mapping[str, str | None]) -> bool:
    """Whether a person's account is switched off."""
    return bool(int(row.get(UAC) or 0) & SWITCHED_OFF)


def row_of(entry: Entry, sort: Sort) -> dict[str, str | None]:
    """Key and attributes of a living entry; null for those it does not have."""
    raw = entry["raw_attributes"]
    told = {name: _text(raw.get(name) or ()) for name in sort.attributes}
    return {KEY: key_of(entry), **told}


def _text(values: Sequence[bytes]) -> str | None:
    return "\n".join(value.decode(errors="backslashreplace") for value in values) or None


def frame_of(rows: Sequence[Mapping[str, str | None]], sort: Sort) -> pl.DataFrame:
    """Living entries, in the order of their keys, with the columns the hub wants."""
    schema: dict[str, pl.DataType] = dict.fromkeys((KEY, *sort.attributes), pl.String())
    frame = pl.DataFrame(list(rows), schema=schema).sort(KEY)
    changed = pl.col(CHANGED).str.slice(0, 14).str.to_datetime("%Y%m%d%H%M%S", strict=False)
    return frame.with_columns(
        changed.dt.replace_time_zone("UTC").cast(ENVELOPE[CHANGED_AT]).alias(CHANGED_AT),
        pl.lit(value=False).alias(DELETED),
    )


def tombstones(keys: Sequence[str], sort: Sort) -> pl.DataFrame:
    """Deletions, in the columns of living entries."""
    gone = frame_of([{KEY: key} for key in sorted(keys)], sort)
    return gone.with_columns(pl.lit(value=True).alias(DELETED))
