"""What addresses and numbers are evidence of."""

from __future__ import annotations

import polars as pl

from schemas.given_names import full_given_name
from schemas.mail_domains import is_public_mail, is_role_mailbox, mail_match_key
from schemas.phone_kinds import is_mobile, is_toll_free, phone_base


def _list(values: list[str], expression: pl.Expr) -> list[object]:
    return pl.DataFrame({"v": values}).select(expression.alias("answer"))["answer"].to_list()


def test_public_domains_are_no_evidence_for_a_company() -> None:
    found = _list(["info@mail.ru", "a@ya.ru", "info@romashka.ru"], is_public_mail(pl.col("v")))
    assert found == [True, True, False]


def test_role_mailboxes_belong_to_the_counterparty() -> None:
    boxes = ["info@x.ru", "sales-2@x.ru", "1c@x.ru", "ivanov@x.ru", "information@x.ru"]
    assert _list(boxes, is_role_mailbox(pl.col("v"))) == [True, True, True, False, False]


def test_spellings_of_one_mailbox_share_a_match_key() -> None:
    yandex = ["i-ivanov@ya.ru", "i.ivanov@yandex.ru", "i.ivanov+x@yandex.com"]
    gmail = ["i.ivanov@gmail.com", "iivanov+erp@googlemail.com"]
    other = ["i-ivanov@x.ru", "i.ivanov@x.ru"]
    keys = _list(yandex + gmail + other, mail_match_key(pl.col("v")))
    assert len(set(keys[:3])) == 1
    assert len(set(keys[3:5])) == 1
    assert len(set(keys[5:])) == 2


def test_toll_free_numbers_are_told_from_mobile_ones() -> None:
    numbers = ["+78003337227", "+79031234567;ext=5", "+74951234567"]
    assert _list(numbers, is_toll_free(pl.col("v"))) == [True, False, False]
    assert _list(numbers, is_mobile(pl.col("v"))) == [False, True, False]
    assert _list(numbers, phone_base(pl.col("v")))[1] == "+79031234567"


def test_short_given_names_have_full_forms() -> None:
    assert _list(["Саша", "Алёша", "Игорь"], full_given_name(pl.col("v"))) == [
        "александр", "алексей", "игорь",
    ]  # fmt: skip
