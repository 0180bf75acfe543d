"""What the simulated 1C base publishes: entity sets, their properties and types (handbook 4.2).

One letter a type: s text, g reference, b boolean, d date, i whole number, n number, t table part.
"""

from __future__ import annotations

from collections.abc import Mapping

ZERO = "00000000-0000-0000-0000-000000000000"
NO_DATE = "0001-01-01T00:00:00"
EDM = {
    "s": "Edm.String",
    "g": "Edm.Guid",
    "b": "Edm.Boolean",
    "d": "Edm.DateTime",
    "i": "Edm.Int64",
    "n": "Edm.Double",
}
COUNTERPARTIES, PARTNERS = "Catalog_Контрагенты", "Catalog_Партнеры"
CONTRACTS, OURS = "Catalog_ДоговорыКонтрагентов", "Catalog_Организации"
PEOPLE, ITEMS, ORDERS = (
    "Catalog_КонтактныеЛицаПартнеров",
    "Catalog_Номенклатура",
    "Document_ЗаказКлиента",
)
CALLS, USERS = "Document_ТелефонныйЗвонок", "Catalog_Пользователи"
KINDS = "Catalog_ВидыКонтактнойИнформации"
PRICE_KINDS, CURRENCIES, STORES, SERIES, UNITS = (
    "Catalog_ВидыЦен",
    "Catalog_Валюты",
    "Catalog_Склады",
    "Catalog_СерииНоменклатуры",
    "Catalog_УпаковкиЕдиницыИзмерения",
)
PRICES, BALANCES = "InformationRegister_ЦеныНоменклатуры", "AccumulationRegister_ТоварыНаСкладах"
# The virtual table each register is published with.
REGISTERS = {PRICES: "SliceLast", BALANCES: "Balance"}
PLAN = "ОбменХаб"
NODES = f"ExchangePlan_{PLAN}"

_CATALOG = (
    "Ref_Key:g DataVersion:s DeletionMark:b Code:s Description:s Predefined:b PredefinedDataName:s"
)
_CONTACTS = (
    "LineNumber:i Тип:s Вид_Key:g Представление:s ЗначенияПолей:s Страна:s Регион:s Город:s АдресЭП:s "
    "ДоменноеИмяСервера:s НомерТелефона:s НомерТелефонаБезКодов:s ВидДляСписка_Key:g ДействуетС:d Значение:s"
)
_EXTRA = "LineNumber:i Свойство_Key:g Значение:s Значение_Type:s ТекстоваяСтрока:s"
_SETS = {
    COUNTERPARTIES: (
        _CATALOG
        + " Parent_Key:g IsFolder:b НаименованиеПолное:s ИНН:s КПП:s КодПоОКПО:s РегистрационныйНомер:s "
        "НалоговыйНомер:s НаименованиеМеждународное:s ЮрФизЛицо:s ЮридическоеФизическоеЛицо:s "
        "ОбособленноеПодразделение:b ГоловнойКонтрагент_Key:g СтранаРегистрации_Key:g Партнер_Key:g "
        "ОсновнойБанковскийСчет_Key:g ДополнительнаяИнформация:s Сегмент:s ПланируемыйОбъем:n "
        "КонтактнаяИнформация:t ДополнительныеРеквизиты:t"
    ),
    PARTNERS: _CATALOG + " Parent_Key:g НаименованиеПолное:s Клиент:b Поставщик:b Конкурент:b "
    "ОсновнойМенеджер_Key:g БизнесРегион_Key:g ДатаРегистрации:d КонтактнаяИнформация:t",
    PEOPLE: _CATALOG
    + " Owner_Key:g ФИО:s ДолжностьПоВизитке:s ДатаРождения:d КонтактнаяИнформация:t",
    ITEMS: _CATALOG
    + " Parent_Key:g IsFolder:b НаименованиеПолное:s Артикул:s ВидНоменклатуры_Key:g "
    "ЕдиницаИзмерения_Key:g Производитель_Key:g СтавкаНДС:s КодТНВЭД_Key:g КодОКПД2:s",
    ORDERS: "Ref_Key:g DataVersion:s DeletionMark:b Number:s Date:d Posted:b Партнер_Key:g Контрагент_Key:g "
    "Менеджер_Key:g Склад_Key:g Статус:s СуммаДокумента:n ХозяйственнаяОперация:s ЦенаВключаетНДС:b Согласован:b "
    "Соглашение_Key:g Договор_Key:g Валюта_Key:g ДокументОснование:s ДокументОснование_Type:s Товары:t",
    CALLS: "Ref_Key:g DataVersion:s DeletionMark:b Number:s Date:d Posted:b Входящий:b Важность:s Тема:s "
    "Описание:s Комментарий:s АбонентКонтакт:s АбонентКонтакт_Type:s АбонентКакСвязаться:s "
    "АбонентПредставление:s Ответственный_Key:g Автор_Key:g",
    USERS: _CATALOG + " Недействителен:b",
    KINDS: _CATALOG + " Тип:s",
    OURS: _CATALOG + " НаименованиеСокращенное:s ИНН:s",
    CONTRACTS: _CATALOG
    + " Контрагент_Key:g Партнер_Key:g Организация_Key:g Номер:s Дата:d ВидДоговора:s "
    "ДоговорЗакрыт:b Сумма:n ВалютаВзаиморасчетов_Key:g",
    **dict.fromkeys((PRICE_KINDS, CURRENCIES, STORES, UNITS), _CATALOG),
    SERIES: _CATALOG + " Owner_Key:g Номер:s ДатаПроизводства:d",
    NODES: "Ref_Key:g DataVersion:s DeletionMark:b Code:s Description:s SentNo:i ReceivedNo:i ThisNode:b",
}
_PARTS = {
    (COUNTERPARTIES, "КонтактнаяИнформация"): _CONTACTS,
    (COUNTERPARTIES, "ДополнительныеРеквизиты"): _EXTRA,
    (PARTNERS, "КонтактнаяИнформация"): _CONTACTS,
    (PEOPLE, "КонтактнаяИнформация"): _CONTACTS,
    (
        ORDERS,
        "Товары",
    ): "LineNumber:i Номенклатура_Key:g Характеристика_Key:g Количество:n Цена:n Сумма:n "
    "СтавкаНДС:s ДатаОтгрузки:d Отменено:b",
}
_DEFAULTS: Mapping[str, object] = {"s": "", "g": ZERO, "b": False, "d": NO_DATE, "i": "0", "n": 0}


def _parsed(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


SETS: Mapping[str, Mapping[str, str]] = {name: _parsed(text) for name, text in _SETS.items()}
PARTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    key: _parsed(text) for key, text in _PARTS.items()
}
PLANNED = (COUNTERPARTIES, PARTNERS, PEOPLE, ITEMS, ORDERS)


def _empty(fields: Mapping[str, str]) -> dict[str, object]:
    return {name: [] if kind == "t" else _DEFAULTS[kind] for name, kind in fields.items()}


_EMPTY = {(name, ""): _empty(fields) for name, fields in SETS.items()}
_EMPTY |= {place: _empty(fields) for place, fields in PARTS.items()}


def blank(name: str, part: str = "") -> dict[str, object]:
    """An object (or a row of a table part) with every property at its 1C empty value."""
    return dict(_EMPTY[name, part])
