"""Steps 1-4, 6 and 7 of handbook 2.5: what a name is written with, not what it says."""

from __future__ import annotations

import polars as pl

from mappings.functions.naming.rows import on_rows
from mappings.functions.naming.step import Step
from schemas.patterns import changed, found, rewritten
from schemas.rowwise.through import through

TEXT = pl.col("text")

_ENTITIES = {
    "&quot;": '"', "&#34;": '"', "&amp;": "&", "&laquo;": "«", "&raquo;": "»", "&#171;": "«", "&#187;": "»",
    "&nbsp;": " ", "&#160;": " ", "&apos;": "'", "&#39;": "'", "&lt;": "<", "&gt;": ">", "&ndash;": "-",
    "&mdash;": "-", "&#8211;": "-", "&#8212;": "-", "&bdquo;": "„", "&ldquo;": "“", "&rdquo;": "”",
    "&#8470;": "№", "&numero;": "№",
}  # fmt: skip
# NFKC would turn the number sign into «No»; a private-use character stands in for it meanwhile.
_NUMBER_SIGN = "\ue000"
_UNCOMMON = r"[^ !-%'-~А-яЁё«»№–—]|&#?[a-z0-9]+;"


def _composed() -> pl.Expr:
    text = TEXT.str.replace_many(_ENTITIES).str.replace_all("№", _NUMBER_SIGN, literal=True)
    text = text.str.normalize("NFKC").str.replace_all(r"[\s\p{Cc}]", " ")
    text = text.str.replace_all(r"[\p{Cf}\u{1160}\u{3164}]", "")
    return text.str.replace_all(_NUMBER_SIGN, "№", literal=True)


_HIGH = "[\u00a1-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491‚„†‡€‰‹‘’“”•–—™›]"
# UTF-8 read as cp1251, as cp1252, as cp866; cp1251 read as cp1252; and what a lost character leaves.
MOJIBAKE = rf"(?:[РС]{_HIGH}){{2}}|(?:[ÐÑ]{_HIGH}?){{2}}|[╨╤].?[╨╤]|[À-ÿ]{{4}}|�|\?{{4}}"

_PAIRS = str.maketrans("ABCEHKMOPTXYaeopcxyk", "АВСЕНКМОРТХУаеорсхук")
_TO_CYRILLIC = {latin: chr(code) for latin, code in ((chr(k), v) for k, v in _PAIRS.items())}
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _TO_CYRILLIC.items()}
_LOOK_LATIN = "".join(_TO_CYRILLIC)
_LOOK_CYRILLIC = "".join(_TO_LATIN)
_GAPS = ' "(),«»'
_TOKENS = rf"[^{_GAPS}]+|[{_GAPS}]+"
# A word in both scripts, or one all of whose Latin letters look Cyrillic.
_TWO_SCRIPTS = rf"[А-яЁё][^{_GAPS}]*[A-Za-z]|[A-Za-z][^{_GAPS}]*[А-яЁё]"
_LOOKS_CYRILLIC = rf"(?:^|[{_GAPS}])[^{_GAPS}A-Za-z]*[{_LOOK_LATIN}](?:[{_LOOK_LATIN}]|[^{_GAPS}A-Za-z])*(?:$|[{_GAPS}])"


def _unmixed(tokens: pl.DataFrame) -> pl.DataFrame:
    """One script per token: Cyrillic if every Latin letter looks Cyrillic, else Latin the same way."""
    word = pl.col("token")
    plain = ~word.str.contains("[0-9]")
    cyrillic, latin = word.str.contains("[А-яЁё]"), word.str.contains("[A-Za-z]")
    to_cyrillic = latin & ~word.str.contains(f"[A-Za-z--{_LOOK_LATIN}]")
    to_latin = cyrillic & latin & ~word.str.contains(f"[А-яЁё--{_LOOK_CYRILLIC}]")
    return tokens.with_columns(
        token=pl.when(plain & to_cyrillic)
        .then(word.str.replace_many(_TO_CYRILLIC))
        .when(plain & to_latin)
        .then(word.str.replace_many(_TO_LATIN))
        .otherwise(word)
    )


def one_script(text: pl.Series) -> pl.Series:
    """Names in which both scripts occur, with look-alike letters of each word put into one script.

    Words with digits are part numbers and stay.

    >>> one_script(pl.Series(["OOO Ромашка", "РOCHЕФТЬ M-12X", "ООО Siеmens"])).to_list()
    ['ООО Ромашка', 'РОСНЕФТЬ M-12X', 'ООО Siemens']
    """
    frame = text.to_frame("text")
    both = found(frame["text"], "[А-яЁё]")
    return on_rows(frame, both, lambda rows: _one_script(rows["text"]).to_frame("text"))["text"]


def _one_script(text: pl.Series) -> pl.Series:
    rows = pl.DataFrame({"token": text.str.extract_all(_TOKENS)}).with_row_index("row")
    tokens = _unmixed(rows.explode("token", empty_as_null=True))
    whole = tokens.group_by("row", maintain_order=True).agg(pl.col("token").str.join(""))
    return whole["token"].alias(text.name)


_QUOTES = {**dict.fromkeys(("«", "»", "“", "”", "„", "‟", "‹", "›", "″", "''", "<<", ">>", "``", "‘‘", "’’"), '"'),
           **dict.fromkeys(("‘", "’", "`", "´", "‛", "′"), "'")}  # fmt: skip
_DASHES = dict.fromkeys(("‐", "‑", "‒", "–", "—", "―", "−", "─"), "-")


_EDGES = ((r"""(^|[\s("])'+""", '$1"'), (r"""'+($|[\s)",.])""", '"$1'))
_RUNS = (('""+', '"'), ('(^|[ (])"(?: *"| +$)', "$1 "), ('(^|[ (])" +', '$1"'))
_NESTED = r'"([^"]*) "([^"]*)"'


def _single_quotes(text: pl.Series) -> pl.Series:
    frame = text.to_frame("text")
    lonely = frame["text"].str.contains("'", literal=True)
    return on_rows(frame, lonely, lambda rows: rewritten(rows["text"], _EDGES).to_frame())["text"]


def _paired(text: pl.Series) -> pl.Series:
    """Runs of quotes made one; where their number is odd, a nested opening one or the last one dropped."""
    frame = rewritten(text, _RUNS).to_frame("text")
    odd = frame["text"].str.count_matches('"', literal=True) % 2 == 1
    return on_rows(frame, odd, lambda rows: _evened(rows["text"]).to_frame())["text"]


def _evened(text: pl.Series) -> pl.Series:
    nested = rewritten(text, [(_NESTED, '"$1 $2"')], once=True)
    last = rewritten(text, [(r'"([^"]*)$', "$1")], once=True)
    return last.zip_with(nested == text, nested)


def _quoted(text: pl.Series) -> pl.Series:
    return _paired(_single_quotes(text.str.replace_many({**_QUOTES, **_DASHES})))


_ENDS = " ,;:/|-"
_TIDY = changed(TEXT, ("[ ]{2,}", " ")).str.strip_chars(_ENDS)
_REPEATS = r"[ ]{2}|^[ ,;:/|-]|[ ,;:/|-]$|--|\.\.|,,|;;|__| ,"
_COLLAPSED = changed(
    TEXT, ("--+", "-"), (r"\.\.+", "."), ("[ ]*,[ ,]*", ", "), (";;+", ";"), ("__+", "_"), ("[ ]{2,}", " ")
).str.strip_chars(_ENDS)  # fmt: skip

CHARACTER_STEPS = (
    Step("characters", "Знаки приведены к обычным", "Characters normalised",
         {"text": _composed()}, trigger=_UNCOMMON),
    Step("mojibake", "Неверная кодировка", "Wrong encoding",
         {"reason": pl.lit("mojibake")}, trigger=MOJIBAKE),
    Step("homoglyphs", "Латинские двойники букв", "Look-alike letters",
         {"text": through(TEXT, one_script, pl.String)},
         trigger=f"{_TWO_SCRIPTS}|{_LOOKS_CYRILLIC}"),
    Step("quotes", "Кавычки и тире", "Quotes and dashes",
         {"text": through(TEXT, _quoted, pl.String)},
         trigger=r"""<<|>>|["«»“”„‟‹›″‘’`´‛′'‐‑‒–—―−─]"""),
    Step("punctuation", "Повторы и пробелы", "Repeats and spaces", {"text": _COLLAPSED}, trigger=_REPEATS),
)  # fmt: skip
TIDY = Step("tidy", "Края", "Ends", {"text": _TIDY})
