"""The layout of raw lines is found out, with what speaks for it."""

from __future__ import annotations

import random

import pytest

from connectors.avaya.profile import OWN, Proposal, proposed
from simulators.telephony import working_day
from simulators.telephony.communication_manager import FORMS, Form, Record, lines, records

DAY = working_day([f"8916000{n:04d}" for n in range(40)], 200, seed=4)
RECORDS = records(DAY)


def of(form: Form, some: list[Record]) -> Proposal:
    found = proposed([line.encode() for line in lines(some, form)])
    assert found is not None
    return found


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_200_lines_is_found(form: Form) -> None:
    found = of(form, RECORDS[:200])
    assert (found.name, found.fit) == (form, 1.0)


def own(one: Record) -> str:
    """A form of the site's own: no preset has it."""
    inward = one.code in "9GHI"
    inner, outer = (one.circuit, "") if inward else ("", one.circuit)
    code = "" if inward or not outer else "9"
    return (
        f"{one.end:%d%m%y}  {one.end:%H%M} {one.lasted // 3600}{one.lasted % 3600 // 60:02}{one.lasted % 60:02} "
        f"{one.code} {code:>2}{'#31' if code else '':>3} {one.dialed:>14}  {one.calling:>13} {'#44' if inner else '':>3} "
        f"{inner:>4} {outer:>4}"
    )


def test_a_form_of_one_s_own_is_found_field_by_field() -> None:
    raw = ["08:00 20/11", *(own(one) for one in RECORDS[:200])]
    found = proposed([line.encode() for line in raw])
    assert found is not None
    assert (found.name, found.fit, found.date_order) == (OWN, 1.0, "day_first")
    assert (found.layout.date, found.layout.sec_dur) == ("%d%m%y", "hmmss")
    ends = {one.name: one.last for one in found.evidence}
    assert ends == {
        "date": 6, "time": 12, "sec-dur": 18, "cond-code": 20, "code-dial": 23, "code-used": 26,
        "dialed-num": 41, "calling-num": 56, "in-trk-code": 60, "in-crt-id": 65, "out-crt-id": 70,
    }  # fmt: skip
    assert all(0.5 < one.confidence <= 1 and one.why for one in found.evidence)


def test_noise_is_no_layout() -> None:
    dice = random.Random(1)  # noqa: S311  a game of dice
    assert proposed([]) is None
    assert proposed([bytes(dice.choices(range(32, 127), k=80)) for _ in range(200)]) is None


def test_a_few_odd_lines_among_many_do_not_hide_a_preset() -> None:
    raw = [line.encode() for line in lines(RECORDS[:100], "expanded")]
    found = proposed([*raw, b"\xff garbage", b"** CDR link up **"])
    assert found is not None
    assert found.name == "expanded"
    assert 0.9 < found.fit < 1
