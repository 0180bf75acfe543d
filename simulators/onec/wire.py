"""The bytes of the interface: $metadata, JSON, Atom, and errors in their several shapes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from simulators.onec.base import Object
from simulators.onec.faults import ErrorShape
from simulators.onec.schema import EDM, PARTS, SETS

EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
EDM_NS = "http://schemas.microsoft.com/ado/2009/11/edm"
META = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices"
ATOM = "http://www.w3.org/2005/Atom"
TOMBS = "http://purl.org/atompub/tombstones/1.0"


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{EDM_NS}}}{tag}", attributes)


def metadata(renamed: Mapping[str, str]) -> bytes:
    """The EDMX document of all published sets and their table parts."""
    root = etree.Element(f"{{{EDMX}}}Edmx", {"Version": "1.0"}, nsmap={"edmx": EDMX})
    services = etree.SubElement(root, f"{{{EDMX}}}DataServices", nsmap={"m": META})
    services.set(f"{{{META}}}DataServiceVersion", "3.0")
    spaces: dict[str | None, str] = {None: EDM_NS}
    schema = etree.SubElement(
        services,
        f"{{{EDM_NS}}}Schema",
        {"Namespace": "StandardODATA"},
        nsmap=spaces,  # type: ignore[arg-type]  # lxml takes None for the default namespace
    )
    for name, fields in SETS.items():
        _entity_type(schema, name, fields, ("Ref_Key",), renamed)
    for (name, part), fields in PARTS.items():
        own = {"Ref_Key": "g", **fields}
        _entity_type(schema, f"{name}_{part}", own, ("Ref_Key", "LineNumber"), renamed)
        row = _add(schema, "ComplexType", Name=f"{name}_{part}_RowType")
        _properties(row, name, own, renamed)
    container = _add(schema, "EntityContainer", Name="StandardODATA")
    container.set(f"{{{META}}}IsDefaultEntityContainer", "true")
    for name in [*SETS, *(f"{owner}_{part}" for owner, part in PARTS)]:
        _add(container, "EntitySet", Name=name, EntityType=f"StandardODATA.{name}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _entity_type(
    schema: etree._Element,
    name: str,
    fields: Mapping[str, str],
    key: Iterable[str],
    renamed: Mapping[str, str],
) -> None:
    entity = _add(schema, "EntityType", Name=name)
    keys = _add(entity, "Key")
    for part in key:
        _add(keys, "PropertyRef", Name=part)
    _properties(entity, name, fields, renamed)


def _properties(
    parent: etree._Element, owner: str, fields: Mapping[str, str], renamed: Mapping[str, str]
) -> None:
    for name, kind in fields.items():
        edm = f"Collection(StandardODATA.{owner}_{name}_RowType)" if kind == "t" else EDM[kind]
        nullable = "false" if name == "Ref_Key" else "true"
        _add(parent, "Property", Name=renamed.get(name, name), Type=edm, Nullable=nullable)


def json_page(root: str, name: str, rows: list[Object], count: int | None) -> bytes:
    """`{"odata.metadata": …, "value": […]}`; whole numbers lose their fraction, as 1C writes them."""
    body: dict[str, Any] = {"odata.metadata": f"{root}/$metadata#{name}"}
    if count is not None:
        body["odata.count"] = str(count)
    return _json(body | {"value": rows})


def json_one(root: str, name: str, row: Object) -> bytes:
    """One object as JSON."""
    return _json({"odata.metadata": f"{root}/$metadata#{name}/@Element"} | row)


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def atom_feed(root: str, entries: Iterable[tuple[str, Object]], count: int | None = None) -> bytes:
    """An Atom feed of (set, object)."""
    feed = _feed_root(root)
    if count is not None:
        etree.SubElement(feed, f"{{{META}}}count").text = str(count)
    for name, row in entries:
        feed.append(_entry(root, name, row))
    return etree.tostring(feed, xml_declaration=True, encoding="UTF-8")


def atom_one(root: str, name: str, row: Object) -> bytes:
    """One object as an Atom entry."""
    return etree.tostring(_entry(root, name, row), xml_declaration=True, encoding="UTF-8")


def _feed_root(root: str) -> etree._Element:
    spaces = {None: ATOM, "at": TOMBS, "d": DATA, "m": META}
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=spaces)  # type: ignore[arg-type]  # lxml takes None for the default namespace
    feed.set("{http://www.w3.org/XML/1998/namespace}base", root + "/")
    return feed


def _entry(root: str, name: str, row: Object) -> etree._Element:
    spaces = {None: ATOM, "d": DATA, "m": META}
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=spaces)  # type: ignore[arg-type]  # lxml takes None for the default namespace
    place = f"{name}(guid'{row['Ref_Key']}')"
    etree.SubElement(entry, f"{{{ATOM}}}id").text = f"{root}/{place}"
    scheme = "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"
    etree.SubElement(
        entry, f"{{{ATOM}}}category", {"term": f"StandardODATA.{name}", "scheme": scheme}
    )
    etree.SubElement(entry, f"{{{ATOM}}}title", {"type": "text"})
    etree.SubElement(entry, f"{{{ATOM}}}link", {"rel": "edit", "href": place, "title": "edit-link"})
    content = etree.SubElement(entry, f"{{{ATOM}}}content", {"type": "application/xml"})
    _values(etree.SubElement(content, f"{{{META}}}properties"), name, row)
    return entry


def _values(parent: etree._Element, owner: str, row: Object) -> None:
    for name, value in row.items():
        element = etree.SubElement(parent, f"{{{DATA}}}{name}")
        if isinstance(value, list):
            kind = f"StandardODATA.{owner}_{name}_RowType"
            element.set(f"{{{META}}}type", f"Collection({kind})")
            for line in value:
                _values(
                    etree.SubElement(element, f"{{{DATA}}}element", {f"{{{META}}}type": kind}),
                    owner,
                    line,
                )
        elif value is None:
            element.set(f"{{{META}}}null", "true")
        else:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            element.text = text or None


def error_body(shape: ErrorShape, as_json: bool, message: str) -> tuple[bytes, str]:
    """(body, content type) of a refusal: OData JSON or XML, the application server's own, or a page."""
    if shape == "html":
        page = f"<html><head><title>500</title></head><body><h1>Ошибка сервера</h1><p>{message}</p></body></html>"
        return page.encode(), "text/html; charset=utf-8"
    if shape == "application":
        described = base64.b64encode(message.encode()).decode()
        return _json(
            {"exception": {"clsid": "0x0", "inner": {"descr": described}, "descr": message}}
        ), "application/json"
    if as_json:
        body = {"odata.error": {"code": "-1", "message": {"lang": "ru", "value": message}}}
        return _json(body), "application/json; charset=utf-8"
    root = etree.Element(f"{{{META}}}error", nsmap={"m": META})
    etree.SubElement(root, f"{{{META}}}code").text = "-1"
    etree.SubElement(root, f"{{{META}}}message").text = message
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8"
    ), "application/xml; charset=utf-8"
