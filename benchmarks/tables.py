"""Figures summed up as tables of text, the same for the terminal and for pages."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from benchmarks.figures import Figures
from simulators.world import TRAITS


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: the first to the left, the others to the right."""
    every = [list(heads), *map(list, rows)]
    widths = [max(len(row[i]) for row in every) for i in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cells[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True)),
        ]
        return "| " + " | ".join(placed) + " |"

    return "\n".join([line(heads), line(rule), *(line(row) for row in every[1:])])


def quality_table(quality: pl.DataFrame, level: str) -> str:
    """Mean over the seeds of every contestant; F1 also of the worst seed, precision of the lowest."""
    means = (
        quality.filter(pl.col("level") == level)
        .group_by("contestant", maintain_order=True)
        .agg(
            pl.col("precision", "recall", "f1", "b3_f1", "exact").mean(),
            pl.col("mixed", "intruders").sum(),
            lowest=pl.col("precision").min(),
            worst=pl.col("f1").min(),
        )
    )
    rows = [
        [r["contestant"], *(f"{r[c]:.4f}" for c in _RATES), str(r["mixed"]), str(r["intruders"])]
        for r in means.to_dicts()
    ]
    heads = [
        "contestant",
        "precision",
        "lowest",
        "recall",
        "F1",
        "worst F1",
        "B³ F1",
        "exact",
        "mixed",
        "intruders",
    ]
    return table(heads, rows)


_RATES = ("precision", "lowest", "recall", "f1", "worst", "b3_f1", "exact")


def best_variant(quality: pl.DataFrame, contestant: str) -> str | None:
    """The variant of a contestant with the highest mean F1 for legal entities, or None."""
    own = quality.filter(
        pl.col("contestant").str.starts_with(contestant), pl.col("level") == "entity"
    )
    means = (
        own.group_by("contestant")
        .agg(pl.col("f1").mean())
        .sort("f1", "contestant", descending=[True, False])
    )
    return str(means["contestant"][0]) if means.height else None


def best_variants(quality: pl.DataFrame) -> list[str]:
    """Kanon, and of each contestant beside it the variant with the highest mean F1."""
    names = ("Kanon", "Splink 5", "recordlinkage", "rules")
    return [found for name in names if (found := best_variant(quality, name))]


def kinds_table(kinds: pl.DataFrame, contestants: Sequence[str]) -> str:
    """Per kind of record: how many, and for each contestant recall and records that stand where they should not."""
    wanted = kinds.filter(pl.col("contestant").is_in(contestants))
    summed = wanted.group_by("kind", "contestant").agg(
        pl.col("records", "placed", "intruders").sum(),
        recall=(pl.col("recall").fill_null(0.0) * pl.col("placed")).sum() / pl.col("placed").sum(),
    )
    by_kind: dict[str, dict[str, dict[str, float]]] = {}
    for row in summed.to_dicts():
        by_kind.setdefault(row["kind"], {})[row["contestant"]] = row
    order = sorted(by_kind, key=lambda kind: (kind not in TRAITS, kind))
    rows = [_kind_row(kind, by_kind[kind], contestants) for kind in order]
    heads = ["kind", "records", "in company"]
    return table(
        [*heads, *(f"{name} {what}" for name in contestants for what in ("recall", "intr."))], rows
    )


def _kind_row(
    kind: str, found: dict[str, dict[str, float]], contestants: Sequence[str]
) -> list[str]:
    first = next(iter(found.values()))
    row = [kind, str(first["records"]), str(first["placed"])]
    for name in contestants:
        own = found.get(name)
        recall = f"{own['recall']:.3f}" if own and own["placed"] else "–"
        row += [recall, str(own["intruders"]) if own else "–"]
    return row


def speed_table(speed: pl.DataFrame) -> str:
    """Median wall and cpu seconds of each phase and in all, spread of the total, greatest peak memory."""
    phases = speed.group_by("contestant", "phase", maintain_order=True).agg(pl.col("wall").median())
    totals = (
        speed.group_by("contestant", "seed", "pair", maintain_order=True)
        .agg(pl.col("wall", "cpu").sum(), pl.col("peak_mb").max())
        .group_by("contestant", maintain_order=True)
        .agg(
            pl.col("wall", "cpu").median(),
            pl.col("peak_mb").max(),
            low=pl.col("wall").min(),
            high=pl.col("wall").max(),
        )
    )
    rows = [
        [
            r["contestant"],
            " + ".join(
                f"{phase} {wall:.2f}"
                for phase, wall in phases.filter(pl.col("contestant") == r["contestant"])
                .select("phase", "wall")
                .iter_rows()
            ),
            f"{r['wall']:.2f}",
            f"{r['low']:.2f}–{r['high']:.2f}",
            f"{r['cpu']:.2f}",
            f"{r['peak_mb']:.0f}",
        ]
        for r in totals.to_dicts()
    ]
    return table(["contestant", "phases, s", "wall, s", "from–to", "cpu, s", "peak, MB"], rows)


def ratios(speed: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Medians over the pairs of Kanon's time as a share of Splink's, (wall, cpu), by what is compared."""
    key = ["seed", "pair"]

    def spent(name: str, phases: Sequence[str] | None = None) -> pl.DataFrame:
        own = speed.filter(pl.col("contestant") == name)
        own = own if phases is None else own.filter(pl.col("phase").is_in(phases))
        return own.group_by(key).agg(pl.col("wall", "cpu").sum())

    compared = {
        "clean + match / Splink train + predict + cluster": (spent("Kanon"), spent("Splink 5")),
        "match / Splink train + predict + cluster": (spent("Kanon", ["match"]), spent("Splink 5")),
        "match / Splink predict + cluster": (
            spent("Kanon", ["match"]),
            spent("Splink 5", ["predict", "cluster"]),
        ),
    }
    found: dict[str, tuple[float, float]] = {}
    for name, (ours, theirs) in compared.items():
        paired = ours.join(theirs, on=key, suffix="_theirs")
        if paired.height:
            shares = paired.select(
                pl.col("wall") / pl.col("wall_theirs"), pl.col("cpu") / pl.col("cpu_theirs")
            )
            found[name] = shares.median().row(0)
    return found


def sections(figures: Figures) -> list[tuple[str, str]]:
    """(heading, text) of all tables."""
    quality, shown = figures.quality, best_variants(figures.quality)
    parts = [
        ("Legal entities", quality_table(quality, "entity")),
        ("Units (INN and KPP)", quality_table(quality, "unit")),
        ("By kind of record", kinds_table(figures.kinds, shown)),
        ("Time and memory", speed_table(figures.speed)),
    ]
    rows = [
        [name, f"{wall:.2f}", f"{cpu:.2f}"] for name, (wall, cpu) in ratios(figures.speed).items()
    ]
    if rows:
        parts.append(("Paired ratios, median", table(["ratio", "wall", "cpu"], rows)))
    return parts
