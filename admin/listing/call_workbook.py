"""The report of calls as a workbook: a sheet each for operators, queues, hours and days."""

from __future__ import annotations

import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from admin.listing.workbook import cell
from admin.words.language import N_
from store.views.call_reports import Report

# What is shown of each table, and under which heading.
OPERATORS = {
    "name": N_("Employee"), "agent": N_("Extension"), "answered": N_("Answered"), "unanswered": N_("Did not take"),
    "talk_s": N_("Talked, s"), "mean_talk_s": N_("Mean talk, s"), "mean_ring_s": N_("Mean ringing, s"),
    "hold_s": N_("Hold, s"), "after_s": N_("After the call, s"), "duty_s": N_("On duty, s"),
    "paused_s": N_("Paused, s"), "occupancy": N_("Occupancy"),
}  # fmt: skip
QUEUES = {
    "queue": N_("Queue"), "offered": N_("Came"), "answered": N_("Answered"), "in_time": N_("In time"),
    "service_level": N_("Service level"), "abandoned": N_("Gave up"), "abandon_rate": N_("Share that gave up"),
    "mean_wait_s": N_("Mean wait, s"), "longest_s": N_("Longest wait, s"),
}  # fmt: skip
MOMENTS = {
    "inbound": N_("Inbound"), "outbound": N_("Outbound"), "internal": N_("Internal"),
    "missed": N_("Missed"),
}  # fmt: skip


def made(report: Report, word: Callable[[str], str], zone: ZoneInfo) -> bytes:
    """The bytes of the workbook; `word` tells a heading in the reader's language."""
    sheets = (
        (N_("Operators"), report.operators, OPERATORS),
        (N_("Queues"), report.queues, QUEUES),
        (N_("Hours"), report.hours, {"hour": N_("Hour"), **MOMENTS}),
        (N_("Days"), report.days, {"day": N_("Day"), **MOMENTS}),
    )
    book = Workbook(write_only=True)
    for title, rows, columns in sheets:
        sheet = book.create_sheet(word(title))
        sheet.freeze_panes = "A2"
        sheet.append([word(heading) for heading in columns.values()])
        for row in rows.select(list(columns)).iter_rows():
            sheet.append([cell(sheet, value, zone) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
