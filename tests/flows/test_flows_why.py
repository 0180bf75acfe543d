"""Why two stored records are thought one: the same weights as in matching, and the page that shows them."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from admin.wiring import site_of
from dedup.refs import with_ref
from dedup.why import why
from flows.why import explain_pair
from store import canonical, neighbours
from tests.flows.judged import Judged, inn, ref
from tests.support.filled import HubOf

# The pair l-r shares a phone and a mail domain; of the others each shares one thing with it.
SHARED = {"phones": ["+74957654321"], "emails": ["info@uralpump.ru"]}
ROWS = (
    {"key": "l", "name": "ООО Уралнасосмаш", "name_core": "уралнасосмаш", "inn": inn(1), **SHARED},
    {"key": "r", "name": "Уралнасосмаш", "name_core": "уралнасосмаш", "phones": ["+74957654321;12"],
     "emails": ["sale@uralpump.ru"]},
    {"key": "phone", "name": "АО Тихвин", "name_core": "тихвин", "inn": inn(3), "phones": ["+74957654321"]},
    {"key": "mail", "name": "АО Омега", "name_core": "омега", "inn": inn(4), "emails": ["x@uralpump.ru"]},
    {"key": "name", "name": "АО Уралнасосмаш", "name_core": "уралнасосмаш", "inn": inn(5)},
    {"key": "like", "name": "АО Прочее", "name_core": "прочее", "inn": inn(6), "phones": ["+74957654399"]},
)  # fmt: skip


def known(judged: Judged) -> None:
    judged.put(*ROWS)


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


def test_neighbours_are_those_that_share_something_and_no_others(hub: Judged) -> None:
    with hub.store.read() as reader:
        found = neighbours.sharing(reader, (ref("l"), ref("r")))
    assert set(found["key"]) == {"l", "r", "phone", "mail", "name"}
    assert found["key"].is_unique().all()


def test_a_pair_weighs_as_much_as_over_the_whole_base(hub: Judged) -> None:
    found = explain_pair(hub.house, ref("l"), ref("r"))
    with hub.store.read() as reader:
        every = canonical.load(reader, "party")
    whole = why(ref("l"), ref("r"), every)
    assert found == whole
    assert {step.field for step in whole.steps} >= {"name", "phone", "email"}
    alone = why(ref("l"), ref("r"), with_ref(every).filter(every["key"].is_in(["l", "r"])))
    assert alone.score > whole.score


def test_a_record_that_is_gone_has_no_evidence(hub: Judged) -> None:
    hub.put({**ROWS[1], "deleted": True})
    assert explain_pair(hub.house, ref("l"), ref("r")) is None
    assert explain_pair(hub.house, ref("l"), ref("never")) is None


def test_the_page_of_a_pair_tells_flags_steps_and_the_sum(hub: Judged) -> None:
    client = TestClient(site_of(hub.house), client=("127.0.0.1", 40000))
    client.headers["host"] = "localhost"
    client.cookies.set("kanon_view", "en.auto.normal.on")
    found = explain_pair(hub.house, ref("l"), ref("name"))
    assert found is not None
    answer = client.get("/reviews/pair", params={"left": ref("l"), "right": ref("name")})
    text = answer.text
    flag = found.flags[0][1]
    assert (flag[0].upper() + flag[1:]) in text
    assert text.index("alert-circle") < text.index('id="sides"') < text.index('class="waterfall"')
    bits = sum(step.bits for step in found.steps) + found.start
    assert f"{abs(round(bits, 1)):g}" in text.replace(",", "")
    assert "kanon different" in text
    assert "kanon merge" not in text, "two valid INN can never be one"
