"""CommerceML in the kit: a folder of catalogue packets."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from connectors.commerceml import CommerceML, CommerceMLSettings
from connectors.registry import validated
from tests.conformance.case import HARD_TEXTS, Case
from tests.conformance.folder_bench import IMPOSSIBLE, FolderBench


class PacketBench(FolderBench):
    """A deleted item is marked in the packet."""

    stream = "items"

    def connector(self) -> CommerceML:
        wanted = {"path": str(self.folder), "patterns": ["*.txt"]}
        return CommerceML("c", validated(CommerceMLSettings, "c", wanted))

    def body(self, rows: dict[str, str | None]) -> bytes:
        items = "".join(
            f"<Товар Статус='{'Удален' if text is None else ''}'><Ид>{key}</Ид>"
            f"<Наименование>{escape(text or '')}</Наименование></Товар>"
            for key, text in rows.items()
        )
        catalogue = f"<Каталог><Товары>{items}</Товары></Каталог>"
        return f"<КоммерческаяИнформация>{catalogue}</КоммерческаяИнформация>".encode()

    def texts(self) -> Sequence[str]:
        # XML cannot hold NUL.
        return [text for text in HARD_TEXTS if "\x00" not in text]


CASES = [Case("commerceml", "commerceml", PacketBench, impossible=IMPOSSIBLE)]
