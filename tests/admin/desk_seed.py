"""What stands on people's desks: a draft of rules that was tried, a workbook that is ready, a saved list."""

from __future__ import annotations

import getpass
from dataclasses import replace

from dedup.model import default_model
from store import Writer, jobs, rule_drafts, saved_lists

_TRIED = {
    "golden": 214, "merged": 37, "split": 2, "records": 41, "unmet": 1, "counts": [],
    "merges": [{"id": "a", "name": "ООО «Вектор 1»", "survivor_id": "b", "survivor_name": "ООО «Вектор»"}],
    "splits": [{"id": "a", "name": "АО «Горизонт»", "new_id": "c", "new_name": None, "records": 2}],
}  # fmt: skip


def save_desk(writer: Writer) -> None:
    """A draft (number 1) with its trial, a workbook (job 2), a saved list of counterparties."""
    looser = replace(default_model(), version="проба", auto=0.985, margin=350)
    draft = rule_drafts.add(writer, looser.version, looser.to_json(), "Ильина", "больше слияний")
    jobs.finish(writer, jobs.start(writer, "rules", str(draft), "Ильина"), _TRIED)
    ready = {"file": "1.xlsx", "rows": 140, "path": "/parties", "query": "order=name", "title": ""}
    jobs.finish(writer, jobs.start(writer, "export", "x", getpass.getuser()), ready)
    told = ("/parties", "Тульские", "inn=77&order=inn", getpass.getuser())
    saved_lists.save(writer, *told, shared=True)
