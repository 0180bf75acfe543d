"""What a mail address is evidence of: public domains, role mailboxes and the match key (handbook 2.8)."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

YANDEX_DOMAINS = frozenset(
    str.split(
        "yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua yandex.uz yandex.com.tr narod.ru"
    )
)
GMAIL_DOMAINS = frozenset({"gmail.com", "googlemail.com"})
PUBLIC_MAIL_DOMAINS: frozenset[str] = (
    YANDEX_DOMAINS
    | GMAIL_DOMAINS
    | frozenset(
        str.split(
            "mail.ru bk.ru list.ru inbox.ru internet.ru xmail.ru vk.com rambler.ru lenta.ru ro.ru autorambler.ru "
            "myrambler.ru outlook.com hotmail.com live.ru live.com msn.com icloud.com me.com mac.com yahoo.com "
            "yahoo.ru aol.com qip.ru pochta.ru nm.ru newmail.ru hotbox.ru fromru.com land.ru mail15.com km.ru "
            "tut.by mail.by mail.kz mail.uz inbox.lv mail.ua ukr.net i.ua meta.ua bigmir.net mail.com gmx.com "
            "gmx.de gmx.net proton.me protonmail.com web.de zoho.com"
        )
    )
)
"""Domains anybody can have an address at: never evidence for a company."""

ROLE_MAILBOXES: frozenset[str] = frozenset(
    str.split(
        "info mail office sales sale zakaz order orders snab snabzhenie zakupki tender tenders buh "
        "buhgalter buhgalteria account accounting finance 1c reception secretary priemnaya pr hr kadry "
        "marketing reklama support help helpdesk service servis sbyt opt otdel kommerc logist logistics sklad "
        "director direktor gendir market shop contact contacts hello admin administrator root postmaster "
        "webmaster abuse noreply no-reply donotreply robot post edo docs bills invoice zavod company firma"
    )
)
"""Mailboxes of a function: they belong to the counterparty, not to a person."""


def mail_domain(address: pl.Expr) -> pl.Expr:
    """The domain of a clean address.

    >>> pl.select(mail_domain(pl.lit("info@romashka.ru"))).item()
    'romashka.ru'
    """
    return address.str.extract(r"@([^@]+)$", 1)


def mailbox(address: pl.Expr) -> pl.Expr:
    """The part of a clean address before the @."""
    return address.str.extract(r"^([^@]+)@", 1)


def is_public_mail(address: pl.Expr, domains: Collection[str] = PUBLIC_MAIL_DOMAINS) -> pl.Expr:
    """Whether anybody can have an address at that domain.

    >>> pl.select(is_public_mail(pl.lit("info@mail.ru"))).item()
    True
    """
    return mail_domain(address).is_in(sorted(domains))


def is_role_mailbox(address: pl.Expr, mailboxes: Collection[str] = ROLE_MAILBOXES) -> pl.Expr:
    """Whether the mailbox is that of a function, numbered ones such as sales2 included.

    >>> pl.select(is_role_mailbox(pl.lit("sales2@romashka.ru"))).item()
    True
    """
    box = mailbox(address)
    unnumbered = box.str.replace(r"[._\-]?[0-9]{1,3}$", "")
    return box.is_in(sorted(mailboxes)) | unnumbered.is_in(sorted(mailboxes))


def mail_match_key(address: pl.Expr) -> pl.Expr:
    """The form in which addresses of one mailbox are equal; never shown, never sent to.

    Yandex has several domains and takes `-` for `.`; Gmail ignores dots and what follows a plus.

    >>> pl.select(mail_match_key(pl.lit("i.van.ov+erp@googlemail.com"))).item()
    'ivanov@gmail.com'
    """
    box, domain = mailbox(address), mail_domain(address)
    yandex, gmail = domain.is_in(sorted(YANDEX_DOMAINS)), domain.is_in(sorted(GMAIL_DOMAINS))
    yandex_key = (
        box.str.replace(r"\+.*$", "").str.replace_all("-", ".", literal=True) + "@yandex.ru"
    )
    gmail_key = box.str.replace(r"\+.*$", "").str.replace_all(".", "", literal=True) + "@gmail.com"
    return pl.when(yandex).then(yandex_key).when(gmail).then(gmail_key).otherwise(address)
