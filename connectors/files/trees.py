"""XML read as a stream, twice: first the whole file is proved well-formed, then records are taken.

No entities, DTD or network. Names are compared without namespaces. A record becomes flat text columns:
a leaf is its text, an attribute is `@name` or `leaf@name`, anything deeper or repeated is JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from lxml import etree

from connectors.files.folder import Located
from schemas.errors import ContractBroken

Element = etree._Element
Json = str | None | dict[str, Any] | list[Any]
HEAD = 4096


def local(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of this name, whatever its namespace."""
    return next((one for one in elements(element) if local(one) == name), None)


def elements(element: Element) -> Iterator[Element]:
    """Child elements; comments and processing instructions are passed over."""
    return (one for one in element if isinstance(one.tag, str))


def text(element: Element | None) -> str | None:
    """The element's own text, None for no element; an empty element is an empty string."""
    if element is None:
        return None
    return (element.text or "") if len(element) == 0 else "".join(map(str, element.itertext()))


def verify(file: Located, roots: Collection[str]) -> None:
    """Returns if the file is well-formed XML with one of `roots`; else ContractBroken names the line."""
    with file.open() as head:
        if b"<!DOCTYPE" in head.read(HEAD).upper():
            raise ContractBroken(
                f"{file.name}: описание DOCTYPE запрещено. Уберите его из выгрузки.",
                f"{file.name}: a DOCTYPE is not allowed. Take it out of the export.",
            )
    depth = 0
    for event, element in _events(file, ("start", "end")):
        if event == "start":
            depth += 1
            if depth == 1 and local(element) not in roots:
                raise _wrong_root(file.name, local(element), roots)
            continue
        depth -= 1
        # Whole children of the root are dropped, so that memory stays flat.
        element.clear()
        _forget(element)


def records(file: Located, wanted: Callable[[Element], bool]) -> Iterator[Element]:
    """Elements that are `wanted`, complete, in document order; freed after each is used.

    `wanted` sees the element's name, attributes and ancestors, but not its content. A wanted element
    inside another wanted one comes first and stays in its parent.
    """
    inside = 0
    for event, element in _events(file, ("start", "end")):
        is_wanted = wanted(element)
        if event == "start":
            inside += is_wanted
            continue
        inside -= is_wanted
        if is_wanted:
            yield element
        if not inside:
            element.clear()
            _forget(element)


def _forget(element: Element) -> None:
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _events(file: Located, events: Sequence[str]) -> Iterator[tuple[str, Element]]:
    with file.open() as stream:
        parsed = etree.iterparse(
            stream,
            events=events,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from parsed
        except etree.XMLSyntaxError as error:
            raise broken(file.name, error) from error


def broken(name: str, error: etree.XMLSyntaxError) -> ContractBroken:
    """The refusal of a file that is not XML: its name, the line, the cause and the cure."""
    line = error.position[0] if error.position else error.lineno or 0
    said = (error.msg or "").split(", line", 1)[0]
    if "not proper UTF-8" in said or "encoding" in said.lower() or "Invalid bytes" in said:
        return ContractBroken(
            f"{name}:{line}: байты не в той кодировке, что объявлена. Исправьте encoding в первой строке.",
            f"{name}:{line}: the bytes are not in the declared encoding. Mend `encoding` in the first line.",
            detail=said,
        )
    return ContractBroken(
        f"{name}:{line}: это не правильный XML ({said}). Выгрузите файл заново целиком.",
        f"{name}:{line}: not well-formed XML ({said}). Export the whole file again.",
        detail=said,
    )


def _wrong_root(name: str, root: str, roots: Collection[str]) -> ContractBroken:
    if _is_mojibake(root):
        return ContractBroken(
            f"{name}:1: объявлена windows-1251, а файл в UTF-8. Исправьте encoding в первой строке.",
            f"{name}:1: declared windows-1251, but the file is UTF-8. Mend `encoding` in the first line.",
        )
    wanted = ", ".join(sorted(roots))
    return ContractBroken(
        f"{name}:1: корень «{root}», а ожидается {wanted}. Проверьте, что это за файл.",
        f"{name}:1: the root is '{root}', expected {wanted}. Check what file this is.",
    )


def _is_mojibake(word: str) -> bool:
    try:
        return word.encode("cp1251").decode("utf-8") != word
    except UnicodeError:
        return False


def value(element: Element) -> Json:
    """The element as text, or as an object: `@attributes`, children by name, repeated ones as lists."""
    children = list(elements(element))
    if not children and not element.attrib:
        return element.text or ""
    answer: dict[str, Any] = {
        f"@{key.rpartition('}')[2]}": said for key, said in _attributes(element)
    }
    for one in children:
        name = local(one)
        if name not in answer:
            answer[name] = value(one)
        elif isinstance(answer[name], list):
            answer[name].append(value(one))
        else:
            answer[name] = [answer[name], value(one)]
    if (element.text or "").strip():
        answer["#text"] = element.text
    return answer


def _attributes(element: Element) -> list[tuple[str, str]]:
    return [(str(key), str(said)) for key, said in element.attrib.items()]


def dumps(answer: Json) -> str | None:
    """JSON text of something deeper; plain text and nothing stay as they are."""
    if answer is None or isinstance(answer, str):
        return answer
    return json.dumps(answer, ensure_ascii=False, sort_keys=True)


def flat(element: Element, without: Sequence[str] = ()) -> dict[str, str | None]:
    """The record's columns: attributes, leaves, and JSON text for what is deeper or repeated."""
    answer: dict[str, str | None] = {
        f"@{key.rpartition('}')[2]}": said for key, said in _attributes(element)
    }
    groups: dict[str, list[Element]] = {}
    for one in elements(element):
        if local(one) not in without:
            groups.setdefault(local(one), []).append(one)
    for name, same in groups.items():
        if len(same) > 1:
            answer[name] = dumps([value(one) for one in same])
        elif len(same[0]) and not (same[0].text or "").strip():
            answer[name] = dumps(value(same[0]))
        else:
            answer |= _leaf(name, same[0])
    return answer


def _leaf(name: str, element: Element) -> dict[str, str | None]:
    answer: dict[str, str | None] = {name: element.text or ""}
    for key, said in _attributes(element):
        answer[f"{name}@{key.rpartition('}')[2]}"] = said
    for one in elements(element):
        answer[f"{name}/{local(one)}"] = dumps(value(one))
    return answer


def found(element: Element, path: str) -> str | None:
    """What stands at `path` (`A/B`, `A/@b`, names without namespaces); several values as a JSON list."""
    steps = path.split("/")
    attribute = steps.pop()[1:] if steps[-1].startswith("@") else None
    here = [element]
    for step in steps:
        here = [one for parent in here for one in elements(parent) if local(one) == step]
    if attribute is None:
        values = [dumps(value(one)) for one in here]
    else:
        values = [one.get(attribute) for one in here if one.get(attribute) is not None]
    if len(values) > 1:
        return json.dumps(values, ensure_ascii=False)
    return values[0] if values else None
