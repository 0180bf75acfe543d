"""`/v1/sources`, `/v1/runs` and `/v1/quarantine`: what the pages of the same names show and do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path as PathPart
from fastapi import Query
from starlette.requests import Request

from admin import noting
from admin.api import problems
from admin.api.answers import answers
from admin.api.cursors import Cursor, started
from admin.api.monitoring_models import (
    GROUP,
    LARGEST,
    ROW,
    RUN,
    SOURCE,
    Batch,
    Chosen,
    Corrected,
    Correction,
    RefusalGroups,
    Refusals,
    Refused,
    RefusedRows,
    Replayed,
    Run,
    Runs,
    Source,
    Sources,
    Why,
)
from admin.api.route import api_router
from admin.guard import asking, masking
from admin.guard.security import refuse_foreign_page
from admin.pages.quarantine import named
from admin.pages.quarantine_row import note_corrected
from admin.pages.sources import source_view, source_views
from admin.site import site_of
from admin.trouble import Trouble
from schemas.errors import RecordRejected
from store.views import quarantine, runs

router = api_router()
Number = Annotated[int, PathPart(ge=1, le=LARGEST)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most rows to answer")]
Text = Annotated[str | None, Query(max_length=200)]


@router.get("/v1/sources", summary="List sources", responses=answers(example={"items": [SOURCE]}))
def sources(request: Request) -> Sources:
    """Every source: how fresh it is, whether its rows add up, what waits."""
    site = site_of(request)
    with site.store.read() as reader:
        found = source_views(site, reader)
    return Sources(items=[_source(one) for one in found])


def _source(view: Any) -> Source:
    state, pause = view.state, view.state.pause
    return Source(
        name=view.card.name,
        kind=view.card.kind,
        freshness=view.freshness,
        last_success=state.last_success,
        next_run=None if pause else view.next,
        lag=state.lag,
        quarantined=state.quarantined,
        off=state.off,
        paused=pause.reason if pause else None,
    )


def known(request: Request, name: str) -> None:
    """404 unless the configuration has this source."""
    if all(card.name != name for card in site_of(request).settings.sources):
        raise Trouble(404, "source_unknown", "name")


def told(request: Request, name: str) -> Source:
    """A source as it is now."""
    site = site_of(request)
    with site.store.read() as reader:
        return _source(source_view(site, reader, name))


@router.post(
    "/v1/sources/{name}/sync",
    summary="Start reading a source",
    status_code=202,
    responses=answers(404, 409, example=SOURCE, good=202),
)
def sync(request: Request, name: str) -> Source:
    """Begins in the background; its run appears in `/v1/runs`. 409 if it is being read or is paused."""
    refuse_foreign_page(request)
    known(request, name)
    with asking.acting(request):
        site_of(request).actions.start_sync(name)
    noting.later(request, "run_started", "source", name)
    return told(request, name)


@router.post(
    "/v1/sources/{name}/pause",
    summary="Pause a source",
    responses=answers(404, 413, 415, example=SOURCE),
)
def pause(request: Request, name: str, why: Why) -> Source:
    """Nobody reads it until it is resumed; pausing it again changes nothing."""
    refuse_foreign_page(request)
    known(request, name)
    site_of(request).actions.pause(name, why.reason, asking.login(request))
    noting.later(request, "source_paused", "source", name, reason=why.reason)
    return told(request, name)


@router.post(
    "/v1/sources/{name}/resume", summary="Resume a source", responses=answers(404, example=SOURCE)
)
def resume(request: Request, name: str) -> Source:
    """It is read again; one that was not paused stays as it is."""
    refuse_foreign_page(request)
    known(request, name)
    site_of(request).actions.resume(name)
    noting.later(request, "source_resumed", "source", name)
    return told(request, name)


@router.get(
    "/v1/runs", summary="List runs", responses=answers(example={"items": [RUN], "next": None})
)
def run_list(
    request: Request,
    connection: Text = None,
    state: Text = None,
    flow: Text = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Runs:
    """Runs, newest first."""
    filters = _given(connection=connection, state=state, flow=flow)
    with site_of(request).store.read() as reader:
        page = runs.listing(reader, filters, runs.NEWEST, started(cursor, runs.NEWEST), limit)
    return Runs(items=[told_run(request, row) for row in page.rows], next=page.next)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def told_run(request: Request, row: Mapping[str, Any]) -> Run:
    """A row of the list of runs as the API tells it."""
    error = row[f"error_{problems.language(request)}"]
    named = {name: row.get(name) for name in Run.model_fields if name != "error"}
    return Run.model_validate({**named, "error": error})


@router.get(
    "/v1/quarantine/groups",
    summary="Count refused records",
    responses=answers(example={"items": [GROUP]}),
)
def groups(request: Request) -> RefusalGroups:
    """Open rows counted by reason, source and stream, largest first."""
    with site_of(request).store.read() as reader:
        found = quarantine.groups(reader)
    return RefusalGroups(items=[Refusals(**row) for row in found])


@router.get(
    "/v1/quarantine",
    summary="List refused records",
    responses=answers(example={"items": [ROW], "next": None}),
)
def refused(
    request: Request,
    reason: Text = None,
    connection: Text = None,
    stream: Text = None,
    state: Annotated[str, Query(pattern="^(open|put_off|fixed|replayed|discarded)$")] = "open",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> RefusedRows:
    """Refused records, newest first; the open ones unless another state is asked for."""
    filters = _given(reason=reason, connection=connection, stream=stream, state=state)
    with site_of(request).store.read() as reader:
        page = quarantine.listing(
            reader, filters, quarantine.NEWEST, started(cursor, quarantine.NEWEST), limit
        )
        rows = quarantine.told(reader, page.rows)
    return RefusedRows(items=[_refused(request, row) for row in rows], next=page.next)


def _refused(request: Request, row: Mapping[str, Any]) -> Refused:
    row = masking.refused(row) if masking.is_masked_for(request) else row
    named = {name: row.get(name) for name in Refused.model_fields}
    detail = row[f"message_{problems.language(request)}"]
    return Refused.model_validate({**named, "run": row["run_id"], "detail": detail})


@router.post(
    "/v1/quarantine/replay",
    summary="Replay refused records",
    responses=answers(413, 415, example={"passed": 312, "refused": 5}),
)
def replay(request: Request, chosen: Chosen) -> Replayed:
    """Sends these rows through mapping again; repeating it is harmless."""
    refuse_foreign_page(request)
    with asking.acting(request):
        done = site_of(request).actions.replay(chosen.ids)
    after = {"passed": done.passed, "refused": done.refused}
    noting.later(request, "replayed", "quarantine", named(chosen.ids), after=after)
    return Replayed(passed=done.passed, refused=done.refused)


@router.post(
    "/v1/quarantine/{row_id}/correct",
    summary="Correct a refused record",
    responses=answers(
        404,
        409,
        413,
        415,
        example={"batch": "0f1e2d3c4b5a", "passed": 1, "refused": 0, "waiting": False},
    ),
)
def correct(request: Request, row_id: Number, correction: Correction) -> Corrected:
    """Keeps the values if the record passes with them, else 422 says what is still wrong.

    The landed record stays as it came; the correction holds until it is taken back or the source
    changes the field itself.
    """
    refuse_foreign_page(request)
    actions = site_of(request).actions
    anatomy = actions.anatomy(row_id)
    if anatomy is None:
        raise Trouble(404, "refused_unknown", "row_id")
    by = asking.login(request)
    verdict, fixed = actions.mend(row_id, correction.fields, anatomy.seen, by, correction.reason)
    if fixed is None:
        first = verdict.faults[0]
        raise RecordRejected(first.reason, first.field, "", first.ru, first.en)
    note_corrected(request, fixed, str(row_id), correction.reason)
    return _corrected(fixed)


@router.post(
    "/v1/quarantine/withdraw",
    summary="Take corrections back",
    responses=answers(
        413, 415, example={"batch": "0f1e2d3c4b5a", "passed": 0, "refused": 1, "waiting": False}
    ),
)
def withdraw(request: Request, batch: Batch) -> Corrected:
    """Ends a batch; its records are mapped again as their source sends them."""
    refuse_foreign_page(request)
    done = site_of(request).actions.undo_corrections(batch.batch, asking.login(request))
    after = {"passed": done.passed, "refused": done.refused}
    noting.later(request, "corrections_withdrawn", "quarantine", batch.batch, after=after)
    return _corrected(done)


def _corrected(fixed: Any) -> Corrected:
    return Corrected(
        batch=fixed.batch, passed=fixed.passed, refused=fixed.refused, waiting=fixed.waiting
    )
