"""A small 1C base in memory that speaks standard OData v3 through `httpx.MockTransport`.

It keeps the traps of live bases: order by presentation, no keyset paging, an exchange plan that adds
later changes to a message asked for again, `Недостаточно памяти` for a large page.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import httpx

PARTIES = "Catalog_Контрагенты"
ITEMS = "Catalog_Номенклатура"
ORDERS = "Document_ЗаказКлиента"
PLAN = "ExchangePlan_Обмен"
USER, PASSWORD = "Обменник", "пароль-9173"
ZERO = "00000000-0000-0000-0000-000000000000"
NODE, THIS = str(uuid.UUID(int=7)), str(uuid.UUID(int=8))
Object = dict[str, Any]


def party(number: int, **more: Any) -> Object:
    """A counterparty whose presentation order is the reverse of its reference order."""
    return {
        "Ref_Key": str(uuid.UUID(int=number + 1000)),
        "DataVersion": base64.b64encode(number.to_bytes(8, "big")).decode(),
        "DeletionMark": False,
        "Description": f"ООО Пример {10**6 - number}",
        "ИНН": "",
        "ГоловнойКонтрагент_Key": ZERO,
        "КонтактнаяИнформация": [
            {"LineNumber": "1", "Тип": "Телефон", "Представление": f"+7 495 {number:07d}"}
        ],
        **more,
    }


@dataclass
class Base:
    """Sets by name, and the registrations of the exchange node: (set, reference) → message or None."""

    sets: dict[str, list[Object]] = field(default_factory=dict)
    registered: dict[tuple[str, str], int | None] = field(default_factory=dict)
    received: int = 0
    memory: int | None = None
    forbidden: set[str] = field(default_factory=set)
    before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
    asked: list[str] = field(default_factory=list)

    def transport(self) -> httpx.MockTransport:
        """What a connector talks to."""
        return httpx.MockTransport(self.answer)

    def put(self, name: str, one: Object) -> str:
        """Writes the object and registers the change, as 1C does; its reference."""
        objects = self.sets.setdefault(name, [])
        objects[:] = [old for old in objects if old["Ref_Key"] != one["Ref_Key"]] + [one]
        self.registered[name, one["Ref_Key"]] = None
        return str(one["Ref_Key"])

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One exchange of HTTP."""
        path = request.url.path.split("/odata/standard.odata", 1)[-1].strip("/")
        query = dict(request.url.params)
        self.asked.append(f"{request.method} {path}")
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return httpx.Response(401, html="<html><body>Unauthorized</body></html>")
        if (special := self.before(request)) is not None:
            return special
        if request.method == "POST":
            return self._exchange(path, query)
        if path in {"", "$metadata"}:
            return httpx.Response(200, text=self._metadata(), headers={"Date": _now()})
        name, _, rest = path.partition("/")
        if name in self.forbidden:
            return httpx.Response(403, text=xml_error("Недостаточно прав"))
        if name == PLAN:
            return httpx.Response(200, json={"value": self._nodes()})
        if name not in self.sets:
            return httpx.Response(404, json=json_error("Сущность не найдена"))
        return self._select(name, rest, query)

    def _select(self, name: str, rest: str, query: dict[str, str]) -> httpx.Response:
        found = [one for one in self.sets[name] if _fits(one, query.get("$filter", ""))]
        if rest == "$count":
            return httpx.Response(200, text=f"\ufeff{len(found)}")
        top, skip = int(query.get("$top", 10**9)), int(query.get("$skip", 0))
        if self.memory is not None and top > self.memory:
            return httpx.Response(500, json=server_error("Недостаточно памяти на сервере 1С"))
        if query.get("$orderby", "Ref_Key") == "Ref_Key":
            found = sorted(found, key=lambda one: str(one.get("Description", one["Ref_Key"])))
        else:
            found = sorted(found, key=lambda one: str(one[query["$orderby"]]))
        page = found[skip : skip + top]
        if columns := query.get("$select"):
            page = [{name: one[name] for name in columns.split(",")} for one in page]
        if query.get("$format") == "json":
            return httpx.Response(200, json={"odata.metadata": "…", "value": page})
        return httpx.Response(200, text=feed([(name, one) for one in page]))

    def _nodes(self) -> list[Object]:
        ours = {
            "Ref_Key": NODE,
            "Code": "КАНОН",
            "ThisNode": False,
            "ReceivedNo": str(self.received),
        }
        return [{"Ref_Key": THIS, "Code": "БАЗА", "ThisNode": True, "ReceivedNo": "0"}, ours]

    def _exchange(self, path: str, query: dict[str, str]) -> httpx.Response:
        if f"{PLAN}(guid'{NODE}')" not in query["DataExchangePoint"]:
            return httpx.Response(404, json=json_error("Узел не найден"))
        message = int(query["MessageNo"])
        if path == "NotifyChangesReceived":
            self.received = max(self.received, message)
            self.registered = {
                key: number
                for key, number in self.registered.items()
                if number is None or number > message
            }
            return httpx.Response(200)
        self.registered = dict.fromkeys(self.registered, message)
        wanted = self.registered
        rows = [
            (name, one)
            for name, objects in self.sets.items()
            for one in objects
            if (name, one["Ref_Key"]) in wanted
        ]
        return httpx.Response(200, text=feed(rows))

    def _metadata(self) -> str:
        sets = "".join(f'<EntitySet Name="{name}"/>' for name in self.sets)
        return f'<edmx:Edmx xmlns:edmx="urn:e"><Schema xmlns="urn:s">{sets}</Schema></edmx:Edmx>'


def _now() -> str:
    return format_datetime(datetime.now(UTC), usegmt=True)


def _fits(one: Object, condition: str) -> bool:
    if not condition:
        return True
    if " gt guid" in condition:
        raise AssertionError("1C has no order of references")
    if "guid'" in condition:
        return one["Ref_Key"] in re.findall(r"guid'([^']*)'", condition)
    return all(
        (one[name] >= value) if sign == "ge" else (one[name] < value)
        for name, sign, value in re.findall(r"(\w+) (ge|lt) datetime'([^']*)'", condition)
    )


def json_error(text: str) -> Object:
    """The error of the OData layer."""
    return {"odata.error": {"code": "9", "message": {"lang": "ru", "value": text}}}


def server_error(text: str) -> Object:
    """The error of the application server."""
    return {"exception": {"descr": "Ошибка выполнения", "inner": {"descr": text, "inner": None}}}


def xml_error(text: str) -> str:
    """The error of the OData layer in XML."""
    meta = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
    return f'<m:error xmlns:m="{meta}"><m:code>1</m:code><m:message>{text}</m:message></m:error>'


def feed(rows: list[tuple[str, Object]]) -> str:
    """The objects as an Atom feed."""
    spaces = (
        'xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
        'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
    )
    return f"<feed {spaces}>{''.join(_entry(name, one) for name, one in rows)}</feed>"


def _entry(name: str, one: Object) -> str:
    properties = "".join(_property(key, value) for key, value in one.items())
    return (
        f'<entry><category term="StandardODATA.{name}" scheme="s"/><content type="application/xml">'
        f"<m:properties>{properties}</m:properties></content></entry>"
    )


def _property(name: str, value: Any) -> str:
    if value is None:
        return f'<d:{name} m:null="true"/>'
    if isinstance(value, list):
        inner = "".join(
            f"<d:element>{''.join(_property(*pair) for pair in row.items())}</d:element>"
            for row in value
        )
        return f'<d:{name} m:type="Collection(StandardODATA.{name}_RowType)">{inner}</d:{name}>'
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<d:{name}>{text}</d:{name}>"
