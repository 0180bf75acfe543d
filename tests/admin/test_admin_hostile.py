"""Whatever is sent to whatever address, nothing breaks: no answer of the API, of a page or of a form is a 5xx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from admin.guard.permissions import PERMISSIONS
from admin.wiring import site_of
from flows.outward import Answered
from store import open_store
from store.tables import enquiry, good
from tests.admin.hostile import LONG, ODD, WORST, Document, Form, encoded, forms_of, put
from tests.admin.seed import CALL, Seeded, seed
from tests.admin.test_admin_enquiries import KEY, SITES
from tests.admin.test_admin_pages import PAGES
from tests.support.engines import IS_THOROUGH
from tests.support.house import house_over

JSON = {"Content-Type": "application/json", "X-Site-Key": KEY}
POSTED = {"Content-Type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
DEEP = (940, 990, 10_000) if IS_THOROUGH else (990,)
# Ends the session that the next call needs, or waits for what somebody else has to do.
LEFT_OUT = {"/sign-out"}


class Hub:
    """A living hub with something on every page, and what broke in it."""

    def __init__(self, site: TestClient, ids: dict[str, str]) -> None:
        self.site = site
        self.ids = ids
        self.broken: list[str] = []
        self.tried = 0

    def send(self, method: str, address: str, **sent: Any) -> str:
        """The page that is answered; a 5xx is written down."""
        answer = self.site.request(method, address, follow_redirects=False, **sent)
        self.tried += 1
        if answer.status_code >= 500:
            said = str(sent.get("content", ""))[:300]
            self.broken.append(f"{answer.status_code} {method} {address[:150]} {said}")
        return answer.text

    def address(self, path: str, **odd: str) -> str:
        """The path with ids of what there is, or with odd ones."""
        return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: odd.get(m[1], self.ids.get(m[1], "1")), path)


@pytest.fixture(scope="module")
def hub(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "config").mkdir()
    (folder / "config" / "sites.yaml").write_text(SITES.replace("a_minute: 3", "a_minute: 99999"))
    (folder / "kanon.db").write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{folder / 'kanon.db'}", folder / "landing")
    seeded = seed(store, 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_KEY", KEY)
        patch.setattr("flows.deliver.post", lambda *_, **__: Answered(None, "unreachable"))
        patch.setattr("admin.wiring.Settling.soon", lambda *_: False)
        house = house_over(store, folder)
        site = TestClient(
            site_of(house, "test"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000),
            raise_server_exceptions=False,
        )  # fmt: skip
        with store.read() as reader:
            known = {"enquiry_id": enquiry.c.id, "good_id": good.c.id}
            ids = {name: str(reader.scalar(select(column))) for name, column in known.items()}
        yield Hub(site, ids | _ids(seeded))
        house.close()
    store.close()


def _ids(seeded: Seeded) -> dict[str, str]:
    return {
        "party_id": seeded.party_id, "golden_id": seeded.party_id, "run_id": str(seeded.good_run),
        "call_id": CALL, "name": "erp", "kind": "parties", "field": "name",
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_breaks(hub: Hub) -> Iterator[None]:
    hub.broken.clear()
    yield
    assert not hub.broken, "\n".join(hub.broken)


def test_no_parameter_breaks_the_api(hub: Hub) -> None:
    document, known = Document(hub.site.get("/openapi.json").json()), set[str]()
    for method, path, operation in document.operations():
        body = document.body(operation)
        sent: dict[str, Any] = {"headers": JSON}
        if body:
            sent["content"] = json.dumps(body[1])
        for parameter in operation.get("parameters", []):
            name, where = parameter["name"], parameter["in"]
            schema = document.whole(parameter.get("schema", {}))
            odd = [str(one) for one in document.odd(schema)]
            kind = f"{where} {name}"
            for value in odd if kind in known else {*odd, *ODD}:
                if where == "path":
                    hub.send(method, hub.address(path, **{name: encoded(value)}), **sent)
                elif where == "query":
                    wait = "&wait=0" if "changes" in path else ""
                    hub.send(method, f"{hub.address(path)}?{name}={encoded(value)}{wait}", **sent)
            known.add(kind)
    assert hub.tried > 300


def test_no_body_breaks_the_api(hub: Hub) -> None:
    document = Document(hub.site.get("/openapi.json").json())
    for method, path, operation in document.operations():
        body = document.body(operation)
        if body is None:
            continue
        schema, example = body
        told = [json.dumps(put(example, at, value)) for at, value in document.places(schema)]
        first = next(iter(schema.get("properties", {})), "a")
        told += [f'{{"{first}": {"[" * deep}{"]" * deep}}}' for deep in DEEP]
        told += [f'{{"{first}": 1, "{first}": 2}}', f'{{"{first}": {LONG}}}']
        told += [f'{{"{first}": "{odd}"}}' for odd in ("\\u0000", "\\ud800")]
        for content in told:
            hub.send(method, hub.address(path), content=content, headers=JSON)


def test_no_address_breaks_a_page(hub: Hub) -> None:
    for path in dict.fromkeys(path for method, path in PERMISSIONS if method == "GET"):
        if path.startswith(("/v1", "/static", "/-", "/api", "/openapi")):
            continue
        for name in re.findall(r"\{(\w+)", path):
            for value in WORST:
                hub.send("GET", hub.address(path, **{name: encoded(value)}))
        # An address has so many characters, so that long numbers fit a few at a time.
        for value, at_once in ((LONG, 14), ("0001-01-01", 99), ("²", 99))[
            : 3 if IS_THOROUGH else 2
        ]:
            for start in range(0, len(QUERIES), at_once):
                some = QUERIES[start : start + at_once]
                asked = "&".join(f"{name}={encoded(value)}" for name in some)
                hub.send("GET", f"{hub.address(path)}?{asked}")


QUERIES = (
    "q", "at", "after", "run", "from", "to", "since", "until", "days", "given", "left_out", "done",
    "passed", "refused", "fixed", "parted", "stream", "version", "shown", "left", "right", "lane",
    "age", "page", "number", "seen", "old", "new",
)  # fmt: skip


def test_no_field_breaks_a_form(hub: Hub) -> None:
    token = re.search(r'data-csrf="([^"]+)"', hub.site.get("/").text)
    assert token is not None
    one = ["/parties/{party_id}", "/enquiries/{enquiry_id}", "/goods/{good_id}"]
    pages = [hub.send("GET", page) for page in (*PAGES, *map(hub.address, one))]
    forms = {form.shape: form for page in pages for form in forms_of(page)}
    assert len(forms) >= 25
    for form in forms.values():
        _press(hub, form, token[1])
    names = {name for form in forms.values() for name in form.names}
    for method, path in PERMISSIONS:
        if method == "POST" and not path.startswith("/v1") and path not in LEFT_OUT:
            for value in WORST if IS_THOROUGH else WORST[1:3]:
                _post(hub, hub.address(path), {**dict.fromkeys(names, value), "csrf": token[1]})
            for name in re.findall(r"\{(\w+)", path):
                _post(hub, hub.address(path, **{name: LONG}), {"csrf": token[1]})


def _press(hub: Hub, form: Form, token: str) -> None:
    """Each field by itself, by one button and another; all of the worst values only in a thorough run."""
    for turn, name in enumerate((*form.names, LONG, f"{LONG}.place")):
        for place, value in enumerate(
            (*WORST, *WORST)[turn % 4 :][: len(WORST) if IS_THOROUGH else 1]
        ):
            button = (
                form.buttons[(turn + place) % len(form.buttons)] if form.buttons else ("do", "")
            )
            told = {**form.fields, button[0]: button[1], name: value, "csrf": token}
            _post(hub, form.action, told)


def _post(hub: Hub, address: str, fields: dict[str, str]) -> None:
    content = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in fields.items())
    hub.send("POST", address, content=content, headers=POSTED)
