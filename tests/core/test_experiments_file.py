"""The file of experiments: every key, what may be left out, and every mistake with its place."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.experiments.model import Experiment, Seeds, Variant
from abtui.core.experiments.reader import EXPERIMENTS_FORM, ExperimentsFile, read_experiments, read_experiments_file
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import Quoter
from abtui.core.text.yaml_walk import Walk

FULL = """\
experiments:
  - name: checkout_one_page          # all else may be left out
    unitType: user_id
    variants: [control, {name: one_page, config: {button: red, size: 1.50}}]
    split: [20, 60]
    traffic: 40
    audience: { filter: [{ gte: [{ var: age }, { value: 18 }] }] }
    audienceEnforced: true
    applications: [website, app]
    fullOn: 1
    id: 214
    seeds: { hi: 3603515, lo: 233373850, trafficHi: 449867249, trafficLo: 455443629 }
"""
CHECKOUT = Experiment(
    name="checkout_one_page",
    unit_type="user_id",
    variants=(Variant("control"), Variant("one_page", '{"button":"red","size":1.5}')),
    shares=(0.25, 0.75),
    traffic=0.4,
    audience='{"filter":[{"gte":[{"var":"age"},{"value":18}]}]}',
    audience_enforced=True,
    applications=("website", "app"),
    full_on=1,
    id=214,
    seeds=Seeds(3603515, 233373850, 449867249, 455443629),
)


def read(text: str) -> ExperimentsFile:
    return read_experiments_file(text, "experiments.yaml")


def one(line: str) -> ExperimentsFile:
    """A file with one experiment that has this line."""
    return read(f"experiments:\n  - name: a\n    {line}\n")


def test_every_key() -> None:
    assert read(FULL) == ExperimentsFile((CHECKOUT,), ())


def test_a_name_is_enough() -> None:
    assert read("experiments: [{name: a}, {name: b, split: , seeds: null}]") == ExperimentsFile(
        (Experiment(name="a"), Experiment(name="b")), ()
    )
    assert read("experiments: []") == ExperimentsFile((), ())


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("split: [1, 1, 2]", "shares", (0.25, 0.25, 0.5)),
        ("split: [0, 3]", "shares", (0.0, 1.0)),
        ("split: [0.5, 1e0]", "shares", (1 / 3, 2 / 3)),
        ("traffic: 0", "traffic", 0.0),
        ("traffic: 33.3", "traffic", 0.33299999999999996),
        ("variants: [a]", "variants", (Variant("a"),)),
        ("variants: [{name: a, config: }]", "variants", (Variant("a"),)),
        ("variants: [{name: a, config: ''}]", "variants", (Variant("a"),)),
        ("""variants: [{name: a, config: '{"x": 1.0}'}]""", "variants", (Variant("a", '{"x": 1.0}'),)),
        ("variants: [{name: a, config: {}}]", "variants", (Variant("a", "{}"),)),
        ("variants: [{name: a, config: {é: [null, true]}}]", "variants", (Variant("a", '{"é":[null,true]}'),)),
        ("""audience: '{"filter": {"value": 1}}'""", "audience", '{"filter": {"value": 1}}'),
        ("audience: ''", "audience", ""),
        ("audience: {filter: []}", "audience", ""),
        ("audience: {filter: {}}", "audience", '{"filter":{}}'),
        ("applications: []", "applications", ()),
        ("fullOn: 0", "full_on", 0),
        ("seeds: {hi: 4294967295, lo: 0, trafficHi: -1, trafficLo: 7}", "seeds", Seeds(4294967295, 0, -1, 7)),
    ],
)
def test_values_are_taken_in_each_form(line: str, field: str, value: object) -> None:
    file = one(line)
    assert not file.broken, file.findings
    [experiment] = file.experiments
    assert getattr(experiment, field) == value


# (a line of an experiment, the column of the mistake in it, its code, a part of message or hint)
WRONG = [
    ("name: 5", 7, "CONFIG-TYPE", "`experiments[0].name` must be text; it is a number. Quote it."),
    ("name: ' '", 7, "EXPERIMENT-VALUE", "`experiments[0].name` is empty"),
    ("unitType: [a]", 11, "CONFIG-TYPE", "must be text"),
    ("variants: control", 11, "CONFIG-TYPE", "must be a list"),
    ("variants: []", 11, "EXPERIMENT-VALUE", "has 0 items; from 1 to 128"),
    ("variants: [a, 7]", 15, "CONFIG-TYPE", "`experiments[0].variants[1]` must be text"),
    ("variants: [{config: {}}]", 12, "CONFIG-MISSING", "`experiments[0].variants[0].name` is missing"),
    ("variants: [{name: a, config: [1]}]", 30, "CONFIG-TYPE", "must be a map; it is a list"),
    ("variants: [{name: a, config: 'x'}]", 30, "EXPERIMENT-VALUE", "is not JSON"),
    ("variants: [{name: a, config: '[1]'}]", 30, "EXPERIMENT-VALUE", "no JSON object"),
    ("variants: [{name: a, config: {on: yes}}]", 35, "CONFIG-TYPE", "`yes` is a boolean in some versions"),
    ("split: 50/50", 8, "CONFIG-TYPE", "must be a list; it is text. Write one number for each variant"),
    ("split: [50, -1]", 13, "EXPERIMENT-VALUE", "`experiments[0].split[1]` must be a number that is not negative; it is `-1`"),
    ("split: [50, 50%]", 13, "CONFIG-TYPE", "it is text"),
    ("split: [50, .inf]", 13, "EXPERIMENT-VALUE", "it is `.inf`"),
    ("split: [50, .nan]", 13, "EXPERIMENT-VALUE", "it is `.nan`"),
    ("split: [50, 1e400]", 13, "EXPERIMENT-VALUE", "it is `1e400`"),
    ("split: [0, 0]", 8, "EXPERIMENT-VALUE", "gives nobody a variant"),
    ("traffic: 140", 10, "EXPERIMENT-VALUE", "a number from 0 to 100; it is `140`"),
    ("traffic: 40%", 10, "CONFIG-TYPE", "It is in percent"),
    ("audience: {filtr: []}", 11, "EXPERIMENT-VALUE", "no list or map under `filter`"),
    ("audience: {filter: 5}", 11, "EXPERIMENT-VALUE", "no list or map under `filter`"),
    ("audience: age >= 18", 11, "EXPERIMENT-VALUE", "is not JSON"),
    ("audienceEnforced: 'no'", 19, "CONFIG-TYPE", "must be true or false"),
    ("applications: website", 15, "CONFIG-TYPE", "Write `applications: [website]`"),
    ("applications: [website, '']", 25, "EXPERIMENT-VALUE", "`experiments[0].applications[1]` is empty"),
    ("fullOn: 2", 9, "EXPERIMENT-VALUE", "is 2, and the last variant is 1"),
    ("fullOn: one_page", 9, "CONFIG-TYPE", "counted from 0"),
    ("id: -1", 5, "EXPERIMENT-VALUE", "a whole number from 0 to 2,147,483,647"),
    ("id: 1.5", 5, "EXPERIMENT-VALUE", "it is `1.5`"),
    ("seeds: 5", 8, "CONFIG-TYPE", "must be a map of keys"),
    ("seeds: {hi: 1, lo: 2, trafficHi: 3}", 8, "CONFIG-MISSING", "seeds.trafficLo` is missing"),
    ("seeds: {hi: 1, lo: 2, trafficHi: 3, trafficLo: 4294967296}", 48, "EXPERIMENT-VALUE", "it is `4294967296`"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "code", "part"), WRONG)
def test_a_mistake_is_told_at_its_place(line: str, column: int, code: str, part: str) -> None:
    if line.startswith("name"):
        file, at = read(f"experiments:\n  - {line}\n"), (2, 4 + column)
    else:
        file, at = one(line), (3, 4 + column)
    [item] = file.findings
    assert (item.code, item.line, item.column) == (code, *at)
    assert part in f"{item.message} {item.hint}"
    assert item.hint
    assert file.broken
    assert file.experiments == ()


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        ("unittype: user_id", "CONFIG-UNKNOWN-KEY", "Write `unitType`"),
        ("fullOnVariant: 1", "CONFIG-UNKNOWN-KEY", "Write `fullOn`"),
        ("seedHi: 1", "CONFIG-UNKNOWN-KEY", "Write `seeds: {hi:"),
        ("config: {}", "CONFIG-UNKNOWN-KEY", "It belongs to a variant"),
        ("fullOn: 0", "EXPERIMENT-NOT-FULL-ON", "no variant is full on"),
    ],
)
def test_an_oddity_is_told_and_the_experiment_runs(line: str, code: str, part: str) -> None:
    file = one(line)
    [item] = file.findings
    assert (item.code, item.severity, item.line) == (code, "warning", 3)
    assert part in f"{item.message} {item.hint}"
    assert [experiment.name for experiment in file.experiments] == ["a"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "experiments.yaml is empty. Write `experiments:`"),
        ("experiments: [", "is opened"),
        ("experiment: []", "`experiments` is missing"),
        ("- name: a", "The experiments file must be a map of keys; it is a list. Known here: `experiments`."),
        ("experiments:\n", "must be a list of experiments; it is empty"),
        ("experiments: a", "Begin each with a dash"),
        ("experiments: [a]", "`experiments[0]` must be a map of keys; it is text"),
        ("experiments: [{}]", "`experiments[0].name` is missing"),
        ("experiments: [{name: a}, {name: a}]", "`a` is already in line 1"),
        ("experiments: [&a {name: a}, *a]", "`a` is already in line 1"),
        ("experiments: [{name: a, split: [1, 1, 1], variants: [a, b]}]", "has 3 shares for 2 variants"),
        ("experiments: [{name: a, split: [1, 1, 1], fullOn: 3}]", "the last variant is 2"),
    ],
)
def test_a_file_that_cannot_be_used(text: str, part: str) -> None:
    file = read(text)
    assert file.broken
    assert any(part in f"{item.message} {item.hint}" for item in file.findings), file.findings


@pytest.mark.parametrize("line", ["variants: [a, b, 7]", "split: [1, 1, x]", "variants: 3"])
def test_a_mistake_is_not_told_twice(line: str) -> None:
    file = one(f"fullOn: 2\n    {line}")
    assert [item.line for item in file.findings] == [4]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    text = "experiments:\n- name: a\n  split: x\n- traffic: 101\n- name: c\n- name: d\n  id: x\n  fullOn: 9\nother: 1\n"
    file = read(text)
    assert [item.line for item in file.findings] == [3, 4, 4, 7, 8, 9]
    assert [experiment.name for experiment in file.experiments] == ["c"]


def test_a_list_inside_another_file_is_read_alike() -> None:
    root = parse_yaml(FULL, "config.yaml").root
    assert root is not None
    walk = Walk(EXPERIMENTS_FORM, Quoter())
    assert read_experiments(walk, root.children[1], ("experiments",)) == (CHECKOUT,)
    assert walk.findings == []
    assert walk.keys[("experiments", 0, "split")].line == 5


_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["control", "50", "~"])
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
_KEYS = ("name", "unitType", "variants", "split", "traffic", "audience", "audienceEnforced", "applications", "fullOn", "id", "seeds")  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _VALUES), max_size=3))
def test_whatever_is_written_there_is_an_experiment_or_a_finding(experiments: list[dict[str, object]]) -> None:
    text = yaml.safe_dump({"experiments": experiments}, allow_unicode=True)
    file = read(text)
    assert file.broken or len(file.experiments) == len(experiments)
    assert all(item.hint and item.line for item in file.findings)
