"""The reader of the user's keymap file: text in, the keys of each action and every mistake out.

The file is YAML with one action per line: `event.send: "s, ctrl+r"`. Mistakes are reported; the rest is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.key_names import UNBOUND, is_character, key_name, nearest_key, sent_as
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import one_line
from abtui.core.text.yaml_nodes import Form, Node
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import Quoter
from abtui.core.text.yaml_walk import Walk

NAME: Final = "keymap.yaml"
WORKBENCH: Final = "workbench"
"""The scope of keys that work anywhere. A list or panel has a scope of its own, which comes first while it has the focus."""
QUIT: Final = "app.quit"

_FORM: Final = Form(
    codes="CONFIG",
    noun="keymap",
    max_bytes=1 << 16,
    max_depth=4,
    references=False,
    empty="",
    large="Is this the keymap?",
    deep="Each line is an action and its keys.",
)
_SHOWN: Final = 40


class Bound(msgspec.Struct, frozen=True):
    """An action: its id, its default keys, a description (`words`), and the `scope` in which its keys count.

    `first`: its keys are handled before the widgets see them, so an editor would not receive them.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    scope: str = WORKBENCH
    first: bool = False


class Problem(msgspec.Struct, frozen=True):
    """A mistake in the file: its line (from 1), a message, and a hint."""

    line: int
    message: str
    hint: str


class Keymap(msgspec.Struct, frozen=True):
    """The keys of each action that does not have its default keys, separated by commas (`none`: no key), and the mistakes."""

    keys: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


def read_keymap(text: str, known: Sequence[Bound]) -> Keymap:
    """Read the keymap in `text`. `known` are all actions."""
    tree = parse_yaml(text, NAME, _FORM)
    if tree.root is None:
        # A file that holds only comments changes nothing, and is no mistake.
        empty = tree.findings[-1].code.endswith("-EMPTY")
        return Keymap({}, () if empty else tuple(map(_problem, tree.findings)))
    reader = _Reader(known)
    reader.read(tree.root)
    return reader.result()


def _problem(item: Finding) -> Problem:
    return Problem(item.line or 1, item.message, item.hint)


class _Reader:
    """Reads the entries of a keymap, and gives each key to the first action that asks for it."""

    def __init__(self, known: Sequence[Bound]) -> None:
        self._known: dict[str, Bound] = {}
        self._scopes: dict[str, set[str]] = {}
        for bound in known:
            self._known.setdefault(bound.id, bound)
            self._scopes.setdefault(bound.id, set()).add(bound.scope)
        self._nearest = Nearest(self._known)
        self._walk = Walk(_FORM, Quoter(), first_wins=True)
        self._problems: list[Problem] = []
        self._chosen: dict[str, tuple[Node, list[str]]] = {}

    def _tell(self, node: Node, message: str, hint: str) -> None:
        self._problems.append(Problem(node.line, message, hint))

    def _hint(self, id: str) -> str:
        near = self._nearest.of(id)
        return f"Did you mean `{near}`?" if near else "The command `Open the keymap file` lists every action."

    def read(self, root: Node) -> None:
        """Read every entry of the file."""
        if root.kind != "map":
            self._walk.wrong(root, (), "a map of actions to keys", "Write lines like `event.send: s`.")
            return
        for entry in self._walk.entries(root, ()):
            bound = self._known.get(entry.name)
            if bound is None:
                message = f"There is no action `{one_line(entry.name, _SHOWN)}`."
                self._tell(entry.key, message, self._hint(entry.name))
            elif (names := self._names(bound, entry.value)) is not None:
                self._chosen[bound.id] = (entry.key, names)

    def _names(self, bound: Bound, value: Node) -> list[str] | None:
        """The usable keys of an entry; None if there are none."""
        items = value.children if value.kind == "list" else [value]
        if any(item.kind in ("map", "list", "null") for item in items):
            self._tell(value, f"`{bound.id}` has no keys.", f"Write `{', '.join(bound.keys)}`, or `{UNBOUND}`.")
            return None
        texts = [
            (item, text.strip())
            for item in items
            for text in (["comma"] if item.value.strip() == "," else item.value.split(","))
        ]
        if [text for _, text in texts] == [UNBOUND]:
            if bound.id != QUIT:
                return []
            self._tell(value, "Quitting needs a key.", "Write another key.")
            return None
        names = [name for item, text in texts if (name := self._name(bound, item, text)) is not None]
        return list(dict.fromkeys(names)) or None

    def _name(self, bound: Bound, node: Node, text: str) -> str | None:
        """The name of one key; None after a problem."""
        name = key_name(text)
        if name is None:
            self._tell(node, f"`{one_line(text, _SHOWN)}` is no key ({bound.id}).", nearest_key(text))
        elif (same := sent_as(name)) is not None:
            message = f"A terminal sends `{name}` as `{same}` ({bound.id})."
            self._tell(node, message, f"Write `{same}`, or use another key.")
        # An action whose default key is a character is off while an editor has the focus.
        elif bound.first and is_character(name) and not any(is_character(key) for key in bound.keys):
            message = f"`{bound.id}` also works in editors, where `{name}` is a character to type."
            self._tell(node, message, "Use a key with ctrl or alt, or a function key.")
        else:
            return name
        return None

    def result(self) -> Keymap:
        """Decide who gets a key that several want: quitting first, then the file from its top, then the actions not in the file."""
        owners: dict[tuple[str, str], str] = {}
        quitting = self._chosen.get(QUIT)
        quit_keys = quitting[1] if quitting else list(self._known[QUIT].keys) if QUIT in self._known else []
        keys: dict[str, list[str]] = {}
        for id, (node, names) in self._chosen.items():
            kept = [name for name in names if self._may_have(id, node, name, quit_keys, owners)]
            if kept or not names:
                keys[id] = kept
                owners.update({(scope, name): id for scope in self._scopes[id] for name in kept})
        for id, bound in self._known.items():
            if id not in keys:
                self._keep_defaults(id, bound, owners, keys)
        problems = sorted([*map(_problem, self._walk.findings), *self._problems], key=lambda problem: problem.line)
        return Keymap({id: ",".join(names) or UNBOUND for id, names in keys.items()}, tuple(problems))

    def _may_have(
        self, id: str, node: Node, name: str, quit_keys: Iterable[str], owners: Mapping[tuple[str, str], str]
    ) -> bool:
        """Whether the action `id` gets the key `name`."""
        everywhere = WORKBENCH in self._scopes[id]
        if id != QUIT and name in quit_keys and everywhere:
            self._tell(node, f"`{name}` quits, so `{id}` cannot have it.", f"Use another key, or give `{QUIT}` one.")
            return False
        other = next((owners[scope, name] for scope in self._scopes[id] if (scope, name) in owners), None)
        if other is not None:
            message = f"`{id}` and `{other}` both want `{name}`; `{other}` has it."
            self._tell(node, message, "Use another key for one of them.")
            return False
        inner = next((b for b in self._known.values() if b.scope != WORKBENCH and name in b.keys), None)
        hidden = inner is not None and inner.id not in self._chosen and name not in self._known[id].keys
        if everywhere and inner is not None and hidden:
            message = f"`{name}` does `{inner.id}` where that has the focus, and `{id}` elsewhere."
            self._tell(node, message, f"Use another key for `{id}`, or for `{inner.id}`.")
        return True

    def _keep_defaults(
        self, id: str, bound: Bound, owners: Mapping[tuple[str, str], str], keys: dict[str, list[str]]
    ) -> None:
        """Let an action keep its default keys, except those that the file gave to another action."""
        lost = {
            name: owners[scope, name] for scope in self._scopes[id] for name in bound.keys if (scope, name) in owners
        }
        if not lost:
            return
        keys[id] = [name for name in bound.keys if name not in lost]
        for name, other in lost.items():
            rest = f"it keeps `{', '.join(keys[id])}`" if keys[id] else "it has no key now"
            node = self._chosen[other][0]
            self._tell(node, f"`{other}` takes `{name}` from `{id}`; {rest}.", f"Write `{id}: …` with another key.")


def with_neighbours(keys: Mapping[str, str], known: Sequence[Bound]) -> dict[str, str]:
    """`keys` extended by the actions that share a key, new or default, with an action in it.

    When Textual gives an action other keys, it removes its old keys from every action that is not named in the same call.
    """
    named = dict(keys)
    own = {bound.id: set(bound.keys) for bound in known}
    waiting = list(named)
    while waiting:
        id = waiting.pop()
        touched = own.get(id, set()) | set(named[id].split(","))
        for bound in known:
            if bound.id not in named and touched & set(bound.keys):
                named[bound.id] = ",".join(bound.keys)
                waiting.append(bound.id)
    return named


def keymap_template(known: Sequence[Bound]) -> str:
    """A keymap that changes nothing: a comment line for every action, with its keys and its description."""
    lines = [
        "# The keys of abtui. Remove the first # of a line and write other keys, separated by commas:",
        '#   event.send: "s, ctrl+r"',
        f"# `{UNBOUND}` leaves an action without a key. The file is read when abtui starts, and again when it changes.",
    ]
    group, seen = "", set[str]()
    width = max((len(bound.id) + len(", ".join(bound.keys)) for bound in known), default=0) + 4
    for bound in known:
        if bound.id in seen:
            continue
        seen.add(bound.id)
        if (head := bound.id.partition(".")[0]) != group:
            group = head
            lines += ["", f"# {group}"]
        entry = f'{bound.id}: "{", ".join(bound.keys)}"'
        lines.append(f"# {entry.ljust(width)}  # {one_line(bound.words, 100)}")
    return "\n".join(lines) + "\n"
