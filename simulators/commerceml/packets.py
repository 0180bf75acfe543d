"""Exchange packets in a folder: whole, in parts, zipped, of an older version, and broken."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from simulators.commerceml.catalogue import goods_packet, groups_packet, offers_packet
from simulators.commerceml.documents import orders_document
from simulators.commerceml.xml import Encoding, add, archive, packet, write
from simulators.world import World


def write_packets(
    world: World,
    folder: Path,
    version: str = "2.08",
    encoding: Encoding = "UTF-8",
    parts: int = 1,
    zipped: bool = False,
    changes_only: bool = False,
) -> list[Path]:
    """import.xml, offers.xml and orders.xml of a 2.x exchange; orders in `parts` files; or one zip.

    Version before 2.06 has no namespace. Every counterparty card of the world stands in one document.
    """
    catalogue = goods_packet(world, version, changes_only, groups_packet(world, version))
    files = [
        write(catalogue, folder / "import.xml", encoding),
        write(
            offers_packet(world, version, changes_only=changes_only),
            folder / "offers.xml",
            encoding,
        ),
    ]
    cards = world.cards("commerceml")
    size = -(-cards.height // parts)
    for part in range(parts):
        name = "orders.xml" if parts == 1 else f"orders_{part + 1}.xml"
        files.append(
            write(
                orders_document(world, cards[part * size : (part + 1) * size], version),
                folder / name,
                encoding,
            )
        )
    if not zipped:
        return files
    packed = archive(folder / "exchange.zip", files)
    for file in files:
        file.unlink()
    return [packed]


def write_split(world: World, folder: Path) -> list[Path]:
    """The split form of 3.1: groups, goods, offers, prices, rests, each a file of its own."""
    version = "3.1"
    roots = {
        "groups.xml": groups_packet(world, version),
        "goods.xml": goods_packet(world, version, changes_only=True),
        "offers.xml": offers_packet(world, version, prices=False, rests=False, changes_only=True),
        "prices.xml": offers_packet(world, version, rests=False, changes_only=True),
        "rests.xml": offers_packet(world, version, prices=False, changes_only=True),
    }
    return [write(root, folder / name) for name, root in roots.items()]


def write_broken(world: World, folder: Path) -> dict[str, Path]:
    """Packets no reader may half-load, by what is wrong with them."""
    folder.mkdir(parents=True, exist_ok=True)
    cards: pl.DataFrame = world.cards("commerceml")[:40]
    good = write(orders_document(world, cards, "2.08"), folder / "good.xml").read_bytes()
    legacy = write(
        orders_document(world, cards, "2.08"), folder / "good_1251.xml", "windows-1251"
    ).read_bytes()
    foreign = packet("2.08")
    foreign.tag = "Заказы"
    add(foreign, "Документ")
    bomb = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
    inside = '<КоммерческаяИнформация ВерсияСхемы="2.08"><Документ><Ид>&b;</Ид></Документ></КоммерческаяИнформация>'
    contents = {
        "wrong_encoding": legacy.replace(b"windows-1251", b"UTF-8", 1),
        "cut": good[: len(good) * 2 // 3],
        "bad_root": b"",
        "entities": bomb + inside.encode(),
        "empty": b"",
    }
    paths = {name: folder / f"{name}.xml" for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    write(foreign, paths["bad_root"])
    for extra in ("good.xml", "good_1251.xml"):
        (folder / extra).unlink()
    return paths
