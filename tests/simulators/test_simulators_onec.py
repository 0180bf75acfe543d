"""The 1C server answers as publications do: literals, paging, exchange plan, versions, and its traps."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import polars as pl
import pytest
from lxml import etree

from simulators.onec import OneC, Publication, build_base, serve
from simulators.onec.query import BadQueryError, Filter
from simulators.onec.wire import ATOM, DATA
from simulators.world import World

PARTIES = "Catalog_Контрагенты"
ORDERS = "Document_ЗаказКлиента"


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=5, companies=120)


@pytest.fixture
def onec(world: World) -> Iterator[OneC]:
    with serve(Publication(build_base(world))) as running:
        yield running


@pytest.fixture
def client(onec: OneC) -> Iterator[httpx.Client]:
    login = httpx.BasicAuth(onec.user.encode(), onec.password.encode())
    with httpx.Client(base_url=onec.url + "/", auth=login, timeout=10) as http:
        yield http


def _values(client: httpx.Client, name: str, **options: str | int) -> list[dict[str, object]]:
    answer = client.get(name, params={"$format": "json"} | {f"${k}": v for k, v in options.items()})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["value"])


def _changes(
    client: httpx.Client, onec: OneC, number: int, action: str = "SelectChanges"
) -> httpx.Response:
    point = f"'{onec.url}/ExchangePlan_{onec.plan}(guid'{onec.node}')'"
    return client.post(action, params={"DataExchangePoint": point, "MessageNo": number})


def _ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    feed = etree.fromstring(answer.content)
    return [str(element.text) for element in feed.iter(f"{{{DATA}}}Ref_Key")]


def test_login_is_basic_in_utf8(onec: OneC) -> None:
    with httpx.Client(base_url=onec.url + "/") as http:
        refused = http.get("$metadata")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        wrong = http.get("$metadata", auth=httpx.BasicAuth(onec.user.encode(), b"no"))
        assert wrong.status_code == 401


def test_every_truth_key_is_served(world: World, client: httpx.Client) -> None:
    served = {
        str(row["Ref_Key"])
        for row in _values(client, PARTIES, select="Ref_Key", filter="IsFolder eq false")
    }
    assert served == set(world.truth().filter(pl.col("source") == "onec")["key"])


def test_metadata_names_every_property_that_is_served(client: httpx.Client) -> None:
    schema = etree.fromstring(client.get("$metadata").content)
    declared = {
        str(p.get("Name"))
        for t in schema.iter("{*}EntityType")
        if t.get("Name") == PARTIES
        for p in t.iter("{*}Property")
    }
    assert declared == set(_values(client, PARTIES, top=1)[0])


def test_pages_cover_the_catalogue(client: httpx.Client) -> None:
    total = int(client.get(f"{PARTIES}/$count").text)
    keys = []
    for skip in range(0, total, 50):
        keys += [
            row["Ref_Key"]
            for row in _values(
                client, PARTIES, orderby="Ref_Key", top=50, skip=skip, select="Ref_Key"
            )
        ]
    assert len(keys) == len(set(keys)) == total
    assert keys == sorted(keys, key=str)
    counted = client.get(
        PARTIES, params={"$format": "json", "$top": 1, "$inlinecount": "allpages"}
    ).json()
    assert counted["odata.count"] == str(total)


def test_values_follow_the_conventions_of_1c(client: httpx.Client) -> None:
    row = _values(client, PARTIES, filter="IsFolder eq false", top=1)[0]
    assert row["ОсновнойБанковскийСчет_Key"] == "00000000-0000-0000-0000-000000000000"
    lines = row["КонтактнаяИнформация"]
    assert isinstance(lines, list)
    assert lines[0]["ДействуетС"] == "0001-01-01T00:00:00"
    assert lines[0]["LineNumber"] == "1"
    kinds = {row["ДокументОснование_Type"] for row in _values(client, ORDERS, top=20)}
    assert kinds == {"StandardODATA.Undefined", "StandardODATA." + ORDERS}


def test_json_and_atom_say_the_same(client: httpx.Client) -> None:
    row = _values(client, PARTIES, top=1, orderby="Ref_Key")[0]
    feed = etree.fromstring(client.get(PARTIES, params={"$top": 1, "$orderby": "Ref_Key"}).content)
    assert feed.tag == f"{{{ATOM}}}feed"
    assert str(row["Description"]) == feed.findtext(f".//{{{DATA}}}Description")


def test_filters_take_guids_dates_and_quotes(client: httpx.Client) -> None:
    order = _values(client, ORDERS, top=1, orderby="Date desc")[0]
    found = _values(
        client,
        ORDERS,
        filter=f"Date ge datetime'{order['Date']}' and Ref_Key eq guid'{order['Ref_Key']}'",
    )
    assert [row["Ref_Key"] for row in found] == [order["Ref_Key"]]
    assert _values(client, PARTIES, filter="Description eq 'О''Нил'") == []
    named = _values(
        client, PARTIES, filter="substringof('ООО', Description) and not (IsFolder eq true)", top=3
    )
    assert named
    assert client.get(PARTIES, params={"$filter": "НетТакого eq 1"}).status_code == 400


@pytest.mark.parametrize("text", ["eq 1", "(A eq 1", "A eq", "A eq 'x", "A eq 1)"])
def test_a_broken_filter_is_refused(text: str) -> None:
    with pytest.raises(BadQueryError):
        Filter(text).test({"A": 1})


def test_changes_repeat_until_they_are_acknowledged(onec: OneC, client: httpx.Client) -> None:
    """Asking for the same message again gives the old changes and the new ones (handbook 4.1)."""
    first = onec.base.change(3)
    assert sorted(_ids(_changes(client, onec, 1))) == sorted(first)
    second = onec.base.change(1)
    assert sorted(_ids(_changes(client, onec, 1))) == sorted({*first, *second})
    assert _changes(client, onec, 1, "NotifyChangesReceived").status_code == 200
    assert _ids(_changes(client, onec, 2)) == []
    node = next(n for n in _values(client, f"ExchangePlan_{onec.plan}") if not n["ThisNode"])
    assert node["ReceivedNo"] == "1"


def test_a_change_made_after_the_answer_survives_its_acknowledgement(
    onec: OneC, client: httpx.Client
) -> None:
    (key,) = onec.base.change(1)
    _changes(client, onec, 1)
    onec.base.put(PARTIES, {"Ref_Key": key, "Description": "ещё раз"})
    _changes(client, onec, 1, "NotifyChangesReceived")
    assert _ids(_changes(client, onec, 2)) == [key]


def test_one_control_character_spoils_the_whole_message(onec: OneC, client: httpx.Client) -> None:
    spoilt, *_ = onec.base.change(3)
    onec.base.spoil(PARTIES, spoilt)
    assert _changes(client, onec, 1).status_code == 400
    assert client.get(f"{PARTIES}(guid'{spoilt}')", params={"$format": "json"}).status_code == 200


def test_unpublished_sets_are_silently_skipped(onec: OneC, client: httpx.Client) -> None:
    onec.base.change(2)
    onec.faults.unpublished = frozenset({PARTIES})
    assert _ids(_changes(client, onec, 1)) == []
    assert client.get(PARTIES).status_code == 404


def test_exchange_of_a_wrong_node_or_method_is_refused(onec: OneC, client: httpx.Client) -> None:
    assert client.get("SelectChanges").status_code == 400
    point = f"'{onec.url}/ExchangePlan_Чужой(guid'{onec.node}')'"
    assert (
        client.post(
            "SelectChanges", params={"DataExchangePoint": point, "MessageNo": 1}
        ).status_code
        == 404
    )


def test_a_stale_version_is_not_overwritten(client: httpx.Client) -> None:
    row = _values(client, PARTIES, top=1)[0]
    place, version = f"{PARTIES}(guid'{row['Ref_Key']}')", str(row["DataVersion"])
    written = client.patch(place, json={"Description": "раз"}, headers={"If-Match": version})
    assert written.json()["DataVersion"] != version
    assert (
        client.patch(place, json={"Description": "два"}, headers={"If-Match": version}).status_code
        == 412
    )


def test_posting_and_deletion(client: httpx.Client) -> None:
    row = _values(client, ORDERS, top=1)[0]
    place = f"{ORDERS}(guid'{row['Ref_Key']}')"
    assert client.post(place + "/Unpost").json()["Posted"] is False
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404


@pytest.mark.parametrize(
    ("shape", "mark"), [("odata", "odata.error"), ("application", "exception"), ("html", "<html>")]
)
def test_errors_come_in_three_shapes(
    onec: OneC, client: httpx.Client, shape: str, mark: str
) -> None:
    onec.faults.error_shape = shape  # type: ignore[assignment]  # parametrised literal
    answer = client.get(f"{PARTIES}(guid'{onec.node}')", params={"$format": "json"})
    assert answer.status_code == 404
    assert mark in answer.text
    if shape != "html":
        json.loads(answer.text)


def test_traps_of_live_bases(onec: OneC, client: httpx.Client) -> None:
    zero = "00000000-0000-0000-0000-000000000000"
    assert client.get(PARTIES, params={"$filter": f"Ref_Key gt guid'{zero}'"}).status_code == 500
    onec.faults.date_filter_fails = True
    assert (
        client.get(ORDERS, params={"$filter": "Date ge datetime'2020-01-01T00:00:00'"}).status_code
        == 500
    )
    onec.faults.memory_rows = 10
    assert client.get(PARTIES, params={"$top": 11}).status_code == 500
    assert client.get(PARTIES, params={"$top": 10}).status_code == 200
    onec.faults.html_pages = 1
    assert "<html>" in client.get(PARTIES, params={"$top": 1}).text
    onec.faults.busy = 1
    assert client.get(PARTIES, params={"$top": 1}).status_code == 503
    assert client.get(PARTIES, params={"$top": 1}).status_code == 200


def test_a_cut_connection_is_an_error_not_a_short_answer(onec: OneC, client: httpx.Client) -> None:
    onec.faults.cut = 1
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(PARTIES, params={"$top": 20})


def test_a_slow_answer_runs_into_the_time_limit(onec: OneC, client: httpx.Client) -> None:
    onec.faults.delay = 0.5
    with pytest.raises(httpx.ReadTimeout):
        client.get(PARTIES, params={"$top": 1}, timeout=0.1)


@pytest.mark.parametrize("drift", ["insert", "delete"])
def test_pages_drift_under_writes(onec: OneC, client: httpx.Client, drift: str) -> None:
    """A naive reader sees a key twice after an insert, and misses one after a deletion."""
    before = [
        str(row["Ref_Key"]) for row in _values(client, PARTIES, orderby="Ref_Key", select="Ref_Key")
    ]
    onec.faults.drift = drift  # type: ignore[assignment]  # parametrised literal
    seen: list[str] = []
    while page := _values(
        client, PARTIES, orderby="Ref_Key", select="Ref_Key", top=40, skip=len(seen)
    ):
        seen += [str(row["Ref_Key"]) for row in page]
        if len(seen) > 3 * len(before):
            break
    if drift == "insert":
        assert len(seen) > len(set(seen))
    else:
        assert set(before[1:]) - set(seen)


def test_fields_may_be_renamed_by_the_customer(onec: OneC, client: httpx.Client) -> None:
    onec.faults.renamed = {"ИНН": "ИННКонтрагента"}
    row = _values(client, PARTIES, top=1)[0]
    assert "ИННКонтрагента" in row
    assert "ИНН" not in row
    assert 'Name="ИННКонтрагента"' in client.get("$metadata").text


def test_physical_deletion_leaves_no_trace_but_a_missing_key(
    onec: OneC, client: httpx.Client
) -> None:
    (key,) = onec.base.change(1)
    onec.base.remove(PARTIES, key)
    assert _ids(_changes(client, onec, 1)) == []
    assert client.get(f"{PARTIES}(guid'{key}')").status_code == 404
