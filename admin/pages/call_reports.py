"""Calls in figures: operators, queues, hours of the day; and the missed ones nobody called back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import noting
from admin.guard import masking
from admin.listing import call_workbook
from admin.site import Site, site_of
from admin.svg import Bar, stacked
from admin.words import preferences
from admin.words.language import N_
from schemas.years import is_odd_year
from store.views import call_reports, missed_calls
from store.views.call_reports import LONGEST, Period, Report

router = APIRouter(include_in_schema=False)
BESIDE = (
    ("/calls", N_("Journal")),
    ("/calls/missed", N_("Waiting for a call back")),
    ("/calls/report", N_("In figures")),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAYS = 7
_WORKING = (8, 19)


def period_of(request: Request, query: Mapping[str, str]) -> Period:
    """The days asked for, the last week if they cannot be read; no longer than a quarter."""
    zone = site_of(request).formats(preferences.of(request)).zone
    today = datetime.now(zone).date()
    last = min(_day(query.get("to")) or today, today)
    first = _day(query.get("from")) or last - timedelta(days=_DAYS - 1)
    first = min(first, last)
    return Period(max(first, last - timedelta(days=LONGEST - 1)), last, zone)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return None if is_odd_year(day) else day


def told(site: Site, period: Period) -> Report:
    """The report of a period, by the installation's rules."""
    rules = site.settings.telephony
    with site.store.read() as reader:
        return call_reports.report(
            reader, period, rules.answer_within, rules.after_call, datetime.now(UTC)
        )


@router.get("/calls/report")
def show(request: Request) -> Response:
    """The report of some days."""
    site = site_of(request)
    period = period_of(request, request.query_params)
    found = told(site, period)
    hours = _every_hour(found)
    return site.render(
        request,
        "call_report.html",
        {
            "beside": BESIDE, "period": period, "report": found, "hours": hours, "bars": _bars(hours),
            "within": site.settings.telephony.answer_within, "spans": _spans(period), "longest": LONGEST,
        },
    )  # fmt: skip


def _every_hour(found: Report) -> list[dict[str, Any]]:
    """The hours of a working day, and those before and after it up to the first and last call."""
    known = {row["hour"]: row for row in found.hours.iter_rows(named=True)}
    if not known:
        return []
    nothing = {"inbound": 0, "outbound": 0, "internal": 0, "missed": 0}
    return [
        known.get(n, nothing | {"hour": n})
        for n in range(min(_WORKING[0], *known), max(_WORKING[1], *known) + 1)
    ]


def _bars(hours: list[dict[str, Any]]) -> list[Bar]:
    columns = [
        [("bad", h["missed"]), ("info", h["inbound"] - h["missed"]), ("idle", h["outbound"])]
        for h in hours
    ]
    return stacked(columns, [f"{h['hour']:02}" for h in hours])


def _spans(period: Period) -> list[tuple[str, date, date]]:
    """Usual periods: their names and days."""
    today = datetime.now(period.zone).date()
    return [
        (N_("Today"), today, today),
        (N_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (N_("7 days"), today - timedelta(days=6), today),
        (N_("30 days"), today - timedelta(days=29), today),
    ]


@router.get("/calls/report.xlsx")
def workbook(request: Request) -> Response:
    """The same as a workbook: operators, queues, hours, days."""
    site, view = site_of(request), preferences.of(request)
    period = period_of(request, request.query_params)
    name = f"calls-{period.first}-{period.last}.xlsx"
    noting.later(request, "export", "list", name)
    made = call_workbook.made(
        told(site, period), site.words[view.language].gettext, site.formats(view).zone
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=_XLSX, headers=headers)


@router.get("/calls/missed")
def missed(request: Request) -> Response:
    """Numbers whose missed call nobody has answered by another, the longest waiting first."""
    site = site_of(request)
    with site.store.read() as reader:
        rows = missed_calls.waiting(reader)
    hidden = masking.is_masked_for(request)
    for row in rows:
        shown = row["phone"] or row["number"]
        row["shown"] = masking.masked("phone", shown) if hidden else shown
    context = {"beside": BESIDE, "rows": rows, "most": missed_calls.MOST}
    return site.render(request, "calls_missed.html", context)
