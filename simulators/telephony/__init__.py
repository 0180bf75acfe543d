"""A switch's call records over a seeded working day, with what every call really was."""

from __future__ import annotations

from simulators.telephony.day import Day, RealCall, working_day
from simulators.telephony.master_csv import write_master_csv

__all__ = ["Day", "RealCall", "working_day", "write_master_csv"]
