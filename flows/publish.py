"""Publish: from golden changes to the change feed, in commit order and without gaps."""

from __future__ import annotations

from flows.run import Run
from store import feed

STAGE = "publish"


def publish(run: Run) -> int:
    """How many changes were added to the feed."""
    with run.house.store.write() as writer:
        published = feed.publish(writer, run.id)
        run.count(writer, STAGE, "", "", published=published)
    run.progress.begin(STAGE, "feed", published)
    run.progress.advance(STAGE, "feed", published)
    run.progress.end(STAGE, "feed", f"{published}")
    return published
