"""The form of a config, and changing the config through it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config.form import Form, read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form, edit_settings
from abtui.core.config.reader import read_config
from abtui.core.text.yaml_edit_check import comments
from abtui.core.text.yaml_tree import parse_yaml

WHOLE = """\
# top
destination: classic
settings:  # of Segment
  apiKey: ${KEY}  # from outside
  collectorEndpoint: https://a.absmartly.io/v1
  environment: staging
  enablePageViewTracking: yes
  # names
  goalMapping:
    Order Completed: purchase  # money
    'Signed Up': signup
  unitMapping: { userId: user_id }  # who
"""


def form_of(text: str) -> Form:
    return read_form(text, read_config(text, {"KEY": "0123456789abcdef"}).findings)


def test_a_whole_config() -> None:
    form = form_of(WHOLE)
    assert [field.setting.label for field in form.fields] == [
        "API Key", "Collector Endpoint", "Environment", "Application", "Unit Mapping", "Goal Mapping",
        "Enable Page View Tracking", "Enable App Screen View Tracking", "Enable Exposure Tracking",
    ]  # fmt: skip
    assert form.field("apiKey").value == "${KEY}"
    assert form.field("environment").value == "staging"
    assert form.field("enablePageViewTracking").on
    assert form.field("enableExposureTracking").line is None
    assert [(row.key, row.value) for row in form.field("goalMapping").rows] == [
        ("Order Completed", "purchase"), ("Signed Up", "signup"),
    ]  # fmt: skip
    assert [item.code for item in form.field("application").findings] == ["CONFIG-APPLICATION"]
    assert form.field("unitMapping").setting.required


# The settings in YAML: something that is true of the form.
READ: dict[str, tuple[str, str, Any]] = {
    "a key in the file": ("{apiKey: 0badf00d0badf00d1234}", "form.field('apiKey').value", "****1234"),
    "a key as a default": ("{apiKey: '${KEY:-0badf00d0badf00d}'}", "form.field('apiKey').value", "${KEY:-****f00d}"),
    "a short key as a default": ("{apiKey: '${KEY:-local-key}'}", "form.field('apiKey').value", "${KEY:-****}"),
    "a key around a variable": ("{apiKey: '0badf00d0badf00d${KEY}'}", "form.field('apiKey').value", "****f00d${KEY}"),
    "a key for a name, with a default": ("{apiKey: '${sk_live_1:-0badf00d0badf00d}'}", "form.field('apiKey').value", "****00d}"),
    "a key for a nested name": ("{apiKey: '${KEY:-${sk_live_1}}'}", "form.field('apiKey').value", "****_1}}"),
    "no goal yet": ("{goalMapping: {a: ''}}\ncatalog: {goals: [b]}", "form.field('goalMapping').findings[0].message", "`settings.goalMapping.a` has no goal yet."),
    "a key for a variable": ("{apiKey: '${0bAdf00dX}'}", "form.field('apiKey').masked", True),
    "a key elsewhere": ("{apiKey: secret-key-1, environment: secret-key-1}", "form.field('environment').value", "****"),
    "a key in a row": ("{apiKey: secret-key-1, goalMapping: {a: secret-key-1}}", "form.field('goalMapping').rows[0].value", "****"),
    "labels": ("{API Key: '${K}', Goal Mapping: {a: b}}", "form.field('goalMapping').path", ("settings", "Goal Mapping")),
    "label and name": ("{Environment: a, environment: b}", "form.field('environment').value", "b"),
    "name and label": ("{environment: b, Environment: a}", "form.field('environment').value", "b"),
    "a wrong toggle": ("{enablePageViewTracking: 'true'}", "form.field('enablePageViewTracking').findings[0].code", "CONFIG-TYPE"),
    "a number": ("{environment: 1}", "form.field('environment').value", "1"),
    "a list for a text": ("{environment: [a]}", "bool(form.field('environment').fixed)", True),
    "a text for a map": ("{goalMapping: a}", "bool(form.field('goalMapping').fixed)", True),
    "a map with nothing": ("{goalMapping: }", "form.field('goalMapping').rows", ()),
    "in braces, its own findings": ("{collectorEndpoint: http://a.io/v1, environment: s}", "[item.code for item in form.field('environment').findings]", []),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_what_the_form_shows(case: str) -> None:
    text, expression, wanted = READ[case]
    assert eval(expression, {"form": form_of(f"settings: {text}\n")}) == wanted


PROBLEMS = {
    "broken": ("settings: {\n", "line 2"),
    "a list": ("- a\n", "not a map"),
    "settings of a wrong kind": ("settings: [a]\n", "not a map"),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_what_cannot_be_a_form_says_so(case: str) -> None:
    text, said = PROBLEMS[case]
    assert said in form_of(text).problem
    edited = edit_form(text, FormEdit(field="environment", kind="text", text="x"))
    assert edited.text is None
    assert said in edited.problem


def edit(field: str, kind: Any, text: str = "", **more: Any) -> FormEdit:
    return FormEdit(field=field, kind=kind, text=text, **more)


# Text, change, text.
EDITS: dict[str, tuple[str, FormEdit, str]] = {
    "a text": ("settings:\n  environment: a  # c\n", edit("environment", "text", "b"), "settings:\n  environment: b  # c\n"),
    "a text that is not there": ("settings:\n  environment: a\n", edit("application", "text", "b"), "settings:\n  environment: a\n  application: b\n"),
    "by its label": ("settings:\n  Environment: a\n", edit("environment", "text", "b"), "settings:\n  Environment: b\n"),
    "a reference": ("settings:\n  apiKey: ${A}\n", edit("apiKey", "text", "${B}"), 'settings:\n  apiKey: "${B}"\n'),
    "on": ("settings: {enablePageViewTracking: false}\n", edit("enablePageViewTracking", "toggle", on=True), "settings: {enablePageViewTracking: true}\n"),
    "on, not there": ("settings:\n  environment: a\n", edit("enablePageViewTracking", "toggle", on=True), "settings:\n  environment: a\n  enablePageViewTracking: true\n"),
    "a row's value": (WHOLE, edit("goalMapping", "value", "sale", row=0), WHOLE.replace("purchase", "sale")),
    "a row's key": (WHOLE, edit("goalMapping", "key", "Paid", row=0), WHOLE.replace("Order Completed", "Paid")),
    "a row's key in its quotes": (WHOLE, edit("goalMapping", "key", "it's", row=1), WHOLE.replace("'Signed Up'", "'it''s'")),
    "a row's key in braces": (WHOLE, edit("unitMapping", "key", "a: b", row=0), WHOLE.replace("userId", '"a: b"')),
    "a row comes": (WHOLE, edit("goalMapping", "add", "New", value="new"), WHOLE.replace("signup\n", "signup\n    New: new\n")),
    "a row comes into braces": (WHOLE, edit("unitMapping", "add", "b", value="c"), WHOLE.replace("user_id }", "user_id, b: c }")),
    "a row goes": (WHOLE, edit("goalMapping", "remove", row=1), WHOLE.replace("    'Signed Up': signup\n", "")),
    "the first row": ("settings:\n  environment: a\n", edit("goalMapping", "add", "A B", value="c"), "settings:\n  environment: a\n  goalMapping:\n    A B: c\n"),
    "the first row of an empty map": ("settings:\n  goalMapping: {}  # c\n  environment: a\n", edit("goalMapping", "add", "A", value="c"), "settings:\n  goalMapping:  # c\n    A: c\n  environment: a\n"),
    "the first row in braces": ("settings: {environment: a}\n", edit("goalMapping", "add", "A", value="c"), "settings: {environment: a, goalMapping: {A: c}}\n"),
    "the first row of no settings": ("destination: classic\n", edit("goalMapping", "add", "A", value="c"), "destination: classic\nsettings:\n  goalMapping:\n    A: c\n"),
    "the last row goes": ("settings:\n  goalMapping:\n    A: c\n", edit("goalMapping", "remove", row=0), "settings:\n  goalMapping: {}\n"),
    "nothing yet": ("", edit("environment", "text", "a b"), "destination: classic\n\nsettings:\n  environment: a b\n"),
    "nothing but a comment": ("# c\n", edit("enablePageViewTracking", "toggle", on=True), "# c\ndestination: classic\n\nsettings:\n  enablePageViewTracking: true\n"),
    "a row, and nothing yet": ("", edit("goalMapping", "add", "A", value="b"), "destination: classic\n\nsettings:\n  goalMapping:\n    A: b\n"),
    "a reference in a row, and nothing yet": ("", edit("goalMapping", "add", "A", value="${B}"), 'destination: classic\n\nsettings:\n  goalMapping:\n    A: "${B}"\n'),
    "carriage returns": ("settings:\r\n  environment: a\r\n", edit("goalMapping", "add", "A", value="c"), "settings:\r\n  environment: a\r\n  goalMapping:\r\n    A: c\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_a_change_in_the_form_changes_only_its_line(case: str) -> None:
    text, change, wanted = EDITS[case]
    assert edit_form(text, change).text == wanted


REFUSED: dict[str, tuple[str, FormEdit, str]] = {
    "a key twice": (WHOLE, edit("goalMapping", "key", "Signed Up", row=0), "Another row"),
    "an added key twice": (WHOLE, edit("goalMapping", "add", "Signed Up"), "Another row"),
    "a long key": (WHOLE, edit("goalMapping", "key", "k" * 300, row=0), "too long"),
    "no key, and nothing yet": ("", edit("goalMapping", "add", ""), "needs a key"),
    "no key": (WHOLE, edit("goalMapping", "key", "", row=0), "needs a key"),
    "half a character": (WHOLE, edit("environment", "text", "\ud800"), "no config can hold"),
    "through an alias": ("a: &x {b: c}\nsettings:\n  goalMapping: *x\n", edit("goalMapping", "value", "d", row=0), "another part"),
    "a merged row": ("a: &x {b: c}\nsettings:\n  goalMapping: {<<: *x, d: e}\n", edit("goalMapping", "key", "f", row=0), "another part"),
    "a comment in the way": (WHOLE, edit("goalMapping", "remove", row=0), "comment"),
    "a key with an anchor": ("settings:\n  goalMapping:\n    &a b: c\n    d: *a\n", edit("goalMapping", "key", "f", row=0), "YAML"),
    "a row with the API key": ("settings: {apiKey: secret-key-1, goalMapping: {a: secret-key-1}}", edit("goalMapping", "value", "d", row=0), "API key"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_changed_says_why(case: str) -> None:
    text, change, said = REFUSED[case]
    edited = edit_form(text, change)
    assert edited.text is None
    assert said in edited.problem


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "a b", "on", "1", "a: b", "${X}", "#x", "'", '"', "- a", "Order Completed"]
)
CHANGES = st.one_of(
    st.builds(edit, st.sampled_from(["collectorEndpoint", "environment", "application"]), st.just("text"), TEXTS),
    st.builds(edit, st.sampled_from(["enablePageViewTracking", "enableExposureTracking"]), st.just("toggle"), on=st.booleans()),
    st.builds(edit, st.sampled_from(["goalMapping", "unitMapping"]), st.just("add"), TEXTS, value=TEXTS),
    st.builds(edit, st.sampled_from(["goalMapping", "unitMapping"]), st.sampled_from(["key", "value", "remove"]), TEXTS, row=st.integers(0, 2)),
)  # fmt: skip


def state(form: Form) -> dict[str, Any]:
    return {
        field.name: field.on if field.kind == "toggle" else field.value or [(row.key, row.value) for row in field.rows]
        for field in form.fields
    }


def expected(before: dict[str, Any], change: FormEdit) -> dict[str, Any]:
    after = dict(before)
    if change.kind in ("text", "toggle"):
        after[change.field] = change.on if change.kind == "toggle" else change.text or []
        return after
    rows = list(before[change.field])
    if change.kind == "add":
        rows.append((change.text, change.value))
    elif change.kind == "remove":
        del rows[change.row]
    else:
        key, value = rows[change.row]
        rows[change.row] = (change.text, value) if change.kind == "key" else (key, change.text)
    after[change.field] = rows
    return after


@settings(max_examples=60)
@given(
    st.sampled_from([WHOLE, "", "settings: {environment: a, Goal Mapping: {b: c}} # d\n"]),
    st.lists(CHANGES, max_size=6),
)
def test_form_and_yaml_stay_in_step(text: str, changes: list[FormEdit]) -> None:
    remarks = _comments(text)
    for change in changes:
        before = read_form(text)
        if change.row >= 0 and change.row >= len(before.field(change.field).rows):
            continue
        edited = edit_form(text, change)
        if edited.text is None:
            assert edited.problem
            continue
        text = edited.text
        assert state(read_form(text)) == expected(state(before), change)
        assert _comments(text) == remarks


def _comments(text: str) -> list[str]:
    root = parse_yaml(text, "config").root
    return [] if root is None else comments(text, root)


SHARED = "shared: &shared { Old: x }\n"
SET: dict[str, tuple[str, str | None]] = {
    "a map that repeats another one": (
        f"{SHARED}settings:\n  goalMapping: {{ <<: *shared, A: b }}\n",
        f"{SHARED}settings:\n  goalMapping: {{ <<: *shared, A: b, New: goal }}\n",
    ),
    "a setting by its label": ("settings:\n  Goal Mapping: { A: b }\n", "settings:\n  Goal Mapping: { A: b, New: goal }\n"),
    "a setting that is missing": ("settings:\n  environment: e\n", "settings:\n  environment: e\n  goalMapping:\n    New: goal\n"),
    "a map of another part": (f"{SHARED}settings:\n  goalMapping: *shared\n", None),
    "a setting of another part": ("all: &all\n  goalMapping: { A: b }\nsettings:\n  <<: *all\n  environment: e\n", None),
    "no YAML": ("settings: [", None),
}  # fmt: skip


@pytest.mark.parametrize("case", SET)
def test_a_value_is_set_by_the_name_of_its_setting(case: str) -> None:
    text, changed = SET[case]
    edited = edit_settings(text, {("settings", "goalMapping", "New"): "goal"})
    assert edited.text == changed
    assert bool(edited.problem) is (changed is None)
    if changed is not None:
        assert edit_form(text, FormEdit(field="goalMapping", kind="add", text="New", value="goal")).text == changed
