"""The grammar of goods: the examples of every class, the reference corpus, laws that hold for any name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.nomenclature import explain, parse, read_grammar, shipped
from mappings.nomenclature.alphabet import fold, fold_all
from mappings.nomenclature.grammar import FOLDER
from mappings.nomenclature.installed import grammar_print, installed
from schemas.errors import ConfigError
from tests.support.examples import examples

EXAMPLES = [
    (name, example) for name, one in shipped().classes.items() for example in one.declared.examples
]
# Handbook of the domain, reference corpus 1 to 56: raw name, class, what must be read from it.
CORPUS: list[tuple[str, str, str]] = [
    ("Лист г/к 10х1500х6000 Ст3сп5 ГОСТ 14637-89", "steel_sheet", "state=г/к; t=10; w=1500; l=6000; grade=Ст3сп5; standard=ГОСТ 14637-89"),
    ("лист гк 10*1500*6000 ст.3сп5", "steel_sheet", "state=г/к; t=10; w=1500; l=6000; grade=Ст3сп5"),
    ("Лист 20 09Г2C-12 ГОСТ 19281-2014", "steel_sheet", "t=20; grade=09Г2С; category=12; standard=ГОСТ 19281-2014"),
    ("Прокат лист. 8,0-1500-6000 ГОСТ 19903-2015/С255-4 ГОСТ 27772-2015", "steel_sheet", "t=8; w=1500; l=6000; grade=С255; category=4; standard=ГОСТ 19903-2015; standard2=ГОСТ 27772-2015"),
    ("Рулон х/к 0,7х1250 08пс ГОСТ 16523-97", "steel_coil", "state=х/к; t=0.7; w=1250; grade=08пс"),
    ("Рулон оц. 0,5х1250 Zn140 RAL 9003", "steel_coil", "state=оцинк; t=0.5; w=1250; coating=140; ral=9003"),
    ("Лист рифл. чечевица 4х1500х6000 ст3пс ГОСТ 8568-77", "steel_sheet", "state=рифл; relief=чечевица; t=4; w=1500; l=6000; grade=Ст3пс"),
    ("Арматура 12 А500С 11,7м ГОСТ 34028-2016", "rebar", "d=12; strength=А500С; l=11700"),
    ("Арматура ф12 А3 25Г2С", "rebar", "d=12; strength=А400; grade=25Г2С"),
    ("Катанка 6,5 Ст1кп ГОСТ 30136-95", "wire_rod", "d=6.5; grade=Ст1кп"),
    ("Проволока Вр-1 4,0 ГОСТ 6727-80", "wire", "kind=Вр-1; d=4"),
    ("Круг 40-В1-II ГОСТ 2590-2006/45-2ГП ГОСТ 1050-2013", "steel_round", "d=40; accuracy=В1-II; grade=45; standard=ГОСТ 2590-2006; standard2=ГОСТ 1050-2013"),
    ("Круг ø 40 ст45 н/д", "steel_round", "d=40; grade=45; length_kind=немерная"),
    ("Шестигранник 27 40Х ГОСТ 2879-2006", "steel_hexagon", "s=27; grade=40Х"),
    ("Полоса 40х4 Ст3сп", "steel_strip", "w=40; t=4; grade=Ст3сп"),
    ("Уголок 63х5 Ст3сп5 12м ГОСТ 8509-93", "steel_angle", "a=63; b=63; t=5; l=12000"),
    ("Уголок 100х63х8", "steel_angle", "a=100; b=63; t=8"),
    ("Швеллер 16П Ст3пс5 ГОСТ 8240-97", "steel_channel", "number=16; series=П"),
    ("Балка 20Б1 С255 СТО АСЧМ 20-93", "steel_beam", "profile=20Б1; grade=С255; standard=СТО АСЧМ 20-93"),
    ("Труба б/ш г/д 219х8 ст.20 гр.В ГОСТ 8732-78", "pipe_round", "kind=б/ш г/д; d=219; t=8; grade=20; group=В"),
    ("Труба э/с 57х3,5 ГОСТ 10704-91", "pipe_round", "kind=э/с; d=57; t=3.5"),
    ("Труба ВГП Ду25х3,2 ГОСТ 3262-75", "pipe_round", "kind=ВГП; dn=25; t=3.2"),
    ("Тр. проф. 80х40х3 Ст3сп 6м", "pipe_profile", "a=80; b=40; t=3; l=6000"),
    ("Рельс Р65 Т1 12,5м ГОСТ Р 51685-2013", "rail", "type=Р65; category=Т1; l=12500"),
    ("ВВГнг(А)-LS 3х2,5ок(N,PE)-0,66 ГОСТ 31996-2012", "cable_power", "mark=ВВГнг(А)-LS; cores=3; section=2.5; shape=ок; core_set=N,PE; voltage=0.66"),
    ("Кабель ВВГнг(A)-LS 3*25", "cable_power", "mark=ВВГнг(А)-LS; cores=3; section=25"),
    ("ВВГ-Пнг(А)-LS 3х1,5", "cable_power", "mark=ВВГнг(А)-LS; flat=П; cores=3; section=1.5"),
    ("АВБбШв 4х120 мс-1", "cable_power", "mark=АВБбШв; cores=4; section=120; shape=мс; voltage=1"),
    ("КГ 3х16+1х10-0,66", "cable_power", "mark=КГ; cores=3; section=16; cores2=1; section2=10; voltage=0.66"),
    ("КГ-ХЛ 3х16+1х10", "cable_power", "mark=КГ; climate=ХЛ; cores=3; section=16; cores2=1; section2=10"),
    ("СИП-2 3х70+1х54,6-0,6/1", "cable_overhead", "mark=СИП-2; cores=3; section=70; section2=54.6; voltage=0.6/1"),
    ("АС 120/19 ГОСТ 839", "cable_overhead", "mark=АС; section=120; steel=19"),
    ("КВВГЭнг(А)-LS 10х1,5", "cable_control", "mark=КВВГЭнг(А)-LS; cores=10; section=1.5"),
    ("ПвПу2г 1х240/70-10", "cable_power", "mark=ПвПу2г; cores=1; section=240; screen=70; voltage=10"),
    ("ТППэп 10х2х0,5", "cable_telecom", "mark=ТППэп; pairs=10; d=0.5"),
    ("Кабель UTP 4х2х0,52 cat.5e", "cable_telecom", "mark=UTP; pairs=4; d=0.52; category=5e"),
    ("ПуГВ 1х6 ж/з бухта 100 м", "cable_power", "mark=ПуГВ; cores=1; section=6; colour=ж/з; coil=100"),
    ("ВВГнг(А)-LS 3х2,5 остаток 17 м (короткомер)", "cable_power", "mark=ВВГнг(А)-LS; cores=3; section=2.5; lot=17; illiquid=да"),
    ("Насос К 80-50-200 с дв. 15/3000", "pump", "series=К; inlet=80; outlet=50; impeller=200; power=15; rpm=3000"),
    ("ЭЦВ 6-10-110", "pump", "series=ЭЦВ; bore=6; flow=10; head=110"),
    ("Насос 1Д 315-50а", "pump", "series=1Д; flow=315; head=50; cut=А"),
    ("СМ 100-65-200/4", "pump", "series=СМ; inlet=100; outlet=65; impeller=200; poles=4"),
    ("ЦНС 38-110", "pump", "series=ЦНС; flow=38; head=110"),
    ("ГНОМ 10-10 380В", "pump", "series=ГНОМ; flow=10; head=10; voltage=380"),
    ("Grundfos CR 32-4 A-F-A-E-HQQE", "pump", "maker=Grundfos; series=CR; flow=32; stages=4; execution=A-F-A-E-HQQE"),
    ("Wilo IL 50/160-5,5/2", "pump", "maker=Wilo; series=IL; dn=50; impeller=160; power=5.5; poles=2"),
    ("Компрессор Remeza СБ4/С-100.LB30А", "compressor", "maker=Remeza; receiver=100; head=LB30А"),
    ("ДГУ АД100С-Т400-1РМ", "generator", "output=100; volts=400; automation=1"),
    ("Авт. выкл. ВА47-29 3Р 25А 4,5кА х-ка С IEK MVA20-3-025-C", "breaker", "series=ВА47-29; poles=3; i=25; ka=4.5; curve=C; maker=IEK; article=MVA20-3-025-C"),
    ("ABB S203 C16 2CDS253001R0164", "breaker", "maker=ABB; series=S203; poles=3; curve=C; i=16; article=2CDS253001R0164"),
    ("Автомат Schneider iC60N 3П 16А С A9F79316", "breaker", "maker=Schneider Electric; poles=3; i=16; curve=C; article=A9F79316"),
    ("Legrand TX3 1P C16 6000 404028", "breaker", "maker=Legrand; series=TX3; poles=1; i=16; curve=C; ka=6; article=404028"),
    ("УЗО ВД1-63 2Р 40А 30мА", "rcd", "poles=2; i=40; leakage=30"),
    ("Контактор КМИ-11210 12А 230В/АС3 1НО", "contactor", "i=12; coil=230; aux=1НО"),
    ("Щит ЩРН-24з-1 36 УХЛ3 IP31", "panel", "modules=24; ip=31"),
    ("Насос в сборе (см. письмо)", "pump", ""),
]  # fmt: skip


def pairs(text: str | None) -> dict[str, str]:
    """Attributes written as «d=40; grade=45»."""
    return dict(pair.split("=", 1) for pair in (text or "").split("; ") if pair)


def test_every_class_reads_its_own_examples() -> None:
    """An example names only what it wants to show; nothing of that may be missing or different."""
    parsed = parse(pl.Series([example["name"] for _, example in EXAMPLES]))
    wrong = []
    for (name, example), row in zip(EXAMPLES, parsed.iter_rows(named=True), strict=True):
        wanted = {key: value for key, value in example.items() if key != "name"}
        found = pairs(row["attributes"])
        if row["item_class"] != name or any(found.get(k) != v for k, v in wanted.items()):
            wrong.append((example["name"], row["item_class"], found))
    assert not wrong
    assert {name for name, _ in EXAMPLES} == set(shipped().classes)


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    """The corpus parsed as one column."""
    return list(parse(pl.Series([name for name, _, _ in CORPUS])).iter_rows(named=True))


@pytest.mark.parametrize("at", range(len(CORPUS)), ids=lambda at: str(at + 1))
def test_the_reference_corpus(at: int, corpus: list[dict[str, Any]]) -> None:
    _, item_class, wanted = CORPUS[at]
    row = corpus[at]
    assert row["item_class"] == item_class
    found = pairs(row["attributes"])
    assert {key: found.get(key) for key in pairs(wanted)} == pairs(wanted)
    assert (row["status"] == "complete") == bool(wanted)
    assert (row["confidence"] >= 0.8) == bool(wanted)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ВВГнг(А)-LS 3х2,5", "ВВГнг(А)-LS 3х25"),
        ("Лист 10 09Г2С", "Лист 10 10Г2С1"),
        ("ABB S203 C16", "ABB S203 C10"),
        ("Труба 20х2,9 металлопластиковая", "Труба 25х3,7 металлопластиковая"),
        ("Балка 20Б1 СТО АСЧМ 20-93", "Балка 20Б1 ГОСТ 26020-83"),
    ],
)
def test_goods_that_differ_by_a_character_have_different_keys(one: str, other: str) -> None:
    keys = parse(pl.Series([one, other]))["item_key"].to_list()
    assert None not in keys
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Полоса 100х4", "полоса 4*100"),
        ("Лист г/к 10х1500х6000 Ст3сп5", "лист гк 10 *1500* 6000 ст.3сп5"),
        ("Уголок 63х5", "Уголок 63х63х5,0"),
        ("Лист 20 09Г2С", "ЛИСТ 20,0 мм cт09Г2C"),
        ("ВВГнг(А)-LS 3х2,5", "Кабель ВВГнг(A)-LS 3 х 2.50"),
    ],
)
def test_one_good_written_two_ways_has_one_key(one: str, other: str) -> None:
    keys = parse(pl.Series([one, other]))["item_key"].to_list()
    assert keys[0] is not None
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("75890", "not_a_name"),
        ("31620.41", "not_a_name"),
        ("Труба проф 60*60 06.мар ГОСТ 8639-82", "size_became_date"),
        ("Круг 40 2024-03-06 00:00:00", "size_became_date"),
        ("Лист 10х1500 + Лист 12х1500", "two_products"),
        ("Круг 40 ст45\nКруг 50 ст45", "two_products"),
        ("Лист " + "очень " * 2000 + "10х1500", "too_long"),
        ("Труба профильная 20х20х20", "senseless_value"),
        ("Круг 40000 ст45", "senseless_value"),
    ],
)
def test_bad_cells_are_told_and_never_sure(name: str, trouble: str) -> None:
    row = parse(pl.Series([name])).row(0, named=True)
    assert row["trouble"] == trouble
    assert row["confidence"] <= 0.3
    assert row["item_key"] is None


NAMES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["Круг", "Лист", "Труба проф", "ВВГнг(А)-LS", "3х2,5", "10х1500х6000", "ст09Г2С", "40",
             "ГОСТ 2590-2006", "12м", "(100 шт.)", "Муфта", "1/2 ВР", "автомат", "C16", "3P", "ø", "\n"]
        ),
        max_size=8,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=examples(25), deadline=None)
@given(NAMES)
def test_the_parts_of_a_name_are_the_name(name: str) -> None:
    """Pieces put together are the name, parts never overlap, and nothing is both read and left over."""
    told = explain(name)
    assert "".join(text for text, _ in told.pieces()) == (name if told.parts or name else "")
    assert all(
        one.end <= other.start for one, other in zip(told.parts, told.parts[1:], strict=False)
    )
    shown = {part.attribute for part in told.parts}
    hidden = {*told.attributes} - shown
    item_class = told.outcome["item_class"]
    if isinstance(item_class, str) and told.outcome["trouble"] is None:
        declared = shipped().classes[item_class]
        derived = {
            *declared.copies,
            *declared.declared.constant,
            *(one.name for one in declared.attributes.values() if one.of),
            *(name for names in declared.declared.ascending for name in names),
        }
        fixed = {key for rule in declared.rules for key in rule.fixed}
        assert hidden <= derived | fixed


@settings(max_examples=examples(8), deadline=None)
@given(st.lists(NAMES, max_size=12))
def test_a_name_means_the_same_alone_and_among_others(names: list[str]) -> None:
    together = parse(pl.Series(names, dtype=pl.String))
    alone = [parse(pl.Series([name])) for name in names]
    assert together.rows() == [one.row(0) for one in alone]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_folding_keeps_every_place(names: list[str]) -> None:
    folded = fold_all(pl.Series(names, dtype=pl.String)).to_list()
    assert [len(text) for text in folded] == [len(name) for name in names]
    assert folded == [fold(name.replace("\x00", " ")) for name in names]


def test_an_engineer_adds_a_class_by_yaml(tmp_path: Path) -> None:
    """A file beside the shipped ones is enough; nothing of it is code."""
    own = tmp_path / "own.yaml"
    own.write_text(
        "classes:\n"
        "  bearing:\n"
        "    ru: Подшипник\n"
        "    en: Bearing\n"
        "    group: machine\n"
        "    signs: [{head: [подшипник]}]\n"
        "    attributes:\n"
        "      number: {kind: number, ru: Номер, en: Number, range: [100, 99999]}\n"
        "    rules: ['<{number}>']\n"
        "    required: [number]\n"
        "    discriminating: [number]\n"
        "    canonical: 'Подшипник {number}'\n"
        "    examples: [{name: Подшипник 6205, number: '6205'}]\n",
        encoding="utf-8",
    )
    grammar = read_grammar([*sorted(FOLDER.glob("*.yaml")), own])
    row = parse(pl.Series(["подшипник № 6205 SKF"]), grammar).row(0, named=True)
    assert (row["item_class"], row["canonical"]) == ("bearing", "Подшипник 6205")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("rules: ['<{size}>']", "size"),
        ("rules: ['( {number})?']", "needs nothing"),
        ("rules: ['({number}']", "unterminated"),
        ("colour: red", "colour"),
    ],
)
def test_a_wrong_class_is_refused_with_its_place(tmp_path: Path, wrong: str, told: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "classes:\n  bearing:\n    ru: П\n    en: B\n    group: machine\n"
        "    signs: [{head: [подшипник]}]\n"
        "    attributes: {number: {kind: number}}\n"
        "    required: [number]\n    discriminating: [number]\n    canonical: '{number}'\n"
        f"    examples: []\n    {wrong}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as refused:
        read_grammar([own])
    assert told in str(refused.value)
    assert f"{own}:{12 if wrong.startswith('colour') else 2}" in str(refused.value)


def test_a_shipped_class_is_taught_without_being_repeated(tmp_path: Path) -> None:
    """What people found in the queue of doubt: a grade that stands bare before its standard."""
    own = tmp_path / "nomenclature" / "steel.yaml"
    own.parent.mkdir()
    own.write_text(
        "classes:\n  steel_sheet:\n    signs: [{head: [плита стальная]}]\n"
        "    rules: [{pattern: '<20>', set: {grade: '20'}}]\n",
        encoding="utf-8",
    )
    taught = installed(tmp_path)
    names = ["Лист г/к 4х1500х6000 20 ГОСТ 19903-2015", "Плита стальная 30х1500х6000 ст45"]
    before, after = (parse(pl.Series(names), one) for one in (shipped(), taught))
    assert [pairs(text).get("grade") for text in after["attributes"]] == ["20", "45"]
    assert after["confidence"].to_list() == [0.98, 0.98]
    assert before["item_class"].to_list() == ["steel_sheet", "board"]
    assert grammar_print(tmp_path) != grammar_print(tmp_path / "nowhere")
    own.write_text("classes:\n  steel_sheet:\n    rules:\n      - '<{colour}>'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"steel\.yaml:2: .*colour"):
        installed(tmp_path)
    own.write_text("classes:\n  steel_sheet:\n    signs: 5\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"steel\.yaml:3: .*signs"):
        installed(tmp_path)


def test_the_class_on_the_page_reads_its_example(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "nomenclature.md"
    (text,) = re.findall(r"```yaml class\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    grammar = read_grammar([*sorted(FOLDER.glob("*.yaml")), own])
    (example,) = grammar.classes["bearing"].declared.examples
    row = parse(pl.Series([example["name"]]), grammar).row(0, named=True)
    assert pairs(row["attributes"]) == {"number": example["number"]}
