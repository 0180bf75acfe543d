"""Settings of an IP Office's SMDR records."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from connectors.avaya.settings import Spool
from schemas.unfit import Unfit

# Handbook 5.5; the names are the manual's own.
STANDARD = (
    "Call Start", "Connected Time", "Ring Time", "Caller", "Direction", "Called Number",
    "Dialled Number", "Account", "Is Internal", "Call ID", "Continuation", "Party1Device",
    "Party1Name", "Party2Device", "Party2Name", "Hold Time", "Park Time", "AuthValid", "AuthCode",
    "User Charged", "Call Charge", "Currency", "Amount at Last User Change", "Call Units",
    "Units at Last User Change", "Cost per Unit", "Mark Up", "External Targeting Cause",
    "External Targeter Id", "External Targeted Number", "Calling Server IP",
    "Unique Call ID Caller", "Called Server IP", "Unique Call ID Called", "Record Time",
)  # fmt: skip
NEEDED = STANDARD[:17]


def _columns(names: tuple[str, ...]) -> tuple[str, ...]:
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise Unfit(f"нужны и столбцы {', '.join(lacking)}", f"must name {', '.join(lacking)}")
    if len(set(names)) != len(names):
        raise Unfit("столбец назван дважды", "must name each column once")
    return names


class IpOfficeSettings(Spool):
    """Where the records lie or come from. `columns` are the fields of a line in order.

    A record may have fewer fields than `columns`: older releases leave the last ones out.
    `start` says how Call Start is written.
    """

    columns: Annotated[tuple[str, ...], AfterValidator(_columns)] = STANDARD
    start: str = Field("%Y/%m/%d %H:%M:%S", description="How Call Start is written")
