"""The worked example of docs/concepts.md: one company of the small demo, from its records to the feed."""

from __future__ import annotations

import polars as pl

from flows.house import House
from store import canonical, feed, golden, identity, landing, quarantine, runs
from store.engine import Reader
from tests.docs.generated import table

# Where each stream of the demo writes what the example shows.
WRITTEN = {
    "ebs.parties": ("PARTY_NAME", "JGZZ_FISCAL_CODE", None, "ATTRIBUTE1"),
    "ebs.site_uses": (None, None, "TAX_REFERENCE", None),
    "onec.Catalog_Контрагенты": ("Description", "ИНН", "КПП", "РегистрационныйНомер"),
    "commerceml.counterparties": ("Наименование", "ИНН", "КПП", "ОГРН"),
    "files.counterparties": ("Наименование", "ИНН", "КПП", "ОГРН"),
}


class Story:
    """The company the example tells of: known to the most sources, linked by the most rules."""

    def __init__(self, house: House, reader: Reader) -> None:
        links = identity.links(reader, "party")
        by = links.group_by("golden_id").agg(
            pl.col("connection", "rule").n_unique(), pl.len().alias("n")
        )
        order = ["connection", "rule", "n", "golden_id"]
        best = by.sort(order, descending=[True, True, False, False])
        self.id = str(best["golden_id"][0])
        self.house, self.reader = house, reader
        self.links = links.filter(pl.col("golden_id") == self.id)

    def sources(self) -> str:
        """What the sources wrote, word for word."""
        records = self._records()
        return table([self._written(row) for row in records.to_dicts()])

    def _records(self) -> pl.DataFrame:
        parties = canonical.load(self.reader, "party")
        place = ["connection", "stream", "key"]
        return self.links.join(parties.drop("seq"), on=place, how="inner").sort(place)

    def _written(self, row: dict[str, object]) -> dict[str, object]:
        stream = f"{row['connection']}.{row['stream']}"
        store = self.house.store
        where = (int(str(row["landing_id"])), int(str(row["landing_row"])))
        found = landing.payload(store, self.reader, *where) or {}
        columns = dict(zip(("name", "INN", "KPP", "OGRN"), WRITTEN[stream], strict=True))
        values = {label: found.get(name) if name else None for label, name in columns.items()}
        return {"record": f"`{stream}` {_short(row['key'])}", **values}

    def cleaned(self) -> str:
        """The canonical records and the rule that linked each."""
        return table(
            [
                {
                    "record": f"`{row['connection']}.{row['stream']}` {_short(row['key'])}",
                    "name": row["name"],
                    "INN": row["inn"],
                    "KPP": row["kpp"],
                    "OGRN": row["ogrn"],
                    "rule": row["rule"],
                }
                for row in self._records().to_dicts()
            ]
        )

    def golden(self) -> str:
        """The golden legal entity and its units."""
        entity = (
            golden.load(self.reader, "legal_entity")
            .filter(pl.col("id") == self.id)
            .row(0, named=True)
        )
        units = (
            golden.load(self.reader, "unit")
            .filter(pl.col("legal_entity_id") == self.id)
            .sort("kpp")
        )
        fields = ("name", "full_name", "inn", "ogrn", "legal_address", "region", "status")
        rows: list[dict[str, object]] = [
            {"level": "legal entity", "id": _short(self.id), "field": name, "value": entity[name]}
            for name in fields
        ]
        rows += [
            {
                "level": f"unit ({unit['role']})",
                "id": _short(unit["id"]),
                "field": "kpp",
                "value": unit["kpp"],
            }
            for unit in units.to_dicts()
        ]
        return table(rows)

    def events(self) -> str:
        """What the feed said of the company."""
        found = feed.history(self.reader, self.id)
        return table(
            [
                {n: _short(row[n]) for n in ("entity", "golden_id", "op", "version")}
                for row in found.to_dicts()
            ]
        )


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:8]}…" if len(text) == 36 else text


def balance(reader: Reader) -> str:
    """Every line of the balance sheets of the first refresh."""
    rows = [
        {
            "stage": line.stage,
            "records of": f"{line.connection}.{line.stream}".strip("."),
            "given": line.given,
            "became": _became(reader, run, line),
            "difference": line.given - line.found,
        }
        for run in _first_runs(reader)
        for line in runs.balance(reader, run)
        if line.stage != "extract"
        or line.stream in ("parties", "counterparties", "Catalog_Контрагенты")
    ]
    return table(rows)


def _first_runs(reader: Reader) -> list[int]:
    """The runs up to the first that settled."""
    history = runs.page(reader, limit=1000).sort("id")
    settled = history.filter(pl.col("flow") == "settle")["id"][0]
    return history.filter(pl.col("id") <= settled)["id"].to_list()


def _became(reader: Reader, run: int, line: runs.Line) -> str:
    place = (
        (pl.col("stage") == line.stage)
        & (pl.col("connection") == line.connection)
        & (pl.col("stream") == line.stream)
    )
    parts = dict(runs.counts(reader, run).filter(place).select("name", "value").iter_rows())
    _, names = runs.EQUATIONS[line.stage]
    return ", ".join(f"{parts[name]} {name}" for name in names if parts.get(name))


def refused(reader: Reader) -> str:
    """The open quarantine by source and reason."""
    found = quarantine.groups(reader).sort("connection", "stream", "reason")
    columns = {
        "connection": "source",
        "stream": "stream",
        "reason": "reason",
        "rows": "records",
        "message_en": "what is said",
    }
    rows = [{shown: row[name] for name, shown in columns.items()} for row in found.to_dicts()]
    return table(rows) if rows else "The quarantine is empty.\n"
