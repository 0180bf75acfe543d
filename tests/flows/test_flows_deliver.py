"""Webhooks: signed, in the order of the feed, repeated until accepted, never to where they may not go."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from admin.api.client import signed
from flows import deliver, outward
from flows.outward import Answered, post, refuse_unfit
from schemas.errors import Refused
from store import webhooks
from store.clock import utc_now
from tests.flows.judged import Judged, inn
from tests.support.filled import HubOf

pytestmark = pytest.mark.both_engines

URL = "https://shop.example/hooks"


class Receiver:
    """Remembers what it was sent, and answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[Answered] = []
        self.got: list[tuple[str, dict[str, Any], Mapping[str, str], bytes]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        self.got.append((url, json.loads(body), headers, body))
        return self.answers.pop(0) if self.answers else Answered(204)

    @property
    def positions(self) -> list[int]:
        """The events that came, as they came."""
        return [one["pos"] for _, told, _, _ in self.got for one in told["items"]]


def known(judged: Judged) -> None:
    judged.put(*({"key": str(n), "name": f"ООО Завод {n}", "inn": inn(n)} for n in range(1, 8)))


@pytest.fixture
def hub(hub_of: HubOf) -> Judged:
    return hub_of(known)


def subscribed(hub: Judged, **more: Any) -> webhooks.Webhook:
    with hub.store.write() as writer:
        return webhooks.add(
            writer, "shop", URL, deliver.new_secret(), "test", **{"position": 0, **more}
        )


def now_of(hub: Judged, number: int) -> webhooks.Webhook:
    with hub.store.read() as reader:
        return webhooks.known(reader, number)


def test_everything_comes_once_in_order_and_signed(
    hub: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "MOST", 4)
    one, receiver = subscribed(hub), Receiver()
    deliver.drain(hub.house, receiver)
    end = hub.feed_end()
    assert receiver.positions == list(range(1, end + 1))
    assert now_of(hub, one.id).position == end
    assert deliver.deliver(hub.house, receiver) == []
    for _, _, headers, body in receiver.got:
        assert signed(one.secret, headers, body)
        assert not signed(one.secret, headers, body + b" ")
        assert not signed(deliver.new_secret(), headers, body)
        assert not signed(one.secret, {**headers, "webhook-timestamp": "1"}, body)
    assert len({headers["webhook-id"] for _, _, headers, _ in receiver.got}) == len(receiver.got)


def test_a_failed_delivery_is_repeated_as_it_was_and_nothing_overtakes_it(hub: Judged) -> None:
    one, receiver = subscribed(hub), Receiver()
    receiver.answers = [Answered(500), Answered(None, "too_slow")]
    (first,) = deliver.deliver(hub.house, receiver)
    assert (first.error, first.status) == ("answered", 500)
    assert deliver.deliver(hub.house, receiver) == [], "it waits"
    hub.put({"key": "9", "name": "ООО Новая", "inn": inn(9)})
    later = utc_now() + timedelta(minutes=1)
    deliver.deliver(hub.house, receiver, later)
    assert now_of(hub, one.id).attempts == 2
    deliver.deliver(hub.house, receiver, later + timedelta(minutes=1))
    bodies = [told for _, told, _, _ in receiver.got]
    assert bodies[0] == bodies[1] == bodies[2], "the news of meanwhile waits for the next one"
    assert len({headers["webhook-id"] for _, _, headers, _ in receiver.got}) == 1
    deliver.deliver(hub.house, receiver)
    assert receiver.got[-1][1]["items"][0]["pos"] == bodies[0]["next"] + 1
    after = now_of(hub, one.id)
    assert (after.attempts, after.error, after.position) == (0, None, hub.feed_end())


def test_after_the_last_pause_it_is_given_up_and_resumes_where_it_stopped(hub: Judged) -> None:
    one, receiver, moment = subscribed(hub), Receiver(), utc_now()
    for pause in deliver.PAUSES:
        receiver.answers = [Answered(503)]
        deliver.deliver(hub.house, receiver, moment)
        assert now_of(hub, one.id).state == "active"
        moment += pause
    receiver.answers = [Answered(503)]
    deliver.deliver(hub.house, receiver, moment)
    assert now_of(hub, one.id).state == "dead"
    assert deliver.deliver(hub.house, receiver, moment + timedelta(days=9)) == []
    with hub.store.write() as writer:
        webhooks.resume(writer, one.id)
    receiver.got.clear()
    deliver.drain(hub.house, receiver)
    assert receiver.positions == list(range(1, hub.feed_end() + 1))


@pytest.mark.parametrize(
    ("answer", "error", "state"),
    [
        (Answered(410), "gone", "dead"),
        (Answered(302), "redirected", "active"),
        (Answered(200), None, "active"),
    ],
)
def test_what_an_answer_means(hub: Judged, answer: Answered, error: str | None, state: str) -> None:
    one, receiver = subscribed(hub), Receiver()
    receiver.answers = [answer]
    deliver.deliver(hub.house, receiver)
    found = now_of(hub, one.id)
    assert (found.error, found.state) == (error, state)


def test_only_the_chosen_events_are_sent_and_a_replay_sends_them_again(hub: Judged) -> None:
    one, receiver = subscribed(hub, entities=["unit"]), Receiver()
    deliver.drain(hub.house, receiver)
    sent = receiver.positions
    assert {e["entity"] for _, told, _, _ in receiver.got for e in told["items"]} <= {"unit"}
    assert now_of(hub, one.id).position == hub.feed_end()
    with hub.store.write() as writer:
        webhooks.replay(writer, one.id, 0)
        webhooks.pause(writer, one.id)
    assert deliver.drain(hub.house, receiver) == []
    with hub.store.write() as writer:
        webhooks.resume(writer, one.id)
    deliver.drain(hub.house, receiver)
    assert receiver.positions == sent * 2


def test_killed_before_it_was_confirmed_a_delivery_comes_again_under_its_id(hub: Judged) -> None:
    class Killed(Exception):
        pass

    one, receiver = subscribed(hub), Receiver()

    def dies(url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        receiver(url, body, headers)
        raise Killed

    with pytest.raises(Killed):
        deliver.deliver(hub.house, dies)
    deliver.drain(hub.house, receiver)
    assert receiver.got[0][1] == receiver.got[1][1]
    assert receiver.got[0][2]["webhook-id"] == receiver.got[1][2]["webhook-id"]
    assert now_of(hub, one.id).position == hub.feed_end()


def test_a_cursor_moved_meanwhile_stays_where_it_was_put(hub: Judged) -> None:
    one = subscribed(hub)

    def moves(_url: str, _body: bytes, _headers: Mapping[str, str]) -> Answered:
        with hub.store.write() as writer:
            webhooks.replay(writer, one.id, 2)
        return Answered(200)

    deliver.deliver(hub.house, moves)
    assert now_of(hub, one.id).position == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hooks", "ftp://shop.example/", "https://", "https://user:pw@shop.example/",
        "https://127.0.0.1/", "https://10.1.2.3/x", "https://169.254.169.254/latest", "https://[::1]/",
        "https://localhost/", "https://intranet/", "https://shop.example/#x", "https://[::ffff:10.0.0.1]/",
        "https://shop.example:99999/", "https://shop.example/a b", "javascript:alert(1)", "https://a\\@b.example/",
    ],
)  # fmt: skip
def test_an_address_of_the_own_network_or_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        refuse_unfit(url, frozenset())
    assert post(url, b"{}", {}, frozenset()) == Answered(None, "address_refused")


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refuse_unfit(URL, frozenset())
    monkeypatch.setattr(outward, "_looked_up", lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    assert post(URL, b"{}", {}, frozenset()) == Answered(None, "address_refused")


@contextmanager
def listening(status: int) -> Iterator[tuple[str, list[str]]]:
    """A receiver on this machine that answers so and sends on to itself."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.path)
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hooks", came
        server.shutdown()


@pytest.mark.parametrize("status", [204, 302])
def test_an_allowed_host_is_called_and_not_followed_elsewhere(status: int) -> None:
    with listening(status) as (url, came):
        assert post(url, b"{}", {}, frozenset({"127.0.0.1"})) == Answered(status)
        assert came == ["/hooks"]
        assert post(url, b"{}", {}, frozenset()) == Answered(None, "address_refused")
    assert post(url, b"{}", {}, frozenset({"127.0.0.1"})) == Answered(None, "unreachable")
