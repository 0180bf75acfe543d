"""Why a record, or one field of it, could not be accepted: code → one sentence, with the cure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Sentence = tuple[str, str]

REASONS: Mapping[str, Sentence] = MappingProxyType(
    {
        "time_missing": (
            "У звонка нет времени начала. Проверьте поле start в отображении.",
            "The call has no time of its beginning. Check the field start of the mapping.",
        ),
        "times_out_of_order": (
            "Времена звонка противоречат друг другу: названное позже наступило раньше. Исправьте запись в источнике.",
            "The times of the call contradict one another: what should come later came earlier. Mend the row at the source.",
        ),
        "pause_beyond_duty": (
            "Оператор провёл в паузе больше времени, чем на смене. Исправьте строку интервала в источнике.",
            "The agent was paused for longer than he was on duty. Mend the row of the interval at the source.",
        ),
        "channel_missing": (
            "Не сказано, каким путём пришло сообщение. Задайте в отображении channel: {default: email}.",
            "Nothing tells by which way the message came. Set channel: {default: email} in the mapping.",
        ),
        "sent_missing": (
            "У сообщения нет времени отправки. Проверьте поле sent_at в отображении.",
            "The message has no time of sending. Check the field sent_at of the mapping.",
        ),
        "letter_unreadable": (
            "Сервер не смог отдать письмо: оно повреждено или слишком велико. Откройте его в ящике и перешлите, если оно нужно.",
            "The server could not give the letter: it is damaged or too large. Open it in the mailbox and forward it if it is needed.",
        ),
        "line_unreadable": (
            "Строка журнала не похожа на запись о звонке: не те поля или времена. Проверьте columns подключения.",
            "The line of the log is no call record: other fields or no times. Check `columns` of the connection.",
        ),
        "layout_misfit": (
            "Строка не ложится в раскладку записи: другие поля или другие длины. Проверьте layout подключения (kanon layout).",
            "The line does not fit the layout: other fields or other lengths. Check `layout` of the connection (kanon layout).",
        ),
        "length_unknown": (
            "Во время разговора на станции перевели часы, длительность неизвестна. Если звонок важен, заведите его вручную.",
            "The switch's clock was changed during the call, so its length is unknown. If the call matters, enter it by hand.",
        ),
        "date_unknown": (
            "До этой строки станция не сообщила дату. Перечитайте файл с начала или поставьте дату в его имя (2026-11-20).",
            "The switch told no date before this line. Read the file from its beginning or put the date into its name (2026-11-20).",
        ),
        "date_record_odd": (
            "Запись о дате не подходит: месяц и день не по порядку или дата ушла назад. Проверьте date_order подключения.",
            "The date record does not fit: month and day are in another order or the date went back. Check `date_order`.",
        ),
        "key_missing": (
            "В записи нет ключа: без него её нельзя ни сопоставить, ни обновить. Проверьте поле ключа в отображении.",
            "The record has no key, so it can be neither matched nor updated. Check the key of the mapping.",
        ),
        "key_duplicate": (
            "Ключ уже встретился в этом файле: взята первая строка. Оставьте в файле одну из них.",
            "The key already stood in this file: the first row was taken. Keep one of them in the file.",
        ),
        "row_too_wide": (
            "В строке больше ячеек, чем столбцов. Возьмите в кавычки значения с разделителем внутри.",
            "The row has more cells than there are columns. Quote the values that contain the delimiter.",
        ),
        "bytes_misfit": (
            "Строка не в той кодировке, что весь файл. Сохраните файл целиком в UTF-8 и загрузите его снова.",
            "The row is in another encoding than the rest of the file. Save the whole file as UTF-8 and load it again.",
        ),
        "totals_row": (
            "Строка похожа на итоговую, но в ней есть не только числа, и она не загружена. Удалите её или задайте skip_totals: false.",
            "The row looks like a total but holds more than numbers, so it was not loaded. Delete it or set skip_totals: false.",
        ),
        "stream_unexpected": (
            "Объект пришёл в плане обмена, но его набор не подключён. Добавьте набор в настройки или в ignore.",
            "The object came through the exchange plan, but its set is not connected. Add it to the settings or to ignore.",
        ),
        "name_missing": (
            "Нет ни наименования, ни реквизитов: запись не о ком. Заполните наименование в источнике.",
            "Neither a name nor requisites: the record describes nobody. Fill in the name in the source.",
        ),
        "item_name_missing": (
            "У товара нет наименования. Заполните его в источнике и повторите.",
            "The item has no name. Fill it in at the source and replay.",
        ),
        "item_name_number": (
            "Вместо наименования товара число или дата: столбцы сдвинуты, или таблица превратила размер в дату. Исправьте в источнике.",
            "A number or a date stands where the item's name should be: columns have shifted, or a spreadsheet made a date of a size. Mend it at the source.",
        ),
        "item_name_error": (
            "В наименовании товара ошибка формулы, например #ССЫЛКА!. Исправьте таблицу и загрузите её снова.",
            "The item's name holds an error of a formula, such as #REF!. Mend the table and load it again.",
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
        "inn_office": (
            "ИНН начинается с 00: такой налоговой инспекции нет. Сверьте номер с выпиской.",
            "The INN starts with 00, and there is no such tax office. Compare it with the register extract.",
        ),
        "kpp_placeholder": (
            "Вместо КПП стоит заглушка. Внесите настоящий КПП или оставьте поле пустым.",
            "A placeholder stands instead of the KPP. Enter the real one or leave it empty.",
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
        "ogrn_placeholder": (
            "Вместо ОГРН стоит заглушка. Внесите настоящий номер или оставьте поле пустым.",
            "A placeholder stands instead of the OGRN. Enter the real one or leave it empty.",
        ),
        "okpo_length": (
            "В ОКПО 8 цифр у организации, 10 у предпринимателя, 14 у филиала.",
            "An OKPO has 8 digits for an organization, 10 for a sole trader, 14 for a branch.",
        ),
        "okpo_placeholder": (
            "Вместо ОКПО стоит заглушка. Внесите настоящий код или оставьте поле пустым.",
            "A placeholder stands instead of the OKPO. Enter the real one or leave it empty.",
        ),
        "okpo_checksum": (
            "Контрольная цифра ОКПО не сходится.",
            "The OKPO check digit does not match.",
        ),
        "bik_format": (
            "БИК — это 9 цифр и начинается с 00, 01 или 04.",
            "A BIK has 9 digits and starts with 00, 01 or 04.",
        ),
        "account_key": (
            "Ключ счёта не подходит к БИК: проверьте счёт и банк.",
            "The account key does not fit the BIK: check the account and the bank.",
        ),
        "requisites_contradict": (
            "Реквизиты противоречат друг другу (ИНН, ОГРН и правовая форма). Сверьте с выпиской.",
            "The requisites contradict each other (INN, OGRN, legal form). Compare with the register extract.",
        ),
        "date_unreadable": (
            "Дата не читается. Ожидается, например, 31.01.2026.",
            "The date cannot be read. Expected e.g. 31.01.2026.",
        ),
        "phone_invalid": (
            "Номер телефона не существует в плане нумерации.",
            "The phone number does not exist in the numbering plan.",
        ),
        "number_unreadable": (
            "Число не читается. Ожидается, например, 1 234,56.",
            "The number cannot be read. Expected e.g. 1234.56.",
        ),
        "amount_negative": (
            "Цена меньше нуля. Исправьте её в источнике.",
            "The price is below zero. Mend it at the source.",
        ),
        "amount_missing": (
            "Цена пуста или её строка прайс-листа не загружена. Заполните или загрузите её и повторите.",
            "The price is empty, or its line of the price list is not loaded. Fill or load it and replay.",
        ),
        "quantity_missing": (
            "Не сказано, сколько товара на складе. Заполните количество в источнике.",
            "Nothing tells how much is in stock. Fill in the quantity at the source.",
        ),
        "stock_name_unreadable": (
            "Вместо номера партии или склада только знаки, например «=» от сломанной формулы. Исправьте таблицу и загрузите её снова.",
            "Only signs stand where a lot or a warehouse should be named, such as '=' of a broken formula. Mend the table and load it again.",
        ),
        "item_missing": (
            "Не сказано, о каком товаре речь. Проверьте поле item_key в отображении.",
            "Nothing tells which item is meant. Check the field item_key of the mapping.",
        ),
        "customer_missing": (
            "Не сказано, чей это код: клиента нет в записи или он ещё не загружен. Загрузите клиентов и повторите.",
            "Nothing tells whose code it is: no customer in the record, or it is not loaded yet. Load customers and replay.",
        ),
        "customer_code_missing": (
            "Код товара у клиента пуст. Заполните его в источнике или удалите там запись.",
            "The customer's code is empty. Fill it in at the source, or delete the record there.",
        ),
        "currency_unknown": (
            "Валюта не узнана. Нужен код ISO 4217, например RUB, или цифровой, например 643.",
            "The currency is not known. An ISO 4217 code is needed, such as RUB, or its number, such as 643.",
        ),
        "yes_no_unreadable": (
            "Ожидается «да» или «нет». Исправьте значение или задайте перевод значений в отображении.",
            "Yes or no is expected. Mend the value or give a table of values in the mapping.",
        ),
        "barcode_checksum": (
            "Контрольная цифра штрихкода не сходится: отсканируйте его заново.",
            "The check digit of the barcode does not match: scan it again.",
        ),
        "contact_missing": (
            "В записи нет ни телефона, ни почты, ни адреса сайта. Заполните её в источнике или удалите там.",
            "The record holds no phone, e-mail or site. Fill it in at the source, or delete it there.",
        ),
        "address_missing": (
            "В записи нет текста адреса: он пуст в источнике или его место ещё не загружено. Заполните или загрузите его и повторите.",
            "The record has no address text: it is empty at the source, or its location is not loaded yet. Fill or load it and replay.",
        ),
        "ignored": (
            "Отображение пропускает такие записи: смотрите keep и skip в его файле.",
            "The mapping passes such records over: see keep and skip in its file.",
        ),
        "too_long": (
            "Значение слишком длинное, чтобы быть наименованием или кодом. Проверьте, тот ли столбец взят.",
            "The value is too long to be a name or a code. Check that the right column was taken.",
        ),
        "email_invalid": ("Адрес почты написан с ошибкой.", "The e-mail address is malformed."),
    }
)
