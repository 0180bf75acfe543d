"""Who started a run, and by which versions it worked, is told by its page, the list and the API."""

from __future__ import annotations

import getpass

from flows.started import with_who
from store import Store, runs
from tests.admin.conftest import Recorded, client_of


class Watched(Recorded):
    """Actions that note in whose name they were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.who: list[object] = []

    def start_sync(self, connection: str) -> str:
        self.who.append((with_who(None) or {}).get("by"))
        return super().start_sync(connection)


def test_the_page_the_list_and_the_api_tell_who_began_and_by_what(store: Store) -> None:
    parameters = {"by": "anna", "mapping parties": "3/7f0c", "limit": "5"}
    with store.write() as writer:
        run_id = runs.start(writer, "sync", "erp", parameters=parameters)
        runs.finish(writer, run_id, "succeeded")
        own = runs.start(writer, "settle", "identity", parameters={"rules": "2026.11"})
    client = client_of(store)
    page = client.get(f"/runs/{run_id}").text
    for told in ("<dd>anna</dd>", ">3/7f0c<", "<code>limit=5</code>"):
        assert told in page
    assert "<dd>хаб сам</dd>" in client.get(f"/runs/{own}").text
    listed = client.get("/runs").text
    assert listed.count('title="Кто запустил">anna<') == 1
    first, second = client.get("/v1/runs").json()["items"]
    assert (first["by"], first["versions"]) == (None, {"rules": "2026.11"})
    assert (second["by"], second["versions"]) == ("anna", {"mapping parties": "3/7f0c"})


def test_a_run_that_somebody_asks_for_is_his(store: Store) -> None:
    actions = Watched()
    client = client_of(store, actions)
    assert client.post("/v1/sources/erp/sync", json={}).status_code == 202
    assert actions.who == [getpass.getuser()]
