"""The web application: pages for people under `/`, data for systems under `/v1`.

Without sign-in `permissions.gate` answers loopback clients only.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from admin import failures, static_files
from admin.actions import Actions, NoActions
from admin.api import absences as api_absences
from admin.api import alerts as api_alerts
from admin.api import (
    bulk,
    consumers,
    decisions,
    document,
    migration_act,
    parts,
    review_assignment,
    review_beside,
    webhooks,
)
from admin.api import calls as api_calls
from admin.api import changes as api_changes
from admin.api import deciding as api_deciding
from admin.api import enquiries as api_enquiries
from admin.api import gate as api_gate
from admin.api import goods as api_goods
from admin.api import goods_offers as api_goods_offers
from admin.api import migrations as api_migrations
from admin.api import monitoring as api_monitoring
from admin.api import overview as api_overview
from admin.api import parties as api_parties
from admin.api import reviews as api_reviews
from admin.api import runs as api_runs
from admin.api import tending as api_tending
from admin.guard.bodies import Bodies, refuse_unreadable_address
from admin.guard.cross import Sites
from admin.guard.hosts import Hosts
from admin.guard.permissions import gate
from admin.guard.security import SecurityHeaders
from admin.noting import Caller
from admin.pages import (
    account,
    alerts,
    call,
    call_reports,
    calling,
    calls,
    clusters,
    corrections,
    dictionary,
    door,
    employees,
    enquiries,
    enquiry,
    exports,
    feed,
    find,
    good,
    goods,
    goods_offers,
    hand_over,
    journal,
    migration,
    migrations,
    overview,
    owners,
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
    review_assign,
    review_decide,
    review_groups,
    review_pair,
    review_statistics,
    reviews,
    routing,
    rules,
    runs,
    saved,
    second,
    service,
    sources,
    subscribers,
    topics,
    users,
    values,
    view,
    webhooks_in,
)
from admin.settings import SiteSettings
from admin.site import Site
from admin.timing import Durations, Stopwatch
from admin.turns import Turns
from flows.directory import People
from store import Store

PAGES: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        overview, sources, alerts, migrations, migration, runs, quarantine, quarantine_row, quarantine_alike, corrections, reviews,
        review_pair, review_decide, review_groups, review_assign, review_acts, review_statistics, clusters, find, parties,
        party, owners, records, values, rules, saved, exports, calls, call_reports, calling, call, feed, subscribers, journal,
        employees, enquiries, hand_over, routing, topics, enquiry, goods, goods_offers, dictionary, good, webhooks_in,
        reveal, reference, patterns, service, view, door, account, second, users,
    )
)  # fmt: skip
API: tuple[APIRouter, ...] = (
    bulk.router, api_parties.router, api_gate.router, parts.router, api_reviews.router, review_beside.router,
    review_assignment.router,
    api_changes.router, consumers.router, webhooks.router, decisions.router, api_monitoring.router,
    api_tending.router,
    api_runs.router,
    api_migrations.router,
    migration_act.router,
    api_overview.router,
    api_alerts.router,
    api_calls.router,
    api_enquiries.router,
    api_goods_offers.router,
    api_goods.router,
    api_deciding.router,
    api_absences.router,
)  # fmt: skip
DESCRIPTION = "Clean customer master data: counterparties, search, and a feed of their changes."


# What FastAPI works out of a route at its first request holds for every app of a process: all have the
# same routes and dependencies.
_ROUTES: list[BaseRoute] = []


def _route(app: FastAPI) -> None:
    if not _ROUTES:
        for router in (*PAGES, *API):
            app.include_router(router)
        app.add_api_route(
            "/static/{fingerprint}/{name:path}", static_files.serve, include_in_schema=False
        )
        _ROUTES.extend(app.router.routes)
    app.router.routes[:] = _ROUTES


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
            Middleware(
                Sites,
                path=api_enquiries.FORMS,
                origins={o for f in settings.forms for o in f.origins},
            ),
            Middleware(Hosts, names=settings.hosts),
            Middleware(Bodies, limit=settings.body_limit),
            Middleware(Turns),
        ],
    )
    app.state.site = Site(store, settings, actions or NoActions(), people)
    app.state.durations = durations
    app.state.form_paces = {}
    app.described = API
    _route(app)
    failures.install(app)
    return app
