"""What a failed answer of 1C means: three shapes of error, one sentence, one thing to do."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from dataclasses import dataclass

import httpx
from lxml import etree

from schemas.errors import ConfigError, ContractBroken, KanonError, Refused, Retryable

FAILED = (400, 401, 403, 404, 405, 406, 409, 412, 413, 500, 501)
MEMORY = re.compile(
    r"недостаточно памяти|превышен\w* .*памят|out of memory|not enough memory", re.IGNORECASE
)
CHARACTER = re.compile(
    r"недопустимый символ|invalid (xml )?character|0x[0-9a-f]{2}\b", re.IGNORECASE
)
LICENCE = re.compile(r"лицензи", re.IGNORECASE)
LOCKED = re.compile(r"блокир|начат[ао]? сеанс.*запрещ|монопольн", re.IGNORECASE)
TAGS = re.compile(r"<[^>]+>")
LONGEST = 300


class OutOfMemory(Retryable):
    """The base could not build an answer of this size; asking for a smaller page helps."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Status and text of a failed answer, whatever its shape."""

    status: int
    text: str


def fault(answer: httpx.Response) -> Fault:
    """The text inside `odata.error` JSON, application-server JSON, `m:error` XML or an HTML page."""
    body = answer.content
    text = _from_json(body) or _from_xml(body) or _from_html(answer.text)
    return Fault(answer.status_code, _unwrapped(text)[:LONGEST])


def raised(what: str, answer: httpx.Response) -> KanonError:
    """The error to raise for a failed answer about `what` (a set or a call)."""
    found = fault(answer)
    # Texts of 1C may quote data, so they go into no sentence: only the kind of fault does.
    detail = f"{what}: HTTP {found.status}"
    if found.status in {401, 403}:
        return _refused(what, found.status, detail)
    if MEMORY.search(found.text):
        return OutOfMemory(
            f"1С не хватило памяти на ответ ({what}). Уменьшите page в настройках.",
            f"1C ran out of memory for the answer ({what}). Make `page` smaller in the settings.",
            detail=detail,
        )
    if CHARACTER.search(found.text):
        return ContractBroken(
            f"В данных 1С недопустимый символ ({what}): найдите и очистите объект, затем повторите.",
            f"The 1C data hold a forbidden character ({what}): find and clean the object, then repeat.",
            detail=detail,
        )
    if LICENCE.search(found.text) or LOCKED.search(found.text) or found.status in {409, 413}:
        return Retryable(
            f"База 1С занята: нет лицензии или стоит блокировка ({what}). Повторите позже.",
            f"The 1C base is busy: no licence or a lock ({what}). Try again later.",
            detail=detail,
        )
    return _other(what, found.status, detail)


def _refused(what: str, status: int, detail: str) -> Refused:
    if status == 401:
        return Refused(
            "1С не приняла логин или пароль. Проверьте пользователя и вход по паролю в базе.",
            "1C did not accept the user or the password. Check the user of the base.",
            detail=detail,
        )
    return Refused(
        f"У пользователя 1С нет права на «{what}». Добавьте ему роль с чтением этого объекта.",
        f"The 1C user has no right to '{what}'. Give it a role that may read this object.",
        detail=detail,
    )


def _other(what: str, status: int, detail: str) -> KanonError:
    if status == 404:
        return ConfigError(
            f"«{what}» не опубликован в OData базы 1С. Включите объект в состав стандартного интерфейса.",
            f"'{what}' is not published by the 1C base. Add the object to the standard OData interface.",
            detail=detail,
        )
    if status >= 500:
        return Retryable(
            f"1С ответила ошибкой HTTP {status} ({what}). Повторите позже; если не пройдёт, смотрите журнал базы.",
            f"1C answered HTTP {status} ({what}). Try later; if it stays, see the log of the base.",
            detail=detail,
        )
    return ContractBroken(
        f"1С не поняла запрос (HTTP {status}, {what}). Проверьте имена свойств в настройках набора.",
        f"1C did not understand the request (HTTP {status}, {what}). Check the property names of the set.",
        detail=detail,
    )


def _from_json(body: bytes) -> str:
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    if isinstance(error := told.get("odata.error"), dict):
        message = error.get("message")
        return str(message.get("value", "") if isinstance(message, dict) else message)
    said = []
    inner = told.get("exception", told)
    while isinstance(inner, dict):
        said.append(str(inner.get("descr", "")))
        inner = inner.get("inner")
    return " ".join(filter(None, said))


def _from_xml(body: bytes) -> str:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return ""
    if str(root.tag).rpartition("}")[2] != "error":
        return ""
    return " ".join(str(text).strip() for text in root.itertext())


def _from_html(text: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", text)).split())


def _unwrapped(text: str) -> str:
    """The text itself if it came as base64."""
    bare = text.strip()
    if len(bare) < 16 or len(bare) % 4 or " " in bare:
        return text
    try:
        return base64.b64decode(bare, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text
