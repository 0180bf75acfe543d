"""Lists as workbooks: made in the background, told when ready, taken by whoever asked for them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from admin import noting
from admin.guard import asking
from admin.guard.forms import form, one
from admin.listing import lists, workbook
from admin.site import Site, site_of
from admin.words import preferences
from schemas.errors import ConfigError
from store import jobs
from store.jobs import Job

router = APIRouter(include_in_schema=False)
KIND = "export"
MOST = 200_000
_KEPT_FOR = 24 * 3600
_LONGEST = 2000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/exports")
async def start(request: Request) -> Response:
    """Begins to make the workbook of a list."""
    fields = await form(request)
    return await run_in_threadpool(_started, request, one(fields, "path"), one(fields, "query"))


def _started(request: Request, path: str, query: str) -> Response:
    site, folder = site_of(request), _folder(site_of(request))
    if path not in lists.KEPT or len(query) > _LONGEST:
        raise HTTPException(404)
    by = _by(request)
    name = f"{time.time_ns()}.xlsx"
    work = partial(_made, request, path, query, folder / name)
    about = hashlib.sha256(f"{by} {path}?{query}".encode()).hexdigest()[:32]
    number = site.jobs.start(KIND, about, by, work)
    told = lists.KEPT[path][0].chosen(dict(parse_qsl(query)))
    noting.later(request, "export", "list", f"{path.strip('/')}.xlsx", after=told)
    return RedirectResponse(f"/exports/{number}", status_code=303)


def _folder(site: Site) -> Path:
    folder = site.settings.exports
    if folder is None:
        raise ConfigError(
            "Этот сервер не делает файлов. Запустите его командой kanon serve.",
            "This server makes no files. Start it by the command kanon serve.",
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.xlsx"):
        if time.time() - old.stat().st_mtime > _KEPT_FOR:
            old.unlink(missing_ok=True)
    return folder


def _made(request: Request, path: str, query: str, file: Path) -> Mapping[str, object]:
    site, view = site_of(request), preferences.of(request)
    table, source_of = lists.KEPT[path]
    names = [column.name for column in table.columns]
    told = dict(parse_qsl(query))
    portions = lists.portions(site, table, source_of(request), told, view.language, MOST)
    rows = workbook.write(
        file,
        lists.titles_of(site, table, view.language),
        [column.wide for column in table.columns],
        (workbook.rows_of(names, part) for part in portions),
        site.formats(view).zone,
    )
    file.chmod(0o600)
    return {"file": file.name, "rows": rows, "path": path, "query": query, "title": table.title}


def _job(request: Request) -> Job:
    number = request.path_params["job_id"]
    with site_of(request).store.read() as reader:
        found = jobs.of(reader, number) if number < 2**53 else None
    if found is None or found.kind != KIND or found.author != _by(request):
        raise HTTPException(404)
    return found


@router.get("/exports/{job_id:int}")
def show(request: Request) -> Response:
    """How far the workbook is, and where to take it."""
    context = {"job": _job(request), "most": MOST}
    return site_of(request).render(request, "export.html", context)


@router.get("/exports/{job_id:int}/file")
def take(request: Request) -> Response:
    """The workbook."""
    found = _job(request)
    folder, name = site_of(request).settings.exports, found.result.get("file")
    file = folder / Path(str(name)).name if folder and name else None
    if file is None or not file.is_file():
        raise HTTPException(404)
    title = str(found.result["path"]).strip("/").replace("/", "-")
    return FileResponse(file, media_type=_XLSX, filename=f"{title}.xlsx")


def _by(request: Request) -> str:
    person = asking.person(request)
    return person.login if person else ""
