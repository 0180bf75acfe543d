"""The pages' buttons wired to the flows of an opened house."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from fastapi import FastAPI

from admin.actions import (
    Candidate,
    Explanation,
    Found,
    Judged,
    Known,
    Made,
    PairWhy,
    Replayed,
    Step,
)  # fmt: skip
from admin.actions.decisions import Acts, Hooks
from admin.actions.enquiries import Enquiring
from admin.actions.goods import Cataloguing
from admin.actions.routing import Routing
from admin.actions.stewardship import Stewardship
from admin.actions.teaching import Teaching
from admin.actions.telephoning import Telephoning
from admin.app import create_app
from admin.background.jobs import Jobs
from admin.background.settling import Settling
from admin.settings import Environment, SiteSettings
from admin.wiring.card import HouseCardActions
from admin.wiring.decisions import HouseActs, HouseHooks
from admin.wiring.enquiries import HouseEnquiring
from admin.wiring.goods import HouseCataloguing
from admin.wiring.mending import HouseMending
from admin.wiring.routing import HouseRouting
from admin.wiring.rules import HouseRuleActions
from admin.wiring.sources import source_cards
from admin.wiring.stewardship import HouseStewardship
from admin.wiring.teaching import GrammarInForce, HouseTeaching
from admin.wiring.telephoning import HouseTelephoning
from admin.wiring.tending import HouseTending, in_background
from config.authority import load_authority
from config.enquiries import load_enquiries
from config.routing import load_routing
from config.sites import load_sites
from config.stages import load_stages
from config.stock import load_stock
from config.telephony import load_telephony
from dedup import explain as why
from flows import gate
from flows.attend import refuse_if_paused
from flows.calls.live import is_live
from flows.create import create, settled_id
from flows.decide import withdraw
from flows.directory import people_of
from flows.explain import explain_entity
from flows.hits import Similar
from flows.house import House
from flows.replay import replay
from flows.run import refuse_if_busy
from flows.sync import refresh, settle
from flows.why import explain_pair
from schemas.errors import Conflict, KanonError

log = structlog.get_logger()
_LOST = {
    why.SAME: ("то же значение", "the same value"),
    why.LESS_TRUSTED: ("источнику доверяют меньше", "the source is trusted less"),
    why.OLDER: ("запись старше", "the record is older"),
    why.UNIT_ONLY: (
        "введено о подразделении, а не о компании",
        "it was typed about a unit, not about the company",
    ),
    why.DEAD: ("запись закрыта в источнике", "the record is closed in its source"),
    why.LATER_REF: ("при прочих равных раньше по ключу", "all else equal, an earlier key wins"),
}


_PAUSE = 1.5  # seconds: longer than a practised steward takes for a pair


class HouseActions(HouseCardActions, HouseRuleActions, HouseMending, HouseTending):
    """`admin.actions.Actions` over an opened house."""

    def __init__(self, house: House, *, second: bool = False) -> None:
        self.house = house
        self.jobs = Jobs(house.store)
        self._settling = Settling(lambda: settle(house), _PAUSE)
        self._second = second
        self.stewardship: Stewardship = HouseStewardship(
            house, lambda: self._settling.soon(0), second=second
        )
        self.acts: Acts = HouseActs(house, self._settling)
        self.hooks: Hooks = HouseHooks(house)
        self.enquiring: Enquiring = HouseEnquiring(house)
        self.telephoning: Telephoning = HouseTelephoning(house)
        self.routing: Routing = HouseRouting(house, self.jobs)
        self.cataloguing: Cataloguing = HouseCataloguing(house)
        self.teaching: Teaching = HouseTeaching(house, self.jobs, lambda: self._settling.soon(0))

    def replay(self, ids: Sequence[int]) -> Replayed:
        """Send quarantine rows through mapping again and carry what passed to the feed."""
        done = replay(self.house, list(ids))
        settle(self.house)
        return Replayed(done.passed, done.refused + done.waiting)

    def start_sync(self, connection: str) -> str:
        """Start a refresh of one connection in the background; its runs appear in the list.

        Conflict if a living process is at work on it.
        """
        self.house.connection(connection)
        refuse_if_paused(self.house, connection)
        refuse_if_busy(self.house, connection)
        in_background(connection, partial(refresh, self.house, connections=[connection]))
        return connection

    def judge(self, left: str, right: str, answer: Judged) -> int:
        """Write down what a person says of two records; matching acts on it in the background."""
        done = self.stewardship.answer(left, right, answer, {})
        if done.decision is None:
            raise Conflict(
                f"Это решение ждёт второго человека: предложение {done.proposal}.",
                f"This decision waits for a second person: proposal {done.proposal}.",
            )
        return done.decision

    def withdraw(self, decision: int, by: str) -> int:
        """Take a decision back; matching acts on it in the background."""
        done = withdraw(self.house, decision, by)
        self._settling.soon(0)
        return done.written

    def search(self, fields: Mapping[str, str | None]) -> Found:
        """What is there already of a typed company."""
        return _found(gate.ask(self.house, fields))

    def create(
        self, fields: Mapping[str, str | None], request: str | None, wait: float
    ) -> Made | Found:
        """A new company, or what refuses it; it is matched in the background, waited for so long."""
        try:
            made = create(self.house, fields, request=request)
        except gate.Duplicate as refusal:
            return _found(refusal.answer, refusal)
        settled = settled_id(self.house, made) if self._settling.soon(wait) else None
        alike = _alike(made.similar)
        ready = settled is not None
        return Made(settled or made.id, made.ref, made.joined, made.repeated, ready, alike)

    def explain(self, golden_id: str) -> Sequence[Explanation]:
        """Why each field of a golden record has its value, computed now from its records."""
        try:
            found = explain_entity(self.house, golden_id)
        except KanonError as error:
            log.warning("cannot explain", golden_id=golden_id, error=error.en)
            return ()
        fields = dict.fromkeys(candidate.field for candidate in found)
        return [
            _explanation(field, [c for c in found if c.field == field], self.house)
            for field in fields
        ]

    def explain_pair(self, left: str, right: str) -> PairWhy | None:
        """The evidence about two records, weighed now."""
        found = explain_pair(self.house, left, right)
        if found is None:
            return None
        steps = tuple(Step(s.field, s.bits, s.ru, s.en) for s in found.steps)
        return PairWhy(found.score, found.start, steps, found.flags, found.ru, found.en)


def _found(answer: gate.Answer, refusal: gate.Duplicate | None = None) -> Found:
    known = tuple(
        Known(hit.id, hit.name, hit.inn, hit.ogrn, hit.rule, hit.why_ru, hit.why_en, hit.score)
        for hit in answer.hits
    )
    ru, en = (refusal.ru, refusal.en) if refusal else ("", "")
    alike = _alike(answer.similar)
    return Found(answer.verdict, gate.shown(answer.record), known, ru, en, alike)


def _alike(found: Sequence[Similar]) -> tuple[Known, ...]:
    return tuple(
        Known(
            one.id, one.name, one.inn, one.ogrn, one.rule, one.why_ru, one.why_en, one.score, one.zone,
            tuple(Step(s.field, s.bits, s.ru, s.en) for s in one.evidence),
        )
        for one in found
    )  # fmt: skip


def _explanation(field: str, candidates: list[why.Candidate], house: House) -> Explanation:
    order = house.trust.by_field.get(field, ())
    trusted = " > ".join(order) or "—"
    return Explanation(
        field=field,
        rule_ru=f"По доверию: {trusted}; при равенстве новее",
        rule_en=f"By trust: {trusted}; the newer on a tie",
        candidates=tuple(_candidate(candidate, len(order)) for candidate in candidates),
    )


def _candidate(candidate: why.Candidate, places: int) -> Candidate:
    connection, stream, key = candidate.ref.split("/", 2)
    lost = _LOST.get(candidate.verdict, ("", ""))
    trust = max(0.0, 1 - candidate.trust_rank / places) if places else None
    return Candidate(
        value=candidate.value,
        connection=connection,
        stream=stream,
        key=key,
        changed_at=datetime.fromisoformat(candidate.changed_at) if candidate.changed_at else None,
        trust=trust,
        won=candidate.verdict == why.WON,
        lost_because_ru=lost[0],
        lost_because_en=lost[1],
    )


def site_of(
    house: House,
    environment: Environment = "prod",
    *,
    sign_in: bool = False,
    secret: bytes | None = None,
) -> FastAPI:
    """The web application of an opened house; `secret` signs its forms where several processes answer."""
    settings = SiteSettings(
        secret=secret or secrets.token_bytes(32),
        environment=environment,
        sources=source_cards(house),
        body_limit=house.settings.body_limit,
        calls_a_minute=house.settings.calls_a_minute,
        sign_in=sign_in,
        second_factor=house.settings.second_factor,
        exports=house.settings.home / "exports",
        stages=load_stages(house.settings.config_dir),
        prefect=house.settings.prefect,
        telephony=load_telephony(house.settings.config_dir),
        hosts=(*SiteSettings().hosts, *house.settings.host_names),
        forms=load_sites(house.settings.config_dir),
        grammar=GrammarInForce(house),
        stock=load_stock(house.settings.config_dir),
        topics=tuple(load_enquiries(house.settings.config_dir).topics),
        enquiries=load_enquiries(house.settings.config_dir),
        routing=load_routing(house.settings.config_dir),
        authority=load_authority(house.settings.config_dir),
        dials=any(is_live(house, name) for name in house.connections),
    )
    actions = HouseActions(house, second=sign_in)
    return create_app(house.store, settings, actions, people_of(house.settings))
