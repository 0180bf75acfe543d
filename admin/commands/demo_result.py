"""What the demo came to: golden records, quarantine by reason, merges by rule, agreement with the truth."""

from __future__ import annotations

import polars as pl

from admin.commands.shell import language, out, say, show
from admin.words import vocabulary
from dedup.agreement import agreement
from flows.house import House
from schemas.golden import GOLDEN
from simulators.demo import Demo
from store import golden, goods, identity, quarantine


def print_result(opened: House, world: Demo) -> None:
    """Print the four tables."""
    russian = language() == "ru"
    with opened.store.read() as reader:
        entities = {
            entity: golden.load(reader, entity, ["id"], active=True).height for entity in GOLDEN
        }
        waiting = quarantine.groups(reader)
        links = identity.links(reader, "party")
        members = goods.members(reader)
    out.rule("Золотые записи" if russian else "Golden records")
    show([entities], as_json=False)
    out.rule("Карантин" if russian else "Quarantine")
    by_reason = waiting.group_by("reason", maintain_order=True).agg(
        pl.col("rows").sum(),
        pl.col("message_ru" if russian else "message_en").first().alias("sentence"),
    )
    for row in by_reason.sort("rows", descending=True).iter_rows(named=True):
        out.print(f"{row['rows']:>6}  [bold]{row['reason']}[/]: {row['sentence']}", soft_wrap=True)
    out.rule("Как записи нашли друг друга" if russian else "How records found each other")
    rules = links.group_by("rule").agg(pl.len().alias("records")).sort("records", descending=True)
    rows = [
        {
            "rule": row["rule"],
            "": vocabulary.linked(language(), row["rule"], None),
            "records": row["records"],
        }
        for row in rules.to_dicts()
    ]
    show(rows, as_json=False)
    _print_agreement(links, world)
    _print_goods(members, world)


def _print_agreement(links: pl.DataFrame, world: Demo) -> None:
    truth = world.truth.rename({"source": "connection"}).select(
        "connection", "stream", "key", "legal_entity", "unit"
    )
    labelled = links.join(truth, on=["connection", "stream", "key"], how="inner")
    whole = agreement(labelled, "golden_id", "legal_entity")
    unit = agreement(labelled, "unit_id", "unit")
    say(
        f"Юридические лица: точность {whole.precision:.4f}, полнота {whole.recall:.4f}. "
        f"Подразделения: точность {unit.precision:.4f}, полнота {unit.recall:.4f}.",
        f"Legal entities: precision {whole.precision:.4f}, recall {whole.recall:.4f}. "
        f"Units: precision {unit.precision:.4f}, recall {unit.recall:.4f}.",
    )
    joined = _wrong(labelled)
    say(
        f"Слито разных юридических лиц: {joined}. Размечено записей: {labelled.height}.",
        f"Different legal entities joined: {joined}. Labelled records: {labelled.height}.",
    )


def _print_goods(members: pl.DataFrame, world: Demo) -> None:
    items = world.world.items
    # EBS numbers its items; 1C and the exchange files share the key of the world.
    numbered = items.select((pl.col("item") + 1000).cast(pl.String).alias("key"), "item")
    truth = pl.concat([numbered, items.select("key", "item")])
    found = agreement(members.join(truth, on="key"), "good_id", "item")
    say(
        f"Товары: записей {members.height}, товаров {members['good_id'].n_unique()}; "
        f"точность {found.precision:.4f}, полнота {found.recall:.4f}.",
        f"Goods: records {members.height}, goods {members['good_id'].n_unique()}; "
        f"precision {found.precision:.4f}, recall {found.recall:.4f}.",
    )


def _wrong(labelled: pl.DataFrame) -> int:
    """How many golden records hold records of more than one true legal entity."""
    entities = labelled.group_by("golden_id").agg(pl.col("legal_entity").n_unique())
    return entities.filter(pl.col("legal_entity") > 1).height
