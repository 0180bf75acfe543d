"""What a counterparty record says about who it is, as whole numbers: made once, compared many times.

Texts become 64-bit keys (equal text, equal key, in every run), so that comparing two records is
comparing integers. A null is absent evidence. The keys by which records are found are cheap and made
for all; traits are made for records that are compared, and spellings only where keys leave a pair open.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from dedup.name_evidence import NAME_KEY, is_human_name, romanised
from dedup.places import premises, towns
from dedup.refs import REF
from schemas.keys import key_of
from schemas.legal_forms import legal_form_group
from schemas.lookups import one_of
from schemas.mail_domains import (
    GMAIL_DOMAINS,
    PUBLIC_MAIL_DOMAINS,
    YANDEX_DOMAINS,
    mail_match_key,
)
from schemas.name_keys import weak_form
from schemas.patterns import found
from schemas.rows import apart, nulls, picked
from schemas.rowwise.columns import column_of
from schemas.rowwise.passes import Passes

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
KEYS_OF = (
    REF, "name_core", "inn", "kpp", "ogrn", "okpo", "claimed_inn", "legal_address", "actual_address",
    "address_key", "phones", "emails",
)  # fmt: skip
TRAITS_OF = (
    "connection", "stream", "kind", "name", "name_core", "full_name", "legal_form", "inn", "kpp", "ogrn",
    "claimed_inn", "legal_address", "actual_address", "address_key", "region", "phones", "emails",
)  # fmt: skip
TRAITS = (
    "form", "region", "human", "town", "office", "room", "registered", "listed", "verbatim", "long_name",
)  # fmt: skip
KEYS = (REF, "name", *PHONES, *EMAILS, "domain", "place", "street", "doorplate", "kpp", *NUMBERS)
_HUMAN = ["person", "sole_trader"]
_FEW = 64  # rows up to here cost less one by one
_SLICE = 200_000
_COINED = 10  # letters: of firms with shorter names many share theirs with another in the same town
_ABROAD = 99
# Regions as INN and OGRN number them → the region they are part of now, or by another number.
_MERGED = {97: 77, 81: 59, 84: 24, 88: 24, 85: 38, 80: 75, 82: 41, 95: 20}
_ALIASED = sorted(YANDEX_DOMAINS | GMAIL_DOMAINS)
_PUBLIC = sorted(PUBLIC_MAIL_DOMAINS)


def evidence_keys(parties: pl.DataFrame) -> pl.DataFrame:
    """The columns `KEYS` of each record of `parties` (told by `KEYS_OF`), in their order.

    name: the name in any spelling; phone1..3 without extensions; email1..2 by mailbox; domain unless
    public; place: the house, or all words of an address no house could be read from; street: those
    words if there is no number among them; doorplate: the house and how the name begins; kpp; inn, ogrn,
    okpo and the claimed INN as numbers.
    """
    # In slices: the texts between are many times what becomes of them.
    starts = range(0, max(parties.height, 1), _SLICE)
    return pl.concat([_evidence(parties.slice(start, _SLICE)) for start in starts])


def _evidence(parties: pl.DataFrame) -> pl.DataFrame:
    items = picked(parties, _ITEMS)
    domains = picked(items, _DOMAINS)
    texts = {name: _bare_numbers(items[name]) for name in PHONES}
    texts |= {name: _mailbox(items[name], domains[name]) for name in EMAILS}
    texts |= {"domain": _own_domains(domains["email1"]), "kpp": parties["kpp"], **_places(parties)}
    made = [text.alias(name) for name, text in texts.items()]
    numbers = [
        parties[column].cast(pl.Int64, strict=False).alias(name)
        for name, column in zip(NUMBERS, ("inn", "ogrn", "okpo", "claimed_inn"), strict=True)
    ]
    frame = pl.DataFrame([parties[REF], *made, *numbers, romanised(parties).alias("name")])
    return picked(frame, _KEYS)


def traits(parties: pl.DataFrame) -> pl.DataFrame:
    """What weighs on every pair, row by row: the columns `TRAITS`, keys and numbers, told by `TRAITS_OF`.

    human: null if unknown; town; office and room inside the house; registered: the region it is
    registered in; listed: the list that tells nothing of the firm but a name and an address; verbatim:
    these, word for word, for such firms; long_name: 1 if the name is too long to be common.
    """
    office, room = premises(parties)
    marks = picked(parties, _marks())
    read = {"town": towns(parties), "office": office, "room": room, "bare": marks["bare"]}
    told = [text.alias(f"its_{name}") for name, text in read.items()]
    own = [_verbatim(parties, marks["bare"]).alias("verbatim"), _named_human(parties, marks)]
    return picked(parties.hstack([*told, *own]), _traits())


@cache
def _marks() -> Passes:
    """bare: a firm of which nothing is told but name and address; unknown: firm or human being."""
    unknown = pl.col("kind").is_null() & pl.col("legal_form").is_null()
    return Passes([(_firm() & _bare()).alias("bare"), unknown.alias("unknown")])


def _firm() -> pl.Expr:
    known = pl.col("kind").is_not_null() | pl.col("legal_form").is_not_null()
    return known & ~pl.col("kind").is_in(_HUMAN).fill_null(value=False)


@cache
def _traits() -> Passes:
    human = pl.when(pl.col("kind").is_not_null()).then(pl.col("kind").is_in(_HUMAN))
    made = {
        "form": key_of(legal_form_group(pl.col("legal_form")), "form"),
        "region": key_of(pl.col("region"), "region"),
        "human": pl.coalesce(human, "named_human"),
        "town": key_of(pl.col("its_town"), "town"),
        "office": key_of(pl.col("its_office"), "office"),
        "room": key_of(pl.col("its_room"), "room"),
        "registered": registration_region(),
        "listed": pl.when("its_bare").then(key_of(_list(), "list")),
        "verbatim": pl.col("verbatim"),
        "long_name": (_firm() & _long_name()).cast(pl.Int8),
    }
    return Passes(made[name].alias(name) for name in TRAITS)


def _named_human(parties: pl.DataFrame, marks: pl.DataFrame) -> pl.Series:
    """Whether the name tells a human being, where nothing else tells what the record is."""
    nothing = nulls(parties.height, pl.Boolean).alias("named_human")
    if not marks["unknown"].any():
        return nothing
    unknown = marks["unknown"].arg_true()
    return nothing.scatter(unknown, is_human_name(parties["name_core"][unknown]))


def registration_region() -> pl.Expr:
    """The region in which a firm was registered, by its INN (digits 1-2) or its OGRN (digits 4-5).

    Foreign firms (INN 9909…) have none, and merged regions are one.
    """
    inn, ogrn = (pl.col(name).cast(pl.Int64, strict=False) for name in ("inn", "ogrn"))
    region = pl.coalesce(
        pl.when(inn < 10**10).then(inn // 10**8), pl.when(ogrn < 10**13).then(ogrn // 10**8 % 100)
    )
    return region_code(region)


def region_code(number: pl.Expr) -> pl.Expr:
    """The number (Int8) of a region, the same for those that are one by now; null for none (99).

    >>> pl.select(region_code(pl.Series(["81", "59", "99"]))).to_series().to_list()
    [59, 59, None]
    """
    region = number.cast(pl.Int64, strict=False)
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
    nothing = nulls(parties.height, pl.Int64)
    if not where.any():
        return nothing
    told = picked(parties.filter(where), _said()).to_series()
    return nothing.scatter(where.arg_true(), told)


@cache
def _said() -> Passes:
    said = [pl.coalesce("full_name", "name"), pl.coalesce("legal_address", "actual_address")]
    text = pl.concat_str(said, separator="|", ignore_nulls=True).str.to_lowercase()
    return Passes([key_of(text.str.replace_all(r"[^\p{L}\p{N}]+", " "), "verbatim")])


def _items(lists: str, names: tuple[str, ...]) -> list[pl.Expr]:
    """The first items of the lists, one column each."""
    many = pl.col(lists).list
    return [many.get(n, null_on_oob=True).alias(name) for n, name in enumerate(names)]


def _bare_numbers(phones: pl.Series) -> pl.Series:
    """Numbers without extensions: who is called is told by the number."""
    if phones.null_count() == len(phones):
        return phones
    if len(phones) <= _FEW:
        listed = phones.to_list()
        bare = [None if phone is None else phone.partition(";")[0] for phone in listed]
        return column_of(phones.name, bare, pl.String)
    extended = phones.str.contains(";", literal=True).fill_null(value=False)
    return apart(phones, extended, lambda s: s.str.extract(r"^([^;]*)", 1), lambda s: s)


def _domain(mail: str) -> pl.Expr:
    return pl.col(mail).str.split_exact("@", 1).struct.field("field_1").alias(mail)


def _own_domains(domains: pl.Series) -> pl.Series:
    """The domains that are not public ones, where anybody may have a mailbox."""
    if domains.null_count() == len(domains):
        return domains
    return picked(domains.to_frame("domain"), _OWN).to_series()


def _mailbox(mails: pl.Series, domains: pl.Series) -> pl.Series:
    """Addresses in the form in which those of one mailbox are equal."""
    if mails.null_count() == len(mails):
        return mails
    aliased = picked(domains.to_frame("domain"), _IN_ALIASED).to_series()
    if not aliased.any():
        return mails
    return apart(
        mails,
        aliased,
        lambda s: pl.select(mail_match_key(pl.lit(s))).to_series(),
        lambda s: s,
    )


def _places(parties: pl.DataFrame) -> dict[str, pl.Series]:
    """The match key of the address; where no house could be read, the words of the whole address."""
    told = picked(parties, _ADDRESS)
    text, keyless = told["text"], told["keyless"]
    if not keyless.any():
        return {"place": _houses(parties["address_key"]), "street": nulls(parties.height)}
    words = picked(text.filter(keyless).to_frame("text"), _WORDS).to_series()
    housed = found(words, "[0-9]")
    at = keyless.arg_true()
    nothing = nulls(parties.height)
    return {
        "place": _houses(parties["address_key"]).scatter(at, words.set(~housed, None)),
        "street": nothing.scatter(at, words.set(housed, None)),
    }


def _houses(keys: pl.Series) -> pl.Series:
    """Address keys down to the house: «36-103» is house 36, office 103."""
    numbered = found(keys, "-")
    if not numbered.any():
        return keys
    numbered = numbered.fill_null(value=False)
    return apart(
        keys,
        numbered,
        lambda s: s.str.replace(r"([0-9][^|]*?)-[0-9]+[^|]*(\|[^|]*)$", "${1}${2}"),
        lambda s: s,
    )


def _keys() -> list[pl.Expr]:
    kinds = {name: kind for kind, names in CARRIED.items() for name in names}
    begins = pl.concat_str("place", pl.col("name").str.head(1), separator="|")
    made = {name: key_of(pl.col(name), kind) for name, kind in kinds.items()}
    made |= {"name": NAME_KEY, "doorplate": key_of(begins, "doorplate")}
    return [made.get(name, pl.col(name)).alias(name) for name in KEYS]


_KEYS = Passes(_keys())
_ITEMS = Passes([*_items("phones", PHONES), *_items("emails", EMAILS)])
_DOMAINS = Passes(_domain(mail) for mail in EMAILS)
_DOMAIN = pl.col("domain")
_OWN = Passes([pl.when(~one_of(_DOMAIN, _PUBLIC)).then(_DOMAIN)])
_IN_ALIASED = Passes([one_of(_DOMAIN, _ALIASED).fill_null(value=False)])
_TEXT = pl.coalesce("legal_address", "actual_address")
_WORDS = Passes(
    [pl.col("text").str.to_lowercase().str.extract_all(r"[\p{L}\p{N}]+").list.sort().list.join(" ")]
)
_ADDRESS = Passes(
    [
        _TEXT.alias("text"),
        (pl.col("address_key").is_null() & _TEXT.is_not_null()).alias("keyless"),
    ]
)
