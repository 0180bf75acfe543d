"""Names one sign apart from another good, and what must be read of a name and what never."""

from __future__ import annotations

import polars as pl
import pytest

from mappings.nomenclature import parse
from mappings.nomenclature.grammar import FOLDER, read_grammar
from mappings.nomenclature.taught import Dictionary, Word, as_declared

DIFFERENT = (
    ("КГ 1х16-Т", "КГ 1х16"), ("УЗО 2P 25А 30мА тип B", "УЗО 2P 25А 30мА тип A"),
    ("Арматура 12 А500С", "Арматура 12 А500"), ("Арматура 12 А400", "Арматура 12 А400С"),
    ("Щит ЩРН-12 IP31", "Щит ЩРВ-12 IP31"), ("Кабель ВВГ 3х2,5 ТУ", "Кабель ВВГ 3х2,5"),
    ("Генератор бензиновый 5 кВт", "Генератор дизельный 5 кВт"),
    ("Лампа LED A60 10Вт E27 4000К", "Лампа LED C35 10Вт E27 4000К"),
    ("Муфта 20х1/2 ВР", "Муфта 20х1/2 НР"), ("Муфта 20х1/2 ВР", "Муфта 25х1/2 ВР"), ("Муфта 20х1/2 ВР", "Муфта 20х3/4 ВР"),
)  # fmt: skip
SAME = (
    ("Труба водогазопроводная оцинкованная 25х3,2", "Труба ВГП оц. 25*3.2"), ("Труба 25х3,2 ВГП", "Труба ВГП Ду25х3,2"),
    ("Болт М12х60 8.8 цинк", "Болт М12х60 8.8 оцинкованный"), ("Болт М12х60 8.8 оц.", "Болт М12х60 8.8 оцинкованный"),
    ("Кабель канал 16х25 белый", "Кабель-канал 25х16 белый"), ("Гайка шестигранная М12", "Гайка шестигр М12"),
    ("Кабель ВВГнг-LS 3х1.5 (100м)", "Кабель ВВГнг-LS 3х1.5"),
)  # fmt: skip
# Name → all that is read of it.
READ = {
    "КГ 1х16-Т": "climate=Т; mark=КГ; cores=1; section=16", "УЗО 2P 25А 30мА тип B": "poles=2; i=25; leakage=30; leak_type=B",
    "Грунт ГФ красно-коричневый 25 кг": "mass=25; colour=красно-коричн",
    "Труба водогазопроводная 25х3,2": "kind=ВГП; dn=25; t=3.2", "Труба ВГП ГОСТ 3262-75 25х3,2": "kind=ВГП; dn=25; t=3.2; standard=ГОСТ 3262-75",
    "Труба ВГП черная 25х3,2": "kind=ВГП; dn=25; t=3.2", "Труба ВГП 33,5х3,2": "kind=ВГП; d=33.5; t=3.2",
    "Труба ВГП 26,8х2,8": "kind=ВГП; d=26.8; t=2.8", "Лампа LED C35 7Вт E14": "bulb=C35; cap=Е14; power=7",
    "Муфта 20х1/2 ВР": "g1=ВР; th1=1/2; dn=20", "ДГУ 5 кВт": "output=5", "Клей (25кг)": "mass=25",
    "Кабель ВВГнг-LS 3х1.5 (100м)": "mark=ВВГнг-LS; coil=100; cores=3; section=1.5",
    "Дифавтомат 1P+N 16А 30мА C": "poles=1; neutral=N; i=16; curve=C; leakage=30",
    "Щит ЩРВ-12 IP31": "modules=12; ip=31; mounting=встраиваемый",
}  # fmt: skip


def keys(*names: str) -> list[str | None]:
    return parse(pl.Series(names))["item_key"].to_list()


@pytest.mark.parametrize("pair", DIFFERENT, ids=" ≠ ".join)
def test_two_goods_have_two_keys(pair: tuple[str, str]) -> None:
    one, other = keys(*pair)
    assert one is not None
    assert one != other


@pytest.mark.parametrize("pair", SAME, ids=" = ".join)
def test_two_spellings_have_one_key(pair: tuple[str, str]) -> None:
    one, other = keys(*pair)
    assert one is not None
    assert one == other


@pytest.mark.parametrize(("name", "told"), READ.items(), ids=lambda v: str(v))
def test_a_name_says_this_and_nothing_else(name: str, told: str) -> None:
    assert sorted(str(parse(pl.Series([name]))["attributes"][0]).split("; ")) == sorted(
        told.split("; ")
    )


def test_a_hollow_section_is_no_profile_for_plasterboard() -> None:
    assert parse(pl.Series(["Профиль трубчатый 40х20х2"]))["item_class"].to_list() == [None]


def test_a_star_of_a_taught_word_takes_the_whole_word() -> None:
    word = Word(text="травлен*", item_class="steel_round", attribute="treatment", value="трав")
    files = sorted(FOLDER.glob("*.yaml"))
    grammar = read_grammar(files, as_declared(Dictionary(words=[word])))
    row = parse(pl.Series(["Круг травленый 40 ст45"]), grammar).row(0, named=True)
    assert (row["attributes"], row["rest"]) == ("d=40; grade=45; treatment=трав", "")
