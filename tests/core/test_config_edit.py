"""Editing a YAML text in place: what is asked for changes, everything else stays byte for byte."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.text.paths import Path, parse_path
from abtui.core.text.yaml_edit import COMMENT, REMOVE, Rename, edit_yaml
from abtui.core.text.yaml_nodes import CONFIG_FORM
from abtui.core.text.yaml_text import entry_lines, flow, json_text
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import json_value
from abtui.services.folders import sample_folder
from tests.thorough import MANY

# Text, path, value, changed text.
EDITS: dict[str, tuple[str, str, Any, str]] = {
    "plain": ("a: x # c\nb: 1\n", "$.a", "z", "a: z # c\nb: 1\n"),
    "double quotes stay": ('a: "x"\n', "$.a", "y", 'a: "y"\n'),
    "single quotes stay": ("a: 'x'   # c\n", "$.a", "it's", "a: 'it''s'   # c\n"),
    "single quotes cannot hold it": ("a: 'x'\n", "$.a", "1\n2", 'a: "1\\n2"\n'),
    "needs quotes": ("a: x\n", "$.a", "yes", 'a: "yes"\n'),
    "a number": ("a:   1.0 # c", "$.a", 2, "a:   2 # c"),
    "nothing": ("a: # c\nb: 1\n", "$.a", True, "a: true # c\nb: 1\n"),
    "nothing, deeper": ("a:\nb: 1\n", "$.a.b.c", "x", "a: {b: {c: x}}\nb: 1\n"),
    "flow": ("a: {b: 1, c: [1, 2]} # c\n", "$.a.c[1]", "z", "a: {b: 1, c: [1, z]} # c\n"),
    "flow, added": ("a: {b: 1}\n", "$.a.c", None, "a: {b: 1, c: null}\n"),
    "flow, added behind a comma": ("a: {b: 1, }\n", "$.a.c", 2, "a: {b: 1, c: 2, }\n"),
    "flow, first removed": ("a: {b: 1, c: 2} # c\n", "$.a.b", REMOVE, "a: {c: 2} # c\n"),
    "flow, last removed": ("a: [1, 2 ]\n", "$.a[1]", REMOVE, "a: [1 ]\n"),
    "flow, all removed": ("a: [1] # c\n", "$.a[0]", REMOVE, "a: [] # c\n"),
    "flow, empty": ("a: {}\n", "$.a.b", 1, "a: {b: 1}\n"),
    "flow over lines": ("{\n  a: 1,\n  b: 2\n}\n", "$.c", 3, "{\n  a: 1,\n  b: 2,\n  c: 3\n}\n"),
    "json": ('{"a":1,"b":{"c":"x"}}', "$.b.c", "z", '{"a":1,"b":{"c":"z"}}'),
    "block, added": ("a:\n  b: 1 # c\n\n# d\ne: 1\n", "$.a.c", 2, "a:\n  b: 1 # c\n  c: 2\n\n# d\ne: 1\n"),
    "block, added at the end": ("a:\n  b: 1", "$.a.c", 2, "a:\n  b: 1\n  c: 2"),
    "block, removed": ("a:\n  # c\n  b: 1\n  c: 2 # b\n", "$.a.b", REMOVE, "a:\n  # c\n  c: 2 # b\n"),
    "block, all removed": ("a: # c\n  b: 1\nd: 2\n", "$.a.b", REMOVE, "a: # c\n  {}\nd: 2\n"),
    "block, all removed, no comment": ("a:\n  b: 1\nd: 2\n", "$.a.b", REMOVE, "a: {}\nd: 2\n"),
    "block to a word": ("a:\n  b: 1\n  c: 2 # c\nd: 1\n", "$.a", "x", "a: x # c\nd: 1\n"),
    "list, appended": ("a:\n- 1\n- 2\nb: 3\n", "$.a[2]", "x", "a:\n- 1\n- 2\n- x\nb: 3\n"),
    "list, removed": ("a:\n  - 1\n  # c\n  - 2\n  - 3\n", "$.a[1]", REMOVE, "a:\n  - 1\n  # c\n  - 3\n"),
    "list, an item's key": ("- a: 1\n  b: 2\n- c: 3\n", "$[0].b", "x", "- a: 1\n  b: x\n- c: 3\n"),
    "list, an item's first key removed": ("- a: 1\n  b: 2\n- c: 3\n", "$[0].a", REMOVE, "- b: 2\n- c: 3\n"),
    "list, an item's key added": ("- a: 1\n- c: 3\n", "$[0].b", "x", "- a: 1\n  b: x\n- c: 3\n"),
    "literal text": ("a: |\n  x\n  y\nb: 1\n", "$.a", "z", "a: z\nb: 1\n"),
    "no comments": ("a: [x#y, '# z', \"# q\"]\nb: |\n  # c\nd: 1 # d\n", "$.a", 1, "a: 1\nb: |\n  # c\nd: 1 # d\n"),
    "literal text that looks like a comment": ("a: |\n  # c\n# d\nb: 1\n", "$.a", REMOVE, "# d\nb: 1\n"),
    "behind a literal text": ("a:\n  b: |+\n    x\n\nc: 1\n", "$.a.d", 1, "a:\n  b: |+\n    x\n\n  d: 1\nc: 1\n"),
    "odd key": ('"a b": {"c: d": 1}\n', '$["a b"]["c: d"]', 2, '"a b": {"c: d": 2}\n'),
    "alias replaced": ("a: &x 1\nb: *x\n", "$.b", 2, "a: &x 1\nb: 2\n"),
    "merge overridden": ("a: &x {b: 1}\nc:\n  <<: *x\n", "$.c.b", 2, "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n"),
    "carriage returns": ("a: 1\r\nb:\r\n  c: 2\r\n", "$.b.d", 3, "a: 1\r\nb:\r\n  c: 2\r\n  d: 3\r\n"),
    "byte-order mark": ("\ufeffa: 1\nb: 2\n", "$.b", 3, "\ufeffa: 1\nb: 3\n"),
    "last of two keys": ("a: 1\na: 2\n", "$.a", 3, "a: 1\na: 3\n"),
    "a reference stays": ("a: {k: ${X}, b: 1}\n", "$.a.b", 2, "a: {k: ${X}, b: 2}\n"),
    "a value for a reference": ("a: {k: ${X}, b: 1}\n", "$.a.k", "${Y:-z}", 'a: {k: "${Y:-z}", b: 1}\n'),
    "renamed": ("a:\n  # c\n  b: 1 # d\n  e: 2\n", "$.a.b", Rename("x y"), "a:\n  # c\n  x y: 1 # d\n  e: 2\n"),
    "renamed in braces": ("a: {b: 1, 'c d': [x]} # e\n", '$.a["c d"]', Rename("C D"), "a: {b: 1, 'C D': [x]} # e\n"),
    "renamed, double quotes": ('"a": 1\n', "$.a", Rename("b: c"), '"b: c": 1\n'),
    "renamed, quotes needed": ("a:\n  b:\n    c: 1 # d\n", "$.a.b", Rename("yes"), 'a:\n  "yes":\n    c: 1 # d\n'),
    "renamed to itself": ("a: {123: b}\n", '$.a["123"]', Rename("123"), 'a: {"123": b}\n'),
    "turned round": ("a:\n  b: c # d\n  e: f\n", "$.a.b", Rename("c", "b"), "a:\n  c: b # d\n  e: f\n"),
    "a key without a colon": ("a: {b, c}\n", "$.a.b", 1, "a: {b: 1, c}\n"),
    "to a long list": (
        "a:\n  b: 1\n",
        "$.a.b",
        [{"name": "x" * 60, "note": "y" * 60}],
        f"a:\n  b:\n    - name: {'x' * 60}\n      note: {'y' * 60}\n",
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_changes_only_its_value(case: str) -> None:
    text, path, value, wanted = EDITS[case]
    assert edit_yaml(text, {parse_path(path): value}).text == wanted


# Text, path, value, part of the problem.
REFUSED: dict[str, tuple[str, str, Any, str]] = {
    "through an alias": ("a: &x {b: 1}\nc: *x\n", "$.c.b", 2, "alias"),
    "what an alias repeats": ("a: &x 1\nb: *x\n", "$.a", 2, "by hand"),
    "within it, too": ("a: &x {b: 1}\nc: *x\n", "$.a.b", 2, "by hand"),
    "from a merge": ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n", "$.c.b.e", 2, "by hand"),
    "no map": ("a: x\n", "$.a.b", 2, "not the map"),
    "no list": ("a: {b: 1}\n", "$.a[0]", 2, "not the map"),
    "no yaml": ("a: [", "$.a", 2, ""),
    "half a character": ("a: 1\n", "$.a", "\ud800", "cannot hold"),
    "renamed to what is there": ("a: 1\nb: 2\n", "$.a", Rename("b"), "already there"),
    "one of two renamed": ("a: 1\na: 2\n", "$.a", Rename("b"), "already there"),
    "renamed, not there": ("a: 1\n", "$.b", Rename("c"), "no `b`"),
    "renamed with an anchor": ("&x a: 1\n", "$.a", Rename("b"), "by hand"),
    "an item renamed": ("- a\n", "$[0]", Rename("b"), "by hand"),
    "a comment between": ("- a: 1 # c\n  b: 2\n", "$[0].a", REMOVE, COMMENT),
    "a comment on the line": ("a:\n  b: 1 # b\n  c: 2\n", "$.a.b", REMOVE, COMMENT),
    "a comment behind the key": ("a: # c\n  b: 1\nd: 2\n", "$.a", REMOVE, COMMENT),
    "a comment behind key and value": ("a: # c\n  x # d\nb: 1\n", "$.a", 2, COMMENT),
    "a comment in a map": ("a:\n  b: 1\n  # c\n  d: 2\n", "$.a", "x", COMMENT),
    "a comment in braces": ("a: [1, # c\n  2]\n", "$.a[0]", REMOVE, COMMENT),
    "a comment before the last": ("a: [1, # c\n  2]\n", "$.a[1]", REMOVE, COMMENT),
    "a comment behind a block's sign": ("a: |- # c\n  x\n", "$.a", "z", COMMENT),
    "a comment behind a tag": ("a: !!str # c\n  x\n", "$.a", "z", COMMENT),
    "a comment in a block, by its item": ("a:\n  - 1 # c\n  - 2\n", "$.a[0]", REMOVE, COMMENT),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_not_done(case: str) -> None:
    text, path, value, said = REFUSED[case]
    edited = edit_yaml(text, {parse_path(path): value})
    if case == "from a merge":
        # An own entry would hide the merged one as a whole.
        assert edited.text is not None
        return
    assert edited.text is None
    assert said in edited.problem


def test_several_at_once() -> None:
    text = "a: {b: 1, c: 2, d: 3}\ne:\n  - 1\n  - 2\n  - 3\nf: x # f\n"
    edits = {
        ("a", "b"): REMOVE,
        ("a", "d"): REMOVE,
        ("a", "g"): 9,
        ("e", 0): REMOVE,
        ("e", 2): REMOVE,
        ("e", 3): "new",
        ("f",): "z",
    }
    assert edit_yaml(text, edits).text == "a: {c: 2, g: 9}\ne:\n  - 2\n  - new\nf: z # f\n"


def test_paths_must_not_meet() -> None:
    for edits in ({("a",): 1, ("a", "b"): 2}, {("a", "b"): 2, ("a",): 1}, {(): 1}):
        with pytest.raises(ValueError, match="is"):
            edit_yaml("a: {b: 1}\n", edits)


def test_the_sample_config_keeps_its_comments() -> None:
    text = (sample_folder() / "config.yaml").read_text(encoding="utf-8")
    edits: dict[Path, Any] = {
        ("settings", "environment"): "production",
        ("settings", "goalMapping", "Order Completed"): "bought",
        ("settings", "goalMapping", "Order Refunded"): REMOVE,
        ("settings", "goalMapping", "Cart: Viewed"): "cart",
        ("settings", "enablePageViewTracking"): False,
        ("catalog", "goals", 0): "bought",
        ("targets", "production"): {"apiKey": "${PRODUCTION_KEY}"},
    }
    changed = edit_yaml(text, edits).text
    assert changed is not None
    old, new = text.split("\n"), changed.split("\n")
    assert [line for line in old if line not in new] == [
        "  environment: staging                # case-sensitive",
        "  enablePageViewTracking: true        # page calls become goals: \"Page: Home\"",
        "    Order Completed: purchase",
        "    Order Refunded: refund",
        "    - purchase",
    ]  # fmt: skip
    assert re.findall("#.*", changed) == re.findall("#.*", text)


text = st.text(max_size=6).filter(lambda text: "$" not in text) | st.sampled_from(["<<", "yes", "1e5", "- a", "a: b", "#", "a #b", "*x", "null", "{", "'"])  # fmt: skip
scalars = st.none() | st.booleans() | st.integers(-10, 10) | st.floats(allow_nan=False) | text
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=12)  # fmt: skip
STYLES = ("block", "flow", "json")


def written(value: dict[str, Any], style: str) -> str:
    """`value` in one of the styles; the block one with a comment behind each line and before it."""
    if style == "flow":
        return f"{flow(value)} # end\n"
    if style == "json":
        # YAML does not know JSON's escapes in pairs, and JSON does not know infinity.
        shown = json.dumps(value, indent=2)
        return flow(value) if "\\ud" in shown or "Infinity" in shown else shown
    lines = [line for key, member in value.items() for line in entry_lines(key, member, 0)]
    return "".join(f"{' ' * (n % 7)}# {n}\n{line} # after {n}\n" for n, line in enumerate(lines))


def paths(value: Any) -> list[Path]:
    if isinstance(value, dict):
        return [(key, *rest) for key, member in value.items() for rest in [(), *paths(member)]]
    if isinstance(value, list):
        return [(index, *rest) for index, member in enumerate(value) for rest in [(), *paths(member)]]
    return []


def applied(value: Any, path: Path, new: Any) -> Any:
    value = copy.deepcopy(value)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    if new is REMOVE:
        del holder[path[-1]]
    elif isinstance(holder, list) and path[-1] == len(holder):
        holder.append(new)
    else:
        holder[path[-1]] = new
    return value


def fail(*told: object) -> None:
    raise AssertionError(told)


def value_of(text: str) -> Any:
    tree = parse_yaml(text, "text")
    assert tree.root is not None, tree.findings
    return json_value(tree.root, fail)


@settings(max_examples=MANY)
@given(st.dictionaries(text, values, min_size=1, max_size=4), st.sampled_from(STYLES), values, st.data())
def test_set_add_and_remove(value: dict[str, Any], style: str, new: Any, data: st.DataObject) -> None:
    before = written(value, style)
    path = data.draw(st.sampled_from(paths(value)))
    kind = data.draw(st.sampled_from(["set", "add", "remove"]))
    if kind == "remove":
        new = REMOVE
    elif kind == "add":
        holder: Any = value
        for step in path[:-1]:
            holder = holder[step]
        path = (*path[:-1], "added" if isinstance(holder, dict) else len(holder))
    wanted = applied(value, path, new)
    edited = edit_yaml(before, {path: new})
    if edited.text is None:
        # Only what a comment stands in the way of, or what YAML cannot hold, is refused.
        assert style == "block" or not wanted, edited.problem
        return
    assert json_text(value_of(edited.text) if wanted else {}) == json_text(wanted)
    if style == "block":
        kept, comments = re.findall(r"# \d+$", before, re.MULTILINE), set(re.findall(r"# \d+$", edited.text, re.MULTILINE))  # fmt: skip
        assert set(kept) == comments
    head = len(before) - len(before.lstrip())
    assert edited.text[:head] == before[:head]


@given(st.text(max_size=80), st.lists(st.one_of(text, st.integers(0, 3)), min_size=1, max_size=3), scalars)
def test_it_never_crashes(text: str, path: list[str | int], new: Any) -> None:
    edited = edit_yaml(text, {tuple(path): new}, CONFIG_FORM)
    assert (edited.text is None) == bool(edited.problem)
