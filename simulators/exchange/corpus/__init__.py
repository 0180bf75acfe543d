"""Russian letters of which the topic and the counterparty are known: to measure what tells them.

Templates are of two halves. Words and weights are chosen by the known ones and models trained on them;
the held-out ones only measure.
"""

from __future__ import annotations

from simulators.exchange.corpus.corpus import HALVES, SENDERS, TOPICS, Corpus, Sample, templates

__all__ = ["HALVES", "SENDERS", "TOPICS", "Corpus", "Sample", "templates"]
