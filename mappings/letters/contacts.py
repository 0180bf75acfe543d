"""What a signature or the letter of a site's form tells of the person behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_PHONE = re.compile(r"(?:\+7|\b8)[\s(-]*\d{3,5}[\s)-]*\d{1,3}(?:[\s-]?\d{2}){1,2}(?:\s*(?:доб|вн|ext)\.?\s*\d{1,6})?|\+\d[\d\s()-]{8,16}\d")  # fmt: skip
_INN = re.compile(r"\bИНН\b[\s:№/КПП]*(\d{12}|\d{10})\b", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?:\b(?:ООО|ОАО|ЗАО|ПАО|АО|НПО|ИП|ФГУП|МУП)\b|\b(?:LLC|Ltd|GmbH)\b).{0,80}", re.IGNORECASE
)
_LABEL = re.compile(r"^\s*[*•-]?\s*([^:=\n]{2,40}?)\s*[:=]\s*(.*)$")
# Labels of the fields as old site forms write them, in small letters.
_LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("имя", "фио", "ф.и.о.", "ваше имя", "контактное лицо", "name", "представьтесь"),
        "phone": ("телефон", "ваш телефон", "контактный телефон", "тел", "тел.", "phone"),
        "email": ("e-mail", "email", "почта", "эл. почта", "электронная почта", "ваш e-mail", "mail"),
        "company": ("компания", "организация", "название компании", "фирма", "company"),
        "inn": ("инн", "инн организации", "inn"),
        "text": ("сообщение", "комментарий", "текст", "текст сообщения", "вопрос", "ваш вопрос", "message"),
        "page": ("страница", "адрес страницы", "url", "page", "отправлено со страницы"),
        "topic": ("тема", "тема обращения", "subject", "topic"),
        "order": ("заказ", "номер заказа", "№ заказа", "order"),
    }
)  # fmt: skip
_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels}
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Details somebody gave of himself, as he wrote them; empty where he gave none."""

    name: str = ""
    phone: str = ""
    email: str = ""
    company: str = ""
    inn: str = ""
    text: str = ""
    page: str = ""
    topic: str = ""
    order: str = ""


def of_signature(text: str) -> Told:
    """Phone, INN and company of a signature.

    >>> of_signature("С уважением,\\nАнна\\nООО «Вега»\\nИНН 7707083893\\n+7 (916) 000-11-22").phone
    '+7 (916) 000-11-22'
    """
    phone, inn, company = _PHONE.search(text), _INN.search(text), _COMPANY.search(text)
    return Told(
        phone=phone.group().strip() if phone else "",
        inn=inn.group(1) if inn else "",
        company=company.group().strip(" ,;") if company else "",
    )


def of_form(text: str) -> Told | None:
    """The fields of a site's form; None for a text that is no such letter.

    At least three known labels, one of them a way to answer; lines without a label go on with the one before.
    """
    found: dict[str, list[str]] = {}
    at = ""
    for line in text.splitlines():
        label = _LABEL.match(line)
        known = _FIELD_OF.get(label.group(1).strip().lower(), "") if label else ""
        if label and known and known not in found:
            at = known
            found[at] = [label.group(2).strip()]
        elif at == "text":
            found[at].append(line.strip())
    if len(found) < _LEAST or not ({"phone", "email"} & found.keys()):
        return None
    return Told(**{name: "\n".join(lines).strip() for name, lines in found.items()})
