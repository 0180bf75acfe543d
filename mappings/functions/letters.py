"""Letters as a mailbox gives them: each field of a letter is a function over its MIME in base64.

The examples read this letter, in which a site's form speaks for Anna:

    From: "Сайт" <robot@shop.example>, To: zakaz@kanon.example, Subject: Заявка 7
    Имя: Анна / Телефон: +7 916 000-11-22 / E-mail: anna@vega.example / Компания: ООО «Вега» / ...
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from mappings.letters.column import BODY, LINE, told, told_many
from mappings.letters.letter import Letter

EXAMPLE = base64.b64encode(
    "From: Сайт <robot@shop.example>\nTo: Zakaz@kanon.example\nSubject: Заявка 7\n"
    "Date: Mon, 12 Jan 2026 09:00:00 +0300\nMessage-ID: <A7@shop.example>\nIn-Reply-To: <A1@kanon.example>\n"
    "References: <A0@kanon.example> <A1@kanon.example>\n"
    'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n'
    "Имя: Анна\nТелефон: +7 916 000-11-22\nE-mail: anna@vega.example\nКомпания: ООО «Вега»\n"
    "ИНН: 7707083893\nТема: трубы\nЗаказ: 118\nСтраница: https://shop.example/truby\n"
    'Сообщение: Нужна труба\n\nС уважением,\nАнна\n\n12.01.2026, 08:00, "Сбыт" <s@kanon.example>:\n> Что нужно?\n'
    "--x\nContent-Type: text/csv; name=z.csv\nContent-Disposition: attachment\n\n1;2\n--x--\n".encode()
).decode()


def letter_id(cell: pl.Expr) -> pl.Expr:
    """Its Message-ID, the same in every mailbox.

    >>> pl.select(letter_id(pl.lit(EXAMPLE))).item()
    'a7@shop.example'
    """
    return told(cell, lambda letter: letter.message_id)


def letter_reply(cell: pl.Expr) -> pl.Expr:
    """The id of the letter it answers.

    >>> pl.select(letter_reply(pl.lit(EXAMPLE))).item()
    'a1@kanon.example'
    """
    return told(cell, lambda letter: letter.reply_to)


def letter_references(cell: pl.Expr) -> pl.Expr:
    """The ids of the letters before it, the first one first.

    >>> pl.select(letter_references(pl.lit(EXAMPLE))).item().to_list()
    ['a0@kanon.example', 'a1@kanon.example']
    """
    return told_many(cell, lambda letter: [one[:LINE] for one in letter.references])


def letter_nature(cell: pl.Expr) -> pl.Expr:
    """`message`, `auto_reply`, `bounce` or `broadcast`.

    >>> pl.select(letter_nature(pl.lit(EXAMPLE))).item()
    'message'
    """
    return told(cell, lambda letter: letter.nature)


def letter_name(cell: pl.Expr) -> pl.Expr:
    """The name of who wrote it; in the letter of a site's form, the name in its fields.

    >>> pl.select(letter_name(pl.lit(EXAMPLE))).item()
    'Анна'
    """
    return told(cell, lambda letter: _name(letter))


def letter_address(cell: pl.Expr) -> pl.Expr:
    """The address of who wrote it, or that in the fields of the form.

    >>> pl.select(letter_address(pl.lit(EXAMPLE))).item()
    'anna@vega.example'
    """
    return told(cell, lambda letter: _address(letter))


def letter_phone(cell: pl.Expr) -> pl.Expr:
    """The phone the sender gives in the fields, or in his signature.

    >>> pl.select(letter_phone(pl.lit(EXAMPLE))).item()
    '+7 916 000-11-22'
    """
    return told(cell, lambda letter: letter.told.phone)


def letter_recipients(cell: pl.Expr) -> pl.Expr:
    """Whom it is addressed to, copies included.

    >>> pl.select(letter_recipients(pl.lit(EXAMPLE))).item().to_list()
    ['zakaz@kanon.example']
    """
    return told_many(cell, lambda letter: [one[:LINE] for one in letter.recipients])


def letter_subject(cell: pl.Expr) -> pl.Expr:
    """Its subject.

    >>> pl.select(letter_subject(pl.lit(EXAMPLE))).item()
    'Заявка 7'
    """
    return told(cell, lambda letter: letter.subject)


def letter_body(cell: pl.Expr) -> pl.Expr:
    """What its sender wrote, without quotation and signature; of a form, the text.

    >>> pl.select(letter_body(pl.lit(EXAMPLE))).item()
    'Нужна труба'
    """
    return told(cell, lambda letter: _body(letter), BODY)


def letter_quoted(cell: pl.Expr) -> pl.Expr:
    """Earlier letters repeated in it.

    >>> pl.select(letter_quoted(pl.lit(EXAMPLE))).item()
    '12.01.2026, 08:00, "Сбыт" <s@kanon.example>:\\n> Что нужно?'
    """
    return told(cell, lambda letter: letter.quoted, BODY)


def letter_signature(cell: pl.Expr) -> pl.Expr:
    """The block under it.

    >>> pl.select(letter_signature(pl.lit(EXAMPLE))).item()
    'С уважением,\\nАнна'
    """
    return told(cell, lambda letter: letter.signature, 5_000)


def letter_files(cell: pl.Expr) -> pl.Expr:
    """What hangs on it, a JSON object for each.

    >>> json.loads(pl.select(letter_files(pl.lit(EXAMPLE))).item()[0])["name"]
    'z.csv'
    """
    return told_many(cell, lambda letter: _files(letter))


def letter_company(cell: pl.Expr) -> pl.Expr:
    """The company the sender names.

    >>> pl.select(letter_company(pl.lit(EXAMPLE))).item()
    'ООО «Вега»'
    """
    return told(cell, lambda letter: letter.told.company)


def letter_inn(cell: pl.Expr) -> pl.Expr:
    """The INN the sender names.

    >>> pl.select(letter_inn(pl.lit(EXAMPLE))).item()
    '7707083893'
    """
    return told(cell, lambda letter: letter.told.inn)


def letter_forwarded(cell: pl.Expr) -> pl.Expr:
    """Who passed on, without a word of his own, what somebody else had written.

    >>> pl.select(letter_forwarded(pl.lit(EXAMPLE))).item() is None
    True
    """
    return told(cell, lambda letter: letter.forwarded_by)


def letter_page(cell: pl.Expr) -> pl.Expr:
    """The page of the site the form stands on.

    >>> pl.select(letter_page(pl.lit(EXAMPLE))).item()
    'https://shop.example/truby'
    """
    return told(cell, lambda letter: letter.told.page)


def letter_topic(cell: pl.Expr) -> pl.Expr:
    """The topic chosen in the form.

    >>> pl.select(letter_topic(pl.lit(EXAMPLE))).item()
    'трубы'
    """
    return told(cell, lambda letter: letter.told.topic)


def letter_order(cell: pl.Expr) -> pl.Expr:
    """The order named in the form.

    >>> pl.select(letter_order(pl.lit(EXAMPLE))).item()
    '118'
    """
    return told(cell, lambda letter: letter.told.order)


def _files(letter: Letter) -> list[str]:
    return [
        json.dumps(
            {"name": one.name[:LINE], "size": one.size, "type": one.kind[:LINE], "sha256": one.sha256, "inline": one.inline,
             **({"trouble": one.trouble} if one.trouble else {})},
            ensure_ascii=False, sort_keys=True,
        )
        for one in letter.attachments
    ]  # fmt: skip


def _name(letter: Letter) -> str:
    return letter.told.name if letter.form and letter.told.name else letter.sender_name


def _address(letter: Letter) -> str:
    return letter.told.email if letter.form and letter.told.email else letter.sender_email


def _body(letter: Letter) -> str:
    """A form without a text of its own: all of it is the text."""
    return letter.told.text if letter.form and letter.told.text else letter.own


FUNCTIONS: Mapping[str, Function] = {
    "letter_id": letter_id,
    "letter_reply": letter_reply,
    "letter_references": letter_references,
    "letter_nature": letter_nature,
    "letter_name": letter_name,
    "letter_address": letter_address,
    "letter_phone": letter_phone,
    "letter_recipients": letter_recipients,
    "letter_subject": letter_subject,
    "letter_body": letter_body,
    "letter_quoted": letter_quoted,
    "letter_signature": letter_signature,
    "letter_files": letter_files,
    "letter_company": letter_company,
    "letter_inn": letter_inn,
    "letter_forwarded": letter_forwarded,
    "letter_page": letter_page,
    "letter_topic": letter_topic,
    "letter_order": letter_order,
}
