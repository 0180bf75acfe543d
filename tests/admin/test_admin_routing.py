"""The page of routing: a version typed, tried, put in force by another; faults named; rights kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import polars as pl
import pytest
from starlette.testclient import TestClient

from admin.pages.routing_form import read, table_of, typed_of
from admin.wiring import site_of
from config.routing import OPEN, Condition, RoutingTable
from flows.house import House
from flows.sync import settle
from store import Store, canonical, enquiries
from store.versions import ROUTING
from tests.support.closely import close
from tests.support.house import house_over
from tests.support.messages import canonical_messages, message

SAME = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Iterator[House]:
    opened = house_over(store, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def site(house: House) -> TestClient:
    return TestClient(site_of(house), base_url="http://127.0.0.1", client=("127.0.0.1", 5000))


def press(site: TestClient, path: str, page: str, **fields: object) -> tuple[int, str]:
    token = re.search(r'name="csrf" value="([^"]+)"', site.get(page).text)
    assert token is not None
    told = {"csrf": token.group(1), **{k.replace("__", "."): v for k, v in fields.items()}}
    told = {re.sub(r"^n(\d+)\.", r"\1.", name): value for name, value in told.items()}
    answer = site.post(path, data=told, headers=SAME, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_a_table_is_typed_tried_put_in_force_and_brought_back(
    house: House, site: TestClient
) -> None:
    new, home = "/enquiries/routing/new", "/enquiries/routing"
    typed = {
        "n1__place": "2", "n1__to": "queue", "n1__name": "Продажи", "n2__place": "1", "n2__to": "group",
        "n2__name": "Качество", "n2__most": "20", "n2__topic": ["claim", "unsure"], "n2__words": "брак; трещин",
        "n3__place": "3", "n3__drop": "yes", "n3__name": "лишняя", "n4__place": "4",
    }  # fmt: skip
    status, more = press(site, home, new, act="more", **typed)
    assert (status, more.count("<fieldset")) == (200, 4 * 8)
    assert press(site, home, new, act="save", why="так лучше", **typed) == (303, f"{home}/1")
    page = site.get(f"{home}/1").text
    assert "трещин" in page
    assert "новая или изменена" in page
    assert press(site, f"{home}/1", f"{home}/1", act="try")[0] == 303
    site.app.state.site.actions.jobs.wait()  # type: ignore[attr-defined]  # a FastAPI
    assert "Строка 1 ничего не отправит" in site.get(f"{home}/1").text
    assert press(site, f"{home}/1", f"{home}/1", act="activate") == (303, home)
    assert press(site, f"{home}/1", f"{home}/1", act="activate")[0] == 409
    with house.store.read() as reader:
        assert (ROUTING.active(reader).version, ROUTING.active(reader).reason) == (1, "так лучше")
    assert press(site, f"{home}/back", home, seen="1", why="рано") == (303, home)
    with house.store.read() as reader:
        assert ROUTING.active(reader).version == 0
    assert "включил таблицу маршрутов" in site.get("/journal?act=routing_activated").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"n2__name": ""}, "Строка 2, «Имя: подразделения, отдела, группы или учётная запись»: имя нужно всем, кроме"),
        ({"n2__most": "сто"}, "Строка 2, «Открытых обращений на человека, не больше»: нужно целое число."),
        ({"n2__most": "0"}, "Строка 2, «Открытых обращений на человека, не больше»: нужно не меньше 1."),
        ({"n2__topic": "nosuch"}, "Строка 2: темы «nosuch» нет."),
        ({"n2__to": "nobody"}, "Строка 2, «Кому»: нужно одно из"),
        ({"n2__channel": "fax"}, "Строка 2, «канал»: значения «fax» нет, есть email, "),
        ({"n2__volume": "много"}, "Строка 2, «планируемый объём в год, рублей»: «много» не порог вроде «>=1 млн»"),
        ({"n2__words": "брак; !!!; —"}, "Строка 2: в словах «!!!» нет ни буквы, ни цифры."),
        ({"n1__drop": "yes", "n2__drop": "yes"}, "Строк в таблице от 1 до 200, а здесь их 0."),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_named_and_what_was_typed_stays(
    site: TestClient, fields: dict[str, str], told: str
) -> None:
    first = {"n1__place": "1", "n1__name": "Продажи", "n3__place": "3", "n3__name": "Прочее"}
    typed = {**first, "n2__place": "2", "n2__name": "Продажи", "n2__words": "брак", **fields}
    typed = {n: v for n, v in typed.items() if "n1__drop" not in fields or not n.startswith("n3")}
    status, page = press(
        site, "/enquiries/routing", "/enquiries/routing/new", act="save", why="", **typed
    )
    assert status == 422
    assert 'role="alert"' in page
    assert close(told) in close(html.unescape(page).replace("\xa0", " "))
    assert "n2__drop" in fields or f'value="{typed["n2__words"]}"' in page


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ({4: "1"}, [4, 1, 2, 3]),
        ({4: "2"}, [1, 4, 2, 3]),
        ({3: "1"}, [3, 1, 2, 4]),
        ({1: "3"}, [2, 3, 1, 4]),
        ({1: "2", 2: "1"}, [2, 1, 3, 4]),
        ({4: "1", 1: "2", 2: "3", 3: "4"}, [4, 1, 2, 3]),
        ({2: "last"}, [1, 3, 4, 2]),
    ],
)
def test_a_line_takes_the_place_it_names(typed: dict[int, str], order: list[int]) -> None:
    fields = {f"{n}.place": [typed.get(n, str(n))] for n in range(1, 5)}
    fields |= {f"{n}.name": [f"line {n}"] for n in range(1, 5)} | {"5.place": ["1"]}
    lines = read(fields)
    assert [line.name for line in lines] == [*(f"line {n}" for n in order), ""]
    assert [line.place for line in lines] == ["1", "2", "3", "4", "5"]


def test_a_comma_is_part_of_a_value_and_what_is_not_touched_stays_as_it_is() -> None:
    asked = {
        "volume": [">=1,5 млн", "от 0,3 до 1,2 млн"],
        "contract": ["ООО «Урал, Сибирь и К»", "АО"],
        "segment": ["ядро, север"],
        "box": ["продажи, опт"],
        "source": ["выставка, 2026"],
        "words": ["сталь, лист", "брак"],
        "region": ["77", "78"],
        "inn": ["7707083893"],
    }
    assert set(asked) == set(OPEN)
    lines = [{"when": asked, "to": {"kind": "queue", "name": "Сбыт, опт"}}]
    table = RoutingTable.model_validate({"lines": lines})
    assert table_of(typed_of(table)) == table
    line = replace(typed_of(table)[0], texts={"region": "77, 78", "volume": "от 1,5 до 5 млн"})
    typed = table_of([line]).lines[0].when
    assert (typed["region"], typed["volume"]) == (["77", "78"], ["от 1,5 до 5 млн"])


def seen_on(site: TestClient, page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', site.get(page).text)
    assert found is not None
    return found[1]


def in_force(house: House) -> int:
    with house.store.read() as reader:
        return ROUTING.active(reader).version


def test_a_version_that_knows_nothing_of_the_one_in_force_is_put_in_force_only_on_purpose(
    house: House, site: TestClient
) -> None:
    new, home = "/enquiries/routing/new", "/enquiries/routing"
    rest = {"n2__place": "2", "n2__name": "Продажи"}
    for word in ("брак", "тендер"):
        line = {"n1__place": "1", "n1__name": "Качество", "n1__words": word}
        assert press(site, home, new, act="save", **line, **rest)[0] == 303
    opened = seen_on(site, f"{home}/2")
    assert press(site, f"{home}/1", f"{home}/1", act="activate", seen=opened) == (303, home)
    for seen in (opened, ""):
        status, page = press(site, f"{home}/2", f"{home}/2", act="activate", seen=seen)
        assert (status, "включил другую, 1" in page) == (409, True)
    assert in_force(house) == 1
    page = site.get(f"{home}/2").text
    assert "включил другую редакцию, 1" in page
    assert "Всё равно включить" in page
    assert re.search(r"Действующие строки, которых в ней нет:.*брак", page, re.DOTALL)
    looked = seen_on(site, f"{home}/2")
    assert press(site, f"{home}/2", f"{home}/2", act="activate", seen=looked) == (303, home)
    assert in_force(house) == 2


def test_a_form_opened_before_another_version_came_in_force_is_saved_only_on_purpose(
    house: House, site: TestClient
) -> None:
    new, home = "/enquiries/routing/new", "/enquiries/routing"
    opened = seen_on(site, new)
    line = {"n1__place": "1", "n1__name": "Качество"}
    assert press(site, home, new, act="save", seen=opened, **line) == (303, f"{home}/1")
    assert press(site, f"{home}/1", f"{home}/1", act="activate") == (303, home)
    typed = {"n1__place": "1", "n1__name": "Тендеры"}
    status, more = press(site, home, new, act="more", seen=opened, **typed)
    assert (status, f'name="seen" value="{opened}"' in more) == (200, True)
    status, page = press(site, home, new, act="save", seen=opened, **typed)
    assert (status, "включил другую редакцию, 1" in page) == (422, True)
    assert 'value="Тендеры"' in page
    now = re.search(r'name="seen" value="([^"]+)"', page)
    assert now is not None
    assert press(site, home, new, act="save", seen=now[1], **typed) == (303, f"{home}/2")


def test_an_unknown_version_is_not_found(site: TestClient) -> None:
    assert site.get("/enquiries/routing/9").status_code == 404
    assert site.get(f"/enquiries/routing/{2**60}").status_code == 404
    assert site.get("/enquiries/routing?x=1").status_code == 200


def test_the_chosen_are_handed_over_and_the_register_tells_what_is_late(
    house: House, site: TestClient
) -> None:
    with house.store.write() as writer:
        rows = [message(n, n, thread=str(n), body="Чертёж?") for n in range(3)]
        canonical.save(writer, "message", canonical_messages(rows))
    settle(house)
    page = site.get("/enquiries?order=urgent&due=late").text
    assert page.count("просрочено на") == 3
    with house.store.read() as reader:
        ids = enquiries.load(reader)["id"].to_list()
    home = "/enquiries/hand-over"
    status, refused = press(site, home, home, id=ids[:2], to_owner="anna", why="")
    assert (status, "почему" in refused) == (422, True)
    done = press(site, home, home, id=ids[:2], to_owner="anna", why="отпуск Бориса")
    assert done == (303, f"{home}?done=2")
    assert site.get(f"{home}?owner=anna&done=2").text.count('name="id"') == 2
    assert "отпуск Бориса" in site.get(f"/enquiries/{ids[0]}").text


SHOWN = {
    "channel": ("form", "канал", "channel"),
    "topic": ("claim", "тема", "topic"),
    "box": ("sales", "наш ящик или сайт", "our mailbox or site"),
    "source": ("yandex", "источник привлечения", "source of attraction"),
    "inn": ("7707083893", "ИНН", "INN"),
    "region": ("77", "регион", "region"),
    "kind": ("budget", "вид контрагента", "kind of counterparty"),
    "known": ("yes", "клиент известен", "client is known"),
    "owned": ("no", "у контрагента есть ответственный", "counterparty has an owner"),
    "hours": ("outside", "время поступления", "came in hours"),
    "weekday": ("sun", "день недели", "day of the week"),
    "words": ("тендер", "слова в тексте", "words in the text"),
    "segment": ("VIP", "сегмент контрагента", "segment of the counterparty"),
    "volume": ("1500000", "планируемый объём в год, рублей", "planned volume a year, roubles"),
    "contract": ("ООО «Урал»", "наша организация, с которой договор", "our organisation that holds the contract"),
    "language": ("en", "язык текста", "language of the text"),
}  # fmt: skip
SAID = {
    "form": ("форма сайта", "site form"), "budget": ("бюджетная", "budget-funded"), "yes": ("да", "yes"),
    "no": ("нет", "no"), "outside": ("нерабочее время", "outside working hours"),
    "sun": ("воскресенье", "Sunday"), "claim": ("претензия", "claim"), "en": ("английский", "English"),
    "1500000": ("1 500 000 ₽", "1,500,000 ₽"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "language"), [(1, "ru"), (2, "en")])
def test_every_reason_is_told_in_words(
    house: House, site: TestClient, place: int, language: str
) -> None:
    with house.store.write() as writer:
        canonical.save(writer, "message", canonical_messages([message(1, body="Пришёл брак")]))
    settle(house)
    why = [f"{name}: {told[0]}" for name, told in SHOWN.items()]
    why += ["load: 3", "instead: anna", "passed: 2"]
    with house.store.write() as writer:
        row = enquiries.load(writer)
        enquiries.save(writer, row.with_columns(pl.Series("route_why", [why])))
    site.cookies.set("kanon_view", f"{language}.auto.normal.on")
    page = close(site.get(f"/enquiries/{row['id'][0]}").text.replace("\xa0", " "))
    assert set(SHOWN) == set(get_args(Condition))
    for told in SHOWN.values():
        value = SAID.get(told[0], (told[0], told[0]))[place - 1]
        assert close(f"{told[place]} = {value}") in page, told
    others = {
        "ru": ("открытых обращений в тот момент: 3", "anna отсутствует", "строка 2 подошла"),
        "en": ("open enquiries at that moment: 3", "anna is away", "line 2 fitted"),
    }
    for one in others[language]:
        assert close(one) in page, one
