"""What a field of a call record is, judged by its values: each guess with its reason and its weight."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from connectors.avaya.codes import FROM_OUTSIDE, TO_OUTSIDE
from connectors.avaya.columns import Cells

_DATES = ("%m%d%y", "%d%m%y", "%y%m%d", "%m%d%Y", "%d%m%Y", "%Y%m%d")
_CODES = r"^[0-9A-N]$"
_LONG = 6
# By chance alone the seconds of so many lines do not stay below sixty.
_SURE = 20
# Of fewer values nothing is guessed.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A field: its name, where it stands, how sure that is (0 to 1), why, and how full it is.

    `written` is how a date or a length is written, where that had to be found out too.
    """

    name: str
    first: int
    last: int
    confidence: float
    why: str
    filled: float
    written: str = ""


def date_forms(values: pl.Series) -> list[str]:
    """The forms in which every value is a date."""
    return [
        form for form in _DATES
        if values.str.len_chars().eq(8 if "%Y" in form else 6).all()
        and values.str.to_date(form, strict=False).null_count() == 0
    ]  # fmt: skip


def named(fields: Sequence[Cells], days: Collection[tuple[int, int]]) -> list[Found]:
    """The fields with names, those that could not be told called `field-POSITION`.

    `days` are the months and days that date records told.
    """
    codes = next((one for one in fields if _is_code(one)), None)
    told: list[Found] = []
    for one in fields:
        taken = {found.name for found in told}
        guess = _alone(one, days, taken) or _beside(one, codes, taken)
        told.append(guess or _unknown(one))
    return _with_prefixes(told)


def _with_prefixes(told: Sequence[Found]) -> list[Found]:
    """What stands right before the code used, without a blank between, is the code that was dialled."""
    found = []
    for one, after in zip(told, [*told[1:], None], strict=True):
        short = one.name.startswith("field-") and one.last - one.first < 4
        if short and after and after.name == "code-used" and after.first == one.last + 1:
            why = f"right before the code used; {one.why}"
            found.append(replace(one, name="code-dial", confidence=0.7, why=why))
        else:
            found.append(one)
    return found


def _is_code(one: Cells) -> bool:
    few = one.values.n_unique() <= 16
    return one.first == one.last and few and bool(one.values.str.contains(_CODES).all())


def _alone(one: Cells, days: Collection[tuple[int, int]], taken: set[str]) -> Found | None:
    """What tells itself: full in every line, and of a shape of its own."""
    values, length = one.values, one.last - one.first + 1
    if not (values != "").all():
        return None
    if "cond-code" not in taken and _is_code(one):
        seen = ", ".join(sorted(values.unique()))
        return _found("cond-code", one, 0.9, f"one of few signs in every line: {seen}")
    if not values.str.contains(r"^[0-9]+$").all():
        return None
    if "date" not in taken and length in (6, 8) and (forms := date_forms(values)):
        return _date(one, forms, days)
    if "time" not in taken and length == 4 and _are_times(values):
        return _found("time", one, 0.9, "hour and minute in every line")
    if not {"dur", "sec-dur"} & taken and length in (4, 5):
        return _length(one, length)
    if length == 20:
        return _found("ucid", one, 0.9, "twenty digits in every line")
    return None


def _date(one: Cells, forms: Sequence[str], days: Collection[tuple[int, int]]) -> Found:
    sure = [form for form in forms if _days(one.values, form) & set(days)]
    form = (sure or list(forms))[0]
    rest = [other for other in forms if other != form]
    why = f"a date in every line, written {form}"
    if sure:
        return _found("date", one, 0.95, f"{why}, as the date records say", form)
    why += f"; could be {', '.join(rest)}" if rest else ""
    return _found("date", one, 0.6 if rest else 0.9, why, form)


def _days(values: pl.Series, form: str) -> set[tuple[int, int]]:
    dates = values.unique().str.to_date(form, strict=False)
    return set(zip(dates.dt.month(), dates.dt.day(), strict=True))


def _are_times(values: pl.Series) -> bool:
    hours = values.str.slice(0, 2).cast(pl.Int64)
    minutes = values.str.slice(2, 2).cast(pl.Int64)
    return bool((hours < 24).all() and (minutes < 60).all())


def _length(one: Cells, length: int) -> Found | None:
    low = one.values.str.slice(length - 2, 2).cast(pl.Int64)
    if length == 4:
        minutes = one.values.str.slice(1, 2).cast(pl.Int64)
        fits = (minutes < 60) | (one.values == "9999")
        return (
            _found("dur", one, 0.8, "minutes below sixty in every line", "hmmt")
            if fits.all()
            else None
        )
    below = int((low < 60).sum())
    if below == one.values.len() and below >= _SURE:
        return _found(
            "sec-dur",
            one,
            0.95,
            f"the last two digits are below sixty in all {below} lines",
            "hmmss",
        )
    why = f"five digits; the last two are sixty or more in {one.values.len() - below} lines"
    return _found("sec-dur", one, 0.8, why, "seconds")


def _beside(one: Cells, codes: Cells | None, taken: set[str]) -> Found | None:
    """What is told by the calls it is filled in: those that came in, or those that went out."""
    if codes is None or int((one.values != "").sum()) < min(_FEW, one.values.len()):
        return None
    came, went = (codes.values.is_in(list(some)) for some in (FROM_OUTSIDE, TO_OUTSIDE))
    filled = one.values != ""
    long = filled & (one.values.str.len_chars() >= _LONG) & one.values.str.contains("^[0-9]+$")
    share_in, share_out = _share(long, came), _share(long, went)
    if max(share_in, share_out) >= 0.5:
        return _number(one, share_in, share_out, taken)
    inward, outward = int((filled & came).sum()), int((filled & went).sum())
    share = max(inward, outward) / max(int(filled.sum()), 1)
    if share < 0.85 or not filled.any():
        return None
    return _line(one, inward > outward, share, taken)


def _share(these: pl.Series, of: pl.Series) -> float:
    return int((these & of).sum()) / max(int(of.sum()), 1)


def _number(one: Cells, share_in: float, share_out: float, taken: set[str]) -> Found | None:
    """Long numbers are dialled in calls that go out, and call in those that come in."""
    outward = share_out > share_in
    name = "dialed-num" if outward else "clg-num/in-tac" if _has_codes(one) else "calling-num"
    if name in taken:
        return None
    ways = [f"{share_out:.0%} of the calls that went out", f"{share_in:.0%} of those that came in"]
    sure = abs(share_out - share_in)
    return _found(name, one, sure, f"long numbers in {' and '.join(ways)}")


def _has_codes(one: Cells) -> bool:
    return bool(one.values.str.contains(r"^[#*]").any())


def _line(one: Cells, inward: bool, share: float, taken: set[str]) -> Found | None:
    """Trunks and circuits: filled in calls of one way only."""
    length = one.last - one.first + 1
    digits = bool(one.values.filter(one.values != "").str.contains("^[0-9]+$").all())
    wished = ["in-crt-id", "in-trk-code"] if digits and inward else ["in-trk-code", "in-crt-id"]
    if not inward:
        wished = (
            ["out-crt-id", "code-dial"] if digits and length > 1 else ["code-dial", "code-used"]
        )
        wished = ["code-used"] if _has_codes(one) else wished
    name = next((name for name in wished if name not in taken), None)
    way = "came in" if inward else "went out"
    why = f"filled in calls that {way}: {', '.join(one.values.filter(one.values != '').unique().sort().head(3))}"
    return None if name is None else _found(name, one, round(share * 0.9, 2), why)


def _unknown(one: Cells) -> Found:
    values = one.values.filter(one.values != "")
    seen = ", ".join(values.unique(maintain_order=True).head(3))
    return _found(f"field-{one.first}", one, 0.0, f"filled in {values.len()} lines: {seen}")


def _found(name: str, one: Cells, sure: float, why: str, written: str = "") -> Found:
    filled = round(int((one.values != "").sum()) / max(one.values.len(), 1), 2)
    return Found(name, one.first, one.last, round(sure, 2), why, filled, written)
