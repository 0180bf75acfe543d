"""`/v1/migrations/{number}/act`: the act of a migration, and its two signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.monitoring import Number
from admin.api.route import api_router
from admin.guard import asking
from admin.guard.security import refuse_foreign_page
from admin.site import site_of
from admin.trouble import Trouble
from flows.migrate.act import digest, sign
from store import migrating

router = api_router()
Place = Literal["handed", "accepted"]
_ONE: dict[str, Any] = {
    "migration": 3,
    "agrees": True,
    "digest": "9f3c2a71",
    "lines": [
        {
            "table": "clients",
            "target": "party",
            "source": 71606,
            "fates": {"loaded": 63146, "merged": 8325, "quarantined": 135},
            "refused": 0,
            "orphans": 0,
            "difference": 0,
            "differing": 0,
            "agrees": True,
        }
    ],
    "left": [{"table": "fax_journal", "rows": 17901, "why": "unchanged since 2012"}],
    "signatures": [
        {"place": "handed", "author": "anna.petrova", "signed_at": "2026-11-22T06:10:00Z"}
    ],
}


class ActLine(BaseModel):
    """One carried table: what the source had is what became of it."""

    table: str
    target: str
    source: int = Field(description="Rows the source counted")
    fates: dict[str, int] = Field(description="Rows by what became of them")
    refused: int = Field(description="Rows that had no key to land by")
    orphans: int = Field(description="Rows that name a row of another table which is not there")
    difference: int = Field(description="By how many rows the table does not add up")
    differing: int | None = Field(
        description="Rows that read otherwise here than at the source; null if they were not compared"
    )
    agrees: bool


class LeftTable(BaseModel):
    """A table that is not carried."""

    table: str
    rows: int
    why: str


class Signed(BaseModel):
    """A signature under the act as it is now."""

    place: Place
    author: str
    signed_at: datetime


class ActOfMigration(BaseModel):
    """The act as it was last made; `agrees` is null where none was."""

    migration: int
    agrees: bool | None
    digest: str | None = Field(description="SHA-256 of the act: what the signatures are put under")
    lines: list[ActLine]
    left: list[LeftTable]
    signatures: list[Signed]


class Signing(BaseModel):
    """Whoever asks hands the base over, or accepts it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"place": "accepted"}})

    place: Annotated[Place, Field(description="Each place is signed by another person")]


@router.get(
    "/v1/migrations/{number}/act",
    summary="Read the act of a migration",
    responses=answers(404, example=_ONE),
)
def show(request: Request, number: Number) -> ActOfMigration:
    """Table by table, with the signatures that stand under it."""
    with site_of(request).store.read() as reader:
        row = migrating.of_name(reader, str(number))
        if row is None:
            raise Trouble(404, "migration_unknown", "number")
        signed = migrating.signatures(reader, row.id)
    body = json.loads(row.act) if row.act else {"lines": [], "left": []}
    mark = digest(row.act) if row.act else None
    lines = [_line(line) for line in body["lines"]]
    return ActOfMigration(
        migration=row.id,
        agrees=all(line.agrees for line in lines) if row.act else None,
        digest=mark,
        lines=lines,
        left=[LeftTable.model_validate(one) for one in body["left"]],
        signatures=[
            Signed.model_validate({**_told(one), "signed_at": one.created_at})
            for one in signed
            if one.digest == mark
        ],
    )


@router.post(
    "/v1/migrations/{number}/act/signatures",
    summary="Sign the act of a migration",
    responses=answers(404, 409, 413, 415, example=_ONE),
)
def signing(request: Request, number: Number, wanted: Signing) -> ActOfMigration:
    """409 if the act does not agree, is signed in that place, or by the same person in the other."""
    refuse_foreign_page(request)
    site = site_of(request)
    with site.store.read() as reader:
        row = migrating.of_name(reader, str(number))
    if row is None or row.act is None:
        raise Trouble(404, "migration_unknown" if row is None else "act_unknown", "number")
    sign(site.store, str(number), wanted.place, asking.login(request))
    return show(request, number)


def _line(line: Mapping[str, Any]) -> ActLine:
    own = {
        name: line[name] for name in ("table", "target", "source", "fates", "refused", "orphans")
    }
    compared = line["compared"]
    told = {
        "difference": line["off"],
        "differing": compared["differing"] if compared else None,
        "agrees": line["holds"],
    }
    return ActLine.model_validate({**own, **told})


def _told(one: migrating.Signature) -> dict[str, str]:
    return {"place": one.place, "author": one.author}
