"""YAML that is broken, hostile or odd: always an answer, never an exception, with either of PyYAML's parsers."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from abtui.core.config.reader import read_config
from abtui.core.text import yaml_tree
from abtui.core.text.yaml_nodes import MAX_DEPTH
from tests.thorough import MANY

GOOD = "destination: classic\nsettings: {collectorEndpoint: 'https://a/v1', environment: e, application: a, apiKey: '${K}', unitMapping: {userId: u}}\n"  # fmt: skip
ENV = {"K": "secret-key-1"}

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "_LOADER", request.param)


NOT_YAML = [
    ("a: 'x", 1, "A quote is opened"),
    ("settings:\n\tapiKey: x\n", 2, "a tab"),
    ("a: b: c", 1, "There is a `: `"),
    ("a: @b", 1, "reserves"),
    ("a: [1, 2", 1, "A `[` is opened"),
    ("a: {b: 1", 1, "A `{` is opened"),
    ("a:\n  b: 1\n c: 2\n", 3, "indentation"),
    ("a: *nothing\n", 1, "marked nowhere"),
    ("a: !x!y z\n", 1, "takes for a type"),
    ('a: "\\q"\n', 1, "escape"),
    ('a: "\\U99999999"\n', 1, "no character"),
    ("a: 1\n---\nb: 2\n", 2, "more than one YAML document"),
    ('{"type": "track"}\n{"type": "page"}\n', 2, "what follows"),
    ("a: 1\nb: \x00\n", 2, "U+0000"),
    ("a: 1\r\nb: x\x1b[2J\r\n", 2, "U+001B"),
    ("a: \ud800", 1, "lone surrogate"),
    ("a: \x9b", 1, "U+009B"),
    ("\n%TAG !a! b" * 101, 1, "directives"),
    ("[" * 10_000, 1, f"more than {MAX_DEPTH} levels"),
    ("- " * 10_000, 1, f"more than {MAX_DEPTH} levels"),
    ("? " * 10_000, 1, f"more than {MAX_DEPTH} levels"),
    ("{a: " * 10_000, 1, f"more than {MAX_DEPTH} levels"),
    ("\n".join(" " * depth + "a:" for depth in range(200)), 65, f"more than {MAX_DEPTH} levels"),
]  # fmt: skip


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(("text", "at", "part"), NOT_YAML, ids=range(len(NOT_YAML)))
def test_what_is_not_yaml(text: str, at: int, part: str) -> None:
    reading = read_config(text, {})
    assert reading.config is None
    assert [item.code for item in reading.findings] == ["CONFIG-NOT-YAML"]
    item = reading.findings[0]
    assert part in item.message
    assert item.line == item.config_line == at
    assert item.column is not None
    assert item.column >= 1


def test_every_unreadable_character_is_told_with_its_place() -> None:
    places = [(item.line, item.column) for item in read_config("a: \x00\x01\nb\u2028c: \ud83d", {}).findings]
    assert places == [(1, 4), (1, 5), (3, 4)]
    assert len(read_config("\x00" * 1000, {}).findings) == 20


@pytest.mark.usefixtures("_loader")
def test_the_place_is_within_the_text() -> None:
    for text in ("a: [1", "a: [1\n", "a: 'x\n\n\n", 'a: "', "{", "a: {\n# end\n"):
        item = read_config(text, {}).findings[0]
        lines = text.splitlines()
        assert item.line is not None
        assert item.column is not None
        assert 1 <= item.line <= len(lines)
        assert 1 <= item.column <= len(lines[item.line - 1]) + 1


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


ALIASES = [
    (bomb(10), 5),
    (bomb(1000), 5),
    ("a: &a [*a]", 1),
    ("a: &a {b: *a}", 1),
    ("settings: &s\n  <<: *s\n", 2),
    ("a: &a {b: [c]}\nb: [" + "*a, " * 5000 + "]", 2),
]


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(("text", "at"), ALIASES, ids=range(len(ALIASES)))
def test_aliases_that_explode_or_never_end(text: str, at: int) -> None:
    reading = read_config(text, {})
    assert reading.config is None
    assert [(item.code, item.line) for item in reading.findings] == [("CONFIG-ALIASES", at)]


def test_many_values_without_aliases_are_no_bomb() -> None:
    goals = "".join(f"    event {n}: goal_{n}\n" for n in range(12_000))
    text = "destination: &d classic\nsettings:\n  environment: *d\n  goalMapping:\n" + goals
    assert not [item for item in read_config(text, {}).findings if item.code == "CONFIG-ALIASES"]


@pytest.mark.usefixtures("_loader")
def test_aliases_and_merge_keys_work() -> None:
    text = """\
destination: classic
settings:
  collectorEndpoint: https://a/v1
  environment: &e staging
  application: *e
  apiKey: ${K}
  goalMapping: &g {a: b, c: d}
  unitMapping: {<<: *g, c: own, <<: [{e: f, a: late}]}
"""
    reading = read_config(text, ENV)
    assert reading.findings == ()
    assert reading.config is not None
    assert reading.config.settings["application"] == "staging"
    assert reading.config.settings["unitMapping"] == {"a": "b", "c": "own", "e": "f"}
    assert reading.config.line("settings", "unitMapping", "c") == 8


def test_a_mistake_at_an_alias_is_told_at_the_alias() -> None:
    text = "destination: classic\nsettings: {apiKey: '${K}', application: a, collectorEndpoint: &e 'https://a', environment: e, unitMapping: {userId: u}}\ntargets: {t: {collectorEndpoint: *e}}\n"
    assert [(item.code, item.line) for item in read_config(text, ENV).findings] == [
        ("CONFIG-ENDPOINT-PATH", 2),
        ("CONFIG-ENDPOINT-PATH", 3),
    ]


def test_a_chain_of_merges_is_followed_to_its_end() -> None:
    chain = "m0: &m0 {k0: v}\n" + "".join(f"m{n}: &m{n} {{<<: *m{n - 1}, k{n}: v}}\n" for n in range(1, 60))
    text = chain + GOOD.replace("{userId: u}", "{<<: *m59}")
    config = read_config(text, ENV).config
    assert config is not None
    assert len(config.settings["unitMapping"]) == 60


@pytest.mark.usefixtures("_loader")
def test_a_byte_order_mark_is_skipped_and_told() -> None:
    reading = read_config("\ufeff" + GOOD, ENV)
    assert [(item.code, item.severity) for item in reading.findings] == [("CONFIG-BOM", "info")]
    assert reading.config == read_config(GOOD, ENV).config


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize("tag", ["!env", "!!python/object/apply:os.system", "!!binary", "!!set", "tag:x"])
def test_a_tag_constructs_nothing(tag: str) -> None:
    reading = read_config(GOOD.replace("environment: e", f"environment: {tag} e"), ENV)
    assert reading.config is None or reading.config.settings["environment"] == "tag:x e"


def test_a_tag_for_text_makes_text() -> None:
    config = read_config(GOOD.replace("environment: e", "environment: !!str 123"), ENV).config
    assert config is not None
    assert config.settings["environment"] == "123"


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(
    ("written", "value", "column"),
    [("${E}", "one", 11), ("${NO:-two}", "two", 11), ("${NO:-${E}}", "one", 11), ("x ${E} y", "x one y", 11), ("$${E}", "${E}", 11)],
)  # fmt: skip
def test_a_reference_may_stand_unquoted_in_a_flow_map(written: str, value: str, column: int) -> None:
    text = f"destination: classic\nsettings: {{environment: {written}, application: 5}}\n"
    reading = read_config(text, {"E": "one"})
    wrong = [item for item in reading.findings if item.code == "CONFIG-TYPE"]
    # The one mistake stands behind the reference: its column tells that nothing moved.
    assert [(item.line, item.column) for item in wrong] == [(2, text.splitlines()[1].index("5") + 1)]
    config = read_config(GOOD.replace("environment: e", f"environment: {written}"), {**ENV, "E": "one"}).config
    assert config is not None
    assert config.settings["environment"] == value


WORDS = st.sampled_from(
    ["settings", "apiKey", "API Key", "unitMapping", "goalMapping", "targets", "catalog", "behavior", "environment", "<<", "&a ", "*a", "${X}", "${", "}", "$${", "{", "[", "]", ": ", ":", ", ", "- ", "? ", "\n", "\n  ", "\n    ", "'", '"', "#", "|", ">", "!x ", "!!str ", "%", "---\n", "yes", "null", "1", "\t", "\ufeff", "\x00", "\ud800", "https://a/v1", "\u2028", "é", "😀"]
)  # fmt: skip
YAMLISH = st.lists(WORDS, max_size=40).map("".join)


def answers_the_same_twice(text: str) -> None:
    reading = read_config(text, {"X": "value"})
    assert read_config(text, {"X": "value"}) == reading
    assert (reading.config is None) == any(item.severity == "error" for item in reading.findings)
    for item in reading.findings:
        assert item.line is not None
        assert item.line == item.config_line
        assert 1 <= item.line <= len(text.splitlines()) + 1
        assert item.column is not None
        assert item.column >= 1


@given(st.text(st.characters(codec=None)))
@example("%")
@settings(max_examples=MANY)
def test_no_text_crashes_the_reader(text: str) -> None:
    answers_the_same_twice(text)


@given(YAMLISH)
@settings(max_examples=MANY)
def test_no_yamlish_text_crashes_the_reader(text: str) -> None:
    answers_the_same_twice(text)


@given(st.data())
@settings(max_examples=MANY)
def test_no_change_of_a_good_config_crashes_the_reader(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    cut = data.draw(st.integers(0, 12))
    answers_the_same_twice(GOOD[:at] + data.draw(YAMLISH) + GOOD[at + cut :])


@given(YAMLISH)
@settings(max_examples=MANY)
def test_the_python_parser_does_not_crash_either(text: str) -> None:
    previous: Any = yaml_tree._LOADER
    yaml_tree._LOADER = yaml.SafeLoader
    try:
        answers_the_same_twice(text)
    finally:
        yaml_tree._LOADER = previous
