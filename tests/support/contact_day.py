"""A day of a contact center by hand: what each contact was, row by row, and the stages it must be told in."""

from __future__ import annotations

from tests.support.contacts import Row, at

DAY, NEXT_DAY = "2026-11-20", "2026-11-21"
STAGES = ("menu", "queue", "ring", "talk", "hold", "after_call")


def row(n: int, guid: str, begun: str, over: str, day: str = DAY, **told: object) -> Row:
    """A voice segment; stamps are given as clock times of the day."""
    moments = {
        name: at(DAY, str(told.pop(short)))
        for short, name in (
            ("app", "ApplicationStartStamp"),
            ("queued", "SkillsetQueuedStamp"),
            ("service", "ServiceStamp"),
        )
        if short in told
    }
    return {
        "SequenceID": n, "GUID": guid, "CCMID": 7000 + n, "ContactTypeName": "Voice",
        "Originator": f"8916555010{n % 10}", "Address": "74951230000",
        "OriginatedStamp": at(DAY, begun), "FinalDispositionStamp": at(day, over),
        "PresentingTime": 0, "HoldTime": 0, "PCPTime": 0, **moments, **told,
    }  # fmt: skip


ROWS = [
    row(1, "answered", "10:00:00", "10:04:25", app="10:00:00", queued="10:00:20", service="10:01:00",
        SkillsetName="sales", AgentID="201", PresentingTime=6, HandlingTime=180, PCPTime=25),
    row(2, "left-queue", "11:00:00", "11:01:20", app="11:00:00", queued="11:00:15",
        SkillsetName="sales", AgentID="0", SksAbandonDelay=65),
    row(3, "left-menu", "12:00:00", "12:00:40", app="12:00:00", AppAbandonDelay=40),
    row(4, "moved", "13:00:00", "13:02:00", app="13:00:00", queued="13:00:10", service="13:00:30",
        SkillsetName="sales", AgentID="201", PresentingTime=4, HandlingTime=90, HoldTime=12,
        NumberOfTimesOnHold=1, NextSegmentID=5),
    row(5, "moved", "13:02:00", "13:04:35", queued="13:02:00", service="13:02:25",
        SkillsetName="claims", AgentID="202", PresentingTime=5, HandlingTime=120, PCPTime=10),
    row(6, "given-back", "14:00:00", "14:02:05", queued="14:00:05", service="14:01:05",
        SkillsetName="sales", AgentID="202", NumberOfTimesRTQ=1, PresentingTime=23, HandlingTime=60),
    row(7, "held-twice", "15:00:00", "15:03:44", queued="15:00:00", service="15:00:09",
        SkillsetName="sales", AgentID="201", PresentingTime=3, HandlingTime=200, HoldTime=45,
        NumberOfTimesOnHold=2, PCPTime=15),
    row(8, "letter", "15:30:00", "15:40:00", ContactTypeName="E-mail", AgentID="201", service="15:35:00",
        HandlingTime=300),
    row(9, "left-ringing", "16:00:00", "16:00:40", queued="16:00:10", SkillsetName="sales",
        AgentID="203", PresentingTime=8, SksAbandonDelay=30),
    row(10, "midnight", "23:58:30", "00:01:30", NEXT_DAY, queued="23:58:50", service="23:59:20",
        SkillsetName="sales", AgentID="202", PresentingTime=5, HandlingTime=100, PCPTime=30),
]  # fmt: skip

# Computed by hand from the stamps above, in seconds, in the order of STAGES.
EXPECTED = {
    "answered": (20, 34, 6, 180, 0, 25),
    "left-queue": (15, 65, 0, 0, 0, 0),
    "left-menu": (40, 0, 0, 0, 0, 0),
    "moved": (10, 16 + 20, 4 + 5, 90 + 120, 12, 10),
    "given-back": (5, 37, 23, 60, 0, 0),
    "held-twice": (0, 6, 3, 200, 45, 15),
    "left-ringing": (10, 22, 8, 0, 0, 0),
    "midnight": (20, 25, 5, 100, 0, 30),
}
# Missed why, first queue, who took it first, who talked last, seconds until that.
TOLD = {
    "answered": (None, "sales", "201", "201", 60),
    "left-queue": ("abandoned_in_queue", "sales", None, None, 80),
    "left-menu": ("abandoned_in_ivr", None, None, None, 40),
    "moved": (None, "sales", "201", "202", 30),
    "given-back": (None, "sales", "202", "202", 65),
    "held-twice": (None, "sales", "201", "201", 9),
    "left-ringing": ("abandoned_in_queue", "sales", None, None, 40),
    "midnight": (None, "sales", "202", "202", 50),
}
