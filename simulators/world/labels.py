"""What can be wrong, or only tricky, about a record: the labels of truth (handbook 2.3 and 10).

A record keeps its labels as bits of one whole number; `names` turns them into a list.
"""

from __future__ import annotations

import polars as pl

# Traits of the companies themselves: records that look alike and must stay apart, or the reverse.
TRAITS = (
    "same_name_other_region",
    "same_name_same_town",
    "group_company",
    "transformation",
    "director_sole_trader",
    "outsourcer_contacts",
    "business_centre",
    "public_mail",
    "bankruptcy_manager",
    "indirect_customer",
    "treasury_payer",
    "branch",
    "largest_taxpayer",
    "relocated",
)
# What one record gets wrong.
DIRT = (
    "typo",
    "homoglyph",
    "transliteration",
    "keyboard_layout",
    "mojibake",
    "garbage_marker",
    "inn_in_name",
    "spelling",
    "full_form",
    "latin_form",
    "renamed_form",
    "abbreviation",
    "initials",
    "lost_zero",
    "swapped_inn",
    "bad_checksum",
    "placeholder_inn",
    "missing_inn",
    "foreign_number_as_inn",
    "copied_requisites",
    "kpp_largest",
    "kpp_relocation",
    "missing_kpp",
    "old_address",
    "two_phones_in_cell",
    "missing_contacts",
    "near_duplicate",
    "exact_duplicate",
    "branch_as_party",
)
LABELS = TRAITS + DIRT
# What only the records of `World.flat` get wrong: a base that nobody has kept in order.
FLAT_DIRT = (
    "former_name",
    "inn_digit",
    "missing_ogrn",
    "branch_head_kpp",
    "contacts_reordered",
    "address_rewritten",
    "missing_address",
    "ogrn_only",
    "name_only",
    "unreachable",
)
BIT = {label: 1 << place for place, label in enumerate(LABELS + FLAT_DIRT)}
# A record whose INN is, on purpose, not the INN of its company.
INN_SPOILT = frozenset(
    {
        "lost_zero",
        "swapped_inn",
        "bad_checksum",
        "placeholder_inn",
        "missing_inn",
        "foreign_number_as_inn",
        "copied_requisites",
        "inn_digit",
        "ogrn_only",
        "name_only",
    }
)


def bit(label: str) -> pl.Expr:
    """The label as a literal (UInt64) to be or-ed into a `kinds` column."""
    return pl.lit(BIT[label], dtype=pl.UInt64)


def carries(label: str, column: str = "kinds") -> pl.Expr:
    """Whether a `kinds` column has the label."""
    return (pl.col(column) & bit(label)) != 0


def names(column: str = "kinds") -> pl.Expr:
    """The labels of a `kinds` column as a list of text, in the order of `BIT`."""
    found = [pl.when(carries(label, column)).then(pl.lit(label)) for label in BIT]
    return pl.concat_list(found).list.drop_nulls()
