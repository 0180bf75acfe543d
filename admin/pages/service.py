"""For machines that watch this one: alive, ready, figures."""

from __future__ import annotations

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from admin.site import site_of
from admin.timing import Durations
from store.views import health
from store.views.health import Sample

router = APIRouter(include_in_schema=False)
log = structlog.get_logger("kanon.admin")
_HELP = {
    "kanon_feed_position": ("counter", "Newest position of the change feed"),
    "kanon_quarantine_rows": ("gauge", "Open quarantine rows"),
    "kanon_lag_seconds": ("gauge", "Source clock minus last committed cursor"),
    "kanon_last_rows_timestamp_seconds": ("gauge", "When a stream last delivered"),
    "kanon_pairs_waiting": ("gauge", "Pairs that wait for a person, counted up to 10001"),
    "kanon_rows_per_second": ("gauge", "Rows a second of the newest run that read any"),
    "kanon_database_bytes": ("gauge", "Size of the database"),
    "kanon_runs": ("gauge", "Runs on record by state"),
}


@router.get("/-/health")
def alive() -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/-/ready")
def ready(request: Request) -> Response:
    """The store answers too; 503 if it does not."""
    trouble = health.trouble(site_of(request).store)
    if trouble:
        log.warning("not_ready", kind=trouble)
        return JSONResponse({"status": "store_unavailable"}, status_code=503)
    return JSONResponse({"status": "ready"})


@router.get("/-/metrics")
def metrics(request: Request) -> Response:
    """Figures in the Prometheus text format."""
    with site_of(request).store.read() as reader:
        lines = exposition(health.samples(reader))
    lines += _answer_times(request.app.state.durations)
    return PlainTextResponse(
        "\n".join(lines) + "\n", media_type="text/plain; version=0.0.4; charset=utf-8"
    )


def exposition(samples: list[Sample]) -> list[str]:
    """Samples as lines, each metric introduced once."""
    lines: list[str] = []
    for metric, (kind, text) in _HELP.items():
        lines += [f"# HELP {metric} {text}", f"# TYPE {metric} {kind}"]
        lines += [_line(s.metric, s.labels, s.value) for s in samples if s.metric == metric]
    return lines


def _line(metric: str, labels: tuple[tuple[str, str], ...], value: float) -> str:
    inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels)
    return f"{metric}{{{inside}}} {value:.15g}" if inside else f"{metric} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _answer_times(durations: Durations) -> list[str]:
    name = "kanon_answer_seconds"
    buckets = durations.cumulative()
    lines = [f"# HELP {name} Time to answer a request", f"# TYPE {name} histogram"]
    lines += [_line(f"{name}_bucket", (("le", bound),), count) for bound, count in buckets]
    return [*lines, f"{name}_sum {durations.total:.6f}", f"{name}_count {buckets[-1][1]}"]
