"""A working day at once: stewards who answer pairs and readers who look things up, with time to think.

The base is loaded and matched as any other; that is not timed. The site is a process of its own; all who
work at it have signed in. Stewards take the queue in different places, answer as browsers without scripts
do, and matching settles behind them; readers open the overview, lists, searches, cards and the feed.
"""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import polars as pl
from sqlalchemy import func, select

from admin.guard import passwords
from benchmarks.gate import is_loaded, load, opened
from benchmarks.serving import served
from schemas.accounts import Role
from store import Store, accounts, golden
from store.tables import decision

# Milliseconds that 95 of 100 answers may take with all of them at work: twice those for one alone.
GOAL_MS = {
    "overview": 600, "list": 300, "filtered": 300, "name": 600, "exact INN": 100, "card": 300,
    "queue": 400, "feed": 300, "pair": 300, "answer": 300,
}  # fmt: skip
_THINKING_S = {Role.STEWARD: (3.0, 9.0), Role.VIEWER: (5.0, 15.0)}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_PAIR_LINK = re.compile(r'href="(/reviews/pair\?[^"]+)"')


@dataclass
class Seen:
    """Milliseconds by kind of page, what went wrong, the decisions of the pairs answered, those another had, those that need two."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    late: int = 0
    proposed: int = 0


@dataclass(frozen=True)
class Known:
    """What people look for: ids, INN and names of companies."""

    ids: Sequence[str]
    inns: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True)
class Work:
    """What people look for, what came of it, how long they work, and how often as long they think as usual."""

    known: Known
    seen: Seen
    seconds: int
    think: float


class Visitor:
    """One browser, with its cookie; every page is timed by its kind."""

    def __init__(self, client: httpx.AsyncClient, secret: str, work: Work, chance: int) -> None:
        self._client = client
        self.known, self.seen = work.known, work.seen
        self._headers = {"Cookie": f"kanon_session={secret}; kanon_visit={secret}"}
        self._thinks = work.think
        self.chance = random.Random(chance)  # noqa: S311  who looks at what, the same in every run

    async def think(self, role: Role, *, at_first: bool = False) -> None:
        """Look at the screen for a while; at first anything from no time at all, so that not all begin at once."""
        least, most = _THINKING_S[role]
        await asyncio.sleep(self._thinks * self.chance.uniform(0 if at_first else least, most))

    async def open(self, kind: str, path: str) -> str:
        """The text of a page."""
        return await self._timed(kind, "GET", path, None)

    async def send(self, kind: str, path: str, fields: dict[str, str]) -> str:
        """The text of the page behind a form's answer."""
        return await self._timed(kind, "POST", path, fields)

    async def _timed(self, kind: str, method: str, path: str, fields: dict[str, str] | None) -> str:
        begun = time.perf_counter()
        here = {"Origin": str(self._client.base_url).rstrip("/")} if fields else {}
        told = {**self._headers, **here}
        try:
            answer = await self._client.request(method, path, data=fields, headers=told)
            self.seen.took[kind].append((time.perf_counter() - begun) * 1000)
        except httpx.HTTPError as error:
            self.seen.wrong.append(f"{kind}: {error!r}")
            return ""
        if answer.status_code == httpx.codes.CONFLICT:
            self.seen.late += 1
        elif answer.status_code not in {200, 303}:
            self.seen.wrong.append(f"{kind}: {answer.status_code} {path}")
        return answer.text if answer.status_code == 200 else answer.headers.get("location", "")


def run(
    rows: int, stewards: int, readers: int, seconds: int, processes: int, think: float, home: Path | None
) -> None:  # fmt: skip
    """Load a base of `rows` records, or go on with the one in `home`, work, and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        place = home or Path(folder)
        house = opened(place)
        if not is_loaded(house):
            load(house, rows)
        work, before = Work(_known(house.store), Seen(), seconds, think), _decided(house.store)
        secrets = {
            role: [_signed_in(house.store, role, nth) for nth in range(number)]
            for role, number in ((Role.STEWARD, stewards), (Role.VIEWER, readers))
        }
        with served(place, "--processes", str(processes)) as url:
            asyncio.run(_at_work(url, secrets, work))
        decided = _decided(house.store) - before
        house.close()
    _print(work.seen, decided)


def _known(store: Store) -> Known:
    with store.read() as reader:
        firms = golden.load(reader, "legal_entity", active=True).drop_nulls(["inn", "name"])
    some = firms.sample(min(2_000, firms.height), seed=1)
    return Known(*(some[name].to_list() for name in ("id", "inn", "name")))


def _decided(store: Store) -> int:
    with store.read() as reader:
        return int(reader.scalar(select(func.count()).select_from(decision)) or 0)


def _signed_in(store: Store, role: Role, nth: int) -> str:
    """The secret of a session of somebody in this role."""
    secret = passwords.new_secret()
    login = f"soak-{role.value}-{nth}"
    with store.write() as writer:
        held = accounts.find(writer, login) or accounts.add(writer, login, role, "benchmark")
        accounts.begin(writer, held.id, passwords.digest(secret), "127.0.0.1", "soak")
    return secret


async def _at_work(url: str, secrets: dict[Role, list[str]], work: Work) -> None:
    limits = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        end = time.monotonic() + work.seconds
        days = []
        for role, turn in ((Role.STEWARD, _answers), (Role.VIEWER, _looks)):
            for nth, secret in enumerate(secrets[role]):
                visitor = Visitor(client, secret, work, nth)
                days.append(_until(end, visitor, role, turn))
        await asyncio.gather(*days)


async def _until(
    end: float, visitor: Visitor, role: Role, turn: Callable[[Visitor], Awaitable[None]]
) -> None:
    await visitor.think(role, at_first=True)
    while time.monotonic() < end:
        await turn(visitor)
        await visitor.think(role)


async def _looks(visitor: Visitor) -> None:
    one, known = visitor.chance.choice, visitor.known
    pages = {
        "overview": lambda: "/",
        "list": lambda: "/parties",
        "filtered": lambda: f"/parties?inn={one(known.inns)[:6]}",
        "name": lambda: f"/find/suggest?q={quote(one(known.names).lower())}",
        "exact INN": lambda: f"/find?q={one(known.inns)}",
        "card": lambda: f"/parties/{one(known.ids)}",
        "queue": lambda: "/reviews",
        "feed": lambda: "/feed",
    }
    kind = one(list(pages))
    await visitor.open(kind, pages[kind]())


async def _answers(visitor: Visitor) -> None:
    links = _PAIR_LINK.findall(await visitor.open("queue", "/reviews"))
    if not links:
        return
    page = await visitor.open("pair", visitor.chance.choice(links).replace("&amp;", "&"))
    form = page[page.find('<form class="decide"') :]
    fields = dict(_HIDDEN.findall(form[: form.find("</form>")]))
    if "seen" not in fields:
        return
    await visitor.think(Role.STEWARD)
    verdict = visitor.chance.choice(["different", "unsure"])
    there = await visitor.send("answer", "/reviews/pair", {**fields, "verdict": verdict})
    if f"was={verdict}" in there:
        visitor.seen.answered.append(there.partition("done=")[2].partition("&")[0])
    elif "was=proposed" in there:
        visitor.seen.proposed += 1


def _print(seen: Seen, decided: int) -> None:
    print(f"{'page':<12}{'asked':>8}{'p50 ms':>9}{'p95':>8}{'max':>8}{'goal p95':>10}")
    for kind, took in sorted(seen.took.items()):
        told = pl.Series(took)
        figures = (told.median(), told.quantile(0.95), told.max())
        shown = "".join(
            f"{value:>{width}.0f}" for value, width in zip(figures, (9, 8, 8), strict=True)
        )
        print(f"{kind:<12}{len(took):>8}{shown}{GOAL_MS[kind]:>10}")
    print(
        f"{len(seen.answered)} pairs answered, {decided} decisions kept, {seen.late} another had answered,"
        f" {seen.proposed} wait for a second person,"
        f" {len(seen.wrong)} errors"
    )
    for one in seen.wrong[:10]:
        print(f"  {one}")
    if seen.wrong or decided != len(set(seen.answered)):
        raise SystemExit("something was lost, doubled or refused")
