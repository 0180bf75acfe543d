"""Signing in and out, and the first password by a one-time link."""

from __future__ import annotations

import structlog
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin import noting
from admin.guard import asking, passwords, second, security
from admin.guard.forms import form, one
from admin.pages.second import taken
from admin.site import new_visit, remember, site_of
from admin.words import preferences
from admin.words.language import N_
from schemas.accounts import MOST_PASSWORD, Person, login_of, refuse_weak
from schemas.errors import ConfigError, Conflict, KanonError
from store import account_views, accounts, journal, second_factors
from store.accounts import Account

router = APIRouter(include_in_schema=False)
log = structlog.get_logger("kanon.admin")
_WRONG = N_("The login or the password is wrong.")
_WRONG_CODE = N_("The code is wrong, or was used already. Wait for the next one.")
_LATE = N_("That took too long. Sign in once more.")
_SILENT = N_(
    "The company's directory does not answer, so its passwords cannot be checked. Try again later; accounts of Kanon itself can sign in."
)
_NO_ROLE = N_(
    "The password is right, but none of your groups has a role in Kanon. Ask its administrator."
)
_OFF = N_(
    "The password is right, but this account is switched off in Kanon. Ask its administrator."
)
_LONGEST = 64


@router.get("/sign-in")
def show(request: Request, next: str = "/") -> Response:  # noqa: A002  the field's name in the address
    """The form; whoever has signed in already goes on."""
    target = security.local_path(next)
    if not site_of(request).settings.sign_in or asking.person(request) is not None:
        return RedirectResponse(target, status_code=303)
    return _form(request, target)


def _form(
    request: Request,
    target: str,
    login: str = "",
    error: str = "",
    wait: int = 0,
    status: int = 200,
) -> Response:
    context = {"next": target, "login": login, "error": error, "wait": wait}
    return site_of(request).render(request, "sign_in.html", context, status)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Lets a person in, or shows the form again; what was typed wrong is not told."""
    fields = await form(request)
    login, password = one(fields, "login"), one(fields, "password")[: MOST_PASSWORD + 1]
    target = security.local_path(one(fields, "next"))
    return await run_in_threadpool(_checked, request, login, password, target)


def _checked(request: Request, typed: str, password: str, target: str) -> Response:
    site, address = site_of(request), asking.address(request)
    login = typed.strip().lower()[:_LONGEST]
    wait = site.attempts.wait(login, address)
    if wait:
        page = _form(request, target, typed, wait=wait, status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    held = _held(request, login)
    if held is None or held.of_directory:
        passwords.holds(None, password)  # whoever is unknown waits as long
        return _by_directory(request, typed, password, target)
    if not passwords.holds(held.password if held.active else None, password):
        return _wrong(request, typed, target, held.login)
    return _second_or_in(request, held, target, password)


def _second_or_in(
    request: Request, held: Account, target: str, password: str | None = None
) -> Response:
    """Lets in whose password was right, or asks for the code where a second factor is on."""
    site = site_of(request)
    with site.store.read() as reader:
        factor = second_factors.of(reader, held.id)
    if factor is None:
        site.attempts.passed(held.login, asking.address(request))
        return _let_in(request, held, target, password)
    visit = request.cookies.get(security.VISIT, "")
    return _code_form(request, target, second.ticket(site.settings.secret, visit, held.id, held.password or ""))  # fmt: skip


def _code_form(
    request: Request, target: str, ticket: str, error: str = "", wait: int = 0, status: int = 200
) -> Response:
    context = {"next": target, "ticket": ticket, "error": error, "wait": wait}
    return site_of(request).render(request, "sign_in_code.html", context, status)


@router.post("/sign-in/code")
async def second_step(request: Request) -> Response:
    """Lets in whoever brought the password a moment ago and brings the code now."""
    fields = await form(request)
    told, code = one(fields, "ticket")[:200], one(fields, "code")[:_LONGEST]
    target = security.local_path(one(fields, "next"))
    return await run_in_threadpool(_code_checked, request, told, code, target)


def _code_checked(request: Request, told: str, code: str, target: str) -> Response:
    site, address = site_of(request), asking.address(request)
    number, visit = second.account_of(told), request.cookies.get(security.VISIT, "")
    with site.store.read() as reader:
        held = None if number is None else accounts.of_id(reader, number)
    mark = (held.password or "") if held else ""
    if held is None or not held.active or not second.holds(site.settings.secret, visit, told, mark):
        return _form(request, target, error=_LATE, status=403)
    wait = site.attempts.wait(held.login, address)
    if wait:
        page = _code_form(request, target, told, wait=wait, status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    with site.store.write() as writer:
        right = taken(writer, held.id, code)
    if not right:
        site.attempts.failed(held.login, address)
        log.info("second_factor_refused", account=held.id, address=address)
        noting.later(request, "sign_in_refused", "account", held.login, who="-")
        return _code_form(request, target, told, _WRONG_CODE, status=403)
    site.attempts.passed(held.login, address)
    return _let_in(request, held, target)


def _wrong(request: Request, typed: str, target: str, login: str | None = None) -> Response:
    address = asking.address(request)
    site_of(request).attempts.failed(typed.strip().lower()[:_LONGEST], address)
    log.info("sign_in_refused", address=address)
    noting.later(request, "sign_in_refused", "account", login, who="-")
    return _form(request, target, typed, _WRONG, status=403)


def _by_directory(request: Request, typed: str, password: str, target: str) -> Response:
    """Lets in whom the company's directory knows; what is told beyond "wrong" follows a right password."""
    site = site_of(request)
    try:
        known = site.people and site.people.admits(typed[:_LONGEST], password)
    except KanonError as silent:
        log.warning("directory_failed", kind=type(silent).__name__, detail=silent.detail)
        return _form(request, target, typed, _SILENT, status=503)
    if not known:
        return _wrong(request, typed, target)
    if known.role is None:
        log.info("sign_in_without_role", address=asking.address(request))
        return _form(request, target, typed, _NO_ROLE, status=403)
    try:
        with site.store.write() as writer:
            held = accounts.confirm(writer, known.login, known.role, known.name)
    except Conflict:
        return _wrong(request, typed, target)
    if not held.active:
        return _form(request, target, typed, _OFF, status=403)
    site.attempts.passed(typed.strip().lower()[:_LONGEST], asking.address(request))
    return _let_in(request, held, target)


def _held(request: Request, login: str) -> Account | None:
    try:
        name = login_of(login)
    except ConfigError:
        return None
    with site_of(request).store.read() as reader:
        return accounts.find(reader, name)


def _let_in(request: Request, held: Account, target: str, password: str | None = None) -> Response:
    """A session of its own id, begun now; the browser gets new form tokens with it."""
    secret = passwords.new_secret()
    agent = request.headers.get("user-agent", "")
    with site_of(request).store.write() as writer:
        if password and held.password and passwords.outdated(held.password):
            accounts.rehash(writer, held.id, passwords.hashed(password))
        accounts.begin(writer, held.id, passwords.digest(secret), asking.address(request), agent)
        liked = account_views.kept(writer, held.id)
        journal.note(writer, journal.Act(held.login, "signed_in", "account", held.login))
    log.info("signed_in", account=held.id, address=asking.address(request))
    response = RedirectResponse(_first(request, held, target), status_code=303)
    name, secure = asking.cookie_name(request), request.url.scheme == "https"
    response.set_cookie(name, secret, httponly=True, samesite="lax", secure=secure)
    new_visit(response, request)
    if liked is not None:
        remember(response, request, preferences.loads(liked))
    return response


def _first(request: Request, held: Account, target: str) -> str:
    """Where somebody goes first: to switch a second factor on, if he must."""
    site = site_of(request)
    with site.store.read() as reader:
        factor = second_factors.of(reader, held.id)
    person = Person(
        held.login, held.role, account=held.id, second=factor is not None, of_directory=held.of_directory
    )  # fmt: skip
    missing = second.is_missing(person, obligatory=site.settings.second_factor)
    return "/account/second" if missing else target


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Ends the session, here and on the server."""
    await form(request)
    name = asking.cookie_name(request)
    held = request.cookies.get(name)
    if held:
        await run_in_threadpool(_end, request, held)
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(name, secure=request.url.scheme == "https", httponly=True)
    new_visit(response, request)
    return response


def _end(request: Request, secret: str) -> None:
    with site_of(request).store.write() as writer:
        accounts.end(writer, passwords.digest(secret))
        noting.note(writer, request, "signed_out")


@router.get("/welcome")
def welcome(request: Request, key: str = "") -> Response:
    """Where a one-time link leads: the account chooses its password."""
    return _welcome(request, key)


def _welcome(request: Request, key: str, error: str = "") -> Response:
    with site_of(request).store.read() as reader:
        held = accounts.offered(reader, passwords.digest(key))
    if held is None:
        raise _stale()
    context = {"key": key, "login": held.login, "error": error}
    return site_of(request).render(request, "welcome.html", context, 422 if error else 200)


def _stale() -> Conflict:
    return Conflict(
        "Ссылка уже использована или истекла. Попросите администратора дать новую.",
        "The link was used already or has expired. Ask an administrator for a new one.",
    )


@router.post("/welcome")
async def choose(request: Request) -> Response:
    """Sets the password and signs the person in; the link is used up by this."""
    fields = await form(request)
    return await run_in_threadpool(_chosen, request, one(fields, "key"), one(fields, "password"))


def _chosen(request: Request, key: str, password: str) -> Response:
    site, digest = site_of(request), passwords.digest(key)
    with site.store.read() as reader:
        held = accounts.offered(reader, digest)
    if held is None:
        raise _stale()
    try:
        refuse_weak(password, held.login)
    except ConfigError as weak:
        return _welcome(request, key, weak.for_user(site.language(request)))
    made = passwords.hashed(password)
    with site.store.write() as writer:
        spent = accounts.spend(writer, digest)
        accounts.set_password(writer, spent.id, made)
        journal.note(writer, journal.Act(spent.login, "password_set", "account", spent.login))
    with site.store.read() as reader:
        changed = accounts.known(reader, spent.login)
    return _second_or_in(request, changed, "/")
