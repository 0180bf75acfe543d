"""Questions to the standard OData interface of one 1C base, and its answers or errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from connectors.http import HttpClient, Limits, Login
from connectors.onec.answers import Row, objects
from connectors.onec.faults import FAILED, raised
from connectors.onec.settings import OneCSettings
from connectors.pace import Pace
from schemas.errors import ContractBroken

ROOT = "odata/standard.odata"
PLAIN = "'(),:/$=*"


def guid(value: str) -> str:
    """The OData literal of a reference."""
    return f"guid'{value}'"


def moment(value: str) -> str:
    """The OData literal of a local date and time, `2026-01-31T00:00:00`."""
    return f"datetime'{value}'"


@dataclass(slots=True)
class Wire:
    """The base behind `client`; `form` is json or atom."""

    client: HttpClient
    form: str
    allowed_only: bool

    @classmethod
    def open(cls, settings: OneCSettings, transport: httpx.BaseTransport | None = None) -> Wire:
        """A connection by the settings; nothing is sent yet."""
        client = HttpClient(
            f"{settings.url.rstrip('/').removesuffix('/' + ROOT)}/{ROOT}",
            Login(settings.user, settings.password),
            limits=Limits(read=settings.timeout),
            pace=Pace(settings.per_second),
            transport=transport,
        )
        return cls(client, settings.form, settings.allowed_only)

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> httpx.Response:
        """The answer to GET; the errors of `faults` for a failed one."""
        answer = self.client.get(_address(path, query or {}), accept=FAILED)
        if not answer.is_success:
            raise raised(_about(path), answer)
        return answer

    def post(self, path: str, query: Mapping[str, str | int]) -> httpx.Response:
        """The answer to POST, which is sent once."""
        answer = self.client.request("POST", _address(path, query), content=b"", accept=FAILED)
        if not answer.is_success:
            raise raised(_about(path), answer)
        return answer

    def objects(self, path: str, query: Mapping[str, str | int] | None = None) -> list[Row]:
        """The objects of a set that `query` selects."""
        asked: dict[str, str | int] = dict(query or {})
        if self.form == "json":
            asked["$format"] = "json"
        return objects(self.get(path, asked | self._allowed()), _about(path))

    def count(self, path: str, condition: str = "") -> int:
        """How many objects the set has, or how many fit `condition`."""
        query: dict[str, str | int] = {"$filter": condition} if condition else {}
        said = (
            self.get(f"{path}/$count", query | self._allowed()).content.decode("utf-8-sig").strip()
        )
        # Big numbers come with a thousands separator of the server's locale.
        digits = "".join(character for character in said if character.isdigit())
        if not digits or len(said) > 30:
            raise ContractBroken(
                f"1С не сказала, сколько объектов в «{path}». Проверьте публикацию OData.",
                f"1C did not say how many objects '{path}' has. Check the OData publication.",
            )
        return int(digits)

    def _allowed(self) -> dict[str, str | int]:
        return {"allowedOnly": "true"} if self.allowed_only else {}


def _address(path: str, query: Mapping[str, str | int]) -> str:
    # 1C does not read "+" as a space, so the query is quoted here and not by the client.
    asked = "&".join(f"{name}={quote(str(value), safe=PLAIN)}" for name, value in query.items())
    return f"/{quote(path, safe=PLAIN)}" + (f"?{asked}" if asked else "")


def _about(path: str) -> str:
    return path.split("(", 1)[0].split("/", 1)[0] or "odata"
