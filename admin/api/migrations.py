"""`/v1/migrations`: migrations as the board shows them, and how many tables of one are read at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.monitoring import Number
from admin.api.route import api_router
from admin.guard.security import refuse_foreign_page
from admin.pages.migrations import threads_changed
from admin.site import site_of
from admin.trouble import Trouble
from flows.sync import MOST_AT_ONCE
from store import migrating

router = api_router()
_ONE: dict[str, Any] = {
    "id": 3,
    "name": "oldcrm",
    "connection": "erp",
    "state": "running",
    "author": "anna.petrova",
    "started_at": "2026-11-21T20:00:00Z",
    "finished_at": None,
    "run_id": 318,
    "threads": 4,
}


class Migration(BaseModel):
    """One migration of a legacy base."""

    id: int
    name: str
    connection: str
    state: Literal["running", "paused", "stopped", "done", "withdrawing", "withdrawn"]
    author: str
    started_at: datetime
    finished_at: datetime | None
    run_id: int | None = Field(description="The run it is or was last under way in")
    threads: int | None = Field(
        description="Tables read at once; null for as many as the connection says"
    )


class Migrations(BaseModel):
    """The last migrations, newest first."""

    items: list[Migration]


class Threads(BaseModel):
    """How many tables are to be read at once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"threads": 4}})

    threads: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] | None


@router.get(
    "/v1/migrations", summary="List migrations", responses=answers(example={"items": [_ONE]})
)
def listing(request: Request) -> Migrations:
    """The last twenty, newest first."""
    with site_of(request).store.read() as reader:
        found = migrating.recent(reader)
    return Migrations(items=[_told(one) for one in found])


@router.put(
    "/v1/migrations/{number}/threads",
    summary="Change how many tables are read at once",
    responses=answers(404, 409, 413, 415, example=_ONE),
)
def threads(request: Request, number: Number, wanted: Threads) -> Migration:
    """A run under way obeys as soon as a table is through. 409 if the migration has ended."""
    refuse_foreign_page(request)
    if _found(request, number) is None:
        raise Trouble(404, "migration_unknown", "number")
    threads_changed(request, number, wanted.threads)
    changed = _found(request, number)
    assert changed is not None  # noqa: S101  changed just now
    return _told(changed)


def _found(request: Request, number: int) -> migrating.Migration | None:
    with site_of(request).store.read() as reader:
        return migrating.of_name(reader, str(number))


def _told(row: migrating.Migration) -> Migration:
    return Migration(**{name: getattr(row, name) for name in Migration.model_fields})
