"""A person's keymap file: text in, the keys of each action out, and with it every mistake at once.

The file is YAML, one action a line: `event.send: "s, ctrl+r"`. What is wrong in it is told, the rest is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from abtui.core.text.key_names import UNBOUND, is_character, key_name, nearest_key, sent_as
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import one_line
from abtui.core.text.yaml_nodes import Form, Node
from abtui.core.text.yaml_tree import parse_yaml

NAME: Final = "keymap.yaml"
WORKBENCH: Final = "workbench"
"""The scope of keys that work anywhere. A list or panel has a scope of its own, and comes first where it has the focus."""
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
    """An action with an id: its keys when nobody changes them, what it does, and where (`scope`) its keys count.

    `first`: its keys come before the widgets, so where text is written they would not be written.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    scope: str = WORKBENCH
    first: bool = False


class Problem(msgspec.Struct, frozen=True):
    """A mistake in the file: the line (from 1), what is wrong, and what to do about it."""

    line: int
    message: str
    hint: str


class Keymap(msgspec.Struct, frozen=True):
    """Keys by id, separated by commas (`none`: no key), of the actions that do not have their own; and what was wrong."""

    keys: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


def read_keymap(text: str, known: Sequence[Bound]) -> Keymap:
    """Read the keymap in `text` for the actions there are."""
    tree = parse_yaml(text, NAME, _FORM)
    if tree.root is None:
        problems = [Problem(item.line or 1, item.message, item.hint) for item in tree.findings]
        # A file of comments only is as good as none.
        return Keymap({}, () if tree.findings[-1].code.endswith("-EMPTY") else tuple(problems))
    reader = _Reader(known)
    if tree.root.kind == "map":
        pairs = zip(tree.root.children[::2], tree.root.children[1::2], strict=True)
        for key, value in pairs:
            reader.take(key, value)
    else:
        reader.tell(
            tree.root, "The keymap is not made of lines like `event.send: s`.", "Write an id, a colon, its keys."
        )
    return reader.result()


class _Reader:
    """Takes entry after entry; the first of two that want one key gets it."""

    def __init__(self, known: Sequence[Bound]) -> None:
        self._known: dict[str, Bound] = {}
        for bound in known:
            self._known.setdefault(bound.id, bound)
        self._scopes: dict[str, set[str]] = {}
        for bound in known:
            self._scopes.setdefault(bound.id, set()).add(bound.scope)
        self._nearest = Nearest(self._known)
        self._problems: list[Problem] = []
        self._chosen: dict[str, tuple[Node, list[str]]] = {}

    def tell(self, node: Node, message: str, hint: str) -> None:
        """Tell of a mistake at its place."""
        self._problems.append(Problem(node.line, message, hint))

    def take(self, key: Node, value: Node) -> None:
        """Take one entry: an action's id and its keys."""
        bound = self._known.get(key.value)
        if bound is None:
            near = self._nearest.of(key.value)
            hint = f"Did you mean `{near}`?" if near else "The palette's `Open the keymap file` lists every id."
            self.tell(key, f"There is no action `{one_line(key.value, _SHOWN)}`.", hint)
            return
        if bound.id in self._chosen:
            self.tell(key, f"`{bound.id}` stands twice; the first is used.", "Write all its keys in one line.")
            return
        names = self._names(bound, value)
        if names is not None:
            self._chosen[bound.id] = (key, names)

    def _names(self, bound: Bound, value: Node) -> list[str] | None:
        """The keys of an entry that can be used; None where there are none."""
        items = value.children if value.kind == "list" else [value]
        written: list[tuple[Node, str]] = []
        for item in items:
            if item.kind in ("map", "list", "null"):
                self.tell(value, f"`{bound.id}` has no keys.", f"Write `{', '.join(bound.keys)}`, or `{UNBOUND}`.")
                return None
            pieces = item.value.split(",") if item.value.strip() != "," else ["comma"]
            written += [(item, piece.strip()) for piece in pieces]
        if [text for _, text in written] == [UNBOUND]:
            if bound.id != QUIT:
                return []
            self.tell(value, "Quitting needs a key.", "Give it another one.")
            return None
        names = [name for item, text in written if (name := self._name(bound, item, text)) is not None]
        return list(dict.fromkeys(names)) or None

    def _name(self, bound: Bound, node: Node, text: str) -> str | None:
        name = key_name(text)
        if name is None:
            self.tell(node, f"`{one_line(text, _SHOWN)}` is no key ({bound.id}).", nearest_key(text))
            return None
        if (same := sent_as(name)) is not None:
            self.tell(
                node, f"A terminal sends `{name}` as `{same}` ({bound.id}).", f"Write `{same}`, or take another key."
            )
            return None
        # Where the own key is a character, its action leaves editors alone.
        if bound.first and is_character(name) and not any(is_character(key) for key in bound.keys):
            message = f"`{bound.id}` works in editors, too, where `{name}` is a character to write."
            self.tell(node, message, "Take a key with ctrl or alt, or a function key.")
            return None
        return name

    def result(self) -> Keymap:
        """Settle what wants the same key: quitting comes first, then the file from its top, then what nobody changed."""
        taken: dict[tuple[str, str], str] = {}
        quitting = self._chosen.get(QUIT)
        quit_keys = quitting[1] if quitting else list(self._known[QUIT].keys) if QUIT in self._known else []
        keys: dict[str, list[str]] = {}
        for id, (node, names) in self._chosen.items():
            kept = [name for name in names if self._may_have(id, node, name, quit_keys, taken)]
            if kept or not names:
                keys[id] = kept
                taken.update({(scope, name): id for scope in self._scopes[id] for name in kept})
        for id, bound in self._known.items():
            if id not in keys:
                self._leave(id, bound, taken, keys)
        return Keymap({id: ",".join(names) or UNBOUND for id, names in keys.items()}, tuple(self._in_order()))

    def _may_have(
        self, id: str, node: Node, name: str, quit_keys: Iterable[str], taken: Mapping[tuple[str, str], str]
    ) -> bool:
        if id != QUIT and name in quit_keys and WORKBENCH in self._scopes[id]:
            self.tell(node, f"`{name}` quits, so `{id}` cannot have it.", f"Take another key, or give `{QUIT}` one.")
            return False
        other = next((taken[scope, name] for scope in self._scopes[id] if (scope, name) in taken), None)
        if other is not None:
            self.tell(node, f"`{id}` and `{other}` both want `{name}`; `{other}` has it.", "Take another key for one.")
            return False
        if WORKBENCH in self._scopes[id]:
            inner = next((b for b in self._known.values() if b.scope != WORKBENCH and name in b.keys), None)
            if inner is not None and inner.id not in self._chosen and name not in self._known[id].keys:
                self.tell(
                    node,
                    f"`{name}` does what `{inner.id}` says where that has the focus, and `{id}` elsewhere.",
                    f"Take another key for `{id}`, or for `{inner.id}`.",
                )
        return True

    def _leave(self, id: str, bound: Bound, taken: Mapping[tuple[str, str], str], keys: dict[str, list[str]]) -> None:
        """An action that keeps its own keys, but for those that the file gave away."""
        lost = {name: taken[scope, name] for scope in self._scopes[id] for name in bound.keys if (scope, name) in taken}
        if not lost:
            return
        keys[id] = [name for name in bound.keys if name not in lost]
        for name, other in lost.items():
            rest = f"it keeps `{', '.join(keys[id])}`" if keys[id] else "it has no key now"
            node = self._chosen[other][0]
            self.tell(node, f"`{other}` takes `{name}` from `{id}`; {rest}.", f"Write `{id}: …` with another key.")

    def _in_order(self) -> list[Problem]:
        return sorted(self._problems, key=lambda problem: problem.line)


def with_neighbours(keys: Mapping[str, str], known: Sequence[Bound]) -> dict[str, str]:
    """`keys`, and with their own keys the actions that share one with an action in it, now or by default.

    Textual takes a key from every action that has it when one of them is given another, unless the others are named as well.
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
    """A keymap that changes nothing: every id with its keys and what it does, each line a comment."""
    lines = [
        "# The keys of abtui. Take the first # from a line and write other keys, separated by commas:",
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
