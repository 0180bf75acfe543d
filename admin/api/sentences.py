"""What the API says of a request it refuses: one title per status, one sentence with the cure per code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Sentence = tuple[str, str]

TITLES: Mapping[int, Sentence] = MappingProxyType(
    {
        400: ("Запрос не прочитан", "The request cannot be read"),
        401: ("Нужен токен", "A token is needed"),
        403: ("Так нельзя", "This is not allowed"),
        404: ("Не найдено", "Not found"),
        405: ("Этот адрес так не вызывают", "This address does not take that kind of request"),
        409: ("Уже занято", "This is taken already"),
        410: ("Контрагент выведен из базы", "This company has been retired"),
        412: ("Запись уже другая", "The record has changed"),
        413: ("Тело запроса слишком велико", "The body is too large"),
        415: ("Не тот вид данных", "The body is of another kind"),
        422: ("Запрос не принят", "The request cannot be accepted"),
        428: ("Не названа версия", "The version is not named"),
        429: ("Слишком часто", "Too many calls"),
        500: ("У нас что-то сломалось", "Something broke on our side"),
        503: ("База занята", "The database is busy"),
    }
)
# Where the title of the status would mislead.
TITLES_OF_CODES: Mapping[str, Sentence] = MappingProxyType(
    {"site_key_unknown": ("Ключ сайта не принят", "The site's key is not accepted")}
)
CODES: Mapping[int, str] = MappingProxyType(
    {
        400: "unreadable",
        401: "sign_in_needed",
        403: "forbidden",
        404: "address_unknown",
        405: "method_not_allowed",
        409: "conflict",
        410: "party_retired",
        412: "version_old",
        413: "body_too_large",
        415: "media_type",
        422: "value_wrong",
        428: "if_match_needed",
        429: "too_often",
        500: "broke",
        503: "busy",
    }
)
SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "unreadable": (
            "Запрос не разобрать. Сверьте его со справочником /api.",
            "The request cannot be understood. Compare it with the reference at /api.",
        ),
        "site_key_unknown": (
            "Ключ сайта неизвестен. Покажите в X-Site-Key ключ, заданный в sites.yaml.",
            "The site's key is not known. Show in X-Site-Key the key given in sites.yaml.",
        ),
        "origin_unknown": (
            "С этого сайта формы не принимаются. Добавьте его адрес в origins файла sites.yaml.",
            "Forms are not taken from this site. Add its address to origins in sites.yaml.",
        ),
        "enquiry_unknown": (
            "Такого обращения нет. Возможно, его сообщения удалены.",
            "There is no such enquiry. Its messages may have been deleted.",
        ),
        "good_unknown": (
            "Такого товара нет. Возможно, его записи удалены в источниках.",
            "There is no such good. Its records may have been deleted in their sources.",
        ),
        "form_refused": ("{ru}", "{en}"),
        "conversion_refused": ("{ru}", "{en}"),
        "forbidden": (
            "Для этого нужны другие права. Попросите администратора.",
            "This takes other rights. Ask an administrator.",
        ),
        "sign_in_needed": (
            "Нужен действующий токен: заголовок Authorization: Bearer kanon_… Выдать: kanon token add ИМЯ.",
            "A valid token is needed: the header Authorization: Bearer kanon_… To make one: kanon token add NAME.",
        ),
        "address_unknown": (
            "Такого адреса нет. Все адреса перечислены на странице /api.",
            "There is no such address. The page /api lists them all.",
        ),
        "party_unknown": (
            "Контрагента с таким id никогда не было. Проверьте id: он дан в поле id контрагента.",
            "No company has ever had this id. Check it: it is the field id of a company.",
        ),
        "party_retired": (
            "Ни в одном источнике этого контрагента больше нет. Перестаньте использовать id; если записи вернутся, об этом скажет лента.",
            "No source has this company any more. Stop using its id; if the records come back, the feed will say so.",
        ),
        "source_unknown": (
            "Такого источника нет. Имена источников даёт /v1/sources.",
            "There is no such source. /v1/sources gives their names.",
        ),
        "act_unknown": (
            "Акта ещё нет: составьте его командой kanon migrate act.",
            "There is no act yet: make it by kanon migrate act.",
        ),
        "migration_unknown": (
            "Такой миграции нет. Список: /v1/migrations.",
            "There is no such migration. They are listed at /v1/migrations.",
        ),
        "run_unknown": (
            "Такого запуска нет. Список: /v1/runs.",
            "There is no such run. They are listed at /v1/runs.",
        ),
        "refused_unknown": (
            "Эта запись не ждёт исправления. Ждущие записи даёт /v1/quarantine.",
            "This record waits for no correction. /v1/quarantine gives those that do.",
        ),
        "host_unknown": (
            "Сервер не отвечает под этим именем. Обратитесь по его имени или добавьте имя в KANON_HOSTS.",
            "The server does not answer to this name. Use its own name, or add this one to KANON_HOSTS.",
        ),
        "record_unknown": (
            "Записи с таким id никогда не было. Проверьте id и адрес: он свой у контрагентов, подразделений, контактов и товаров.",
            "No record has ever had this id. Check the id, and the address: companies, units, contacts and items have each their own.",
        ),
        "record_retired": (
            "Ни в одном источнике этой записи больше нет. Перестаньте использовать id; если она вернётся, об этом скажет лента.",
            "No source has this record any more. Stop using its id; if it comes back, the feed will say so.",
        ),
        "decision_unknown": (
            "Решения с таким номером нет. Номера даёт GET /v1/decisions.",
            "There is no decision of this number. GET /v1/decisions lists them.",
        ),
        "if_match_needed": (
            'Назовите версию, которую видели: заголовок If-Match: "3" или ETag записи.',
            'Name the version you saw: the header If-Match: "3", or the ETag of the record.',
        ),
        "version_old": (
            "Запись изменилась: её версия теперь {now}. Прочитайте её снова и решите.",
            "The record has changed: its version is {now} now. Read it again, then decide.",
        ),
        "request_at_work": (
            "Запрос с этим Idempotency-Key ещё выполняется. Повторите его через секунду.",
            "A request with this Idempotency-Key is still at work. Send it again in a second.",
        ),
        "call_refused": (
            "{ru}",
            "{en}",
        ),
        "call_unknown": (
            "Такого звонка нет. Ид звонка даёт GET /v1/calls.",
            "There is no such call. GET /v1/calls tells the ids.",
        ),
        "call_request_unknown": (
            "Такой заявки на звонок нет. Номер заявки даёт ответ POST /v1/calls.",
            "There is no such request to dial. The answer of POST /v1/calls gives its id.",
        ),
        "too_often": (
            "Слишком много запросов за минуту. Подождите {seconds} с; предел задаёт KANON_CALLS_A_MINUTE.",
            "Too many calls within a minute. Wait {seconds} s; KANON_CALLS_A_MINUTE sets the limit.",
        ),
        "position_beyond": (
            "До такой позиции лента ещё не дошла. Возьмите `next` последнего чтения или Kanon-Position выгрузки.",
            "The feed has not come to this position yet. Take the `next` of the last read, or Kanon-Position of a bulk read.",
        ),
        "consumer_unknown": (
            "Потребителя с таким именем нет. Создайте его: POST /v1/consumers.",
            "There is no consumer of this name. Make it: POST /v1/consumers.",
        ),
        "consumer_of_another": (
            "Этого потребителя завела другая система. Заведите своего.",
            "This consumer belongs to another system. Make one of your own.",
        ),
        "name_taken": (
            "Это имя уже занято. Возьмите другое.",
            "This name is taken already. Take another one.",
        ),
        "webhook_unknown": (
            "Подписки с таким номером нет. Номера даёт GET /v1/webhooks.",
            "There is no webhook of this number. GET /v1/webhooks lists them.",
        ),
        "address_unfit": (
            "Сюда слать нельзя: нужен публичный https://узел/путь без имени и пароля внутри. Внутренние узлы перечисляют в KANON_WEBHOOK_HOSTS.",
            "This cannot be sent to: a public https://host/path without name and password is needed. List hosts of the own network in KANON_WEBHOOK_HOSTS.",
        ),
        "method_not_allowed": (
            "Этот адрес принимает только {allowed}. Смените метод запроса.",
            "This address takes {allowed} only. Use another method.",
        ),
        "conflict": (
            "Это уже сделал кто-то другой. Прочитайте запись снова и решите.",
            "Somebody else was faster. Read the record again, then decide.",
        ),
        "request_key_used": (
            "Этот Idempotency-Key уже использован для другого запроса. Дайте новому запросу свой ключ.",
            "This Idempotency-Key was used for another request already. Give a new request a key of its own.",
        ),
        "broke": (
            "Данные не пострадали. Сообщите администратору номер ошибки.",
            "Nothing is lost. Tell the error number to your administrator.",
        ),
        "busy": (
            "Данные не пострадали. Подождите немного и повторите запрос.",
            "Nothing is lost. Wait a moment and send the request again.",
        ),
        "body_too_large": (
            "Тело запроса больше {limit} байт. Пришлите меньше за один раз (одну запись, файлы поменьше) или поднимите KANON_BODY_LIMIT.",
            "The body is larger than {limit} bytes. Send less at a time (one record, smaller files), or raise KANON_BODY_LIMIT.",
        ),
        "body_cut_off": (
            "Запрос оборвался на полпути. Повторите его с тем же Idempotency-Key.",
            "The request broke off on its way. Send it again with the same Idempotency-Key.",
        ),
        "media_type": (
            "Тело должно быть JSON без сжатия. Пришлите заголовок Content-Type: application/json.",
            "The body must be JSON, not compressed. Send the header Content-Type: application/json.",
        ),
        "body_empty": (
            'Тело запроса пустое. Пришлите JSON-объект, например {{"name": "ООО «Вектор»"}}.',
            'The body is empty. Send a JSON object, such as {{"name": "ООО «Вектор»"}}.',
        ),
        "body_not_json": (
            "Тело не читается как JSON: строка {line}, знак {column}. Проверьте кавычки, запятые и скобки.",
            "The body is no JSON: line {line}, column {column}. Check quotes, commas and brackets.",
        ),
        "body_not_utf8": (
            "Тело запроса не в UTF-8. Перекодируйте его перед отправкой.",
            "The body is not in UTF-8. Encode it before sending.",
        ),
        "body_beyond_json": (
            "В теле есть то, чего в JSON не бывает: NaN, бесконечность, слишком длинное число или слишком глубокая вложенность. Уберите это.",
            "The body holds what JSON has not: NaN, infinity, too long a number or too deep a nesting. Take it out.",
        ),
        "body_not_object": (
            'Тело должно быть JSON-объектом, а не списком или значением. Пришлите {{"name": …, "inn": …}}.',
            'The body must be a JSON object, not a list or a value. Send {{"name": …, "inn": …}}.',
        ),
        "field_repeated": (
            "Поле названо дважды. Оставьте одно значение.",
            "The field is named twice. Keep one value.",
        ),
        "field_unknown": (
            "Такого поля нет. Проверьте имя; поля перечислены на странице /api.",
            "There is no such field. Check its name; the page /api lists the fields.",
        ),
        "field_missing": (
            "Значение обязательно. Добавьте его.",
            "A value is required. Add it.",
        ),
        "text_expected": (
            "Нужен текст в кавычках, и для чисел тоже: ведущие нули иначе пропадут.",
            "A text in quotes is expected, for numbers too: leading zeros would be lost.",
        ),
        "list_expected": (
            'Нужен список, даже из одного значения: ["…"].',
            'A list is expected, even of one value: ["…"].',
        ),
        "text_too_long": (
            "Значение длиннее {most} знаков. Сократите его.",
            "The value is longer than {most} characters. Shorten it.",
        ),
        "text_too_short": (
            "Значение короче {least} знаков. Дополните его.",
            "The value is shorter than {least} characters. Complete it.",
        ),
        "list_too_long": (
            "В списке больше {most} значений. Оставьте нужные.",
            "The list has more than {most} values. Keep those that matter.",
        ),
        "list_too_short": (
            "В списке меньше {least} значений. Добавьте их.",
            "The list has fewer than {least} values. Add them.",
        ),
        "object_expected": (
            "Нужен JSON-объект вида {{имя: значение}}. Исправьте значение.",
            "A JSON object such as {{name: value}} is expected. Correct the value.",
        ),
        "choice_unknown": (
            "Такого значения нет. Возможные: {choices}.",
            "There is no such value. Possible: {choices}.",
        ),
        "text_unreadable": (
            "В значении есть символ NUL или половина суррогатной пары: это не текст. Уберите их.",
            "The value holds a NUL or half of a surrogate pair: that is no text. Take them out.",
        ),
        "digits_expected": (
            "Нужны только цифры, не больше 15. Уберите пробелы и другие знаки.",
            "Digits only are expected, 15 at most. Take out spaces and other characters.",
        ),
        "tag_name_unfit": (
            "Имя метки — латинские буквы, цифры и знаки _ . -, не больше 40, без пробелов. Исправьте имя.",
            "The name of a tag has Latin letters, digits and _ . -, 40 at most, no spaces. Correct the name.",
        ),
        "line_expected": (
            "Нужна одна строка. Уберите переводы строки.",
            "One line is expected. Take out the line breaks.",
        ),
        "ref_expected": (
            "Нужна ссылка на запись вида источник/поток/ключ. Возьмите её из ответа о записи.",
            "A reference to a record is expected: connection/stream/key. Take it from an answer about the record.",
        ),
        "name_unfit": (
            "Имя начинается с буквы или цифры, дальше буквы, цифры, пробелы и знаки . _ @ : -, всего не больше 60. Исправьте имя.",
            "A name begins with a letter or a digit and has letters, digits, spaces and . _ @ : -, 60 at most. Correct it.",
        ),
        "text_unfit": (
            "Значение не того вида. Сверьте его с образцом в справочнике /api.",
            "The value has not the form it needs. Compare it with the pattern in the reference at /api.",
        ),
        "number_expected": (
            "Нужно число. Исправьте значение.",
            "A number is expected. Correct the value.",
        ),
        "number_too_small": (
            "Значение меньше {least}. Увеличьте его.",
            "The value is less than {least}. Raise it.",
        ),
        "number_too_large": (
            "Значение больше {most}. Уменьшите его.",
            "The value is more than {most}. Lower it.",
        ),
        "assignee_unknown": (
            "Такого стюарда нет: нужен логин того, кто может войти и решать пары.",
            "There is no such steward: name the login of somebody who may sign in and decide pairs.",
        ),
        "cursor_unknown": (
            "Такой страницы нет. Передайте `next` предыдущего ответа без изменений или начните без cursor.",
            "There is no such page. Pass the `next` of the answer before unchanged, or start without cursor.",
        ),
        "value_wrong": (
            "Значение не подходит. Сверьте его со справочником /api.",
            "The value does not fit. Compare it with the reference at /api.",
        ),
    }
)  # fmt: skip
