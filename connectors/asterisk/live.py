"""Call records as the manager interface tells them the moment a call ends (cdr_manager, handbook 5.2).

The `Cdr` event does not say which call it belongs to; other events of the channel do, and are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl

from connectors.asterisk.ami.packets import Packet
from connectors.asterisk.call_rows import FIELDS as OF_CALLS
from connectors.asterisk.cdr import told_live
from schemas.records import Batch, Cursor

LIVE = "live"
# Channels whose link is remembered: a switch has some thousands at once.
REMEMBERED = 100_000
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AccountCode": "accountcode", "Source": "src", "Destination": "dst",
        "DestinationContext": "dcontext", "CallerID": "clid", "Channel": "channel",
        "DestinationChannel": "dstchannel", "LastApplication": "lastapp", "LastData": "lastdata",
        "StartTime": "start", "AnswerTime": "answer", "EndTime": "end", "Duration": "duration",
        "BillableSeconds": "billsec", "Disposition": "disposition", "AMAFlags": "amaflags",
        "UniqueID": "uniqueid", "UserField": "userfield",
    }
)  # fmt: skip
FIELDS = (*NAMES.values(), "linkedid")


@dataclass
class Heard:
    """What is known of channels that are up; memory is bounded."""

    _links: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def take(self, packet: Packet) -> list[dict[str, str]]:
        """The call record a packet tells, by `FIELDS`; nothing of any other packet."""
        for prefix in ("", "Dest"):
            channel, link = packet[f"{prefix}Uniqueid"], packet[f"{prefix}Linkedid"]
            if channel and link and self._links.get(channel) != link:
                self._links[channel] = link
                if len(self._links) > REMEMBERED:
                    self._links.popitem(last=False)
        if packet.event != "Cdr" or not packet["StartTime"]:
            return []
        told = {ours: packet[theirs] for theirs, ours in NAMES.items()}
        link = packet["LinkedID"] or packet["Linkedid"] or self._links.get(told["uniqueid"], "")
        return [told | {"linkedid": link}]


def batch(rows: Sequence[Mapping[str, str]], zone: ZoneInfo, stream: str = LIVE) -> Batch:
    """Some records as a batch of their stream; there is nowhere to go on from but now."""
    fields = FIELDS if stream == LIVE else OF_CALLS
    frame = pl.DataFrame([dict(row) for row in rows], schema=dict.fromkeys(fields, pl.String()))
    return Batch(stream, told_live(frame, zone), Cursor({}))
