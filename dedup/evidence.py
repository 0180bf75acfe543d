"""What a counterparty record says about who it is, as whole numbers: made once, compared many times.

Texts become 64-bit keys (equal text, equal key, in every run), so that comparing two records is
comparing integers. A null is absent evidence. The keys by which records are found are cheap and made
for all; traits are made for records that are compared, and spellings only where keys leave a pair open.
"""

from __future__ import annotations

import polars as pl

from dedup.name_evidence import is_human_name, name_key
from dedup.refs import REF
from schemas.keys import key_of
from schemas.legal_forms import legal_form_group
from schemas.mail_domains import (
    GMAIL_DOMAINS,
    PUBLIC_MAIL_DOMAINS,
    YANDEX_DOMAINS,
    mail_match_key,
)
from schemas.rows import apart

PHONES = ("phone1", "phone2", "phone3")
EMAILS = ("email1", "email2")
NUMBERS = ("inn", "ogrn", "okpo", "claimed")
# Values that many companies may carry, by kind: how many do weakens what an agreement tells.
CARRIED: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "phone": PHONES,
    "email": EMAILS,
    "domain": ("domain",),
    "place": ("place",),
    "street": ("street",),
    "kpp": ("kpp",),
}
KEYS = (REF, "name", *PHONES, *EMAILS, "domain", "place", "street", "kpp", *NUMBERS)
_ALIASED = sorted(YANDEX_DOMAINS | GMAIL_DOMAINS)
_PUBLIC = sorted(PUBLIC_MAIL_DOMAINS)


def evidence_keys(parties: pl.DataFrame) -> pl.DataFrame:
    """The columns `KEYS` of each record of `parties` (which have a `ref`), in their order.

    name: the name in any spelling; phone1..3 without extensions; email1..2 by mailbox; domain unless
    public; place: the house, or all words of an address no house could be read from; street: those
    words if there is no number among them; kpp; inn, ogrn, okpo and the claimed INN as numbers.
    """
    phones = {name: _bare_numbers(_item(parties["phones"], n)) for n, name in enumerate(PHONES)}
    mails = {name: _item(parties["emails"], n) for n, name in enumerate(EMAILS)}
    domain = _domains(mails["email1"])
    texts = {"domain": domain.set(domain.is_in(_PUBLIC).fill_null(value=False), None)}
    texts |= {name: _mailboxes(mail) for name, mail in mails.items()} | _places(parties)
    frame = pl.DataFrame({**phones, **texts, "kpp": parties["kpp"]})
    kinds = {name: kind for kind, names in CARRIED.items() for name in names}
    return frame.select(
        pl.lit(parties[REF]).alias(REF),
        pl.lit(name_key(parties)).alias("name"),
        *(key_of(pl.col(name), kinds[name]).alias(name) for name in frame.columns),
        *(
            pl.lit(parties[column].cast(pl.Int64, strict=False)).alias(name)
            for name, column in zip(NUMBERS, ("inn", "ogrn", "okpo", "claimed_inn"), strict=True)
        ),
    ).select(KEYS)


def traits(parties: pl.DataFrame) -> pl.DataFrame:
    """What weighs on every pair, row by row: form and region (keys), and human (null if unknown)."""
    human = parties["kind"].is_in(["person", "sole_trader"])
    frame = parties.select(
        key_of(legal_form_group(pl.col("legal_form")), "form").alias("form"),
        key_of(pl.col("region"), "region").alias("region"),
    ).with_columns(human.set(parties["kind"].is_null(), None).alias("human"))
    unknown = (parties["kind"].is_null() & parties["legal_form"].is_null()).arg_true()
    by_name = is_human_name(parties["name_core"][unknown])
    told = pl.repeat(None, parties.height, dtype=pl.Boolean, eager=True).scatter(unknown, by_name)
    return frame.with_columns(pl.coalesce("human", pl.lit(told)).alias("human"))


def _item(lists: pl.Series, place: int) -> pl.Series:
    return lists.list.get(place, null_on_oob=True)


def _bare_numbers(phones: pl.Series) -> pl.Series:
    """Numbers without extensions: who is called is told by the number."""
    extended = phones.str.contains(";", literal=True).fill_null(value=False)
    return apart(phones, extended, lambda s: s.str.extract(r"^([^;]*)", 1), lambda s: s)


def _domains(mails: pl.Series) -> pl.Series:
    return mails.str.split_exact("@", 1).struct.field("field_1")


def _mailboxes(mails: pl.Series) -> pl.Series:
    """Addresses in the form in which those of one mailbox are equal."""
    aliased = _domains(mails).is_in(_ALIASED).fill_null(value=False)
    return apart(
        mails,
        aliased,
        lambda s: pl.select(mail_match_key(pl.lit(s))).to_series(),
        lambda s: s,
    )


def _places(parties: pl.DataFrame) -> dict[str, pl.Series]:
    """The match key of the address; where no house could be read, the words of the whole address."""
    text = parties.select(pl.coalesce("legal_address", "actual_address")).to_series()
    keyless = parties["address_key"].is_null() & text.is_not_null()
    found = text.filter(keyless).str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+")
    words = found.list.sort().list.join(" ")
    housed = words.str.contains(r"[0-9]")
    at = keyless.arg_true()
    nothing = pl.repeat(None, parties.height, dtype=pl.String, eager=True)
    return {
        "place": _houses(parties["address_key"]).scatter(at, words.set(~housed, None)),
        "street": nothing.scatter(at, words.set(housed, None)),
    }


def _houses(keys: pl.Series) -> pl.Series:
    """Address keys down to the house: «36-103» is house 36, office 103."""
    numbered = keys.str.contains("-", literal=True).fill_null(value=False)
    return apart(
        keys,
        numbered,
        lambda s: s.str.replace(r"([0-9][^|]*?)-[0-9]+[^|]*(\|[^|]*)$", "${1}${2}"),
        lambda s: s,
    )
