"""A switch's call records over a seeded working day, with what every call really was."""

from __future__ import annotations

from simulators.telephony.channel_events import write_cel
from simulators.telephony.day import Day, RealCall, working_day
from simulators.telephony.master_csv import write_master_csv
from simulators.telephony.queue_log import write_queue_log

__all__ = [
    "Day",
    "RealCall",
    "working_day",
    "write_cel",
    "write_master_csv",
    "write_queue_log",
]
