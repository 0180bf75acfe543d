"""Topics and counterparties of letters: on templates by which no word was chosen and no model learned.

Topics are told by words alone, and by words and a model learned from as many letters of known templates as if
people had corrected them. Counterparties are told by the whole way: a mailbox is synced beside the systems
that know the companies, and each enquiry is asked whose it is.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import yaml

from benchmarks.letter_figures import attached, shown, topics_told
from config.enquiries import Enquiries, shipped_enquiries
from flows.enquiries.learned import with_model
from flows.enquiries.model import Model, trained
from flows.enquiries.topics import with_topics
from flows.house import House
from flows.sync import refresh
from mappings.letters import parsed
from simulators.exchange import PASSWORD, USER, Office, serve_mail
from simulators.exchange.corpus import Corpus, Sample
from simulators.world import World
from store import enquiries, golden, open_store, upgrade
from store.views.enquiries import candidates_of
from tests.support.house import house_over, small_world

_BOX = "zakaz@kanon.example"
_SEED, _COMPANIES = 7, 400


def run(*, letters: int, learned: int, topics: bool) -> None:
    """Print what words and the model told of topics, and which counterparties were found."""
    world = World(_SEED, _COMPANIES)
    rules = shipped_enquiries()
    held_out = read(Corpus(world, "held_out"), letters)
    worded = with_topics(held_out, "text", rules)
    shown("words alone", topics_told(worded))
    model = learned_of(read(Corpus(world, "known"), learned), rules)
    shown("words and the model", topics_told(with_model(worded, "text", model, rules)))
    if not topics:
        with tempfile.TemporaryDirectory() as name:
            _whose(Path(name), [Corpus(world, "held_out").real(n) for n in range(letters)])


def read(corpus: Corpus, letters: int) -> pl.DataFrame:
    """number, label, template and text of the first letters, as the reader of letters has them."""
    rows = []
    for number in range(letters):
        sample = corpus.real(number)
        letter = parsed(sample.raw)
        text = "\n".join(part for part in (letter.subject, letter.own) if part)
        rows.append((number, sample.topic, sample.template, text))
    return pl.DataFrame(rows, schema=["number", "label", "template", "text"], orient="row")


def learned_of(letters: pl.DataFrame, rules: Enquiries) -> Model:
    """The model of known letters, and how long it took."""
    begun = time.perf_counter()
    names = [topic.name for topic in rules.topics]
    model = trained(letters.select("text", topic="label"), names)
    print(f"learned from {letters.height} letters in {time.perf_counter() - begun:.2f} s")
    return model


def _whose(folder: Path, samples: Sequence[Sample]) -> None:
    store = open_store(f"sqlite:///{folder}/kanon.db", folder / "landing")
    upgrade(store)
    office = Office(Given(samples))
    office.open(_BOX)
    for number in range(len(samples)):
        office.deliver(_BOX, number)
    with small_world(folder, _COMPANIES, _SEED), serve_mail(office) as server:
        os.environ["BENCH_MAIL"] = PASSWORD
        told = {
            "url": server.url, "mailboxes": [_BOX], "user": USER, "password": "env:BENCH_MAIL",
            "auth": "basic", "page": 100, "timeout": 60,
        }  # fmt: skip
        body = yaml.safe_dump({"kind": "exchange", "settings": told})
        (folder / "config" / "connections" / "mail.yaml").write_text(body, encoding="utf-8")
        house = house_over(store, folder)
        refresh(house)
        attached(samples, _found(house))
        house.close()
    store.close()


class Given:
    """Letters as a mailbox asks for them."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._samples = samples

    def real(self, number: int) -> Sample:
        """The letter of that number."""
        return self._samples[number]


def _found(house: House) -> dict[str, str | None]:
    """Message → INN of the company the hub is sure of."""
    with house.store.read() as reader:
        rows = enquiries.load(reader).to_dicts()
        told = candidates_of(reader, rows)
        inns = dict(golden.load(reader, "legal_entity").select("id", "inn").iter_rows())
    return {
        row["message_id"]: inns.get(own[0].id) if (own := told[row["id"]]) and own[0].sure else None
        for row in rows
    }
