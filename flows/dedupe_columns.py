"""Which heading of a person's table means what: Russian and English words, with their usual spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from schemas.errors import ConfigError

FIELDS = (
    "source", "source_id", "name", "full_name", "inn", "kpp", "ogrn",
    "address", "phones", "emails", "updated_at",
)  # fmt: skip
INN_KPP = "inn_kpp"
NOT_USED = "-"
# Without one of these there is nothing to compare.
TELLING = frozenset({"name", "full_name", "inn", "ogrn", INN_KPP, "phones", "emails"})
# Fields that take several columns; of the others the first by rank is used.
SEVERAL = frozenset({"phones", "emails", "address"})

# Of somebody else, about money and not about the company, or our own result of before.
_ALIEN = re.compile(
    r"банк|\bбик\b|\bсчет|менеджер|ответствен|руководител|директор|учредител|головн|холдинг"
    r"|bank|manager|director|parent|owner|\bgolden\b"
)
_LABEL = re.compile(
    r"^(вид|тип|групп|статус|категори|сегмент|дата|сумма|оборот|город|регион|номер|№|контактн"
    r"|type|kind|status|group|category|segment|contact|date|amount|city|region)"
)
# Rank, field, words: the first line that fits a heading decides.
_RULES: tuple[tuple[int, str, re.Pattern[str]], ...] = tuple(
    (rank, field, re.compile(words))
    for rank, field, words in (
        (0, INN_KPP, r"\bинн\b.*\bкпп\b|\binn\b.*\bkpp\b"),
        (0, "emails", r"\be ?mails?\b|е ?м[еэ]йл|и ?мейл|\bпочта\b|электронн\w* (почт|адрес)"),
        (0, "phones", r"\bтел\b|телефон|\bмоб\b|мобильн|сотов|phone|\btel\b|\bmobile\b"),
        (0, "ogrn", r"\bогрн(ип)?\b|\bogrn(ip)?\b"),
        (0, "inn", r"\bинн\b|\binn\b|\btax ?(id|number|payer id)\b|\btin\b"),
        (0, "kpp", r"\bкпп\b|\bkpp\b"),
        (0, "updated_at", r"^(дата|время)?\s*(и время\s*)?(последн\w* )?(измен|изм\b|обновл|коррект|модиф)"),
        (0, "updated_at", r"\bupdated\b|\bmodified\b|\bchanged\b|\blast (change|update)|\bupdate date\b"),
        (0, "address", r"(юр|legal|registered).*(адрес|address)|адрес.*(юр|регистр)|место ?нахожд"),
        (2, "address", r"(факт|actual|почтов|доставк|postal|delivery|shipping).*(адрес|address)"),
        (2, "address", r"(адрес|address).*(факт|actual|почтов|доставк|postal|delivery|shipping)"),
        (1, "address", r"^(адрес|address)\b(?!.*(сайт|web|ip\b))"),
        (0, "source_id", r"^(source|external|record) (id|key|code)$|^(внешн|внутр)\w* (код|ид|ключ)"),
        (1, "source_id", r"^(код|ид|id|guid|uid|uuid|ключ|key|code|ссылка)\b(?!.*(окпо|оквэд|страны|опф))"),
        (0, "source", r"^(источник|source|база( данных)?|система|system|origin)\b"),
        (0, "full_name", r"полн\w* (юр\w* )?(наимен|назван|имя)|(наимен|назван)\w*.*\bполн|юр\w* (наимен|назван)"),
        (0, "full_name", r"\b(full|legal|registered) ?(company )?name\b"),
        (0, "name", r"^((сокращ|кратк|коротк|рабоч)\w* )?(наимен|назван)(?!.*(товар|услуг|страны))"),
        (0, "name", r"^((company|customer|client|short|display|supplier|vendor) )?name$"),
        (1, "name", r"контрагент|counterparty"),
        (2, "name", r"клиент|покупател|поставщик|партн[её]р|заказчик|фирма|юр\w* ?лицо"),
        (2, "name", r"\b(customer|client|supplier|vendor|partner|company|organi[sz]ation)\b"),
        (3, "name", r"организаци|компани"),
    )
)  # fmt: skip
_GIVEN = re.compile(r"\s*(?P<heading>.+?)\s*=\s*(?P<field>[a-z_]+|-)\s*(?:[,;]|$)")
_LOOK_ALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")


@dataclass(frozen=True, slots=True)
class Recognised:
    """`columns`: field (or `inn_kpp`) → headings it is read from, best first. `unused`: the others.

    `rivals`: field → unused headings that mean it just as much as the one it is read from.
    """

    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    rivals: Mapping[str, tuple[str, ...]]

    @property
    def telling(self) -> bool:
        """Whether there is anything to compare records by."""
        return bool(TELLING & self.columns.keys())


def spelled(heading: str) -> str:
    """A heading as the rules see it: lower case, words apart, Latin look-alikes in Russian words folded.

    >>> spelled("НаименованиеПолное"), spelled(" ИHH / КПП "), spelled("E-mail")
    ('наименование полное', 'инн кпп', 'e mail')
    """
    apart = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", heading)
    words = re.sub(r"[^0-9a-zа-я№]+", " ", apart.casefold().replace("ё", "е")).split()
    return " ".join(w.translate(_LOOK_ALIKES) if re.search("[а-я]", w) else w for w in words)


def meaning(heading: str) -> tuple[str, int] | None:
    """Field and rank (0 is best) of one heading, or None.

    >>> meaning("Юр. адрес"), meaning("Вид контрагента"), meaning("Тел.")
    (('address', 0), None, ('phones', 0))
    """
    words = spelled(heading)
    if not words or _ALIEN.search(words):
        return None
    for rank, field, pattern in _RULES:
        if pattern.search(words):
            return None if field == "name" and _LABEL.search(words) else (field, rank)
    return None


def recognise(headings: Sequence[str], given: Mapping[str, str]) -> Recognised:
    """What each heading means; `given` (heading → field, or `-` for none) goes before the words."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for at, heading in enumerate(headings):
        means = (given[heading], -1) if heading in given else meaning(heading)
        if means is not None and means[0] != NOT_USED:
            found.setdefault(means[0], []).append((means[1], at, heading))
    columns: dict[str, tuple[str, ...]] = {}
    rivals: dict[str, tuple[str, ...]] = {}
    for field in (*FIELDS[:4], INN_KPP, *FIELDS[4:]):
        ranked = sorted(found.get(field, []))
        names = tuple(heading for _, _, heading in ranked)
        if names:
            columns[field] = names if field in SEVERAL else names[:1]
        equal = tuple(heading for rank, _, heading in ranked[1:] if rank == ranked[0][0])
        if equal and field not in SEVERAL:
            rivals[field] = equal
    used = {heading for names in columns.values() for heading in names}
    return Recognised(columns, tuple(h for h in headings if h not in used), rivals)


def given_columns(texts: Sequence[str]) -> dict[str, str]:
    """`["ИНН клиента=inn,Фирма=name"]` as a mapping; ConfigError names what cannot be read.

    >>> given_columns(["Адрес, юр=address,Фирма=name", "Код=-"])
    {'Адрес, юр': 'address', 'Фирма': 'name', 'Код': '-'}
    """
    found: dict[str, str] = {}
    for text in texts:
        at = 0
        while at < len(text):
            pair = _GIVEN.match(text, at)
            if pair is None:
                raise _unreadable(text[at:])
            field = pair["field"]
            if field not in (*FIELDS, INN_KPP, NOT_USED):
                raise _unknown_field(field)
            found[pair["heading"]] = field
            at = pair.end()
    return found


def check_given(given: Mapping[str, str], headings: Sequence[str], place: str) -> None:
    """ConfigError if a heading of `--columns` does not stand in the table."""
    for heading in given:
        if heading not in headings:
            close = get_close_matches(heading, headings, n=1)
            ru = f" Похоже на «{close[0]}»." if close else ""
            en = f" Did you mean '{close[0]}'?" if close else ""
            listed = ", ".join(headings)
            raise ConfigError(
                f"{place}: столбца «{heading}» нет.{ru} Есть: {listed}. Исправьте --columns.",
                f"{place}: no column '{heading}'.{en} There are: {listed}. Mend --columns.",
            )


def _unreadable(text: str) -> ConfigError:
    return ConfigError(
        f'--columns: не понять «{text}». Пишите так: --columns "ИНН клиента=inn,Фирма=name".',
        f"--columns: cannot read '{text}'. Write --columns \"Tax no=inn,Firm=name\".",
    )


def _unknown_field(field: str) -> ConfigError:
    close = get_close_matches(field, FIELDS, n=1)
    ru = f" Похоже на {close[0]}." if close else ""
    en = f" Did you mean {close[0]}?" if close else ""
    listed = ", ".join((*FIELDS, INN_KPP, NOT_USED))
    return ConfigError(
        f"--columns: поля «{field}» нет.{ru} Есть: {listed}.",
        f"--columns: there is no field '{field}'.{en} There are: {listed}.",
    )
