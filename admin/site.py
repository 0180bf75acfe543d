"""The site: store, settings, actions and words, and how a page is drawn with them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin import preferences, security, static_files, svg, vocabulary
from admin.actions import Actions
from admin.formats import Formats
from admin.issues import issue
from admin.language import Words
from admin.preferences import Preferences
from admin.settings import SiteSettings
from store import Store
from store.views import frame

TEMPLATES = Path(__file__).parent / "templates"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.globals.update(static=static_files.url, svg=svg, vocabulary=vocabulary, issue=issue)
    return environment


@dataclass(eq=False)
class Site:
    """One running web interface."""

    store: Store
    settings: SiteSettings
    actions: Actions
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        self.templates: dict[str, Environment] = {}
        for language in ("ru", "en"):
            environment = _environment()
            catalogue = self.words[language]
            environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
            self.templates[language] = environment

    def formats(self, view: Preferences) -> Formats:
        """How this reader's numbers and dates look."""
        return Formats(view.language, ZoneInfo(self.settings.time_zone), self.words[view.language])

    def render(
        self, request: Request, template: str, context: Mapping[str, Any], status: int = 200
    ) -> Response:
        """A whole page in the reader's language."""
        view = preferences.of(request)
        visit = request.cookies.get(security.VISIT) or security.new_visit()
        page = self.templates[view.language].get_template(template)
        body = page.render(**self._frame(request, view, visit), **context)
        response = HTMLResponse(body, status_code=status, headers={"Vary": "Cookie"})
        if security.VISIT not in request.cookies:
            _set_cookie(response, request, security.VISIT, visit)
        return response

    def _frame(self, request: Request, view: Preferences, visit: str) -> dict[str, Any]:
        return {
            "request": request,
            "view": view,
            "settings": self.settings,
            "fmt": self.formats(view),
            "now": datetime.now(UTC),
            "csrf": security.form_token(self.settings.secret, visit),
            "menu": self._menu(),
            "took": partial(_milliseconds, request),
            "with_query": partial(with_query, request),
            "term": partial(vocabulary.term, view.language),
            "tell": partial(vocabulary.tell, view.language),
        }

    def _menu(self) -> frame.MenuCounts | None:
        try:
            with self.store.read() as reader:
                return frame.menu_counts(reader)
        except Exception:  # noqa: BLE001  # the error page itself needs a frame when the store is down
            return None


def site_of(request: Request) -> Site:
    """The site that serves this request."""
    return cast("Site", request.app.state.site)


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


def _set_cookie(response: Response, request: Request, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=preferences.YEAR, httponly=True, samesite="lax", secure=secure
    )


def remember(response: Response, request: Request, view: Preferences) -> None:
    """Keeps the preferences in this browser."""
    _set_cookie(response, request, preferences.COOKIE, view.dumps())
