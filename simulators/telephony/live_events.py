"""The events of a switch's manager interface as its calls end: channels first, then the record of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulators.telephony.leg import Leg

_TIME = "%Y-%m-%d %H:%M:%S"


def live_events(rows: Iterable[Leg]) -> Iterator[dict[str, str]]:
    """Of each row a Newchannel, which knows the link, and a Cdr, which does not."""
    for row in rows:
        yield {
            "Event": "Newchannel", "Channel": row.channel, "CallerIDNum": row.src,
            "CallerIDName": row.name, "Exten": row.dst, "Uniqueid": row.uniqueid,
            "Linkedid": row.linkedid,
        }  # fmt: skip
        yield {
            "Event": "Cdr", "AccountCode": "", "Source": row.src, "Destination": row.dst,
            "DestinationContext": "from-trunk", "CallerID": f'"{row.name}" <{row.src}>',
            "Channel": row.channel, "DestinationChannel": row.dstchannel, "LastApplication": row.app,
            "LastData": row.data, "StartTime": f"{row.start:{_TIME}}",
            "AnswerTime": f"{row.answer:{_TIME}}" if row.answer else "",
            "EndTime": f"{row.end:{_TIME}}", "Duration": str(row.duration),
            "BillableSeconds": str(row.billed), "Disposition": row.disposition,
            "AMAFlags": "DOCUMENTATION", "UniqueID": row.uniqueid, "UserField": "",
        }  # fmt: skip
