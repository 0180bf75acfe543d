"""What the API takes and answers about pairs that wait for a person, acts in bulk, and companies from inside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin.api.patterns import REF

Ref = Annotated[
    str,
    Field(
        pattern=REF, max_length=2_000, description="connection/stream/key",
        examples=["erp/parties/1001"],
    ),
]  # fmt: skip
Reason = Annotated[str | None, Field(max_length=500, description="Why, in a few words")]
Facet = Annotated[str | None, Field(max_length=300)]


class Side(BaseModel):
    """One record of a pair, as its source tells it."""

    ref: str
    party_id: str | None = Field(description="The company it is in now")
    name: str | None
    inn: str | None
    kpp: str | None


class Pair(BaseModel):
    """Two records that may be one company."""

    left: Side
    right: Side
    rule: str
    severity: str
    reason: str
    score: float | None = Field(description="Probability; null for what exact rules found")
    value: int = Field(description="Source records and people of both companies")
    pattern: str = Field(description="INN, KPP, OGRN, name, phone, e-mail, address: e, d or n each")
    lane: str
    waits_since: datetime
    opened_by: str | None
    assignee: str | None = Field(description="Login of the steward it is assigned to")
    seen: str = Field(description="Send it back with the decision: it says what was looked at")


class Pairs(BaseModel):
    """A page of waiting pairs."""

    items: list[Pair]
    next: str | None = Field(description="Pass as `cursor` for the next page; null on the last one")


class Happened(BaseModel):
    """How often something happened and when last."""

    count: int
    last: datetime | None
    more: bool = Field(description="It happened oftener than was counted")


class Trusted(BaseModel):
    """How far a source is trusted in a group of fields."""

    place: int = Field(description="1 is the most trusted source")
    last: int = Field(description="The place of the least trusted one")


class InUse(BaseModel):
    """Whether a record or a company is in use."""

    alive: bool = Field(description="A call, an enquiry or an order came within a year")
    calls: Happened
    enquiries: Happened
    orders: Happened = Field(
        description="Orders that sources tell of, and numbers that the enquiries name"
    )
    months: list[int] = Field(
        description="Calls and enquiries of each of 12 months, the oldest first; empty if not all were counted"
    )


class SideOfLife(Side, InUse):
    """One record of a pair, and whether it is in use."""

    changed_at: datetime | None = Field(description="When its source changed it last")
    trust: dict[str, Trusted] = Field(description="By group of fields: requisites, name")


class PairOfLife(BaseModel):
    """Two records beside each other, whether they wait for an answer or not."""

    left: SideOfLife
    right: SideOfLife
    seen: str = Field(description="Send it back with the decision: it says what was looked at")


class Decision(BaseModel):
    """An answer to one pair."""

    model_config = ConfigDict(extra="forbid")

    left: Ref
    right: Ref
    verdict: Literal["same", "different", "unsure"]
    seen: str = Field(max_length=64, description="`seen` of the pair that was looked at")
    reason: Reason = None
    picks: dict[str, Ref] = Field(
        default_factory=dict, max_length=20,
        description="Of one company: field → the record whose value it is to have",
    )  # fmt: skip


class Decided(BaseModel):
    """What became of it: a decision, or a proposal that a second person must confirm."""

    decision: int | None
    proposal: int | None


class Bulk(BaseModel):
    """Pairs chosen by what they have in common, and one answer to all of them."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["same", "different"]
    pattern: Facet = None
    reason_code: Facet = Field(None, description="`reason` of the pairs")
    rule: Facet = None
    sources: Facet = None

    def filters(self) -> dict[str, str]:
        """The facets that were set."""
        told = {"pattern": self.pattern, "reason": self.reason_code, "rule": self.rule}
        return {k: v for k, v in {**told, "sources": self.sources}.items() if v}


class BulkOrder(Bulk):
    """The same, to be carried out."""

    seen: str = Field(max_length=64, description="`seen` of the preview")
    reason: Reason = None


class BulkPreview(BaseModel):
    """What one answer would be about."""

    pairs: int
    excluded: dict[str, int] = Field(description="Pairs left out, by why")
    more: bool = Field(description="There are more pairs than are answered at once")
    needs_second: bool
    seen: str


class Act(BaseModel):
    """A proposal, or an act in bulk."""

    id: int
    kind: Literal["pair", "bulk", "split"]
    verdict: str
    state: Literal["waiting", "running", "done", "declined", "undone"]
    why: str = Field(description="Why a second person is needed; empty if none is")
    author: str
    answered_by: str | None
    size: int
    done: int
    refused: int


class ActAnswer(BaseModel):
    """What to do with an act."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["confirm", "decline", "undo"]
    reason: Reason = None


class Member(BaseModel):
    """A record of a company and how it came there."""

    ref: str
    name: str | None
    inn: str | None
    kpp: str | None
    rule: str
    score: float | None


class TieOf(BaseModel):
    """What two records share; a weak tie shares no requisite."""

    left: str
    right: str
    shared: list[str]
    weak: bool


class ClusterOf(BaseModel):
    """A company from inside."""

    id: str
    version: int
    members: list[Member]
    ties: list[TieOf]


class Leave(BaseModel):
    """Records that are to leave a company."""

    model_config = ConfigDict(extra="forbid")

    records: list[Ref] = Field(min_length=1, max_length=500)


class Split(Leave):
    """The same, to be carried out on the version that was looked at."""

    version: int = Field(ge=0, le=2**53)
    reason: Reason = None


class FieldChange(BaseModel):
    """A field of the card that stays."""

    field: str
    before: str | None
    after: str | None


class Child(BaseModel):
    """What goes along with the records that leave."""

    entity: str
    what: str


class PartingOf(BaseModel):
    """What would become of a company."""

    version: int
    fields: list[FieldChange]
    children: list[Child]
    returns: str | None = Field(
        description="The id the records had before; null if they get a new one"
    )
