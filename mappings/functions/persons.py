"""Names of persons → surname, given name, patronymic and what is left: the job (handbook 2.8).

Reads «Фамилия Имя Отчество», «Имя Отчество Фамилия», «Фамилия И.О.», «И.О. Фамилия» and Latin names,
where the given name comes first unless a comma says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.given_names import is_given_name
from schemas.outcome import outcome
from schemas.rows import change_where
from schemas.rowwise.through import through

_NAMES = ("last", "first", "middle")
_PARTS = (*_NAMES, "position")
_PERSON = pl.Struct(dict.fromkeys((*_PARTS, "doubt"), pl.String))
_DOUBT = "person_unparsed"

_JOBS = (
    r"(?:главный|главбух|гл\.?|старший|ст\.?|зам(?:еститель)?\.?|и\.?о\.?|ген(?:еральный)?\.?|коммерческий|ком\.|"
    r"технический|тех\.|финансовый|фин\.|исполнительный|директор\p{L}*|дир\.|бухгалтер\p{L}*|бух\.?|менеджер\p{L}*|мен\.|"
    r"снабжен\p{L}*|снаб\.?|инженер\p{L}*|инж\.?|секретарь|секр\.?|закупк\p{L}*|закупщи\p{L}*|начальник|нач\.?|"
    r"отдел\p{L}*|специалист|спец\.|кладовщи\p{L}*|логист\p{L}*|юрист\p{L}*|механик|энергетик|экономист|водитель|"
    r"руководитель|рук\.|продаж\p{L}*|снабжения|по|manager|director|mr\.?|mrs\.?|ms\.?)"
)
_JOB_FIRST = rf"(?i)^((?:{_JOBS}[\s,:\-]+)+)"
_JOB_LAST = rf"(?i)[\s,(\-]+((?:{_JOBS}[\s,)]*)+)$"
_PATRONYMIC = (
    r"(?i)^\p{L}{2,}(?:ович|евич|ьич|ыч|овна|евна|ична|инична)$|^(?:ильич|лукич|кузьмич|фомич|саввич|никитич)$"
    r"|[ _](?:оглы|кызы|улы|гызы)$|^[a-z]{2,}(?:ovich|evich|yevich|ovna|evna|yevna|ichna)$"
)
_WORD = "[А-ЯЁ][а-яё]+"
_USUAL = rf"^{_WORD}(?:-{_WORD})? {_WORD} [А-ЯЁ][а-яё]+(?:вич|ьич|вна|чна)$"
_PATRONYMIC_SECOND = r"^[^ ]+ [^ ]+(?:ич|вна|чна) "
_INITIAL = r"^\p{L}\.$"
_KINSHIP = r"(?i)(\p{L}+)[\s\-]+(оглы|оглу|кызы|гызы|улы)$"
_JOINED = "_"


def _prepared() -> pl.Expr:
    text = pl.col("cell").str.normalize("NFKC").str.replace_all(r"\p{Cf}", "")
    text = text.str.replace_all(r"[«»\"“”0-9№+*#]+", " ").str.replace_all(r"\s+", " ")
    return text.str.strip_chars(" ,;:-")


def _words() -> pl.Expr:
    """The words of the name; initials stand alone with their dot, оглы stays with its patronymic."""
    text = pl.col("rest").str.replace(_JOB_FIRST, "").str.replace(_JOB_LAST, "")
    text = text.str.replace_all(r"\([^)]*\)?", " ").str.strip_chars(" ,;:-()")
    text = text.str.replace_all(r"\s*-\s*", "-").str.replace(_KINSHIP, "${1}" + _JOINED + "$2")
    text = text.str.replace_all(r"(?:^|[\s.])(\p{L})\.", " $1. ")
    # Two initials overlap in the pattern above: «И.О.» needs a second pass.
    text = text.str.replace_all(r"(?:^|[\s.])(\p{L})\.", " $1. ")
    text = text.str.replace(r"^(\p{L}{2,}) (\p{L})(\p{L}?)$", "$1 $2. $3.").str.replace(r" \.$", "")
    return (
        text.str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.split(" ")
        .list.filter(pl.element().str.contains(r"\p{L}"))
    )


def _cased(word: pl.Expr) -> pl.Expr:
    """Capitals at the beginnings where the source shouts or whispers; mixed case is left as it is."""
    spaced = word.str.replace_all(_JOINED, " ", literal=True)
    flat = (word == word.str.to_uppercase()) | (word == word.str.to_lowercase())
    title = spaced.str.to_titlecase().str.replace(r" (Оглы|Оглу|Кызы|Гызы|Улы)$", "")
    kin = spaced.str.extract(r"(?i)( (?:оглы|оглу|кызы|гызы|улы))$", 1).str.to_lowercase()
    return pl.when(flat).then(title + kin.fill_null("")).otherwise(spaced)


_CASED = [_cased(pl.col(part)).alias(part) for part in _NAMES]
# Two capitals in a row, a small beginning, or a joined оглы.
_FLAT = r"^\p{Ll}|\p{Lu}\p{Lu}|_"


def _looks(frame: pl.DataFrame) -> pl.DataFrame:
    """For each of the words a, b, c: whether it looks like a patronymic, an initial, a given name."""
    return frame.with_columns(
        *(
            pl.col(n).str.contains(_PATRONYMIC).fill_null(False).alias(f"{n}_patronymic")
            for n in "abc"
        ),
        *(pl.col(n).str.contains(_INITIAL).fill_null(False).alias(f"{n}_initial") for n in "abc"),
        *(is_given_name(pl.col(n)).fill_null(False).alias(f"{n}_given") for n in "ab"),
        latin=pl.col("a").str.contains(r"^[A-Za-z]").fill_null(False) & ~pl.col("comma"),
    )


def _given_first() -> pl.Expr:
    """Whether the given name comes before the surname."""
    two, three = pl.col("count") == 2, pl.col("count") == 3
    surname_second = ~pl.col("b_initial") & ~pl.col("b_patronymic")
    known = pl.col("a_given") & ~pl.col("b_given") & ~pl.col("comma")
    latin = pl.col("latin") & ~pl.col("b_initial")
    return pl.any_horizontal(
        three & pl.col("b_patronymic"),
        three & pl.col("a_initial") & pl.col("b_initial"),
        three & latin & ~pl.col("c_patronymic"),
        two & pl.col("a_initial"),
        two & surname_second & (known | pl.col("latin")),
    )


def _arranged(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns last, first, middle from words a, b, c by what each of them looks like."""
    a, b, c, count = pl.col("a"), pl.col("b"), pl.col("c"), pl.col("count")
    frame = _looks(frame).with_columns(given_first=_given_first())
    named = (count == 2) & pl.col("b_patronymic") & (pl.col("a_given") | pl.col("a_initial"))
    named = named | ((count == 1) & pl.col("a_given"))
    turned, three = pl.col("given_first"), count == 3
    last = pl.when(turned & three).then(c).when(turned).then(b).otherwise(a)
    return frame.with_columns(
        last=pl.when(~named).then(last),
        first=pl.when(named | turned).then(a).otherwise(b),
        middle=pl.when(named | (turned & three)).then(b).when(three).then(c),
    )


def _solve(cells: pl.Series) -> pl.DataFrame:
    """Columns cell, last, first, middle, position, doubt for distinct cells."""
    frame = cells.alias("cell").to_frame().with_columns(rest=_prepared())
    rest, words = pl.col("rest"), pl.col("words")
    job = pl.coalesce(rest.str.extract(_JOB_FIRST, 1), rest.str.extract(_JOB_LAST, 1))
    bracket = rest.str.extract(r"\(([^)]+)\)", 1)
    job_alone = rest.str.contains(rf"(?i)^(?:{_JOBS}[\s,]*)+$")
    frame = frame.with_columns(
        position=pl.when(job_alone)
        .then(rest)
        .otherwise(pl.coalesce(job, bracket))
        .str.strip_chars(" ,:;-()"),
        comma=rest.str.contains(r"^[^,]+,\s*\p{L}"),
        words=pl.when(job_alone).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(_words()),
    ).with_columns(words.list.eval(pl.element().str.strip_chars(",;:")))
    frame = frame.with_columns(
        *(words.list.get(place, null_on_oob=True).alias(name) for place, name in enumerate("abc")),
        count=words.list.len(),
    )
    frame = _arranged(frame)
    flat = pl.any_horizontal(pl.col(part).str.contains(_FLAT) for part in _NAMES).fill_null(False)
    frame = change_where(
        frame, frame.select(flat).to_series(), lambda rows: rows.with_columns(_CASED)
    )
    too_many = pl.col("count") > 3
    parts = [pl.when(~too_many).then(pl.col(part)).alias(part) for part in _NAMES]
    doubt = pl.when(too_many).then(pl.lit(_DOUBT)).alias("doubt")
    return frame.select("cell", *parts, "position", doubt)


def _plain(cell: pl.Expr) -> pl.Expr:
    """The person of a text in the usual spelling «Фамилия Имя Отчество», else null."""
    usual = cell.str.contains(_USUAL) & ~cell.str.contains(_PATRONYMIC_SECOND)
    words = cell.str.splitn(" ", 3).struct
    nothing = pl.lit(None, dtype=pl.String)
    parts = [words.field(f"field_{place}").alias(part) for place, part in enumerate(_NAMES)]
    person = pl.struct(*parts, nothing.alias("position"), nothing.alias("doubt"))
    return pl.when(usual & ~cell.str.contains(_JOB_FIRST)).then(person)


def _read(cells: pl.Series) -> pl.Series:
    frame = cells.alias("cell").to_frame().with_columns(plain=_plain(pl.col("cell")))
    unread = frame.filter(pl.col("plain").is_null() & pl.col("cell").is_not_null())["cell"]
    solved = _solve(unread.unique(maintain_order=True)).select(
        "cell", pl.struct(*_PARTS, "doubt").cast(_PERSON).alias("person")
    )
    frame = frame.join(solved, on="cell", how="left", maintain_order="left")
    return frame.select(pl.coalesce("plain", "person").cast(_PERSON).alias("person")).to_series()


def person(cell: pl.Expr) -> pl.Expr:
    """Struct {last, first, middle, position, doubt} of a person's name as one text.

    >>> pl.select(person(pl.lit("бух. Иван Петрович СИДОРОВ"))).item()["last"]
    'Сидоров'
    """
    return through(cell.cast(pl.String), _read, _PERSON)


def person_last(cell: pl.Expr) -> pl.Expr:
    """The surname.

    >>> pl.select(person_last(pl.lit("И.И. Иванов"))).item()
    'Иванов'
    """
    return person(cell).struct.field("last")


def person_first(cell: pl.Expr) -> pl.Expr:
    """The given name or its initial.

    >>> pl.select(person_first(pl.lit("Иванов И.И."))).item()
    'И.'
    """
    return person(cell).struct.field("first")


def person_middle(cell: pl.Expr) -> pl.Expr:
    """The patronymic or its initial.

    >>> pl.select(person_middle(pl.lit("Алиев Вагиф Гусейн оглы"))).item()
    'Гусейн оглы'
    """
    return person(cell).struct.field("middle")


def person_position(cell: pl.Expr) -> pl.Expr:
    """The job words that stood with the name.

    >>> pl.select(person_position(pl.lit("бух. Марина"))).item()
    'бух.'
    """
    return person(cell).struct.field("position")


def person_name(cell: pl.Expr) -> pl.Expr:
    """The outcome for a full name in the order surname, given name, patronymic.

    A text of more than three words is kept as it is, with the evidence `person_unparsed`.

    >>> pl.select(person_name(pl.lit("Иван Петрович Сидоров"))).item()["value"]
    'Сидоров Иван Петрович'
    """
    parts = through(cell.cast(pl.String), _named, _NAMED)
    return outcome(parts.struct.field("name"), evidence=parts.struct.field("doubt"))


_NAMED = pl.Struct({"name": pl.String, "doubt": pl.String})


def _named(cells: pl.Series) -> pl.Series:
    read = _read(cells).struct.unnest().with_columns(cell=cells)
    joined = pl.concat_str(*_NAMES, separator=" ", ignore_nulls=True)
    whole = pl.col("cell").str.replace_all(r"\s+", " ").str.strip_chars()
    name = pl.when(pl.col("doubt").is_null()).then(joined).otherwise(whole)
    filled = pl.when(name != "").then(name)
    return read.select(pl.struct(name=filled, doubt=pl.col("doubt"))).to_series()


FUNCTIONS: Mapping[str, Function] = {
    "person_last": person_last,
    "person_first": person_first,
    "person_middle": person_middle,
    "person_name": person_name,
    "person_position": person_position,
}
