"""A keymap file: what it changes, what is wrong in it, and the template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.keymap import Bound, Keymap, keymap_template, read_keymap, with_neighbours
from abtui.core.text.key_names import key_name

KNOWN = (
    Bound("event.send", ("s", "ctrl+r"), "Send"),
    Bound("event.new", ("n",), "New"),
    Bound("list.filter", ("slash",), "Filter", first=True),
    Bound("list.focus", ("escape",), "Back", first=True),
    Bound("app.theme", ("l",), "Theme"),
    Bound("app.quit", ("ctrl+q",), "Quit", first=True),
    Bound("rows.up", ("up", "k"), "Up", scope="EventList"),
    Bound("rows.down", ("down", "j"), "Down", scope="EventList"),
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("s", "s"),
        ("S", "S"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("-", "minus"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("Ctrl+R", "ctrl+r"),
        ("shift+Ctrl+F5", "ctrl+shift+f5"),
        ("shift+a", "A"),
        ("Esc", "escape"),
        ("question_mark", "question_mark"),
        ("left_square_bracket", "left_square_bracket"),
        ("space", "space"),
        ("ctrl-r", None),
        ("f99", None),
        ("", None),
        ("kontrol+r", None),
    ],
)
def test_how_keys_are_written(written: str, name: str | None) -> None:
    assert key_name(written) == name


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", {}),
        ("# event.send: x\n", {}),
        ('event.send: "x, ctrl+r"', {"event.send": "x,ctrl+r"}),
        ("event.send: [x, Ctrl+R]", {"event.send": "x,ctrl+r"}),
        ("event.send: 7", {"event.send": "7"}),
        ("event.send: none", {"event.send": "none"}),
        ("list.filter: '?'", {"list.filter": "question_mark"}),
        # Two that change places.
        ("event.send: n\nevent.new: s", {"event.send": "n", "event.new": "s"}),
        ("app.quit: f10\nevent.send: ctrl+q", {"app.quit": "f10", "event.send": "ctrl+q"}),
        # A list's own keys and the workbench's are different scopes.
        ("rows.up: n", {"rows.up": "n"}),
    ],
)
def test_what_it_changes(text: str, keys: dict[str, str]) -> None:
    assert read_keymap(text, KNOWN) == Keymap(keys)


@pytest.mark.parametrize(
    ("text", "keys", "told"),
    [
        ("event.sned: x", {}, "1 There is no action `event.sned`. Did you mean `event.send`?"),
        ("event.send: ctlr+r", {}, "1 `ctlr+r` is no key (event.send). Keys are written as"),
        ("event.send: ctrl-r", {}, "1 `ctrl-r` is no key (event.send). Write `ctrl+r`."),
        ("event.send: pagedwn", {}, "Did you mean `pagedown`?"),
        ("event.send: ctrl+i", {}, "1 A terminal sends `ctrl+i` as `tab`"),
        ("event.send:", {}, "1 `event.send` has no keys."),
        ("event.send: {a: b}", {}, "1 `event.send` has no keys."),
        ("app.quit: none", {}, "1 Quitting needs a key."),
        ("app.quit: q", {}, "also works in editors, where `q` is a character"),
        ("event.send: ctrl+q", {}, "1 `ctrl+q` quits, so `event.send` cannot have it."),
        (
            "event.send: n",
            {"event.send": "n", "event.new": "none"},
            "1 `event.send` takes `n` from `event.new`; it has no key now.",
        ),
        (
            "app.theme: s",
            {"app.theme": "s", "event.send": "ctrl+r"},
            "1 `app.theme` takes `s` from `event.send`; it keeps `ctrl+r`.",
        ),
        (
            "event.send: x\nevent.new: x",
            {"event.send": "x"},
            "2 `event.new` and `event.send` both want `x`; `event.send` has it.",
        ),
        (
            "event.send: x\nevent.send: z",
            {"event.send": "x"},
            "2 `event.send` is already in line 1, and that value is used.",
        ),
        ("event.send: k", {"event.send": "k"}, "1 `k` does `rows.up` where that has the focus"),
        ("- a", {}, "1 The keymap must be a map of actions to keys; it is a list."),
        ("a: [", {}, "1 A `[`"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_used(text: str, keys: dict[str, str], told: str) -> None:
    keymap = read_keymap(text, KNOWN)
    assert keymap.keys == keys
    assert any(told in f"{item.line} {item.message} {item.hint}" for item in keymap.problems), keymap.problems


def test_every_mistake_is_told_at_once() -> None:
    keymap = read_keymap("event.send: ctlr+r\nnope: x\nevent.new: x\napp.quit: none", KNOWN)
    assert [problem.line for problem in keymap.problems] == [1, 2, 4]
    assert keymap.keys == {"event.new": "x"}


def test_actions_that_share_a_key_are_named_with_one_that_changes() -> None:
    known = (
        *KNOWN,
        Bound("tour.end", ("escape",), "End", scope="tour"),
        Bound("tour.next", ("right",), "Next", scope="tour"),
    )
    assert with_neighbours({"list.focus": "f7", "event.new": "X"}, known) == {
        "list.focus": "f7",
        "event.new": "X",
        "tour.end": "escape",
    }
    assert with_neighbours({"event.new": "right"}, known) == {"event.new": "right", "tour.next": "right"}
    assert with_neighbours({}, known) == {}


def test_the_template_changes_nothing_and_its_lines_are_the_keys() -> None:
    text = keymap_template(KNOWN)
    assert read_keymap(text, KNOWN) == Keymap()
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ") and line[2] != " "]
    assert read_keymap("\n".join(line for line in lines if ': "' in line), KNOWN).problems == ()


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read_keymap(text, KNOWN)
