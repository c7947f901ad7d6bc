"""Finds the API keys of a config before any message is written, and quotes the file without them.

An alias, a missing space or a slip of the hand can bring a key into another value, a map's key or a variable's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from abtui.core.config.interpolation import interpolate
from abtui.core.config.names import is_known_name, secret_names
from abtui.core.text import yaml_values
from abtui.core.text.plain import letters, one_line
from abtui.core.text.secret import MASK
from abtui.core.text.secret_forms import SecretForms
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import WIDTH

_LONGEST_NAME: Final = 64
_SHORTEST: Final = 6
"""Shorter pieces of a key occur in ordinary words, too. The value of an `apiKey` is never quoted anyway."""
# No real config has that many. Looking for each of them in every message would take minutes, so then nothing is quoted.
_MOST_KEYS: Final = 200

# `apiKey:abc` without the space is one key to YAML; the text after the name is the API key.
_STUCK = re.compile(r"\A(\W*api[\W_]*key\W*[:=]).+", re.IGNORECASE | re.DOTALL)


def is_variable_name(name: str) -> bool:
    """Whether `name` is written as variables are. `${sk_live_1a2b}` is a key in the place of its variable."""
    return name == name.upper() and len(name) <= _LONGEST_NAME


def key_texts(root: Node, env: Mapping[str, str]) -> tuple[str, ...]:
    """Every API key in the tree, and the pieces of keys that the file contains; longest first."""
    texts: set[str] = set()
    secrets = secret_names()
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node.children) in seen:
            continue
        seen.add(id(node.children))
        stack.extend(child for child in node.children if child.children)
        if node.kind == "map":
            for key, value in node.pairs:
                if value.kind != "unknown" and key.value and len(key.value) <= WIDTH and letters(key.value) in secrets:
                    texts.update(_pieces(value.value, env))
    return tuple(sorted((text for text in texts if len(text) >= _SHORTEST), key=lambda text: (-len(text), text)))


def _pieces(text: str, env: Mapping[str, str]) -> Iterable[str]:
    result = interpolate(text, env)
    names = (name for name in (*result.unset, *result.empty) if not is_variable_name(name))
    return (result.value, *result.written, *names)


class Quoter(yaml_values.Quoter):
    """Quotes parts of a config in messages without the API keys `texts`."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        super().__init__()
        self.texts = texts
        self._forms = [SecretForms(text) for text in texts] if len(texts) <= _MOST_KEYS else []

    def mask(self, text: str) -> str:
        """`text` without the keys, in any form, and without a key that is stuck to its name."""
        if len(self.texts) > _MOST_KEYS:
            return MASK
        for forms in self._forms:
            if forms.stand_in(text):
                text = forms.masked(text, MASK)
        return _STUCK.sub(rf"\1{MASK}", text)

    def sentence(self, text: str) -> str:
        """A sentence that quotes something of the file already."""
        return one_line(self.mask(text), 5 * WIDTH)

    def step(self, step: str) -> str:
        """A key of a path: names of settings are shown even where an API key is equal to one."""
        return step if is_known_name(step) else self.mask(step)
