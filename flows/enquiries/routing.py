"""To whom enquiries go by a decision table: pure and columnar, the same for one as for all past ones.

The first line whose conditions hold and whose target can take the enquiry sends it (handbook 8.6). Among
several people the one with the fewest open enquiries gets it, by login where equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from config.routing import Line, RoutingTable, Target
from flows.enquiries.topics import bare, plain
from schemas.volumes import bounds

NONE = 0  # the line of an enquiry that none fits
_TEXTS = pl.List(pl.String())
_LOAD = {"owner": pl.String(), "open": pl.Int64()}
_TAKEN = {"id": pl.String(), "owner": pl.String(), "place": pl.Int64(), "instead": pl.String()}
ROUTED = {
    "id": pl.String(), "line": pl.Int64(), "target": pl.String(), "owner": pl.String(), "unit": pl.String(),
    "why": _TEXTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """Who can take enquiries; logins are in small letters, names of pools as the directory spells them.

    `members`: pool (as a target's text), owner: who of them works. `gone`: logins of those who left.
    `load`: owner, open: how many open enquiries each has. With `counted` off nobody's load matters.
    `stand_ins`: logins of those who are away, too, and who takes what comes for each. `known`: logins of all
    there are; without a directory none, and any login counts. `units`: name in small letters → as spelled.
    """

    members: pl.DataFrame
    gone: frozenset[str]
    load: pl.DataFrame
    counted: bool = True
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)

    def login(self, name: str) -> str:
        """A login as it is stored."""
        return name.lower() if name.lower() in self.known else name

    def unit(self, to: Target) -> str | None:
        """The unit that a target names, as the directory spells it."""
        pool = self.members.filter(_named(to))["pool"].to_list()
        if pool:
            return str(pool[0]).partition(": ")[2]
        return self.units.get((to.name or "").lower(), to.name)

    def is_there(self, name: str) -> bool:
        """Whether somebody works under a login."""
        return name.lower() not in self.gone and not (self.known and name.lower() not in self.known)

    def pool(self, to: Target) -> pl.DataFrame:
        """owner: those among whom a target chooses."""
        if to.kind == "employee":
            name = to.name or ""
            names = [self.login(name)] if self.is_there(name) else []
            names = [self.stand_ins[name.lower()]] if self.stands_in(to) else names
            return pl.DataFrame({"owner": names}, schema={"owner": pl.String()})
        return self.members.filter(_named(to)).select("owner").unique()

    def takers(self, owners: Iterable[str]) -> list[tuple[str, str | None]]:
        """Who takes what comes for the owners of a company, and for whom if not for himself, the first first.

        Those at work come before deputies of the others, and names the directory does not know come last.
        """
        told = [(name, name.lower()) for name in owners]
        return [
            *((self.login(name), None) for name, _ in told if self.is_there(name)),
            *((self.stand_ins[small], self.login(name)) for name, small in told if small in self.stand_ins),
            *((name, None) for name, small in told if self.known and small not in self.known | self.gone),
        ]  # fmt: skip

    def stands_in(self, to: Target) -> bool:
        """Whether somebody takes what comes for a person who is away."""
        return to.kind == "employee" and (to.name or "").lower() in self.stand_ins

    def can_take(self, to: Target) -> bool:
        """Whether there is anybody behind a target."""
        return to.kind in ("queue", "owner") or not self.pool(to).is_empty()

    def with_load(self, owners: pl.Series) -> Staff:
        """The same people after these got one enquiry each."""
        more = pl.DataFrame({"owner": owners.drop_nulls()}, schema={"owner": pl.String()})
        added = more.group_by("owner").agg(pl.len().cast(pl.Int64).alias("open"))
        both = pl.concat([self.load, added]).group_by("owner").agg(pl.col("open").sum())
        return replace(self, load=both)


def _named(to: Target) -> pl.Expr:
    return pl.col("pool").str.to_lowercase() == str(to).lower()


def routed(facts: pl.DataFrame, table: RoutingTable, staff: Staff) -> pl.DataFrame:
    """One row (`ROUTED`) per enquiry, in the order in which they came.

    `facts`: id, began_at, text, owners (of the company) and a column for every condition but words; `owners`
    and `contract` are lists.
    `line` is 0 where none fits; `why` names what the line asked and what was found, the lines before it
    whose target could not take it, and the load that chose a person.
    """
    waiting = facts.sort("began_at", "id").with_columns(
        plain_words(pl.col("text")).alias("text"), pl.lit([], _TEXTS).alias("why")
    )
    done: list[pl.DataFrame] = []
    for number, line in enumerate(table.lines, 1):
        given = _given(waiting.filter(_fits(line)), line.to, staff)
        staff = staff.with_load(given["owner"])
        found = waiting.join(given, on="id", how="inner", maintain_order="left")
        done.append(found.select(_sent(number, line)))
        waiting = waiting.join(given, on="id", how="anti", maintain_order="left").with_columns(
            pl.when(_fits(line)).then(pl.col("why").list.concat(pl.lit([f"passed: {number}"])))
            .otherwise("why")
        )  # fmt: skip
    rest = waiting.select(
        pl.lit(None, kind).alias(name) if name not in ("id", "line", "why") else
        pl.lit(NONE, pl.Int64).alias("line") if name == "line" else pl.col(name)
        for name, kind in ROUTED.items()
    )  # fmt: skip
    whole = pl.concat([*done, rest])
    return facts.sort("began_at", "id").select("id").join(whole, on="id", maintain_order="left")


def plain_words(text: pl.Expr) -> pl.Expr:
    """A text in which a word begins where a space is."""
    return pl.lit(" ") + plain(text).str.replace_all(r"[^a-zа-я0-9-]+", " ")


def _fits(line: Line) -> pl.Expr:
    asked = [_said(name, values).is_not_null() for name, values in line.when.items()]
    return pl.all_horizontal(pl.lit(value=True), *asked)


def _said(name: str, values: Iterable[str]) -> pl.Expr:
    """The value by which a condition holds; null where it does not."""
    if name == "words":
        text = pl.col("text")
        told = [word for word in values if bare(word)]  # what has no letter begins every word
        found = (
            pl.when(text.str.contains(f" {bare(word)}", literal=True)).then(pl.lit(word))
            for word in told
        )
        return pl.coalesce(pl.lit(None, pl.String), *found)
    if name == "volume":
        holds = [bounds(value).hold(pl.col(name)) for value in values]
        return pl.when(pl.any_horizontal(holds)).then(pl.col(name))
    small = [value.strip().lower() for value in values]
    if name == "contract":
        held = pl.element().str.to_lowercase().is_in(small)
        return pl.col(name).list.eval(pl.element().filter(held)).list.first()
    return pl.when(pl.col(name).str.to_lowercase().is_in(small)).then(pl.col(name))


def _sent(number: int, line: Line) -> list[pl.Expr]:
    asked = [pl.lit(f"{name}: ") + _said(name, values) for name, values in line.when.items()]
    load = pl.lit("load: ") + pl.col("place").cast(pl.String)
    instead = pl.lit("instead: ") + pl.col("instead")
    told = pl.concat_list(*asked, load, instead).list.drop_nulls()
    who = pl.lit("owner: ") + pl.col("owner")
    return [
        pl.col("id"),
        pl.lit(number, pl.Int64).alias("line"),
        (who if line.to.kind == "owner" else pl.lit(str(line.to))).alias("target"),
        pl.col("owner"),
        pl.col("unit"),
        told.list.concat("why").alias("why"),
    ]


def _given(fits: pl.DataFrame, to: Target, staff: Staff) -> pl.DataFrame:
    """id, owner, unit and place (the load it was chosen by) of those the target can take."""
    if to.kind == "queue":
        nobody, none = pl.lit(None, pl.String), pl.lit(None, pl.Int64)
        return fits.select(
            "id", nobody.alias("owner"), pl.lit(staff.unit(to)).alias("unit"), none.alias("place"),
            nobody.alias("instead"),
        )  # fmt: skip
    if to.kind == "owner":
        taken = _by_owner(fits, staff, to.most if staff.counted else None)
    else:
        away = staff.login(to.name or "") if staff.stands_in(to) else None
        taken = _by_pool(fits, staff.pool(to), staff, to.most).with_columns(
            pl.lit(away, pl.String).alias("instead")
        )
    most = to.most if staff.counted else None
    unit = staff.unit(to) if to.kind in ("department", "group") else None
    place = pl.when(pl.lit(staff.counted)).then("place").alias("place")
    return taken.filter(most is None or pl.col("place") < most).select(
        "id", "owner", pl.lit(unit, pl.String).alias("unit"), place, "instead"
    )


def _by_owner(fits: pl.DataFrame, staff: Staff, most: int | None) -> pl.DataFrame:
    """Each goes to the first of the company's owners who can take it at that moment."""
    load = dict(staff.load.iter_rows())
    told: list[tuple[str, str, int, str | None]] = []
    for number, owners in fits.select("id", "owners").iter_rows():
        for who, instead in staff.takers(owners or ()):
            place = load.get(who, 0)
            if most is None or place < most:
                told.append((number, who, place, instead))
                load[who] = place + 1
                break
    return pl.DataFrame(told, schema=_TAKEN, orient="row")


def _by_pool(
    fits: pl.DataFrame, pool: pl.DataFrame, staff: Staff, most: int | None
) -> pl.DataFrame:
    """Each goes to who has the least at that moment: the first of all places sorted by load."""
    asked = fits.select("id")
    turns = pl.DataFrame({"turn": pl.int_range(asked.height, eager=True)})
    load = pool.join(staff.load, on="owner", how="left").with_columns(pl.col("open").fill_null(0))
    if not staff.counted:
        load, most = load.with_columns(pl.lit(0, pl.Int64).alias("open")), None
    places = load.join(turns, how="cross").select(
        "owner", (pl.col("open") + pl.col("turn")).alias("place")
    )
    free = places.filter(most is None or pl.col("place") < most).sort("place", "owner")
    both = min(free.height, asked.height)
    return pl.concat([asked.head(both), free.head(both)], how="horizontal")
