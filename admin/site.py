"""The site: store, settings, actions and words, and how a page is drawn with them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog
from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)
from jinja2.bccache import Bucket
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin import static_files, svg
from admin.actions import Actions
from admin.api.bell import Bell
from admin.background.counting import Counting
from admin.background.jobs import Jobs
from admin.background.trending import Trending
from admin.guard import rights, scoping, security
from admin.guard.access import confirm
from admin.guard.attempts import Attempts
from admin.guard.pace import Pace
from admin.prefect_link import PrefectLink
from admin.settings import SiteSettings
from admin.words import preferences, vocabulary
from admin.words.formats import Formats
from admin.words.issues import issue
from admin.words.journal import ACTS
from admin.words.language import Language, Words
from admin.words.preferences import Preferences
from flows.directory import People
from schemas.accounts import Person
from schemas.scopes import Scope
from store import Store
from store.engine import Writer
from store.views import frame

log = structlog.get_logger("kanon.admin")
TEMPLATES = Path(__file__).parent / "templates"


class _Compiled(BytecodeCache):
    """Templates compiled once in a process, for both languages and whichever site."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_COMPILED,
        autoescape=select_autoescape(default=True, default_for_string=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # an upgrade in place would mix new pages with the old program
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.globals.update(
        static=static_files.url, svg=svg, vocabulary=vocabulary, issue=issue, acts=ACTS
    )
    return environment


@dataclass(eq=False)
class Site:
    """One running web interface."""

    store: Store
    settings: SiteSettings
    actions: Actions
    people: People | None = None
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        self._notes = ThreadPoolExecutor(1, thread_name_prefix="notes")
        self.attempts = Attempts()
        self._asked = ThreadPoolExecutor(1, thread_name_prefix="directory")
        self._asking: set[str] = set()
        self.jobs = Jobs(self.store)
        self.prefect = PrefectLink(self.settings.prefect)
        self.bell = Bell(self.store)
        self.counting = Counting(self.store)
        self.trending = Trending(self.store)
        self.pace = Pace(self.settings.calls_a_minute)
        self.templates: dict[str, Environment] = {}
        for language in ("ru", "en"):
            environment = _environment()
            catalogue = self.words[language]
            environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
            self.templates[language] = environment

    def within(self, scope: Scope) -> Site:
        """The same site, whose pages read a part of the base only."""
        part = copy(self)
        part.store = self.store.within(scope)
        return part

    def later(self, note: Callable[[Writer], object]) -> None:
        """Writes a note behind the answer: a reader must not wait until a load lets the store go."""
        self._notes.submit(self._write, note)

    def confirm(self, login: str) -> None:
        """Asks the directory behind the answer whether somebody is still who he was."""
        if login not in self._asking:
            self._asking.add(login)
            self._asked.submit(self._confirm, login)

    def _confirm(self, login: str) -> None:
        try:
            if self.people is not None:
                confirm(self.store, self.people, login)
        except Exception as error:  # noqa: BLE001  a directory that is silent signs nobody out; it is asked again
            log.warning("not_confirmed", kind=type(error).__name__)
        finally:
            self._asking.discard(login)

    def noted(self) -> None:
        """Waits until every note so far is written or lost."""
        self._asked.submit(int).result()
        self._notes.submit(int).result()

    def _write(self, note: Callable[[Writer], object]) -> None:
        try:
            with self.store.write() as writer:
                note(writer)
        except Exception as error:  # noqa: BLE001  a note that is lost is written with the next request
            log.info("note_lost", kind=type(error).__name__)

    def formats(self, view: Preferences) -> Formats:
        """How this reader's numbers and dates look."""
        zone = preferences.ZONES.get(view.zone, self.settings.time_zone)
        return Formats(view.language, ZoneInfo(zone), self.words[view.language])

    def language(self, request: Request) -> Language:
        """The reader's language."""
        return preferences.of(request).language

    def word(self, request: Request, message: str) -> str:
        """A message in the reader's language."""
        return self.words[self.language(request)].gettext(message)

    def render(
        self, request: Request, template: str, context: Mapping[str, Any], status: int = 200
    ) -> Response:
        """A whole page in the reader's language; one that has counted for the menu says so by `menu`."""
        view = preferences.of(request)
        visit = request.cookies.get(security.VISIT) or security.new_visit()
        page = self.templates[view.language].get_template(template)
        menu = context["menu"] if "menu" in context else self._menu()
        body = page.render({**self._frame(request, view, visit), "menu": menu, **context})
        response = HTMLResponse(body, status_code=status, headers={"Vary": "Cookie"})
        if security.VISIT not in request.cookies:
            _set_cookie(response, request, security.VISIT, visit)
        return response

    def _frame(self, request: Request, view: Preferences, visit: str) -> dict[str, Any]:
        return {
            "request": request,
            "view": view,
            "settings": self.settings,
            "prefect": self.prefect,
            "fmt": self.formats(view),
            "now": datetime.now(UTC),
            "csrf": security.form_token(self.settings.secret, visit),
            "person": _asking(request),
            "may": partial(_may, request),
            "reaches": partial(scoping.reaches, _asking(request)),
            "took": partial(_milliseconds, request),
            "with_query": partial(with_query, request),
            "term": partial(vocabulary.term, view.language),
            "tell": partial(vocabulary.tell, view.language),
            "wish": secrets.token_hex(8),
        }

    def _menu(self) -> frame.MenuCounts | None:
        try:
            with self.store.read() as reader:
                return frame.menu_counts(reader)
        except Exception:  # noqa: BLE001  # the error page itself needs a frame when the store is down
            return None


def _asking(request: Request) -> Person | None:
    """Who was found to be asking; on the page about a failure to find out, nobody."""
    known: Person | None = getattr(request.state, "person", None)
    return known


def _may(request: Request, right: str) -> bool:
    return rights.held_by(_asking(request), rights.Right(right))


def site_of(request: Request) -> Site:
    """The site that serves this request: to whoever has a scope, of that part of the base."""
    site = cast("Site", request.app.state.site)
    person = _asking(request)
    return site.within(person.scope) if person and person.scope else site


def with_query(
    request: Request, named: Mapping[str, str | None] | None = None, **changes: str | None
) -> str:
    """This address with query fields changed, None removing one; paging starts anew."""
    fields = {k: v for k, v in request.query_params.items() if k not in {"at", "lang"} and v}
    for name, value in {**(named or {}), **changes}.items():
        fields.pop(name, None)
        if value is not None:
            fields[name] = value
    return request.url.path + ("?" + urlencode(fields) if fields else "")


def _milliseconds(request: Request) -> int:
    started: float = request.state.started
    return round((time.perf_counter() - started) * 1000)


def new_visit(response: Response, request: Request) -> None:
    """Gives this browser a new id: forms shown before no longer hold."""
    _set_cookie(response, request, security.VISIT, security.new_visit())


def _set_cookie(response: Response, request: Request, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=preferences.YEAR, httponly=True, samesite="lax", secure=secure
    )


def remember(response: Response, request: Request, view: Preferences) -> None:
    """Keeps the preferences in this browser."""
    _set_cookie(response, request, preferences.COOKIE, view.dumps())
