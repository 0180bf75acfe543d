"""What a counterparty record says about who it is, as whole numbers: made once, compared many times.

Texts become 64-bit keys (equal text, equal key, in every run), so that comparing two records is
comparing integers. A null is absent evidence. The keys by which records are found are cheap and made
for all; traits are made for records that are compared, and spellings only where keys leave a pair open.
"""

from __future__ import annotations

import polars as pl

from dedup.name_evidence import is_human_name, name_key
from dedup.places import premises, towns
from dedup.refs import REF
from schemas.keys import key_of
from schemas.legal_forms import legal_form_group
from schemas.mail_domains import (
    GMAIL_DOMAINS,
    PUBLIC_MAIL_DOMAINS,
    YANDEX_DOMAINS,
    mail_match_key,
)
from schemas.name_keys import weak_form
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
TRAITS_OF = (
    "connection", "stream", "kind", "name", "name_core", "full_name", "legal_form", "inn", "kpp", "ogrn",
    "claimed_inn", "legal_address", "actual_address", "address_key", "region", "phones", "emails",
)  # fmt: skip
TRAITS = (
    "form", "region", "human", "town", "office", "room", "registered", "listed", "verbatim", "long_name",
)  # fmt: skip
KEYS = (REF, "name", *PHONES, *EMAILS, "domain", "place", "street", "kpp", *NUMBERS)
_COINED = 10  # letters: of firms with shorter names many share theirs with another in the same town
_ABROAD = 99
# Regions as INN and OGRN number them → the region they are part of now, or by another number.
_MERGED = {97: 77, 81: 59, 84: 24, 88: 24, 85: 38, 80: 75, 82: 41, 95: 20}
_ALIASED = sorted(YANDEX_DOMAINS | GMAIL_DOMAINS)
_PUBLIC = sorted(PUBLIC_MAIL_DOMAINS)


def evidence_keys(parties: pl.DataFrame) -> pl.DataFrame:
    """The columns `KEYS` of each record of `parties` (which have a `ref`), in their order.

    name: the name in any spelling; phone1..3 without extensions; email1..2 by mailbox; domain unless
    public; place: the house, or all words of an address no house could be read from; street: those
    words if there is no number among them; kpp; inn, ogrn, okpo and the claimed INN as numbers.
    """
    items = parties.select(*_items("phones", PHONES), *_items("emails", EMAILS))
    phones = {name: _bare_numbers(items[name]) for name in PHONES}
    mails = {name: items[name] for name in EMAILS}
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
    """What weighs on every pair, row by row: the columns `TRAITS`, keys and numbers, told by `TRAITS_OF`.

    human: null if unknown; town; office and room inside the house; registered: the region it is
    registered in; listed: the list that tells nothing of the firm but a name and an address; verbatim:
    these, word for word, for such firms; long_name: 1 if the name is too long to be common.
    """
    human = parties["kind"].is_in(["person", "sole_trader"])
    known = parties["kind"].is_not_null() | parties["legal_form"].is_not_null()
    firm = pl.lit(known & ~human.fill_null(value=False))
    office, room = premises(parties)
    bare = parties.select(firm & _bare()).to_series()
    frame = parties.select(
        key_of(legal_form_group(pl.col("legal_form")), "form").alias("form"),
        key_of(pl.col("region"), "region").alias("region"),
        key_of(pl.lit(towns(parties)), "town").alias("town"),
        key_of(pl.lit(office), "office").alias("office"),
        key_of(pl.lit(room), "room").alias("room"),
        registration_region().alias("registered"),
        pl.when(pl.lit(bare)).then(key_of(_list(), "list")).alias("listed"),
        pl.lit(_verbatim(parties, bare)).alias("verbatim"),
        (firm & _long_name()).cast(pl.Int8).alias("long_name"),
    ).with_columns(human.set(parties["kind"].is_null(), None).alias("human"))
    unknown = (parties["kind"].is_null() & parties["legal_form"].is_null()).arg_true()
    if not len(unknown):
        return frame.select(TRAITS)
    by_name = is_human_name(parties["name_core"][unknown])
    told = pl.repeat(None, parties.height, dtype=pl.Boolean, eager=True).scatter(unknown, by_name)
    return frame.with_columns(pl.coalesce("human", pl.lit(told)).alias("human")).select(TRAITS)


def registration_region() -> pl.Expr:
    """The region in which a firm was registered, by its INN (digits 1-2) or its OGRN (digits 4-5).

    Foreign firms (INN 9909…) have none, and merged regions are one.
    """
    inn, ogrn = (pl.col(name).cast(pl.Int64, strict=False) for name in ("inn", "ogrn"))
    region = pl.coalesce(
        pl.when(inn < 10**10).then(inn // 10**8), pl.when(ogrn < 10**13).then(ogrn // 10**8 % 100)
    )
    return pl.when(region != _ABROAD).then(region.replace(_MERGED)).cast(pl.Int8)


def _long_name() -> pl.Expr:
    """Long, or of several words, apart from «торговый дом» and such: short words are common stock."""
    own = weak_form(pl.col("name_core")).str.replace_all(" ", "", literal=True)
    return (own.str.len_chars() >= _COINED).fill_null(value=False)


def _bare() -> pl.Expr:
    numbers = pl.all_horizontal(pl.col(n).is_null() for n in ("inn", "ogrn", "kpp", "claimed_inn"))
    return numbers & (pl.col("phones").list.len() == 0) & (pl.col("emails").list.len() == 0)


def _list() -> pl.Expr:
    return pl.concat_str("connection", "stream", separator="/")


def _verbatim(parties: pl.DataFrame, where: pl.Series) -> pl.Series:
    """The key of name and address word for word, in the rows asked."""
    said = [pl.coalesce("full_name", "name"), pl.coalesce("legal_address", "actual_address")]
    text = pl.concat_str(said, separator="|", ignore_nulls=True).str.to_lowercase()
    words = text.str.replace_all(r"[^\p{L}\p{N}]+", " ")
    told = parties.filter(where).select(key_of(words, "verbatim")).to_series()
    nothing = pl.repeat(None, parties.height, dtype=pl.Int64, eager=True)
    return nothing.scatter(where.arg_true(), told)


def _items(lists: str, names: tuple[str, ...]) -> list[pl.Expr]:
    """The first items of the lists, one column each."""
    many = pl.col(lists).list
    return [many.get(n, null_on_oob=True).alias(name) for n, name in enumerate(names)]


def _bare_numbers(phones: pl.Series) -> pl.Series:
    """Numbers without extensions: who is called is told by the number."""
    if phones.null_count() == len(phones):
        return phones
    extended = phones.str.contains(";", literal=True).fill_null(value=False)
    return apart(phones, extended, lambda s: s.str.extract(r"^([^;]*)", 1), lambda s: s)


def _domains(mails: pl.Series) -> pl.Series:
    return mails.str.split_exact("@", 1).struct.field("field_1")


def _mailboxes(mails: pl.Series) -> pl.Series:
    """Addresses in the form in which those of one mailbox are equal."""
    if mails.null_count() == len(mails):
        return mails
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
    if not keyless.any():
        return {
            "place": _houses(parties["address_key"]),
            "street": text.set(text.is_not_null(), None),
        }
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
    if not numbered.any():
        return keys
    return apart(
        keys,
        numbered,
        lambda s: s.str.replace(r"([0-9][^|]*?)-[0-9]+[^|]*(\|[^|]*)$", "${1}${2}"),
        lambda s: s,
    )
