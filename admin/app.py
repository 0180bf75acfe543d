"""The web application: pages for people under `/`, data for systems under `/v1`.

Without sign-in `permissions.gate` answers loopback clients only.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware

from admin import failures, static_files
from admin.actions import Actions, NoActions
from admin.api import bulk, consumers, decisions, document, parts, webhooks
from admin.api import changes as api_changes
from admin.api import gate as api_gate
from admin.api import monitoring as api_monitoring
from admin.api import parties as api_parties
from admin.api import reviews as api_reviews
from admin.bodies import Bodies, refuse_unreadable_address
from admin.hosts import Hosts
from admin.noting import Caller
from admin.pages import (
    account,
    alerts,
    calls,
    clusters,
    corrections,
    door,
    exports,
    feed,
    find,
    journal,
    overview,
    parties,
    party,
    patterns,
    quarantine,
    quarantine_alike,
    quarantine_row,
    records,
    reference,
    reveal,
    review_acts,
    review_decide,
    review_groups,
    review_pair,
    review_statistics,
    reviews,
    rules,
    runs,
    saved,
    service,
    sources,
    subscribers,
    users,
    values,
    view,
)
from admin.permissions import gate
from admin.security import SecurityHeaders
from admin.settings import SiteSettings
from admin.site import Site
from admin.timing import Durations, Stopwatch
from flows.directory import People
from store import Store

PAGES: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        overview, sources, alerts, runs, quarantine, quarantine_row, quarantine_alike, corrections, reviews,
        review_pair, review_decide, review_groups, review_acts, review_statistics, clusters, find, parties,
        party, records, values, rules, saved, exports, calls, feed, subscribers, journal, reveal, reference,
        patterns, service, view, door, account, users,
    )
)  # fmt: skip
API: tuple[APIRouter, ...] = (
    bulk.router, api_parties.router, api_gate.router, parts.router, api_reviews.router,
    api_changes.router, consumers.router, webhooks.router, decisions.router, api_monitoring.router,
)  # fmt: skip
DESCRIPTION = "Clean customer master data: counterparties, search, and a feed of their changes."


def create_app(
    store: Store,
    settings: SiteSettings | None = None,
    actions: Actions | None = None,
    people: People | None = None,
) -> FastAPI:
    """The application over an open store; without `actions` its buttons say that they do nothing.

    `people` is the company's directory, if its people sign in by it.
    """
    settings = settings or SiteSettings()
    durations = Durations()
    app = document.Documented(
        title="Kanon",
        version=settings.version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(gate), Depends(refuse_unreadable_address)],
        middleware=[
            Middleware(Stopwatch, durations=durations),
            Middleware(Caller),
            Middleware(SecurityHeaders),
            Middleware(Hosts, names=settings.hosts),
            Middleware(Bodies, limit=settings.body_limit),
        ],
    )
    app.state.site = Site(store, settings, actions or NoActions(), people)
    app.state.durations = durations
    app.described = API
    for router in (*PAGES, *API):
        app.include_router(router)
    app.add_api_route(
        "/static/{fingerprint}/{name:path}", static_files.serve, include_in_schema=False
    )
    failures.install(app)
    return app
