"""`/v1/runs/{run_id}`: one run, what it says while it works, and asking it to stop."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.requests import Request

from admin.api.answers import answers
from admin.api.monitoring import Number, told_run
from admin.api.monitoring_models import RUN, Run
from admin.api.route import api_router
from admin.guard.security import refuse_foreign_page
from admin.pages.runs import ask
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import Conflict
from store import run_lines
from store.views import runs

router = api_router()
_LINE = {
    "n": 7,
    "at": "2026-11-21T12:00:09Z",
    "level": "info",
    "stage": "extract",
    "what": "onec.Catalog_Контрагенты",
    "act": "advance",
    "rows": 10000,
    "said": None,
}


class Line(BaseModel):
    """One line of a run."""

    n: int = Field(description="Lines of a run are numbered from 1")
    at: datetime
    level: Literal["info", "warning", "error"]
    stage: str = Field(description="Empty for an entry of the log")
    what: str = Field(description="The stream, or the entity")
    act: Literal["begin", "advance", "end", "said"]
    rows: int | None = Field(
        description="`begin`: about how many there are; `advance`: so many more"
    )
    said: str | None = Field(description="`end`: the stage's summary; `said`: an entry of the log")


class Lines(BaseModel):
    """The newest lines of a run."""

    items: list[Line]


@router.get("/v1/runs/{run_id}", summary="One run", responses=answers(404, example=RUN))
def one(request: Request, run_id: Number) -> Run:
    """A run and its main counts."""
    with site_of(request).store.read() as reader:
        row = runs.one(reader, run_id)
    if row is None:
        raise Trouble(404, "run_unknown", "run_id")
    return told_run(request, row)


@router.get(
    "/v1/runs/{run_id}/lines",
    summary="What a run says",
    responses=answers(404, example={"items": [_LINE]}),
)
def lines(
    request: Request,
    run_id: Number,
    trouble: Annotated[bool, Query(description="Warnings and errors only")] = False,
    limit: Annotated[int, Query(ge=1, le=run_lines.LINES)] = 100,
) -> Lines:
    """Newest first, some two seconds behind the run; a run keeps its last 500."""
    one(request, run_id)
    with site_of(request).store.read() as reader:
        found = run_lines.newest(reader, run_id, limit, trouble=trouble)
    return Lines(items=[Line.model_validate(row) for row in found])


@router.post(
    "/v1/runs/{run_id}/stop",
    summary="Stop a run",
    status_code=202,
    responses=answers(404, 409, example=RUN, good=202),
)
def stop(request: Request, run_id: Number) -> Run:
    """Asks it to end after the batch in work; what was done is kept. 409 if it does not run."""
    refuse_foreign_page(request)
    found = one(request, run_id)
    if found.state != "running":
        raise Conflict(
            f"Запуск {run_id} уже закончился: останавливать нечего.",
            f"Run {run_id} has ended: there is nothing to stop.",
        )
    ask(request, run_id)
    return one(request, run_id)
