"""A living hub behind its API, with tokens of every role, for tests of what other systems do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from admin.guard.access import new_token
from admin.site import Site
from admin.wiring import site_of
from schemas.accounts import Role
from store import accounts, open_store
from tests.flows.judged import Judged, inn, judged_over

FAR = ("10.0.0.7", 1)


@pytest.fixture(scope="session")
def filled_base(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a matched base, to copy from: matching anew for each test would cost seconds."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(sqlite_template, folder / "kanon.db")
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    filled(judged_over(store, folder))
    store.close()
    return folder


@pytest.fixture
def hub(filled_base: Path, tmp_path: Path) -> Iterator[Outside]:
    """The hub of `filled`, which a test may change."""
    folder = tmp_path / "hub"
    shutil.copytree(filled_base, folder)
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    with outside(judged_over(store, folder)) as found:
        yield found
    store.close()


@dataclass(frozen=True)
class Outside:
    """The hub as other systems meet it."""

    judged: Judged
    app: FastAPI
    clients: dict[Role, TestClient]

    def __getattr__(self, name: str) -> TestClient:
        return self.clients[Role(name)]

    @property
    def site(self) -> Site:
        """The site behind it."""
        return cast("Site", self.app.state.site)


def filled(judged: Judged) -> Judged:
    """Companies a (two records, a phone, a person with a mail), b and c."""
    judged.put(
        {"key": "a1", "name": "ООО Ромашка", "inn": inn(1), "kpp": "770101001", "legal_address": "г Москва, ул Лесная, д 1"},
        {"key": "a2", "name": "Ромашка", "inn": inn(1), "kpp": "770101001", "phones": ["+74950000001"]},
        {"key": "b1", "name": "Ромашка филиал"},
        {"key": "c1", "name": "ООО =Вектор", "inn": inn(2), "kpp": "770201001"},
        settled=False,
    )  # fmt: skip
    judged.put(
        {"key": "p1", "party_key": "parties:a1", "name": "Иванов Иван", "last_name": "Иванов", "first_name": "Иван", "emails": ["ivanov@romashka.ru"]},
        entity="person",
        settled=False,
    )  # fmt: skip
    judged.put({"key": "i1", "code": "К-1", "name": "Кабель ВВГ 3х2,5"}, entity="item")
    return judged


@contextmanager
def outside(judged: Judged) -> Iterator[Outside]:
    """The hub served to whoever brings a token."""
    with judged.store.write() as writer:
        accounts.add(writer, "boss", Role.ADMIN, "test")
    app = site_of(judged.house, "test", sign_in=True)
    clients = {}
    for role in Role:
        token = new_token(judged.store, role.value, role, "test", timedelta(days=1))
        bearer = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        clients[role] = TestClient(
            app,
            base_url="http://127.0.0.1",
            client=FAR,
            headers=bearer,
            raise_server_exceptions=False,
        )
    yield Outside(judged, app, clients)
    app.state.site.noted()
