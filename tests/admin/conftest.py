"""A seeded site for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from admin.actions import Candidate, Explanation, Found, Judged, Made, PairWhy, Replayed, Step
from admin.actions.decisions import NoActs, NoHooks
from admin.actions.routing import NoRouting
from admin.actions.stewardship import Stewardship
from admin.actions.teaching import NoTeaching
from admin.app import create_app
from admin.settings import SiteSettings, SourceCard
from admin.wiring import site_of
from config.settings import Settings
from flows.clusters import Cluster
from flows.house import open_house
from flows.judge import Answered
from flows.merged import Merged
from store import Store, open_store, upgrade
from tests.admin.companies import company
from tests.admin.mending import RecordedMending
from tests.admin.recorded_desk import RecordedDesk
from tests.admin.seed import Seeded, seed
from tests.support.filled import hub_of, hubs, sqlite_hub_of
from tests.support.records import NOON

__all__ = ["hub_of", "hubs", "sqlite_hub_of"]

TRUST = {"requisites": (1, 3), "name": (2, 3)}
SETTINGS = SiteSettings(
    dials=True,
    hosts=("127.0.0.1", "localhost", "testserver"),
    secret=b"x" * 32,
    sources=(
        SourceCard("erp", "Oracle EBS, Магнитогорск", "ebs", timedelta(hours=1), trust=TRUST),
        SourceCard("onec", "1С:УТ, Москва", "onec", timedelta(minutes=15)),
        SourceCard("shop", "Обмен с сайтом", "commerceml"),
    ),
)


class RecordedStewardship:
    """Stewardship that remembers the answers it was given; a page that asks for more of it fails."""

    def __init__(self, judged: list[tuple[str, str, Judged]]) -> None:
        self._judged = judged
        self.picked: list[Mapping[str, str]] = []

    def merged(self, left: str, right: str) -> Merged | None:
        return None

    def answer(self, left: str, right: str, said: Judged, picks: Mapping[str, str]) -> Answered:
        self._judged.append((left, right, said))
        self.picked.append(picks)
        return Answered(decision=7)

    def is_at_work(self, number: int) -> bool:
        return False

    def cluster(self, golden_id: str) -> Cluster | None:
        return None


class RecordedTelephoning:
    """A switch that is asked to dial and says nothing yet."""

    def dial(self, number: str, whose: str, by: str, key: str) -> str:
        return "kanon-1"

    def request(self, request: str) -> Mapping[str, Any] | None:
        told = {
            "author": "anna",
            "connection": "switch",
            "extension": "102",
            "phone": "+79160000071",
        }
        row = {"id": "kanon-1", "state": "unknown", "reason": "answer_lost", "asked_at": NOON}
        return {**told, **row, "call": None} if request == "kanon-1" else None


class Recorded(RecordedDesk, RecordedMending):
    """Actions that remember what they were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.acts, self.hooks = NoActs(), NoHooks()
        self.routing, self.teaching = NoRouting(), NoTeaching()
        self.telephoning = RecordedTelephoning()
        self.replayed: list[int] = []
        self.started: list[str] = []
        self.judged: list[tuple[str, str, Judged]] = []
        self.withdrawn: list[tuple[int, str]] = []
        self.stewardship = cast("Stewardship", RecordedStewardship(self.judged))

    def replay(self, ids: Sequence[int]) -> Replayed:
        self.replayed += ids
        return Replayed(len(ids), 0)

    def start_sync(self, connection: str) -> str:
        self.started.append(connection)
        return "29"

    def judge(self, left: str, right: str, answer: Judged) -> int:
        self.judged.append((left, right, answer))
        return 7

    def withdraw(self, decision: int, by: str) -> int:
        self.withdrawn.append((decision, by))
        return 1

    def search(self, fields: Mapping[str, str | None]) -> Found:
        return Found("new", fields)

    def create(self, fields: Mapping[str, str | None], request: str | None, wait: float) -> Made:
        return Made("6a6c1b1e-8d0f-4c57-9a3e-2f4f0c9a7d11", "hub/parties/1", False, False, True)

    def explain_pair(self, left: str, right: str) -> PairWhy | None:
        if left.endswith("/7"):
            return None
        steps = (
            Step("place", -1.6, "адрес: тот же регион, другой дом", "address: the same region, another house"),
            Step("form", 0.9, "правовая форма: совпадает", "legal form: equal"),
            Step("phone", 6.1, "телефон: совпадает, до пяти компаний", "phone: equal, up to five companies have it"),
            Step("name", 8.4, "название: совпадает, до трёх компаний", "name: equal, up to three companies have it"),
        )  # fmt: skip
        flags = (("похоже на компании одной группы", "it looks like companies of one group"),)
        return PairWhy(
            0.9711, -8.7, steps, flags,
            "Возможно, одна компания: совпали название и телефон или почта.",
            "Possibly one company: the name and a phone or e-mail agree.",
        )  # fmt: skip

    def explain(self, golden_id: str) -> Sequence[Explanation]:
        name = company(1)["name"]
        winner = Candidate(name, "erp", "parties", "1", trust=0.9, won=True)
        loser = Candidate(
            name.upper(),
            "onec",
            "Catalog_Контрагенты",
            "0001",
            trust=0.6,
            lost_because_ru="ниже доверие",
            lost_because_en="less trusted",
        )
        return (
            Explanation(
                "name",
                "Побеждает источник с большим доверием.",
                "The more trusted source wins.",
                (winner, loser),
            ),
        )


@pytest.fixture(scope="session")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Seeded]]:
    """A store with something on every page; nobody may write to it."""
    folder = tmp_path_factory.mktemp("site")
    store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
    upgrade(store)
    yield store, seed(store)
    store.close()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An upgraded store without a row."""
    folder: Path = tmp_path_factory.mktemp("bare")
    store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
    upgrade(store)
    yield store
    store.close()


def client_of(store: Store, actions: Recorded | None = None, *, catch: bool = False) -> TestClient:
    """A browser on this machine."""
    app = create_app(store, SETTINGS, actions)
    return TestClient(app, client=("127.0.0.1", 40000), raise_server_exceptions=not catch)


@pytest.fixture
def seeded(full_store: tuple[Store, Seeded]) -> Seeded:
    return full_store[1]


@pytest.fixture
def actions() -> Recorded:
    return Recorded()


@pytest.fixture
def client(full_store: tuple[Store, Seeded], actions: Recorded) -> TestClient:
    return client_of(full_store[0], actions)


@pytest.fixture
def bare(empty_store: Store) -> TestClient:
    return client_of(empty_store)


@pytest.fixture
def crm(sqlite_template: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of an empty, living hub."""
    (tmp_path / "kanon.db").write_bytes(sqlite_template.read_bytes())
    house = open_house(Settings(home=tmp_path, database=f"sqlite:///{tmp_path / 'kanon.db'}"))
    with TestClient(
        site_of(house, "test"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)
    ) as client:
        yield client
    house.close()
