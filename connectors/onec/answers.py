"""Objects in an answer of 1C, JSON or Atom, as the same flat rows.

Every property is text, word for word; null is null. Tabular parts become JSON text with sorted names
and text values, so that one object looks the same whichever way it came. Addresses of neighbours
(`odata.*`, `...@navigationLinkUrl`) are no properties and are left out.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import httpx
from lxml import etree

from schemas.errors import ContractBroken

ATOM = "{http://www.w3.org/2005/Atom}"
DATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
META = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
ENTRY = f"{ATOM}entry"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
GONE = re.compile(r"([^/(]+)\(guid'([0-9A-Fa-f-]{36})'\)$")
TYPES = "StandardODATA."
Row = dict[str, str | None]


def objects(answer: httpx.Response, what: str) -> list[Row]:
    """The objects of a set, in the answer's order; ContractBroken if it is neither JSON nor Atom."""
    if answer.content.lstrip()[:1] == b"<":
        return [row for _, row in entries(answer.content, what)]
    body = _json(answer, what)
    found = body.get("value") if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unreadable(what, "no array `value`")
    return [flat(one) for one in found]


def _json(answer: httpx.Response, what: str) -> Any:
    text = answer.content.decode("utf-8-sig", errors="strict") if _is_utf8(answer.content) else ""
    try:
        # Control characters do stand in texts of real bases.
        return json.loads(text, parse_float=str, parse_int=str, strict=False)
    except ValueError as error:
        raise _unreadable(what, f"JSON: {type(error).__name__}") from error


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def flat(properties: Mapping[str, Any]) -> Row:
    """The properties as text columns."""
    return {
        name: _column(value)
        for name, value in properties.items()
        if "@" not in name and not name.startswith("odata.")
    }


def _column(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(_inner(value), ensure_ascii=False, sort_keys=True)
    return _word(value)


def _inner(value: Any) -> Any:
    if isinstance(value, list):
        return [_inner(one) for one in value]
    if isinstance(value, dict):
        return {
            name: _inner(one)
            for name, one in value.items()
            if "@" not in name and not name.startswith("odata.")
        }
    return _word(value)


def _word(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def entries(body: bytes, what: str) -> Iterator[tuple[str, Row]]:
    """Set name and row of each Atom entry; a broken feed raises ContractBroken before the first.

    The feed is read twice, so that nothing is taken from one that is cut. A tombstone (RFC 6721) of an
    object that is gone for good becomes a row with its reference and the deletion mark.
    """
    for _ in _parsed(body, what):
        pass
    for entry in _parsed(body, what):
        if entry.tag == TOMBSTONE:
            yield _gone(entry, what)
            continue
        category = entry.find(f"{ATOM}category")
        properties = entry.find(f"{ATOM}content/{META}properties")
        if properties is None:
            properties = entry.find(f"{META}properties")
        if category is None or properties is None:
            raise _unreadable(what, "an entry without category or properties")
        kind = (category.get("term") or "").removeprefix(TYPES)
        yield kind, flat({_name(one): _element(one) for one in properties})


def _gone(entry: etree._Element, what: str) -> tuple[str, Row]:
    place = GONE.search(unquote(entry.get("ref") or ""))
    if place is None:
        raise _unreadable(what, "a tombstone without a reference")
    return place[1], {"Ref_Key": place[2], "DeletionMark": "true"}


def _parsed(body: bytes, what: str) -> Iterator[etree._Element]:
    events = etree.iterparse(
        io.BytesIO(body),
        tag=(ENTRY, TOMBSTONE),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        # A picture or a file in a base64 property is longer than the default limit.
        huge_tree=True,
    )
    try:
        for _, entry in events:
            yield entry
            entry.clear()
            parent = entry.getparent()
            while parent is not None and entry.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise _unreadable(what, f"XML, line {error.lineno}") from error


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _element(element: etree._Element) -> Any:
    if element.get(f"{META}null") == "true":
        return None
    kind = element.get(f"{META}type") or ""
    if kind.startswith("Collection(") or any(one.tag == f"{DATA}element" for one in element):
        return [_element(one) for one in element]
    if len(element):
        return {_name(one): _element(one) for one in element}
    return element.text or ""


def _unreadable(what: str, detail: str) -> ContractBroken:
    return ContractBroken(
        f"Ответ 1С ({what}) не читается. Проверьте, что по этому адресу именно OData, и повторите.",
        f"The answer of 1C ({what}) cannot be read. Check that the address is OData, and repeat.",
        detail=f"{what}: {detail}",
    )
