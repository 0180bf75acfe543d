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
# Who stands between us and whoever asks: his INN tells nobody's enquiry.
_BETWEEN = re.compile(
    r"\b(?:экспедитор\w*|экспедици\w*|перевозчик\w*|транспортн\w+ компани\w+|грузоперевоз\w*|курьер\w*|"
    r"посредник\w*|агент\w*|брокер\w*|по поручению|forwarder|carrier)\b",
    re.IGNORECASE,
)
_QUOTED_NAME = re.compile(r"[«\"“].*?[»\"”]")
# Others who are named in what is asked.
_OTHERS = re.compile(
    r"\b(?:плательщик\w*|платит|получател\w*|грузополучател\w*|грузоотправител\w*|получает|забирает|заберет|заберёт|"
    r"везет|везёт|повезет|повезёт|пропуск\w*|доверенност\w*|заказчик\w*|подрядчик\w*|поставщик\w*|конкурент\w*|"
    r"контрагент\w*|лизинг\w*|банк\w*|для нашего|за нас)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:наш\w*|мы|от|я из|представля\w+|реквизиты|карточка|организация|компания|покупатель|счет на|счёт на)\b"
    r"|^\W*(?:ООО|ОАО|ЗАО|ПАО|АО|НПО|ИП|ФГУП|МУП|ИНН)\b",
    re.IGNORECASE,
)
# Of a line without blanks at its ends. A label begins with none and takes what it can at once: where each of
# several parts could be blank, a line of a thousand blanks took hours.
_LABEL = re.compile(r"^[*•-]?[ \t]*([^\s:=][^:=]{1,39})[:=](.*)$")
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
    """Phone, INN and company of a signature; no INN of a forwarder or another who acts for somebody.

    >>> of_signature("С уважением,\\nАнна\\nООО «Вега»\\nИНН 7707083893\\n+7 (916) 000-11-22").phone
    '+7 (916) 000-11-22'
    """
    phone, inn, company = _PHONE.search(text), _INN.search(text), _COMPANY.search(text)
    between = _BETWEEN.search(_QUOTED_NAME.sub("", text)) is not None
    return Told(
        phone=phone.group().strip() if phone else "",
        inn=inn.group(1) if inn and not between else "",
        company=company.group().strip(" ,;") if company else "",
    )


def own_inn(text: str) -> str:
    """The INN a text gives as its writer's own; empty if it gives none or several.

    >>> own_inn("Выставьте счёт. Наши реквизиты: ООО «Вега», ИНН 7707083893.")
    '7707083893'
    >>> own_inn("Груз получает ООО «Вега», ИНН 7707083893.")
    ''
    """
    lines = [
        line for line in text.splitlines() if _OURS.search(line) and not _OTHERS.search(line)
        and not _BETWEEN.search(_QUOTED_NAME.sub("", line))
    ]  # fmt: skip
    found = {number for line in lines for number in _INN.findall(line)}
    return found.pop() if len(found) == 1 else ""


def of_form(text: str) -> Told | None:
    """The fields of a site's form; None for a text that is no such letter.

    At least three known labels, one of them a way to answer; lines without a label go on with the one before.
    """
    found: dict[str, list[str]] = {}
    at = ""
    for line in text.splitlines():
        label = _LABEL.match(line.strip())
        known = _FIELD_OF.get(label.group(1).strip().lower(), "") if label else ""
        if label and known and known not in found:
            at = known
            found[at] = [label.group(2).strip()]
        elif at == "text":
            found[at].append(line.strip())
    if len(found) < _LEAST or not ({"phone", "email"} & found.keys()):
        return None
    return Told(**{name: "\n".join(lines).strip() for name, lines in found.items()})
