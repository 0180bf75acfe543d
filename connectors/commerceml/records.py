"""CommerceML elements as flat rows: what is a record of each stream, and which columns it has.

Names of columns are the names of the elements. Requisites stand directly under Контрагент in real files
and under РеквизитыЮрЛица in the standard; both give the same columns (handbook 4.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from connectors.files.trees import Element, child, elements, flat, found, local, text

Row = dict[str, str | None]
KEY_COLUMN = "Ид"
PRICES = ("Цены",)
RESTS = ("Остатки", "Склад", "Количество")
DOCUMENT_HOLDERS = frozenset({"КоммерческаяИнформация", "Контейнер"})
# An offer of a split packet that says only this has its prices or rests in it and nothing else.
BARE_OFFER = frozenset({KEY_COLUMN, "НомерВерсии", "ПометкаУдаления"})


@dataclass(frozen=True, slots=True)
class Shape:
    """How one stream is taken out of a packet.

    `last_wins`: the packet may repeat a record, and its last occurrence counts.
    """

    wanted: Callable[[Element], bool]
    rows: Callable[[Element], Iterator[Row]]
    last_wins: bool = False


def _under(*path: str) -> Callable[[Element], bool]:
    def wanted(element: Element) -> bool:
        here: Element | None = element
        for name in reversed(path):
            if here is None or local(here) != name:
                return False
            here = here.getparent()
        return True

    return wanted


def _party_wanted(element: Element) -> bool:
    if local(element) == "Контрагент":
        parent = element.getparent()
        return parent is not None and local(parent) != "Представитель"
    return local(element) == "Владелец"


def _document_wanted(element: Element) -> bool:
    parent = element.getparent()
    return local(element) == "Документ" and parent is not None and local(parent) in DOCUMENT_HOLDERS


def _plain(element: Element) -> Iterator[Row]:
    yield flat(element)


def _item(element: Element) -> Iterator[Row]:
    row = flat(element)
    if "Группы" in row:
        row["Группы"] = found(element, "Группы/Ид")
    if "Изготовитель" in row:
        row["Изготовитель.Наименование"] = found(element, "Изготовитель/Наименование")
    yield row


def _group(element: Element) -> Iterator[Row]:
    row = flat(element, without=("Группы",))
    parent = next((one for one in element.iterancestors() if local(one) == "Группа"), None)
    row["Родитель"] = None if parent is None else text(child(parent, KEY_COLUMN))
    yield row


def _offer(element: Element) -> Iterator[Row]:
    row = flat(element, without=(*PRICES, *RESTS))
    if not BARE_OFFER.issuperset(row):
        yield row


def _prices(element: Element) -> Iterator[Row]:
    offer = text(child(element, KEY_COLUMN))
    for prices in _named(element, "Цены"):
        for price in _named(prices, "Цена"):
            row = flat(price)
            parts = (offer, row.get("ИдТипаЦены"), row.get("МинКоличество"))
            yield {KEY_COLUMN: _joined(*parts), "ИдПредложения": offer, **row}


def _rests(element: Element) -> Iterator[Row]:
    offer = text(child(element, KEY_COLUMN))
    stocks = [*_old_stocks(element), *_new_stocks(element)]
    total = text(child(element, "Количество"))
    if not stocks and total is not None:
        stocks = [(None, total)]
    for stock, amount in stocks:
        yield {
            KEY_COLUMN: _joined(offer, stock),
            "ИдПредложения": offer,
            "ИдСклада": stock,
            "Количество": amount,
        }


def _old_stocks(offer: Element) -> Iterator[tuple[str | None, str | None]]:
    for stock in _named(offer, "Склад"):
        yield stock.get("ИдСклада"), stock.get("КоличествоНаСкладе")


def _new_stocks(offer: Element) -> Iterator[tuple[str | None, str | None]]:
    for rests in _named(offer, "Остатки"):
        for rest in _named(rests, "Остаток"):
            stock = child(rest, "Склад")
            if stock is None:
                yield None, text(child(rest, "Количество"))
            else:
                yield text(child(stock, "Ид")), text(child(stock, "Количество"))


def _party(element: Element) -> Iterator[Row]:
    row = flat(element, without=("Роль",))
    for requisites in ("РеквизитыЮрЛица", "РеквизитыФизЛица"):
        inner = child(element, requisites)
        if inner is not None:
            row = {**flat(inner), **row}
    names = (row.get("ПолноеНаименование"), row.get("ОфициальноеНаименование"), row.get("ФИО"))
    contacts = list(_contacts(element))
    row |= {
        "ПолноеНаименование": next((name for name in names if name), None),
        "ЮридическийАдрес": _address(element, ("ЮридическийАдрес", "АдресРегистрации", "Адрес")),
        "ФактическийАдрес": _address(element, ("ФактическийАдрес", "ПочтовыйАдрес")),
        "Телефоны": _several(
            said for kind, said in contacts if kind.startswith(("Телефон", "Факс"))
        ),
        "Почта": _several(said for kind, said in contacts if "очта" in kind or "@" in said),
    }
    yield {name: row.get(name) for name in PARTY_COLUMNS} | row


PARTY_COLUMNS = (
    *(KEY_COLUMN, "Наименование", "ПолноеНаименование", "ИНН", "КПП", "ОКПО"),
    *("ЮридическийАдрес", "ФактическийАдрес", "Телефоны", "Почта"),
)


def _contacts(party: Element) -> Iterator[tuple[str, str]]:
    for contacts in _named(party, "Контакты"):
        for one in elements(contacts):
            kind = text(child(one, "Тип")) or text(child(one, "КонтактВид")) or ""
            said = text(child(one, "Значение")) or ""
            if said:
                yield kind, said


def _several(said: Iterable[str]) -> str | None:
    return "; ".join(said) or None


def _address(party: Element, places: Sequence[str]) -> str | None:
    for place in places:
        for holder in (party, child(party, "РеквизитыЮрЛица")):
            address = None if holder is None else child(holder, place)
            if address is not None:
                return _address_text(address)
    return None


def _address_text(address: Element) -> str | None:
    if not len(address):
        return address.text or None
    shown = found(address, "Представление")
    if shown:
        return shown
    fields = (text(child(one, "Значение")) for one in _named(address, "АдресноеПоле"))
    return ", ".join(field for field in fields if field) or None


def _named(element: Element, name: str) -> Iterator[Element]:
    return (one for one in elements(element) if local(one) == name)


def _joined(*parts: str | None) -> str | None:
    return "/".join(part for part in parts if part) if parts[0] else None


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "counterparties": Shape(_party_wanted, _party, last_wins=True),
        "documents": Shape(_document_wanted, _plain),
        "groups": Shape(_under("Группы", "Группа"), _group, last_wins=True),
        "items": Shape(_under("Каталог", "Товары", "Товар"), _item),
        "offers": Shape(_under("Предложения", "Предложение"), _offer),
        "price_types": Shape(_under("ТипыЦен", "ТипЦены"), _plain, last_wins=True),
        "prices": Shape(_under("Предложения", "Предложение"), _prices),
        "rests": Shape(_under("Предложения", "Предложение"), _rests),
        "stores": Shape(_under("Склады", "Склад"), _plain, last_wins=True),
    }
)
