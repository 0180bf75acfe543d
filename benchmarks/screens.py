"""Pages over many companies beside a plain admin page: COUNT(*), OFFSET and LIKE over the same rows.

The base is made as golden records at once; that is not timed. Then each screen asks the store for what it
shows, in turn with the two statements any generic admin sends for the same screen, each time for another
place or text. Beside it stands the whole page, drawn by the web application in the same process.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import polars as pl
from sqlalchemy import text
from starlette.testclient import TestClient

from admin.app import create_app
from admin.settings import SiteSettings
from schemas.golden import golden_columns
from store import Store, finding, golden, identity, open_store, upgrade
from store.engine import Reader
from store.views import parties
from store.views.paging import Order, Place, place

WORDS = ("Вектор", "Горизонт", "Уралнасос", "Кабельсбыт", "Метизы", "Электрощит", "Прогресс", "Луч")
TOWNS = ("Тула", "Пермь", "Казань", "Омск", "Липецк")
_ROWS_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Took:
    """Median milliseconds: what a screen asks of the store here, what a plain one asks, the whole page."""

    screen: str
    ours: float
    plain: float
    page: float

    @property
    def times(self) -> float:
        """How many times as long the plain one takes."""
        return self.plain / self.ours


def run(rows: int, asked: int) -> None:
    """Make `rows` companies, ask for each page `asked` times, and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/kanon.db", Path(folder) / "landing")
        upgrade(store)
        fill(store, rows)
        print(f"{rows:,} companies, SQLite, median of {asked}, milliseconds")
        print(f"{'screen':<26}{'ours':>9}{'plain':>9}{'times':>8}{'page':>9}")
        for one in measured(store, rows, asked):
            took = f"{one.ours:>9.1f}{one.plain:>9.1f}{one.times:>8.1f}{one.page:>9.1f}"
            print(f"{one.screen:<26}{took}")
        store.close()


def fill(store: Store, rows: int) -> None:
    """Invented companies, each with an identity."""
    for start in range(0, rows, _ROWS_AT_ONCE):
        part = companies(start, min(rows, start + _ROWS_AT_ONCE))
        founder = ("erp/parties/" + pl.col("inn")).alias("founder")
        ids = part.select(
            "id", founder, entity=pl.lit("legal_entity"), state=pl.lit("active"),
            survivor_id=pl.lit(None, pl.String),
        )  # fmt: skip
        with store.write() as writer:
            golden.save(writer, "legal_entity", part)
            identity.save(writer, ids)
    with store.write() as writer:
        writer.execute(text("ANALYZE"))


def companies(start: int, end: int) -> pl.DataFrame:
    """Golden companies of these numbers."""
    number = pl.int_range(start, end, dtype=pl.Int64, eager=True)
    n = pl.col("n")
    word = n.mod(len(WORDS)).replace_strict(dict(enumerate(WORDS)), return_dtype=pl.String)
    town = n.mod(len(TOWNS)).replace_strict(dict(enumerate(TOWNS)), return_dtype=pl.String)
    digits = n.cast(pl.String).str.zfill(8)
    told = {
        "id": pl.format("00000000-0000-4000-8000-{}", n.cast(pl.String).str.zfill(12)),
        "name": pl.format("ООО «{} {}»", word, n),
        "inn": "77" + digits,
        "ogrn": "10277" + digits,
        "legal_address": pl.format("г {}, ул Заводская, д {}", town, n.mod(200)),
        "status": pl.lit("active"),
        "kind": pl.lit("organization"),
    }
    frame = pl.DataFrame({"n": number}).select(**told)
    schema = golden_columns("legal_entity")
    missing = [pl.lit(None, kind).alias(c) for c, kind in schema.items() if c not in frame.columns]
    return frame.with_columns(missing).select(list(schema)).with_columns(
        pl.lit([], pl.List(pl.String)).alias("sources")
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen asks of the store, what a plain one asks, and the address of the page, by turn."""

    ours: Callable[[Reader, int], object]
    plain: Callable[[int], tuple[str, str, int]]
    path: Callable[[int], str]


def screens(picked: Sequence[int], rows: int, deep: str) -> dict[str, Screen]:
    """The screens; `picked` are the numbers of companies that are looked for."""

    def listing(order: Order, at: str | None = None, inn: str = "") -> Callable[..., object]:
        start = place(at, order)
        return lambda reader, i: parties.listing(
            reader, {"inn": inn and _inn(picked[i])[:8]}, order, start, 50
        )

    def like(column: str, text_of: Callable[[int], str]) -> Callable[[int], tuple[str, str, int]]:
        return lambda i: (f"{column} LIKE '%{text_of(picked[i])}%'", "name", 0)

    def found(text_of: Callable[[int], str]) -> Callable[..., object]:
        return lambda reader, i: finding.find(reader, text_of(picked[i]), 5)

    name, word = _name, _word
    return {
        "first page": Screen(
            listing(parties.NAME), lambda _: ("1=1", "name", 0), lambda _: "/parties"),
        "deep page": Screen(
            listing(parties.NAME, deep), lambda _: ("1=1", "name", rows // 2), lambda _: f"/parties?at={deep}"),
        "sorted by INN": Screen(
            listing(parties.INN), lambda _: ("1=1", "inn", 0), lambda _: "/parties?order=inn"),
        "INN begins with": Screen(
            listing(parties.NAME, None, "inn"), like("inn", lambda n: _inn(n)[:8]),
            lambda i: f"/parties?inn={_inn(picked[i])[:8]}"),
        "exact INN": Screen(
            found(_inn), like("inn", _inn), lambda i: f"/find?q={_inn(picked[i])}"),
        "a name": Screen(
            found(name), like("name", name), lambda i: f"/find/suggest?q={quote(name(picked[i]))}"),
        "a common word": Screen(
            found(word), like("name", word), lambda i: f"/find/suggest?q={quote(word(picked[i]))}"),
        "card": Screen(
            lambda reader, i: parties.card(reader, _id(picked[i])), like("id", _id),
            lambda i: f"/parties/{_id(picked[i])}"),
    }  # fmt: skip


def _inn(number: int) -> str:
    return f"77{number:08d}"


def _name(number: int) -> str:
    return f"{WORDS[number % len(WORDS)]} {number}"


def _word(number: int) -> str:
    return WORDS[number % len(WORDS)]


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def measured(store: Store, rows: int, asked: int) -> list[Took]:
    """Each screen, and the plain one beside it, in turn."""
    client = TestClient(
        create_app(store, SiteSettings(hosts=("testserver",))), client=("127.0.0.1", 1)
    )
    picked = list(range(7, rows, max(1, rows // asked)))[:asked]
    middle = f"ООО «{_name(rows // 2)}»"
    deep = Place((middle, _id(rows // 2))).dumps()
    found = []
    for name, screen in screens(picked, rows, deep).items():
        took: tuple[list[float], ...] = ([], [], [])
        for i in range(len(picked)):
            works = (
                partial(_ours, store, screen, i),
                partial(_plain, store, screen, i),
                partial(_page, client, screen, i),
            )
            for kind, work in enumerate(works):
                begun = time.perf_counter()
                work()
                took[kind].append((time.perf_counter() - begun) * 1000)
        found.append(Took(name, *map(statistics.median, took)))
    return found


def _ours(store: Store, screen: Screen, turn: int) -> None:
    with store.read() as reader:
        screen.ours(reader, turn)


def _plain(store: Store, screen: Screen, turn: int) -> None:
    where, order, offset = screen.plain(turn)
    with store.read() as reader:
        reader.scalar(text(f"SELECT count(*) FROM golden_legal_entity WHERE {where}"))  # noqa: S608  our own text
        shown = f"SELECT * FROM golden_legal_entity WHERE {where} ORDER BY {order}"  # noqa: S608  our own text
        reader.rows(text(f"{shown} LIMIT 50 OFFSET {offset}"))


def _page(client: TestClient, screen: Screen, turn: int) -> None:
    answer = client.get(screen.path(turn), follow_redirects=False)
    assert answer.status_code in (200, 303), answer.text  # noqa: S101  a failed page would be quick
