"""The connector of the manual is complete, fits in forty lines, and keeps the kit's behaviours."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from connectors.base import Source
from connectors.http import HttpClient, Limits
from schemas.records import Cursor
from tests.conformance.case import Bench
from tests.conformance.kit import BEHAVIOURS

PAGE = Path(__file__).parents[2] / "docs" / "connectors" / "writing-a-connector.md"
KEPT = (
    "discover_is_stable",
    "envelope_is_complete",
    "reading_is_repeatable",
    "keys_are_unique",
    "every_cursor_resumes",
    "resuming_makes_progress",
    "future_cursor_is_empty",
    "strange_cursor_is_refused",
    "outage_is_retryable",
)
QUICK = Limits(attempts=2, first_wait=0.0, longest_wait=0.0, jitter=0.0)


def example() -> str:
    """The first block of code of the page."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.fixture(scope="module")
def manual() -> Iterator[ModuleType]:
    """The example as a module."""
    module = ModuleType("phonebook_of_the_manual")
    sys.modules[module.__name__] = module
    exec(compile(example(), str(PAGE), "exec"), module.__dict__)  # noqa: S102 - our own page
    yield module
    del sys.modules[module.__name__]


class PhoneBookBench(Bench):
    """The service of the example, in memory."""

    stream = "people"

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.people: list[dict[str, Any]] = [
            {"id": n, "name": f"Абонент {n}", "phone": f"+7495{n:07}"} for n in range(1, 36)
        ]
        self.is_down = False

    def source(self) -> Source:
        settings = self.module.PhoneBookSettings(url="http://phones.example/", page=10)
        made = self.module.KIND.make("phones", settings)
        made.http = HttpClient(
            settings.url, limits=QUICK, transport=httpx.MockTransport(self._serve)
        )
        assert isinstance(made, Source)
        return made

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("down")
        asked: Any = request.url.params
        found = [person for person in self.people if person["id"] > int(asked.get("after", 0))]
        return httpx.Response(200, content=json.dumps(found[: int(asked["limit"])]))

    @contextmanager
    def down(self) -> Iterator[None]:
        self.is_down = True
        yield
        self.is_down = False

    def rows_now(self) -> int:
        return len(self.people)

    def future_cursor(self) -> Cursor:
        return Cursor({"after": 10**9})


def test_the_connector_fits_in_forty_lines() -> None:
    code = [line for line in example().splitlines() if line.strip()]
    assert len(code) <= 40


@pytest.mark.parametrize("name", KEPT)
def test_the_connector_keeps(name: str, manual: ModuleType) -> None:
    BEHAVIOURS[name].run(PhoneBookBench(manual))
