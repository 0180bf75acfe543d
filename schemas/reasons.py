"""Why a record, or one field of it, could not be accepted: code → one sentence, with the cure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Sentence = tuple[str, str]

REASONS: Mapping[str, Sentence] = MappingProxyType(
    {
        "key_missing": (
            "В записи нет ключа: без него её нельзя ни сопоставить, ни обновить. Проверьте поле ключа в отображении.",
            "The record has no key, so it can be neither matched nor updated. Check the key of the mapping.",
        ),
        "name_missing": (
            "Нет ни наименования, ни реквизитов: запись не о ком. Заполните наименование в источнике.",
            "Neither a name nor requisites: the record describes nobody. Fill in the name in the source.",
        ),
        "mojibake": (
            "Текст прочитан не в той кодировке. Исправьте кодировку источника и повторите.",
            "The text was read in the wrong encoding. Mend the source's encoding and replay.",
        ),
        "inn_checksum": (
            "Контрольное число ИНН не сходится: проверьте цифры по выписке ЕГРЮЛ/ЕГРИП.",
            "The INN check digit does not match: compare the digits with the register extract.",
        ),
        "inn_length": (
            "В ИНН должно быть 10 цифр у организации или 12 у предпринимателя.",
            "An INN has 10 digits for an organization or 12 for a sole trader.",
        ),
        "inn_placeholder": (
            "Вместо ИНН стоит заглушка. Внесите настоящий ИНН или оставьте поле пустым.",
            "A placeholder stands instead of the INN. Enter the real one or leave it empty.",
        ),
        "kpp_format": (
            "КПП — это 9 знаков: код инспекции, причина постановки, порядковый номер.",
            "A KPP has 9 characters: tax office, reason code, order number.",
        ),
        "ogrn_checksum": (
            "Контрольная цифра ОГРН не сходится: проверьте номер по выписке.",
            "The OGRN check digit does not match: compare the number with the register extract.",
        ),
        "ogrn_length": (
            "В ОГРН 13 цифр, в ОГРНИП 15.",
            "An OGRN has 13 digits, an OGRNIP 15.",
        ),
        "okpo_checksum": (
            "Контрольная цифра ОКПО не сходится.",
            "The OKPO check digit does not match.",
        ),
        "bik_format": ("БИК — это 9 цифр и начинается с 00, 01 или 04.", "A BIK has 9 digits and starts with 00, 01 or 04."),
        "account_key": (
            "Ключ счёта не подходит к БИК: проверьте счёт и банк.",
            "The account key does not fit the BIK: check the account and the bank.",
        ),
        "requisites_contradict": (
            "Реквизиты противоречат друг другу (ИНН, ОГРН и правовая форма). Сверьте с выпиской.",
            "The requisites contradict each other (INN, OGRN, legal form). Compare with the register extract.",
        ),
        "date_unreadable": ("Дата не читается. Ожидается, например, 31.01.2026.", "The date cannot be read. Expected e.g. 31.01.2026."),
        "phone_invalid": ("Номер телефона не существует в плане нумерации.", "The phone number does not exist in the numbering plan."),
        "email_invalid": ("Адрес почты написан с ошибкой.", "The e-mail address is malformed."),
    }
)
