"""Elements and files of CommerceML: namespaces, encodings, and archives that do not depend on the clock."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from lxml import etree

Encoding = Literal["UTF-8", "windows-1251"]
FORMED = "2025-06-02T09:00:00"
_LONG_AGO = (2025, 6, 2, 9, 0, 0)


def packet(version: str) -> etree._Element:
    """The root element; versions before 2.06 have no namespace, 3.1 has its own."""
    if version.startswith("3"):
        space = "urn:1C.ru:commerceml_3"
    else:
        space = "urn:1C.ru:commerceml_2" if version >= "2.06" else ""
    name = f"{{{space}}}КоммерческаяИнформация" if space else "КоммерческаяИнформация"
    spaces = {None: space} if space else None
    root = etree.Element(name, nsmap=spaces)  # type: ignore[arg-type]  # lxml takes None for the default namespace
    root.set("ВерсияСхемы", version)
    root.set("ДатаФормирования", FORMED)
    return root


def add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """A child element in the namespace of its parent."""
    space = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{space}}}{tag}" if space else tag, attributes)
    child.text = text
    return child


def write(root: etree._Element, path: Path, encoding: Encoding = "UTF-8") -> Path:
    """The packet as a file; characters the encoding lacks become references."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = etree.tostring(root, xml_declaration=True, encoding=encoding, pretty_print=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def archive(path: Path, files: Iterable[Path]) -> Path:
    """A zip of the files whose bytes depend on theirs alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            info = zipfile.ZipInfo(file.name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, file.read_bytes())
    return path
