"""A client of the API in one file: copy it, it needs Python and httpx only.

hub = Kanon("https://kanon.example", token)
place = hub.bulk("parties", Path("parties.parquet"))   # everything, once
for changes in hub.follow("crm", start=place): ...     # then what changes, for ever
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, cast
from urllib.parse import quote

import httpx

BUSY = (429, 503)


class Party(TypedDict, total=False):
    """A company; the parts come with `party` alone."""

    id: str
    version: int
    name: str | None
    inn: str | None
    ogrn: str | None
    status: str | None
    legal_address: str | None
    sources: list[str]
    redirected_from: str | None
    units: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    contact_points: list[dict[str, Any]]
    addresses: list[dict[str, Any]]


class Change(TypedDict):
    """One event of the feed."""

    pos: int
    entity: str
    golden_id: str
    party_id: str | None
    op: Literal["created", "changed", "merged", "split", "redirected", "retired"]
    version: int
    survivor_id: str | None
    new_ids: list[str] | None
    at: str


class Problem(Exception):
    """The hub refused: `code` is for programs, the message for people; `existing` of a duplicate."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(told.get("detail", ""))
        self.status: int = told.get("status", 0)
        self.code: str = told.get("code", "")
        self.field: str | None = told.get("field")
        self.existing: Sequence[Party] = told.get("existing", ())


class Kanon:
    """The hub. Reads and keyed calls are repeated while it is busy; other errors raise Problem."""

    def __init__(
        self, address: str, token: str, *, tries: int = 5, http: httpx.Client | None = None
    ) -> None:
        self.http = http or httpx.Client(base_url=address, timeout=60)
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.tries = tries

    def search(self, text: str, limit: int = 20) -> list[Party]:
        """Companies by any identifier: INN, OGRN, phone, mail, name, source record."""
        return cast("list[Party]", self._get("/v1/search", q=text, limit=limit)["items"])

    def party(self, golden_id: str) -> Party:
        """A company whole; a merged id gives its survivor."""
        return cast("Party", self._get(f"/v1/parties/{quote(golden_id, safe='')}"))

    def every(self, kind: str = "parties", **filters: str) -> Iterator[dict[str, Any]]:
        """All records of a kind that fit, page by page."""
        cursor: dict[str, str] = {}
        while True:
            page = self._get(f"/v1/{kind}", **filters, **cursor)
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    def bulk(self, kind: str, path: Path) -> int:
        """Write all of a kind to a Parquet (or .csv) file; the feed position to go on from."""
        with self.http.stream("GET", f"/v1/{kind}{path.suffix}") as answer:
            if answer.is_error:
                answer.read()
                raise Problem(answer.json())
            with path.open("wb") as file:
                for part in answer.iter_bytes():
                    file.write(part)
            return int(answer.headers["Kanon-Position"])

    def ask(self, **draft: Any) -> dict[str, Any]:
        """What creating this company would come to: a verdict, and who is there already."""
        return self._call("POST", "/v1/search", json=draft, again=True).json()  # type: ignore[no-any-return]  # as documented

    def create(self, attempt: str, **draft: Any) -> str:
        """The id of the company, new or there already; `attempt` is the same when it is repeated."""
        try:
            made = self._call("POST", "/v1/parties", json=draft, key=attempt)
        except Problem as refused:
            if refused.code == "duplicate" and refused.existing:
                return refused.existing[0]["id"]
            raise
        return str(made.json()["id"])

    def changes(self, after: int, wait: float = 0) -> tuple[list[Change], int]:
        """Events after a position, and the position to pass next."""
        page = self._get("/v1/changes", after=after, wait=wait)
        return page["items"], page["next"]

    def follow(self, name: str, start: int = 0, wait: float = 30) -> Iterator[list[Change]]:
        """Events page by page, for ever; each page is confirmed when the next one is asked for.

        A page is empty if nothing happened within `wait` seconds.
        """
        path = f"/v1/consumers/{quote(name, safe='')}"
        try:
            self._call("POST", "/v1/consumers", json={"name": name, "position": start})
        except Problem as taken:
            if taken.code != "name_taken":
                raise
        while True:
            page = self._get(f"{path}/changes", wait=wait)
            yield page["items"]
            if page["items"]:
                self._call("POST", f"{path}/ack", json={"position": page["next"]}, again=True)

    def decide(
        self, verdict: Literal["same", "different", "split", "unsure"], *who: str, reason: str = ""
    ) -> list[int]:
        """Numbers of the decisions about companies (ids) or records (connection/stream/key)."""
        body = {"verdict": verdict, "who": who, "reason": reason or None}
        answer = self._call("POST", "/v1/decisions", json=body, key=str(uuid.uuid4()))
        return cast("list[int]", answer.json()["decisions"])

    def withdraw(self, decision: int) -> None:
        """Take a decision back."""
        self._call("DELETE", f"/v1/decisions/{decision}", again=True)

    def set_value(self, golden_id: str, field: str, value: str, version: int) -> None:
        """A field says this, whatever sources say; Problem 412 if the record has changed."""
        self._value("PUT", golden_id, field, version, {"value": value})

    def release_value(self, golden_id: str, field: str, version: int) -> None:
        """Sources have their say again."""
        self._value("DELETE", golden_id, field, version, None)

    def _value(
        self, method: str, golden_id: str, field: str, version: int, body: dict[str, str] | None
    ) -> None:
        path = f"/v1/records/{quote(golden_id, safe='')}/values/{quote(field, safe='')}"
        self._call(method, path, json=body, headers={"If-Match": f'"{version}"'})

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        return cast("dict[str, Any]", self._call("GET", path, params=query, again=True).json())

    def _call(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        again: bool = False,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> httpx.Response:
        told = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        for left in reversed(range(self.tries)):
            answer = self.http.request(method, path, headers=told, **sent)
            if answer.status_code not in BUSY or not left or not (again or key):
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.is_error:
            raise Problem(answer.json())
        return answer


def signed(secret: str, headers: Mapping[str, str], body: bytes, tolerance: float = 300) -> bool:
    """Whether a webhook delivery comes from the hub and is not an old one sent again."""
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > tolerance:
        return False
    told = f"{message}.{at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(wanted, one) for one in given)
