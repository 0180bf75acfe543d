"""What the pages may ask the hub to do. `flows` answers it; the pages know only this Protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from admin.actions.card import CardActions, NoCardActions
from admin.actions.decisions import Acts, Hooks, NoActs, NoHooks
from admin.actions.enquiries import Enquiring, NoEnquiring
from admin.actions.goods import Cataloguing, NoCataloguing
from admin.actions.mending import Mending, NoMending
from admin.actions.mending import unwired as _unwired
from admin.actions.routing import NoRouting, Routing
from admin.actions.rules import NoRuleActions, RuleActions
from admin.actions.stewardship import Stewardship
from admin.actions.teaching import NoTeaching, Teaching
from admin.actions.telephoning import NoTelephoning, Telephoning
from admin.actions.tending import NoTending, Tending


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that one source offers for a field: where it stands and how far it is trusted."""

    value: str | None
    connection: str
    stream: str
    key: str
    changed_at: datetime | None = None
    trust: float | None = None
    won: bool = False
    lost_because_ru: str = ""
    lost_because_en: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a field of a golden record has its value: the rule, and every candidate, winner first."""

    field: str
    rule_ru: str
    rule_en: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one field says about a pair: so many bits for one company, or against if below zero."""

    field: str
    bits: float
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class PairWhy:
    """Why two records are thought one: `start` bits before evidence, its steps, what speaks against it.

    `score` is the probability that follows, `flags` are pairs of sentences (ru, en), the worst first.
    """

    score: float
    start: float
    steps: tuple[Step, ...]
    flags: tuple[tuple[str, str], ...]
    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person says of two records, why, the stamp of what was on the screen, and who it is."""

    verdict: Literal["same", "different", "unsure"]
    reason: str | None
    seen: str
    by: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: how many records passed, and how many were refused again."""

    passed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Known:
    """A company that is there already, the rule that found it and how sure it is.

    A near hit has a zone (auto, review, distinct) and its evidence, the strongest first.
    """

    id: str
    name: str | None
    inn: str | None
    ogrn: str | None
    rule: str
    why_ru: str
    why_en: str
    score: float
    zone: str = ""
    evidence: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What the gate says of a typed company: verdict, the cleaned record, and what is there already.

    `similar` are companies that a new one may be. The sentences are empty unless the verdict refuses a
    creation.
    """

    verdict: Literal["new", "new_unit", "duplicate", "contradiction"]
    cleaned: Mapping[str, Any]
    known: tuple[Known, ...] = ()
    sentence_ru: str = ""
    sentence_en: str = ""
    similar: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A company that was created; `ready` says that it can be read already, `similar` what it may be."""

    id: str
    ref: str
    joined: bool
    repeated: bool
    ready: bool
    similar: tuple[Known, ...] = ()


class Actions(CardActions, RuleActions, Mending, Tending, Protocol):
    """The hub's abilities behind the buttons."""

    @property
    def stewardship(self) -> Stewardship:
        """What stewards may ask beyond one plain answer."""

    @property
    def acts(self) -> Acts:
        """The decisions of the API."""

    @property
    def hooks(self) -> Hooks:
        """Secrets and tests of webhooks."""

    @property
    def cataloguing(self) -> Cataloguing:
        """What may be said of goods."""

    @property
    def teaching(self) -> Teaching:
        """The words by which names of goods are read."""

    @property
    def enquiring(self) -> Enquiring:
        """What is sent to the hub, and decisions about enquiries."""

    @property
    def telephoning(self) -> Telephoning:
        """Calls dialled for people."""

    @property
    def routing(self) -> Routing:
        """The table by which enquiries are sent."""

    def replay(self, ids: Sequence[int], /) -> Replayed:
        """Sends open quarantine rows through their stage again; repeating it is harmless."""

    def start_sync(self, connection: str, /) -> str:
        """Starts a run of this connection and returns the run's id; Conflict if one is going."""

    def explain(self, golden_id: str, /) -> Sequence[Explanation]:
        """One explanation per field of a golden record, computed from its records and the rules."""

    def explain_pair(self, left: str, right: str, /) -> PairWhy | None:
        """The evidence about two records (connection/stream/key); None if it cannot be told."""

    def judge(self, left: str, right: str, answer: Judged, /) -> int:
        """Writes down what a person says of two records; the number of the decision.

        Conflict if the records changed since the person saw them, or may not be one company.
        """

    def withdraw(self, decision: int, by: str, /) -> int:
        """Takes back a decision with all decided in the same act; how many that was."""

    def search(self, fields: Mapping[str, str | None], /) -> Found:
        """What is there already of a typed company; RecordRejected if a field cannot be accepted."""

    def create(
        self, fields: Mapping[str, str | None], request: str | None, wait: float, /
    ) -> Made | Found:
        """A new company, or what refuses it; `request` names the attempt, `wait` is in seconds."""


class NoActions(NoCardActions, NoRuleActions, NoMending, NoTending):
    """A site that only reads: buttons answer that the hub is not connected."""

    acts: Acts = NoActs()
    hooks: Hooks = NoHooks()
    enquiring: Enquiring = NoEnquiring()
    routing: Routing = NoRouting()
    telephoning: Telephoning = NoTelephoning()
    cataloguing: Cataloguing = NoCataloguing()
    teaching: Teaching = NoTeaching()

    @property
    def stewardship(self) -> Stewardship:
        raise _unwired()

    def replay(self, _ids: Sequence[int], /) -> Replayed:
        raise _unwired()

    def start_sync(self, _connection: str, /) -> str:
        raise _unwired()

    def explain(self, _golden_id: str, /) -> Sequence[Explanation]:
        return ()

    def explain_pair(self, _left: str, _right: str, /) -> PairWhy | None:
        return None

    def judge(self, _left: str, _right: str, _answer: Judged, /) -> int:
        raise _unwired()

    def withdraw(self, _decision: int, _by: str, /) -> int:
        raise _unwired()

    def search(self, _fields: Mapping[str, str | None], /) -> Found:
        raise _unwired()

    def create(
        self, _fields: Mapping[str, str | None], _request: str | None, _wait: float, /
    ) -> Made | Found:
        raise _unwired()
