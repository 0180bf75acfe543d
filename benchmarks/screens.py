"""Pages over many companies beside a plain admin page: COUNT(*), OFFSET and LIKE over the same rows.

The base is made as golden records at once; that is not timed. Then pages are asked for in turn, each with
other places and texts, through the whole web application in one process. The plain page is the two
statements any generic admin sends for the same screen, without drawing anything: it is given an advantage.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import text
from starlette.testclient import TestClient

from admin.app import create_app
from admin.settings import SiteSettings
from schemas.golden import golden_columns
from store import Store, golden, identity, open_store, upgrade

WORDS = ("Вектор", "Горизонт", "Уралнасос", "Кабельсбыт", "Метизы", "Электрощит", "Прогресс", "Луч")
TOWNS = ("Тула", "Пермь", "Казань", "Омск", "Липецк")
_ROWS_AT_ONCE = 200_000
_AHEAD = 10_000


@dataclass(frozen=True, slots=True)
class Took:
    """Median milliseconds of a page here and of the plain one."""

    page: str
    ours: float
    plain: float

    @property
    def share(self) -> float:
        """Ours of theirs."""
        return self.ours / self.plain


def run(rows: int, asked: int) -> None:
    """Make `rows` companies, ask for each page `asked` times, and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/kanon.db", Path(folder) / "landing")
        upgrade(store)
        fill(store, rows)
        print(f"{rows:,} companies, SQLite, median of {asked}, milliseconds")
        for one in measured(store, rows, asked):
            print(f"{one.page:<28}{one.ours:>9.1f}{one.plain:>9.1f}  1/{1 / one.share:.0f}")
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


def measured(store: Store, rows: int, asked: int) -> list[Took]:
    """Each page, and the plain one beside it, in turn."""
    app = create_app(store, SiteSettings(hosts=("testserver",)))
    client = TestClient(app, client=("127.0.0.1", 1))
    every = range(7, rows, max(1, rows // asked))
    picked = list(every)[:asked]
    token = client.get("/parties.json").json()["next"]
    deep = _deep(client, min(rows // 2, _AHEAD))

    def ask(path: str, **query: str) -> None:
        answer = client.get(path, params=query, follow_redirects=False)
        assert answer.status_code in (200, 303), answer.text  # noqa: S101  a failed page would be quick

    def plain(where: str, order: str = "name", offset: int = 0) -> None:
        with store.read() as reader:
            reader.scalar(text(f"SELECT count(*) FROM golden_legal_entity WHERE {where}"))  # noqa: S608  our own text
            reader.session.execute(
                text(
                    f"SELECT * FROM golden_legal_entity WHERE {where} "  # noqa: S608  our own text
                    f"ORDER BY {order} LIMIT 50 OFFSET {offset}"
                )
            ).all()

    word = [f"{WORDS[n % len(WORDS)].lower()} {n}" for n in picked]
    pages: dict[str, tuple[Callable[[int], None], Callable[[int], None]]] = {
        "first page": (lambda _: ask("/parties"), lambda _: plain("1=1")),
        "next page": (lambda _: ask("/parties", at=token), lambda _: plain("1=1", offset=50)),
        "deep page": (lambda _: ask("/parties", at=deep), lambda _: plain("1=1", offset=rows // 2)),
        "sorted by INN": (
            lambda _: ask("/parties", order="inn"), lambda _: plain("1=1", "inn")),
        "INN begins with": (
            lambda i: ask("/parties", inn=f"77{picked[i]:08d}"[:8]),
            lambda i: plain(f"inn LIKE '%77{picked[i]:08d}%'")),
        "suggestions for a name": (
            lambda i: ask("/find/suggest", q=word[i]),
            lambda i: plain(f"name LIKE '%{word[i].title()}%'")),
        "suggestions for a word": (
            lambda i: ask("/find/suggest", q=WORDS[i % len(WORDS)]),
            lambda i: plain(f"name LIKE '%{WORDS[i % len(WORDS)]}%'")),
        "exact INN to its card": (
            lambda i: ask("/find", q=f"77{picked[i]:08d}"),
            lambda i: plain(f"inn LIKE '%77{picked[i]:08d}%'")),
        "card": (
            lambda i: ask(f"/parties/00000000-0000-4000-8000-{picked[i]:012d}"),
            lambda i: plain(f"name LIKE '%{picked[i]}%'")),
    }  # fmt: skip
    return [Took(name, *_in_turn(*both, len(picked))) for name, both in pages.items()]


def _deep(client: TestClient, ahead: int) -> str:
    """The token of a page far from the first."""
    token = ""
    for _ in range(max(1, ahead // 1000)):
        token = client.get("/parties.json", params={"at": token}).json()["next"] or token
    return token


def _in_turn(
    ours: Callable[[int], None], plain: Callable[[int], None], times: int
) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = ([], [])
    for nth in range(times):
        for kind, work in enumerate((ours, plain)):
            begun = time.perf_counter()
            work(nth)
            took[kind].append((time.perf_counter() - begun) * 1000)
    return statistics.median(took[0]), statistics.median(took[1])
