"""The field's words for stored codes, in both languages, and the tone a state is shown in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from admin.words.language import Language, humane
from schemas.deliveries import TROUBLES
from schemas.enquiries import STATE_WORDS
from schemas.entities import ENTITIES
from schemas.evidence import DOUBTS, LINKED
from schemas.golden import GOLDEN
from schemas.reasons import REASONS, Sentence

Tone = Literal["ok", "warn", "bad", "info", "idle"]

TERMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **STATE_WORDS,
        "running": ("идёт", "running"),
        "winmail": (
            "упаковано Outlook, файл повреждён и не распакован",
            "packed by Outlook, broken, not unpacked",
        ),
        "unreadable": (
            "устроено так, что не разобрать: откройте письмо в почтовом ящике",
            "made so that it cannot be read here: open the letter in the mailbox",
        ),
        "succeeded": ("успешно", "succeeded"),
        "migration": ("миграция", "migration"),
        "stopped": ("остановлена", "stopped"),
        "withdrawing": ("отзывается", "being taken back"),
        "rollback": ("откат миграции", "taking a migration back"),
        "done": ("выполнена", "done"),
        "loaded": ("загружено", "loaded"),
        "merged_into": ("слито с другими", "merged into others"),
        "waiting": ("ждёт хозяина", "waiting for its owner"),
        "skipped": ("пропущено", "skipped"),
        "gone": ("удалено в источнике", "gone at the source"),
        "failed": ("ошибка", "failed"),
        "unbalanced": ("не сходится", "unbalanced"),
        "cancelled": ("отменён", "cancelled"),
        "open": ("ждёт", "open"),
        "fixed": ("исправлена", "fixed"),
        "replayed": ("прошла", "replayed"),
        "discarded": ("закрыта", "discarded"),
        "put_off": ("отложена до срока", "put off"),
        "standing": ("действует", "in force"),
        "withdrawn": ("отозвано", "taken back"),
        "overtaken": ("источник изменил сам", "overtaken by the source"),
        "replaced": ("заменено", "replaced"),
        "active": ("действует", "active"),
        "inactive": ("не действует", "inactive"),
        "merged": ("слит", "merged"),
        "deleted": ("удалён", "deleted"),
        "retired": ("выбыл", "retired"),
        "created": ("создан", "created"),
        "changed": ("изменён", "changed"),
        "split": ("разъединён", "split"),
        "redirected": ("перенаправлен", "redirected"),
        "on_time": ("вовремя", "on time"),
        "on_track": ("догоняет", "on track"),
        "paused": ("на паузе", "paused"),
        "delayed": ("задерживается", "delayed"),
        "late": ("опаздывает", "late"),
        "attention": ("нужно вмешаться", "action required"),
        "never": ("не запускался", "never ran"),
        "by_hand": ("вручную", "by hand"),
        "warning": ("предупреждение", "warning"),
        "error": ("ошибка", "error"),
        "extract": ("извлечение", "extract"),
        "map": ("отображение", "map"),
        "match": ("сопоставление", "match"),
        "merge": ("слияние", "merge"),
        "publish": ("публикация", "publish"),
        "received": ("получено", "received"),
        "expected": ("ожидалось", "expected"),
        "landed": ("принято", "landed"),
        "read": ("прочитано", "read"),
        "unchanged": ("без изменений", "unchanged"),
        "repeated": ("повторы", "repeated"),
        "quarantined": ("карантин", "quarantined"),
        "canonical": ("канонических", "canonical"),
        "ignored": ("пропущено", "ignored"),
        "linked": ("связано", "linked"),
        "parked": ("отложено на разбор", "parked"),
        "inserted": ("новых", "inserted"),
        "updated": ("обновлено", "updated"),
        "organization": ("организация", "organization"),
        "sole_trader": ("предприниматель", "sole trader"),
        "person": ("физлицо", "person"),
        "government": ("госорган", "government body"),
        "foreign": ("иностранная", "foreign"),
        "head": ("головная", "head office"),
        "branch": ("филиал", "branch"),
        "largest_taxpayer": ("крупнейший налогоплательщик", "largest taxpayer"),
        "unknown": ("не известна", "unknown"),
        "phone": ("телефон", "phone"),
        "fax": ("факс", "fax"),
        "email": ("почта", "e-mail"),
        "web": ("сайт", "web site"),
        "legal": ("юридический", "legal"),
        "actual": ("фактический", "actual"),
        "postal": ("почтовый", "postal"),
        "delivery": ("доставки", "delivery"),
        "legal_entity": ("контрагент", "counterparty"),
        "unit": ("подразделение", "unit"),
        "contact": ("контакт", "contact"),
        "contact_point": ("средство связи", "contact point"),
        "address": ("адрес", "address"),
        "item": ("номенклатура", "item"),
        "party": ("контрагент", "counterparty"),
        "same": ("одна компания", "one company"),
        "different": ("разные компании", "different companies"),
        "split_off": ("отделено", "split off"),
        "value": ("значение задано", "value set"),
        "unsure": ("не решено", "not sure"),
        "audit": ("выборочная проверка", "spot check"),
        "rule": ("правило", "rule"),
        "batch": ("пакет", "batch"),
        "viewer": ("читатель", "viewer"),
        "crm": ("внешняя система", "other system"),
        "steward": ("стюард", "steward"),
        "lead": ("старший стюард", "lead steward"),
        "engineer": ("инженер", "engineer"),
        "admin": ("администратор", "administrator"),
        "decision": ("решение", "decision"),
        "rules": ("набор правил", "rule set"),
        "source": ("источник", "source"),
        "consumer": ("потребитель", "consumer"),
        "webhook": ("подписка", "webhook"),
        "account": ("учётная запись", "account"),
        "token": ("токен", "token"),
        "list": ("список", "list"),
        "bulk": ("выгрузка", "bulk read"),
        "route": ("страница или метод", "page or call"),
        "yes": ("да", "yes"),
        "no": ("нет", "no"),
        "dead": ("остановлена", "stopped"),
        "high": ("важно", "high"),
        "normal": ("обычно", "normal"),
        "low": ("мелочь", "low"),
        "onec": ("1С, OData", "1C, OData"),
        "ebs": ("Oracle EBS", "Oracle EBS"),
        "commerceml": ("CommerceML", "CommerceML"),
        "files": ("файлы", "files"),
        "asterisk": ("звонки Asterisk", "Asterisk calls"),
        "avaya": ("звонки Avaya", "Avaya calls"),
        "ipoffice": ("звонки IP Office", "IP Office calls"),
        "aacc": ("контакт-центр Avaya Aura", "Avaya Aura Contact Center"),
        "updates": ("обновления", "updates"),
        "assemble": ("сборка звонков", "assembly of calls"),
        "enquire": ("сборка обращений", "assembly of enquiries"),
        "catalogue": ("сборка товаров", "assembly of goods"),
        "offers": ("цены и остатки товаров", "prices and stock of goods"),
        "placed": ("отнесено к товарам", "told of goods"),
        "item_price": ("цена", "price"),
        "item_stock": ("остаток", "stock"),
        "item_code": ("код клиента", "customer's code"),
        "good": ("товар", "good"),
        "complete": ("прочитан целиком", "read wholly"),
        "partial": ("прочитан частью", "read partly"),
        "unparsed": ("не прочитан", "not read"),
        "goods": ("товаров", "goods"),
        "messages": ("сообщений", "messages"),
        "enquiries": ("обращений", "enquiries"),
        "enquiry": ("обращение", "enquiry"),
        "telegram": ("Telegram", "Telegram"),
        "form": ("форма сайта", "site form"),
        "chat": ("чат", "chat"),
        "blocked": ("бот заблокирован", "bot blocked"),
        "purchase": ("запрос на покупку", "purchase request"),
        "claim": ("претензия", "claim"),
        "order_question": ("вопрос по заказу", "question on an order"),
        "technical": ("технический вопрос", "technical question"),
        "other": ("другое", "other"),
        "company_id": ("выбран человеком", "chosen by a person"),
        "contact_id": ("чат его контакта", "the chat of its contact"),
        "sender_phone": ("телефон", "phone"),
        "sender_email": ("почта", "e-mail"),
        "sender_name": ("имя контакта", "name of its contact"),
        "words": ("по словам", "by its words"),
        "model": ("по модели", "by the model"),
        "sender": ("отправитель", "sender"),
        "at_work": ("работает", "at work"),
        "not_at_work": ("не работает", "not at work"),
        "away": ("отсутствует", "away"),
        "holiday": ("отпуск", "holiday"),
        "illness": ("болезнь", "illness"),
        "trip": ("командировка", "business trip"),
        "deadline": ("по сроку", "by the deadline"),
        "alerts": ("получатели оповещений", "the recipients of alerts"),
        "routing": ("маршруты обращений", "routing of enquiries"),
        "commercial": ("коммерческая", "commercial"),
        "budget": ("бюджетная", "budget-funded"),
        "working": ("рабочее время", "working hours"),
        "outside": ("нерабочее время", "outside working hours"),
        "mon": ("понедельник", "Monday"),
        "tue": ("вторник", "Tuesday"),
        "wed": ("среда", "Wednesday"),
        "thu": ("четверг", "Thursday"),
        "fri": ("пятница", "Friday"),
        "sat": ("суббота", "Saturday"),
        "sun": ("воскресенье", "Sunday"),
        "ru": ("русский", "Russian"),
        "en": ("английский", "English"),
        "legs": ("попыток", "legs"),
        "calls": ("звонков", "calls"),
        "call": ("звонок", "call"),
        "customer_order": ("заказ клиента", "customer order"),
        "contract": ("договор", "contract"),
        "call_leg": ("попытка соединения", "call leg"),
        "message": ("сообщение", "message"),
        "call_event": ("событие станции", "event of a switch"),
        "events": ("событий", "events"),
        "listen": ("слушать станцию", "listen"),
        "menu": ("меню", "menu"),
        "queue": ("очередь", "queue"),
        "ring": ("вызов", "ringing"),
        "talk": ("разговор", "talk"),
        "hold": ("удержание", "hold"),
        "after_call": ("обработка", "after the call"),
        "unheard": ("не слышали", "not heard"),
        "exchange": ("почта Exchange", "Exchange mail"),
        "ad": ("Active Directory", "Active Directory"),
        "employee": ("сотрудник", "employee"),
        "department": ("отдел", "department"),
        "staff_group": ("группа сотрудников", "staff group"),
        "inbound": ("входящий", "inbound"),
        "outbound": ("исходящий", "outbound"),
        "internal": ("внутренний", "internal"),
        "no_answer": ("не ответили", "no answer"),
        "busy": ("занято", "busy"),
        "abandoned_in_queue": ("ушёл из очереди", "left the queue"),
        "abandoned_in_ivr": ("ушёл из меню", "left the voice menu"),
        "short": ("сброс", "a slip"),
        "off_hours": ("вне рабочего времени", "outside working hours"),
        "cut_off": ("связь со станцией прервалась", "connection to the switch broke"),
    }
)
_TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "running": "info",
        "complete": "ok",
        "partial": "warn",
        "unparsed": "warn",
        "succeeded": "ok",
        "failed": "bad",
        "unbalanced": "bad",
        "cancelled": "warn",
        "open": "warn",
        "fixed": "info",
        "replayed": "ok",
        "put_off": "idle",
        "standing": "ok",
        "withdrawn": "idle",
        "overtaken": "warn",
        "replaced": "idle",
        "active": "ok",
        "inactive": "idle",
        "merged": "info",
        "created": "ok",
        "changed": "info",
        "split": "warn",
        "redirected": "info",
        "deleted": "idle",
        "retired": "idle",
        "on_time": "ok",
        "on_track": "info",
        "paused": "warn",
        "stopped": "bad",
        "done": "ok",
        "delayed": "warn",
        "late": "bad",
        "attention": "bad",
        "high": "bad",
        "normal": "warn",
        "low": "info",
        "new": "warn",
        "in_work": "info",
        "closed": "ok",
        "spam": "idle",
        "at_work": "ok",
        "not_at_work": "idle",
        "away": "warn",
        "no_answer": "bad",
        "busy": "warn",
        "abandoned_in_queue": "bad",
        "abandoned_in_ivr": "warn",
        "short": "idle",
        "off_hours": "warn",
        "cut_off": "warn",
    }
)
_MANY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "legal_entity": ("Контрагенты", "Counterparties"),
        "contact": ("Контакты", "Contacts"),
        "unit": ("Подразделения", "Units"),
        "item": ("Номенклатура", "Items"),
    }
)
_TITLES: Mapping[str, str] = MappingProxyType(
    {
        name: str(field.title)
        for model in (*ENTITIES.values(), *GOLDEN.values())
        for name, field in model.model_fields.items()
    }
    | {
        "contacts": "Контакты",
        "state": "Состояние",
        "region": "Регион",
        "name": "Наименование",
        "kind": "Вид",
        "status": "Статус",
    }
)


def term(language: Language, code: str) -> str:
    """The word for a code; a code we have no word for is shown as it is."""
    pair = TERMS.get(code)
    return code if pair is None else pair[0] if language == "ru" else pair[1]


def many(language: Language, kind: str) -> str:
    """The heading over records of a kind."""
    return said(language, _MANY.get(kind), kind)


def tone(code: str) -> Tone:
    """How a state is coloured; the word and the shape say the same."""
    return _TONES.get(code, "idle")


def field(language: Language, name: str) -> str:
    """The label of an entity's field; a source's own column name is shown as it is."""
    if name not in _TITLES:
        return name
    return _TITLES[name] if language == "ru" else humane(name)


def reason(language: Language, code: str) -> str:
    """A refusal in a few words: the first sentence of what is known about the reason."""
    pair = REASONS.get(code)
    if pair is None:
        return code
    sentence = pair[0] if language == "ru" else pair[1]
    return sentence.partition(". ")[0].partition(": ")[0].rstrip(".")


def doubt(language: Language, code: str) -> str:
    """Why a person must decide about a pair: the whole sentence, with what to do."""
    return said(language, DOUBTS.get(code), code)


def in_short(language: Language, code: str) -> str:
    """What is doubtful about a pair, in a few words: the sentence without what to do.

    >>> in_short("en", "name_alone")
    'Only the name agrees, which is not enough'
    """
    return doubt(language, code).partition(". ")[0].partition(": ")[0].rstrip(".")


def linked(language: Language, rule: str, why: str | None) -> str:
    """Why a record is where it is: the sentence of the evidence, else of the rule."""
    return said(language, LINKED.get(why or "") or LINKED.get(rule), why or rule)


def delivery(language: Language, error: str | None, status: int | None) -> str | None:
    """What stood in the way of a webhook; None if nothing did."""
    if error is None:
        return None
    return said(language, TROUBLES.get(error), error).format(status=status)


def said(language: Language, pair: Sentence | None, code: str) -> str:
    """A sentence in the language; a code we have none for is shown as it is."""
    return code if pair is None else pair[0] if language == "ru" else pair[1]


def tell(language: Language, row: Mapping[str, object], stem: str) -> str:
    """The sentence a record carries in both languages as `<stem>_ru` and `<stem>_en`."""
    return str(row[f"{stem}_{language}"] or "")
