"""The HTTP face of the simulated base: the standard OData interface as an ASGI application."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from simulators.onec import wire
from simulators.onec.base import HUB_NODE, Base, Object
from simulators.onec.faults import Faults
from simulators.onec.query import BadQueryError, Filter, ordered
from simulators.onec.schema import COUNTERPARTIES, NODES, PARTS, PLAN, REGISTERS, SETS

_PLACE = re.compile(
    r"^(?P<name>[\w$]+)(?:\((?:Ref_Key\s*=\s*)?guid'(?P<key>[0-9A-Fa-f-]{36})'\))?(?:/(?P<tail>[\w$]+)(?:\(\))?)?$"
)
_POINT = re.compile(r"ExchangePlan_(\w+)\(guid'([0-9A-Fa-f-]{36})'\)")
_NO_MEMORY = "Недостаточно памяти для выполнения запроса"
_JSON = "application/json;odata=minimalmetadata;charset=utf-8"
_ATOM = "application/atom+xml;type=feed;charset=utf-8"


class RefusalError(Exception):
    """An answer that is an error: status and the platform's sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass
class Publication:
    """A base published over HTTP: who may enter, what goes wrong, and what has been asked so far."""

    base: Base
    user: str = "Обмен"
    password: str = "пароль"  # noqa: S105  a simulator's own, invented
    name: str = "trade"
    faults: Faults = field(default_factory=Faults)
    requests: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """The ASGI application."""
        path = f"/{self.name}/odata/standard.odata"
        methods = ["GET", "POST", "PATCH", "DELETE"]
        return Starlette(
            routes=[
                Route(path + "/{rest:path}", self._answer, methods=methods),
                Route(path, self._answer),
            ]
        )

    async def _answer(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.url.path}?{request.url.query}")
        as_json = request.query_params.get("$format", "").startswith(
            "json"
        ) or "json" in request.headers.get("accept", "")
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        try:
            response = await self._served(request, as_json)
        except RefusalError as refusal:
            body, kind = wire.error_body(self.faults.error_shape, as_json, refusal.message)
            headers = {"WWW-Authenticate": 'Basic realm="1C"'} if refusal.status == 401 else {}
            return Response(body, refusal.status, headers, media_type=kind)
        if response.status_code == 200 and self.faults.spend("cut"):
            return _cut_short(response)
        return response

    async def _served(self, request: Request, as_json: bool) -> Response:
        if not self._may_enter(request.headers.get("authorization", "")):
            raise RefusalError(401, "Идентификация пользователя не выполнена")
        if self.faults.spend("busy"):
            raise RefusalError(503, "Сервер занят, повторите запрос позже")
        if self.faults.spend("html_pages"):
            body, kind = wire.error_body("html", as_json, "Сеанс завершён администратором")
            return Response(body, 500, media_type=kind)
        root = f"{request.url.scheme}://{request.url.netloc}/{self.name}/odata/standard.odata"
        rest = request.path_params.get("rest", "")
        if rest == "$metadata":
            return Response(
                wire.metadata(self.faults.renamed), media_type="application/xml;charset=utf-8"
            )
        if rest == "":
            sets = [
                {"name": name, "url": name} for name in SETS if name not in self.faults.unpublished
            ]
            return Response(
                json.dumps(
                    {"odata.metadata": root + "/$metadata", "value": sets}, ensure_ascii=False
                ),
                media_type=_JSON,
            )
        if rest in ("SelectChanges", "NotifyChangesReceived"):
            return self._exchange(request, root, rest)
        return await self._entity(request, root, rest, as_json)

    def _may_enter(self, header: str) -> bool:
        kind, _, token = header.partition(" ")
        try:
            given = base64.b64decode(token, validate=True)
        except binascii.Error:
            return False
        wanted = f"{self.user}:{self.password}".encode()
        return (
            kind == "Basic" and hmac.compare_digest(given, wanted) and not self.faults.refuse_login
        )

    def _exchange(self, request: Request, root: str, action: str) -> Response:
        point = _POINT.search(request.query_params.get("DataExchangePoint", ""))
        number = request.query_params.get("MessageNo", "")
        if request.method != "POST" or point is None or not number.isdigit():
            raise RefusalError(400, "Неверные параметры операции обмена")
        if point[1] != PLAN or point[2].lower() != HUB_NODE:
            raise RefusalError(404, "Узел плана обмена не найден")
        if action == "NotifyChangesReceived":
            self.base.acknowledge(int(number))
            return Response(status_code=200)
        taken = self.base.select_changes(int(number))
        visible = [
            (name, self._renamed(row)) for name, row in taken if name not in self.faults.unpublished
        ]
        return _atom(wire.atom_feed, root, visible)

    async def _entity(self, request: Request, root: str, rest: str, as_json: bool) -> Response:
        place = _PLACE.match(rest)
        if place is None:
            raise RefusalError(400, f"Неверный путь {rest}")
        name, key, tail = place["name"], (place["key"] or "").lower(), place["tail"] or ""
        if name in REGISTERS and name not in self.faults.unpublished:
            return self._register(root, name, tail)
        if name in self.faults.unpublished or (name not in SETS and not self._part(name)):
            raise RefusalError(404, f"Сущность {name} не найдена")
        if request.method != "GET":
            return await self._write(request, root, name, key, tail)
        if key:
            row = self.base.get(name, key)
            if row is None:
                raise RefusalError(404, "Экземпляр сущности не найден")
            row = self._renamed(row)
            if as_json:
                return Response(wire.json_one(root, name, row), media_type=_JSON)
            return _atom(wire.atom_one, root, name, row)
        return self._page(request, root, name, tail, as_json)

    def _register(self, root: str, name: str, tail: str) -> Response:
        """The virtual table of a register, in JSON as hubs ask for it."""
        if tail != REGISTERS[name]:
            raise RefusalError(404, f"Сущность {name}/{tail} не найдена")
        return Response(
            wire.json_page(root, name, self.base.registers[name], None), media_type=_JSON
        )

    def _part(self, name: str) -> tuple[str, str] | None:
        return next(((owner, part) for owner, part in PARTS if name == f"{owner}_{part}"), None)

    def _rows(self, name: str) -> list[Object]:
        part = self._part(name)
        if part is None:
            return [self._renamed(row) for row in self.base.rows(name)]
        owners = self.base.rows(part[0])
        return [{"Ref_Key": owner["Ref_Key"]} | line for owner in owners for line in owner[part[1]]]

    def _renamed(self, row: Object) -> Object:
        names = self.faults.renamed
        return {names.get(name, name): value for name, value in row.items()} if names else row

    def _page(self, request: Request, root: str, name: str, tail: str, as_json: bool) -> Response:
        options = request.query_params
        skip, top = int(options.get("$skip", "0")), options.get("$top")
        if self.faults.drift and skip and name == COUNTERPARTIES:
            self._shift(name)
        rows = self._filtered(name, options.get("$filter", ""))
        if tail == "$count":
            return Response(str(len(rows)), media_type="text/plain;charset=utf-8")
        rows = self._ordered(rows, options.get("$orderby", ""))
        count = len(rows) if options.get("$inlinecount") == "allpages" else None
        page = rows[skip : skip + int(top)] if top else rows[skip:]
        if self.faults.memory_rows is not None and len(page) > self.faults.memory_rows:
            raise RefusalError(500, _NO_MEMORY)
        page = [_selected(row, options.get("$select", "")) for row in page]
        if as_json:
            return Response(wire.json_page(root, name, page, count), media_type=_JSON)
        return _atom(wire.atom_feed, root, ((name, row) for row in page), count)

    def _filtered(self, name: str, text: str) -> list[Object]:
        try:
            condition = Filter(text)
            for field_name, operator, kind in condition.comparisons:
                if (
                    self.faults.key_comparison_fails
                    and kind == "guid"
                    and operator not in ("eq", "ne")
                ):
                    raise RefusalError(500, f"Операция сравнения недопустима для поля {field_name}")
                if self.faults.date_filter_fails and kind == "datetime":
                    raise RefusalError(500, f"Отбор по полю {field_name} не поддерживается")
            return [row for row in self._rows(name) if condition.test(row)]
        except (BadQueryError, TypeError) as error:
            raise RefusalError(400, f"Ошибка в параметре $filter: {error}") from error

    def _ordered(self, rows: list[Object], orderby: str) -> list[Object]:
        if self.faults.orderby_key_is_presentation and orderby.startswith("Ref_Key"):
            orderby = "Description" if rows and "Description" in rows[0] else orderby
        try:
            return ordered(rows, orderby)
        except (BadQueryError, TypeError) as error:
            raise RefusalError(400, f"Ошибка в параметре $orderby: {error}") from error

    def _shift(self, name: str) -> None:
        if self.faults.drift == "insert":
            self.base.insert_first(len(self.requests))
        else:
            self.base.remove(name, min(self.base.sets[name]))

    async def _write(self, request: Request, root: str, name: str, key: str, tail: str) -> Response:
        if name == NODES or self._part(name):
            raise RefusalError(405, "Запись не разрешена")
        if request.method == "POST" and not key:
            values = await _body(request)
            values.setdefault("Ref_Key", str(uuid.uuid4()))
            return Response(
                wire.json_one(root, name, self.base.put(name, values)), 201, media_type=_JSON
            )
        row = self.base.get(name, key)
        if row is None:
            raise RefusalError(404, "Экземпляр сущности не найден")
        wanted = request.headers.get("if-match", "").strip('"')
        if wanted not in ("", "*", row["DataVersion"]):
            raise RefusalError(
                412, "Версия объекта не совпадает: объект изменён другим пользователем"
            )
        if request.method == "DELETE":
            self.base.remove(name, key)
            return Response(status_code=204)
        values = {"Posted": tail == "Post"} if tail in ("Post", "Unpost") else await _body(request)
        return Response(
            wire.json_one(root, name, self.base.put(name, values | {"Ref_Key": key})),
            media_type=_JSON,
        )


def _atom(written: Callable[..., bytes], *parts: Any) -> Response:
    """An Atom answer; one control character anywhere in it spoils the whole of it, as on live bases."""
    try:
        return Response(written(*parts), media_type=_ATOM)
    except ValueError as error:
        raise RefusalError(400, "Недопустимый символ XML в значении свойства") from error


async def _body(request: Request) -> dict[str, Any]:
    try:
        values = json.loads(await request.body())
    except ValueError as error:
        raise RefusalError(400, "Тело запроса не читается как JSON") from error
    if not isinstance(values, dict):
        raise RefusalError(400, "Ожидается объект JSON")
    return values


def _selected(row: Object, select: str) -> Object:
    names = [name for name in select.split(",") if name and name != "*"]
    missing = [name for name in names if name not in row]
    if missing:
        raise RefusalError(400, f"Поле {missing[0]} не найдено")
    return {name: row[name] for name in names} if names else row


def _cut_short(response: Response) -> Response:
    """The same answer whose promised length is never reached: the connection breaks in the middle."""
    whole = bytes(response.body)

    async def half() -> AsyncIterator[bytes]:
        yield whole[: len(whole) // 2]
        await asyncio.sleep(0)
        raise ConnectionResetError

    headers = {"content-length": str(len(whole)), "content-type": response.headers["content-type"]}
    return StreamingResponse(half(), headers=headers)
