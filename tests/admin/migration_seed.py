"""A migration that has ended, with its act: one table agrees, one does not."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from config.migration import Plan, Table, dumped
from flows.migrate.act import Line, told
from flows.migrate.checksums import Compared, Period
from flows.migrate.cleaning import Cleaned, Step
from store import migrating
from store.engine import Writer
from store.reconciliation import FATES

CLIENTS = Cleaned(
    "clients",
    "1-9f3c2a71",
    (
        Step("refused", "name_missing", 71_606, 135, 71_471),
        Step("repaired", "inn:lost_zero", 71_471, 812, 71_471),
        Step("repaired", "phones:spaces", 71_471, 40_112, 71_471),
        Step("name", "brackets", 71_606, 2_204, 71_606, "Скобки", "Brackets"),
        Step("joined", "", 71_471, 8_325, 63_146),
    ),
)


def save_migration(writer: Writer, *, agrees: bool = False) -> int:
    """The number of the migration."""
    tables = (
        Table(name="clients", carry=True, target="party", rows=71_606, key=("id",)),
        Table(name="contacts", carry=True, target="person", rows=71_605, key=("id",)),
        Table(name="fax_journal", carry=False, rows=17_901, why="не менялась с 2012-12-09"),
    )
    plan = Plan(name="oldcrm", connection="erp", profiled=date(2026, 11, 20), tables=tables)
    layers = [["clients"], ["contacts"]]
    number = migrating.begin(writer, plan.name, plan.connection, dumped(plan), "anna", layers)
    migrating.end(writer, number, "done")
    lines = [
        _line("clients", (63_146, 8_325, 0, 135, 0, 0), "party", 0),
        _line("contacts", (63_156, 8_315, 135, 0, 0, 0), "person", 0 if agrees else 1),
    ]
    left = [{"table": t.name, "rows": t.rows, "why": t.why} for t in tables if not t.carry]
    body = {
        "lines": [told(line) for line in lines],
        "left": left,
        "cleaning": [asdict(CLIENTS)],
    }
    migrating.keep_act(writer, number, json.dumps(body, ensure_ascii=False, default=str))
    return number


def _line(name: str, fates: tuple[int, ...], target: str, differing: int) -> Line:
    total = sum(fates)
    here = Decimal(1_234_566) if differing else Decimal("1234567.89")
    sums = {"credit_limit": (Decimal("1234567.89"), here)}
    months = (
        Period(
            "2026-03", (total - 1_000, total - 1_000), {"credit_limit": (Decimal(7), Decimal(7))}
        ),
        Period("2026-04", (1_000 - differing, 1_000), sums),
    )
    marks = ("ccedec23a7626e7c", "ccedec23a7626e7d" if differing else "ccedec23a7626e7c")
    both = Compared(
        (total - differing, total),
        marks,
        1 + 34 * differing,
        differing,
        ("99",) * differing,
        months,
    )
    counts = dict(zip(FATES, fates, strict=True))
    return Line(name, target, total - differing, counts, 0, 0, both)
