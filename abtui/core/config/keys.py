"""Finding the API keys of a config before anything is said about it, and quoting the file without them.

An alias, a missing space or a slip of the hand can bring a key into another value, a map's key or a variable's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from abtui.core.config.interpolation import interpolate
from abtui.core.config.names import is_known_name
from abtui.core.text.paths import path_text
from abtui.core.text.plain import letters, one_line
from abtui.core.text.secret import MASK
from abtui.core.text.secret_forms import SecretForms
from abtui.core.text.yaml_nodes import Node

WIDTH: Final = 60
_LONGEST_NAME: Final = 64
_SHORTEST: Final = 6
"""A shorter piece of a key is in ordinary words, too; the value of an `apiKey` is never quoted anyway."""
# No config has so many; looking for each in every message would take minutes, so then nothing is quoted.
_MOST_KEYS: Final = 200

# `apiKey:abc` without the space is one key to YAML; what follows the name is the API key.
_STUCK = re.compile(r"\A(\W*api[\W_]*key\W*[:=]).+", re.IGNORECASE | re.DOTALL)


def is_variable_name(name: str) -> bool:
    """Whether `name` is written as variables are. `${sk_live_1a2b}` is a key where its variable belongs."""
    return name == name.upper() and len(name) <= _LONGEST_NAME


def key_texts(root: Node, env: Mapping[str, str]) -> tuple[str, ...]:
    """Every API key in the tree, and the pieces of one that stand in the file; longest first."""
    texts: set[str] = set()
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node.children) in seen:
            continue
        seen.add(id(node.children))
        stack.extend(child for child in node.children if child.children)
        if node.kind == "map":
            for key, value in zip(node.children[::2], node.children[1::2], strict=True):
                if key.value and len(key.value) <= WIDTH and letters(key.value) == "apikey":
                    texts.update(_pieces(value.value, env))
    return tuple(sorted((text for text in texts if len(text) >= _SHORTEST), key=lambda text: (-len(text), text)))


def _pieces(text: str, env: Mapping[str, str]) -> Iterable[str]:
    result = interpolate(text, env)
    names = (name for name in (*result.unset, *result.empty) if not is_variable_name(name))
    return (result.value, *result.written, *names)


class Quoter:
    """Quotes pieces of the file in messages: printable, on one line, cut, and without the API keys `texts`."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self._forms = [SecretForms(text) for text in texts] if len(texts) <= _MOST_KEYS else []

    def shown(self, text: str) -> str:
        """A value or a key of the file."""
        return one_line(self._clean(text), WIDTH)

    def sentence(self, text: str) -> str:
        """A sentence that quotes something of the file already."""
        return one_line(self._clean(text), 5 * WIDTH)

    def key_path(self, path: Iterable[str]) -> str:
        """`("settings", "goalMapping", "Order Completed")` -> `settings.goalMapping["Order Completed"]`."""
        text = path_text([key if is_known_name(key) else self._clean(key) for key in path])
        return one_line(text.removeprefix("$").removeprefix("."), 2 * WIDTH)

    def _clean(self, text: str) -> str:
        if len(self.texts) > _MOST_KEYS:
            return MASK
        for forms in self._forms:
            if forms.stand_in(text):
                text = forms.masked(text, MASK)
        return _STUCK.sub(rf"\1{MASK}", text)
