"""Requisites copied from another company's card: two names under one INN that nothing but the INN ties.

A renamed company keeps a phone, a mailbox, a house, or a name that somebody still spells out. Whoever
copies a card and types another name over it leaves two companies behind, each with an address and
contacts of its own. A branch has those too, so it is no sign of a copy.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.blocking import NODE
from dedup.doubts import MATES, compared, tied
from dedup.evidence import region_code
from dedup.model import LEVELS
from dedup.names import MISNAMED, strangers
from dedup.refs import REF
from dedup.units import kpp_role
from schemas.rows import picked
from schemas.rowwise.passes import Passes

UNLIKE = 0.70  # names less alike than this may be those of two companies
_STRANGE, _MATE = "strange", "mate"


def copied(
    keyed: pl.DataFrame,
    placed: pl.DataFrame,
    parties: pl.DataFrame,
    known: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Who bears an organization's requisites, not its name, and contradicts it: ref, other, leader, rule.

    `keyed` are records of entities with several names, the rest as for `dedup.doubts.confirmed`. `leader`
    is the first of those that go together, for names of one more company may be spelt in many ways, and
    `other` the first record that it contradicts: one pair for a person to judge.
    """
    strange = strangers(keyed, UNLIKE)
    if strange.is_empty():
        return pl.DataFrame(schema=MISNAMED)
    members = _members(keyed, placed, strange)
    pairs = _pairs(members)
    pairs = pairs.filter(pl.col(NODE).is_in(_open(pairs, placed, parties).implode()))
    if pairs.is_empty():
        return pl.DataFrame(schema=MISNAMED)
    levels = compared(pairs, placed, parties, known)
    apart = _strays(members, pairs.filter(tied(levels, placed)))
    sides = (parties[pairs[side]] for side in ("left", "right"))
    clash = pairs.filter(contradict(levels, *sides) & ~pl.col(_MATE))
    found = clash.join(apart, left_on="left", right_on="row", maintain_order="left")
    first = found.unique("leader", keep="first", maintain_order=True).select("leader", "right")
    refs = placed[REF]
    told = apart.join(first, on="leader", maintain_order="left")
    return told.select(
        pl.lit(refs.gather(told["row"])).alias(REF),
        pl.lit(refs.gather(told["right"])).alias("other"),
        pl.lit(refs.gather(told["leader"])).alias("leader"),
        pl.lit("R1").alias("rule"),
    )


def _members(keyed: pl.DataFrame, placed: pl.DataFrame, strange: pl.Series) -> pl.DataFrame:
    """row, node, name and whether it is strange: those of the entities that have requisites of their own."""
    marked = keyed.select(
        REF, own=pl.col("inn").is_not_null() | pl.col("ogrn").is_not_null()
    ).with_columns(pl.col(REF).is_in(strange.implode()).alias(_STRANGE))
    told = placed.select(REF, "row", NODE, "name").join(marked.filter("own"), on=REF)
    odd = told.filter(_STRANGE).select(NODE).unique()
    return told.join(odd, on=NODE, how="semi").sort("row").select("row", NODE, "name", _STRANGE)


def _pairs(members: pl.DataFrame) -> pl.DataFrame:
    """node, left, right, mate: each strange record beside the first others of its entity, strange ones (mates)
    and those that bear the usual name."""
    nth = pl.int_range(pl.len()).over(NODE, _STRANGE)
    others = members.with_columns(nth.alias("nth")).filter(pl.col("nth") < MATES)
    pairs = members.filter(_STRANGE).select(NODE, left="row", own="name")
    pairs = pairs.join(others.select(NODE, "name", right="row", mate=_STRANGE), on=NODE)
    other = (pl.col("left") != pl.col("right")) & pl.col("own").ne_missing(pl.col("name"))
    return pairs.filter(other).select(NODE, "left", "right", _MATE).sort("left", "right")


def _open(pairs: pl.DataFrame, placed: pl.DataFrame, parties: pl.DataFrame) -> pl.Series:
    """The nodes with a pair that may contradict, as far as is seen before names are compared: most renamed
    companies stand where they stood, and have the phone or the mailbox they had."""
    usual = pairs.filter(~pl.col(_MATE))
    sides = [_side(parties[usual[side]], side[0]) for side in ("left", "right")]
    sides += [
        placed.select(pl.col("phone1", "email1").name.prefix(f"{side[0]}_"))[usual[side]]
        for side in ("left", "right")
    ]
    both = pl.concat([usual, *sides], how="horizontal")
    return both.filter(_said(_other("phone1") & _other("email1")))[NODE].unique()


def _strays(members: pl.DataFrame, ties: pl.DataFrame) -> pl.DataFrame:
    """row, leader of the strange records that no chain of ties and equal names leads to the usual name."""
    numbered = members.with_row_index("at").with_columns(
        first=pl.when(_STRANGE)
        .then(pl.col("at").min().over(NODE, "name"))
        .otherwise(pl.col("at").filter(~pl.col(_STRANGE)).first().over(NODE))
    )
    at = numbered.select("row", "at")
    tie = ties.select(row="left").join(at, on="row", maintain_order="left")["at"]
    to = ties.select(row="right").join(at, on="row", maintain_order="left")["at"]
    left = np.concatenate([tie.to_numpy(), numbered["at"].to_numpy()])
    right = np.concatenate([to.to_numpy(), numbered["first"].to_numpy()])
    graph = coo_array(
        (np.ones(len(left), dtype=np.int8), (left, right)), shape=(members.height,) * 2
    )
    _, labels = connected_components(graph, directed=False)
    placed = numbered.with_columns(pl.Series("label", labels))
    return (
        placed.filter(pl.col(_STRANGE).all().over("label"))
        .select("row", leader=pl.col("row").min().over("label"))
        .sort("row")
    )


def contradict(levels: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Whether two records of one INN tell two companies, row by row.

    They bear other names and stand in two regions, or have no phone and no mailbox in common, although
    neither is a branch or has a registration of its own. Units have contacts of their own, but the head
    office stands in the region that its KPP names: elsewhere, and with other contacts, it is no unit
    either. `levels` come from `dedup.compare`, `left` and `right` are the canonical records.
    """
    sides = _side(left, "l"), _side(right, "r")
    both = pl.concat([levels.select("name", "phone", "email"), *sides], how="horizontal")
    named = pl.col("name") == LEVELS["name"].index("different")
    return both.select(named & _said(_CONTACTS)).to_series()


def _said(contacts: pl.Expr) -> pl.Expr:
    """Whether places, registrations and `contacts` (whether all of these differ) tell two companies."""
    head = ~pl.col("l_branch") & ~pl.col("r_branch") & ~_other("kpp")
    astray = contacts & (pl.col("l_astray") | pl.col("r_astray"))
    told = head & (_other("region") | contacts) | astray
    # Of a name in Latin letters nobody has read whether it is a branch, or even in which layout it is.
    return pl.when(_other("cyrillic")).then(head & _other("region") & contacts).otherwise(told)


def _side(records: pl.DataFrame, name: str) -> pl.DataFrame:
    return picked(records, _told()).select_seq(pl.all().name.prefix(f"{name}_"))


@cache
def _told() -> Passes:
    """branch, kpp (null for a largest taxpayer's, which tells no place), region of the address, astray,
    and whether the name is written in Cyrillic."""
    addressed = pl.coalesce("legal_address", "actual_address").is_not_null()
    region = pl.when(addressed).then(region_code(pl.col("region")))
    role = kpp_role(pl.col("kpp"))
    office = pl.when(role == "head").then(region_code(pl.col("kpp").str.slice(0, 2)))
    branch = pl.col("branch").is_not_null() | (role == "branch").fill_null(value=False)
    told = {
        "branch": branch,
        "kpp": pl.when(role != "largest_taxpayer").then("kpp"),
        "region": region,
        "astray": (region != office).fill_null(value=False) & ~branch,
        "cyrillic": pl.col("name").str.contains(r"\p{Cyrillic}"),
    }
    return Passes([made.alias(name) for name, made in told.items()])


def _other(name: str) -> pl.Expr:
    return (pl.col(f"l_{name}") != pl.col(f"r_{name}")).fill_null(value=False)


_CONTACTS = pl.all_horizontal(
    pl.col(field) == LEVELS[field].index("different") for field in ("phone", "email")
)
