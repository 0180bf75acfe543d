"""What an integration engineer sets to read the statistics of an Aura Contact Center."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr

from connectors.registry import Settings
from schemas.unfit import NO_ZONE, Unfit


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise Unfit(*NO_ZONE)
    return name


class AaccSettings(Settings):
    """Where the statistics stand and how their rows are told apart.

    `url` is an SQLAlchemy address; with a password in it, it is referred to (`env:AACC_URL`). `owner` is the
    schema of the views, empty for none. `contacts` is the view of contact detail. `key` are the columns
    that tell its rows apart, `linked_by` those that all segments of one contact share, the first that is
    filled. `agents` is the view of the agents' intervals, empty to read none, `agent_key` the columns that
    tell its rows apart. `zone` is that of the server's clock. A row that came late, or was filled in
    afterwards, is found by reading the last `lookback_hours` again.
    """

    url: SecretStr
    owner: str = "dbo"
    contacts: str = Field(default="eCSRStat", min_length=1)
    key: tuple[str, ...] = Field(default=("GUID", "SequenceID"), min_length=1)
    linked_by: tuple[str, ...] = Field(default=("GUID", "CCMID"), min_length=1)
    agents: str = "iAgentPerformanceStat"
    agent_key: tuple[str, ...] = Field(default=("Timestamp", "AgentLogin"), min_length=1)
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    page_size: int = Field(default=20_000, ge=1)
    timeout: float = Field(default=600.0, gt=0)
    lookback_hours: int = Field(default=24, ge=0, le=744)

    @property
    def tz(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.zone)
