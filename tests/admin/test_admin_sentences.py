"""Every code that matching can give has a sentence: the code of dedup and flows itself is walked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.words import goods, vocabulary
from admin.words.language import LANGUAGES
from dedup.score import SUFFICIENT
from dedup.words import REASON_WORDS
from schemas.evidence import DOUBTS, LINKED

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("dedup/*.py"), *ROOT.glob("flows/*.py")])
TREES = [ast.parse(file.read_text(encoding="utf-8")) for file in FILES]


class Codes:
    """The texts that end in a column, or in a parameter, of one name, in a list of modules."""

    def __init__(self, trees: list[ast.Module], name: str) -> None:
        self.name = name
        self.constants = dict(pair for tree in trees for pair in _constants(tree))
        self.places = {
            node.name: [a.arg for a in (*node.args.args, *node.args.kwonlyargs)].index(name)
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            and name in [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
        }
        self.found = {text for tree in trees for text in self._of_module(tree)}

    def _of_module(self, tree: ast.Module) -> Iterator[str]:
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            if function.name.endswith(f"_{self.name}"):
                yield from self._literals(function, function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    yield from self._of_call(node, function)
                if isinstance(node, ast.Compare) and self._is_column(node.left):
                    yield from (t for one in node.comparators for t in self._texts(one, function))

    def _of_call(self, call: ast.Call, function: ast.FunctionDef) -> Iterator[str]:
        called = call.func
        if isinstance(called, ast.Attribute) and called.attr == "alias":
            if self._text(call.args[0]) == self.name:
                yield from self._literals(called.value, function)
        elif isinstance(called, ast.Name) and called.id in self.places:
            place = self.places[called.id]
            given = [k.value for k in call.keywords if k.arg == self.name]
            given = given or call.args[place : place + 1]
            yield from (text for one in given for text in self._texts(one, function))

    def _is_column(self, node: ast.expr) -> bool:
        inner = node.args if isinstance(node, ast.Call) else [getattr(node, "slice", None)]
        return any(self._text(one) == self.name for one in inner if one is not None)

    def _literals(self, node: ast.AST, function: ast.FunctionDef) -> Iterator[str]:
        """Arguments of `pl.lit` inside, looking through local names."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "lit":
                yield from self._texts(inner.args[0], function)
            if isinstance(inner, ast.Name) and inner.id not in self.constants:
                for value in _assigned(inner.id, function):
                    if inner not in ast.walk(value):
                        yield from self._literals(value, function)

    def _texts(self, node: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
        text = self._text(node)
        if text is not None:
            yield text
        elif isinstance(node, ast.Name):
            yield from (t for one in _looped(node.id, function) for t in self._texts(one, function))

    def _text(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return self.constants.get(node.id) if isinstance(node, ast.Name) else None


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Module names bound to texts, also several at once."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for name, value in zip(names, values, strict=False):
                text = value.value if isinstance(value, ast.Constant) else None
                if isinstance(name, ast.Name) and isinstance(text, str):
                    yield name.id, text


def _assigned(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.Assign) and isinstance(target, ast.Name) and target.id == name:
            yield node.value


def _looped(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a name takes in the loops of a function over tuples that are written out."""
    for loop in ast.walk(function):
        if not isinstance(loop, ast.comprehension | ast.For):
            continue
        rows = list(_assigned(loop.iter.id, function)) if isinstance(loop.iter, ast.Name) else []
        for table in (one for one in (*rows, loop.iter) if isinstance(one, ast.Tuple)):
            names = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
            for place, target in enumerate(names):
                if isinstance(target, ast.Name) and target.id == name:
                    for row in table.elts:
                        yield row.elts[place] if isinstance(row, ast.Tuple) else row


REASONS_GIVEN = Codes(TREES, "reason").found
RULES_GIVEN = Codes(TREES, "rule").found | Codes(TREES, "found_by").found


def test_the_walk_finds_codes_however_they_are_given() -> None:
    expected = {"names_differ", "source_joins_two_kinds", "inn_with_two_ogrn", "unit_open"}
    expected |= {"name_alone", "two_candidates", "evidence_changed", "decided"}
    assert expected <= REASONS_GIVEN
    assert {"R1", "R5", "R8", "V2", "decided", "source_head", "P1", "I1"} <= RULES_GIVEN
    module = ast.parse(
        "NEW = 'brand_new'\n"
        "def f(frame):\n    how = pl.when(x).then(pl.lit(NEW))\n    return how.alias('reason')\n"
    )
    assert Codes([module], "reason").found == {"brand_new"}


def test_every_reason_has_a_sentence_and_no_sentence_is_idle() -> None:
    assert REASONS_GIVEN - {"decided"} == set(DOUBTS)
    assert {*SUFFICIENT, "decided"} <= set(LINKED)
    assert set(REASON_WORDS) <= REASONS_GIVEN


def test_every_rule_that_links_a_record_has_a_sentence() -> None:
    only_pairs = {"V1", "V2", "V3", "R6", "D", "audit"}
    assert RULES_GIVEN - only_pairs <= set(LINKED) | set(goods.RULES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole_in_both_languages(language: vocabulary.Language) -> None:
    for code in DOUBTS:
        whole, short = vocabulary.doubt(language, code), vocabulary.in_short(language, code)
        assert whole.endswith(".")
        assert whole.startswith(short)
        assert short != whole
    for code in LINKED:
        assert vocabulary.linked(language, code, None).endswith(".")


def test_evidence_is_told_before_its_rule_and_an_unknown_code_as_it_is() -> None:
    assert vocabulary.linked("en", "R8", "short_name") == LINKED["short_name"][1]
    assert vocabulary.linked("en", "R8", "unheard_of") == LINKED["R8"][1]
    assert vocabulary.linked("en", "R99", None) == "R99"
    assert vocabulary.doubt("ru", "new_doubt") == vocabulary.in_short("ru", "new_doubt")
