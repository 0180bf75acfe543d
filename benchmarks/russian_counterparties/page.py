"""docs/benchmarks.md and the figures behind it; other sizes than the usual have pages of their own."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import polars as pl

from benchmarks.figures import Figures
from benchmarks.rounds import ROOT
from benchmarks.tables import best_variants, sections

DOCS = ROOT / "docs"
USUAL = 100_000
_INTRO = """# Benchmark: Russian counterparties

Which rows of a messy base are one company? The rows are generated (`World.flat`, see
[simulators](simulators.md)), so the truth is known and every kind of error and every trap is labelled per
record. To repeat the figures below: `./run bench russian-counterparties {arguments}`.

- About 70 % of the rows open a new company; three quarters have an INN, two thirds a KPP, three quarters a
  phone. About 0.3 % share nothing but perhaps a name with their company: `unreachable`; *ceiling* is what a
  matcher scores that finds all the others and nothing else.
- **Kanon** gets the rows as typed; its time holds cleaning and matching. **Splink** and the others get rows
  that Kanon has cleaned; that cleaning is not in their time. Rows whose name cleaning refuses (`mojibake`)
  are found by nobody.
- **Splink 5** on DuckDB: five blocking rules (INN, OGRN, phones, e-mails, address with the start of the
  name), comparisons with term frequencies, u from random pairs, two EM sessions. INN with OGRN, and phones
  with e-mails, are one comparison each: apart they cost it F1. Every threshold is scored and the best one
  is shown beside Kanon, though in life nobody would know which it is.
- **rules**: equal INN and KPP; equal INN; equal INN or OGRN. **recordlinkage**: the same blocks, exact
  comparisons and Jaro-Winkler, ECM without labels; it takes about a millisecond a row, so 10 000 rows only.
- *precision, recall, F1* are of pairs of rows, the mean over the seeds; *lowest* and *worst F1* are those of
  the worst seed. *B³* is the mean over rows, *exact* the share of companies found just as they are, *mixed*
  the clusters that hold several companies, *intruders* the rows outnumbered there, both summed over seeds.
- Each contestant runs in a process of its own, in turn. Seconds depend on the machine ({machine}); compare
  the ratios, each of them taken within one pair of runs.

All figures are in [{name}.csv]({name}.csv). {others}
"""


def write_page(figures: Figures, small: Figures) -> None:
    """Write the page and the CSV of a run; `small` are the figures of 10 000 rows."""
    rows, seeds = figures.quality["rows"][0], figures.quality["seed"].unique(maintain_order=True)
    pairs = figures.speed["pair"].n_unique()
    arguments = f"--rows {rows} --seeds {','.join(map(str, seeds))} --pairs {pairs}"
    name = "benchmarks" if rows == USUAL else f"benchmarks-{rows}"
    parts = [
        _INTRO.format(arguments=arguments, machine=_machine(), name=name, others=_others(name))
    ]
    parts += [f"## {heading}\n\n{text}\n" for heading, text in sections(figures)]
    parts += [f"## At 10 000 rows\n\n{text}\n" for _, text in sections(small)[:1]]
    (DOCS / f"{name}.md").write_text("\n".join(parts), encoding="utf-8")
    write_csv(figures, DOCS / f"{name}.csv")


def _others(name: str) -> str:
    """Links to the pages of other sizes."""
    pages = sorted(one.name for one in DOCS.glob("benchmarks*.md") if one.stem != name)
    return f"Other sizes: {', '.join(f'[{one}]({one})' for one in pages)}." if pages else ""


def write_csv(figures: Figures, file: Path) -> None:
    """All figures in one long table: rows, seed, pair, contestant, about, name, value."""
    shown = pl.col("contestant").is_in(best_variants(figures.quality))
    measures = [
        (
            figures.quality,
            ["level"],
            ["precision", "recall", "f1", "b3_f1", "exact", "mixed", "intruders"],
        ),
        (figures.kinds.filter(shown), ["kind"], ["records", "placed", "recall", "intruders"]),
        (figures.speed, ["pair", "phase"], ["wall", "cpu", "peak_mb"]),
    ]
    key = ["rows", "seed", "contestant"]
    parts = [
        frame.with_columns(pl.concat_str(*about, separator=" ").alias("about"))
        .unpivot(values, index=[*key, "about"], variable_name="measure")
        .with_columns(pl.col("value").cast(pl.Float64).round(6))
        for frame, about, values in measures
    ]
    pl.concat(parts).write_csv(file)


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
