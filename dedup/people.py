"""Contacts: one person once, and only inside one legal entity (handbook 2.8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.persons import folded
from dedup.refs import REF
from schemas.mail_domains import is_role_mailbox, mail_match_key

CONTACT = "contact_key"
OWNER = "legal_entity_id"
PARTS = ("last_name", "first_name", "middle_name")
MOBILE = r"^\+79\d{9}$"


def contact_keys(people: pl.DataFrame) -> pl.DataFrame:
    """`people` (with golden legal_entity_id) with `contact_key`: the smallest ref of the same person.

    Same person at the same entity: the same personal mail or mobile and compatible names, or the same
    name in full with a patronymic, or with any phone in common. Role mailboxes belong to the entity.
    """
    named = people.with_columns(_part(name) for name in PARTS)
    edges = pl.concat([_by_name(named), _by_mail(named), _by_phone(named)])
    return _components(people, named, edges)


def _part(name: str) -> pl.Expr:
    text = folded(pl.col(name))
    return pl.when(text != "").then(text).alias(name)


def _full(name: str) -> pl.Expr:
    return (pl.col(name).str.len_chars() > 1).fill_null(value=False)


def _by_name(named: pl.DataFrame) -> pl.DataFrame:
    return _edges(named.filter(pl.all_horizontal(_full(name) for name in PARTS)), [OWNER, *PARTS])


def _by_mail(named: pl.DataFrame) -> pl.DataFrame:
    mails = named.explode("emails").filter(~is_role_mailbox(pl.col("emails")))
    block = [OWNER, "mail"]
    keyed = mails.select(REF, OWNER, *PARTS, mail_match_key(pl.col("emails")).alias("mail"))
    return _edges(_settled(keyed.unique(), block), [*block, *PARTS])


def _by_phone(named: pl.DataFrame) -> pl.DataFrame:
    """A mobile takes compatible names; any other phone may be the switchboard's and takes whole ones."""
    whole = _full("last_name") & _full("first_name")
    known = pl.col("last_name").is_not_null() | pl.col("first_name").is_not_null()
    mobile = pl.col("phones").str.contains(MOBILE)
    phones = named.explode("phones").filter(
        pl.col("phones").is_not_null() & (whole | (mobile & known))
    )
    block = [OWNER, "phones"]
    return _edges(_settled(phones.select(REF, *block, *PARTS).unique(), block), [*block, *PARTS])


def _settled(named: pl.DataFrame, block: Sequence[str]) -> pl.DataFrame:
    """`named` with name parts completed inside each block: initials and blanks by the only candidate.

    Where two candidates fit, the record is left out: «Иванов И.» beside Иван and Игорь is neither. So
    no incomplete name can chain two complete ones.
    """
    over = list(block)
    for name in PARTS:
        named = _completed(named, name, over)
        over.append(name)
    return named


def _completed(named: pl.DataFrame, name: str, over: Sequence[str]) -> pl.DataFrame:
    """One part: an initial becomes the word it begins, a blank becomes what the others say, or ""."""
    spelled = named.with_columns(
        pl.col(name).str.slice(0, 1).alias("letter"), pl.when(_full(name)).then(name).alias("word")
    )
    by_letter = [*over, "letter"]
    present = spelled.with_columns(
        pl.when(pl.col("letter").is_not_null())
        .then(pl.coalesce("word", pl.col("word").max().over(by_letter), "letter"))
        .alias("present")
    )
    words = pl.col("word").drop_nulls().n_unique().over(by_letter)
    others = pl.col("present").drop_nulls().n_unique().over(over)
    candidates = pl.when(pl.col("letter").is_null()).then(others).otherwise(words)
    settled = present.with_columns(candidates.alias("candidates")).with_columns(
        pl.coalesce("present", pl.col("present").max().over(over), pl.lit("")).alias(name)
    )
    sure = pl.col("word").is_not_null() | (pl.col("candidates") < 2)
    return settled.filter(sure).drop("letter", "word", "present", "candidates")


def _edges(keyed: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """(ref, other): each record and the first one with the same, wholly present, key."""
    whole = keyed.select(REF, *key).drop_nulls()
    return whole.select(REF, pl.col(REF).min().over(list(key)).alias("other")).filter(
        pl.col(REF) != pl.col("other")
    )


def _components(people: pl.DataFrame, named: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Connected components over refs, each named by its smallest ref; two whole names part it again."""
    if not people.height:
        return people.with_columns(pl.lit(None, dtype=pl.String).alias(CONTACT))
    labels = _labels(people, edges)
    settled = _settled(named.select(REF, *PARTS, labels), ["label"])
    same = settled.select(REF, pl.col(REF).min().over("label", *PARTS).alias(CONTACT))
    found = people.join(same, on=REF, how="left", maintain_order="left")
    return found.with_columns(pl.coalesce(CONTACT, REF).alias(CONTACT))


def _labels(people: pl.DataFrame, edges: pl.DataFrame) -> pl.Series:
    place = people.select(REF).with_row_index("place")
    ends = edges.join(place, on=REF).join(
        place.rename({REF: "other", "place": "other_place"}), on="other"
    )
    graph = coo_array(
        (np.ones(ends.height), (ends["place"].to_numpy(), ends["other_place"].to_numpy())),
        shape=(people.height, people.height),
    )
    _, labels = connected_components(graph, directed=False)
    return pl.Series("label", labels, dtype=pl.Int64)
