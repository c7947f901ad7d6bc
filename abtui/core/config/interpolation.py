"""Replaces `${NAME}` and `${NAME:-default}` in the values of a config with the values of environment variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# `$${` is a literal `${`. A default may contain plain references, but none with a default. The last branch is a `${` that begins neither.
_REFERENCE = re.compile(
    rf"(?P<literal>\$\$\{{)|\$\{{(?P<name>{_NAME})(?P<has_default>:-(?P<default>(?:[^$}}]|\$(?!\{{)|\$\{{{_NAME}\}})*))?\}}|(?P<odd>\$\{{)"
)
_NAMES = re.compile(r"\$\{([^:}]*)")
_SAYS_SOMETHING = re.compile(r"\w")


class Interpolated(msgspec.Struct, frozen=True):
    """A text with its references replaced. `value` is empty if a variable is unset, because half a value is worse than none.

    `unset` and `empty` are the variables without a default that are not set, or set to nothing. `written` are the pieces of
    the value that the file itself contains, including all defaults. `odd`: the text has a `${` that begins no reference.
    """

    value: str
    unset: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    odd: bool = False


def interpolate(text: str, env: Mapping[str, str]) -> Interpolated:
    """`text` with its references replaced from `env`. As in a shell, an empty variable has its default, too."""
    if "${" not in text:
        return Interpolated(text, written=(text,) if text else ())
    parts: list[str] = []
    literals: list[str] = []
    unset: dict[str, None] = {}
    empty: dict[str, None] = {}
    odd = False
    end = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text[end : match.start()])
        literals.append(text[end : match.start()])
        end = match.end()
        name = match["name"]
        if name is None:
            odd = odd or match["odd"] is not None
            parts.append("${")
            continue
        value = env.get(name, "")
        if not value and match["has_default"] is not None:
            inner = interpolate(match["default"], env)
            value = inner.value
            unset.update(dict.fromkeys(inner.unset))
            empty.update(dict.fromkeys(inner.empty))
        elif not value:
            (empty if name in env else unset)[name] = None
        if match["default"]:
            literals.extend(interpolate(match["default"], {}).written)
        parts.append(value)
    parts.append(text[end:])
    literals.append(text[end:])
    return Interpolated(
        "" if unset else "".join(parts),
        tuple(unset),
        tuple(empty),
        tuple(literal for literal in literals if _SAYS_SOMETHING.search(literal)),
        odd,
    )


def masked_text(text: str, mask: Callable[[str], str], is_name: Callable[[str], bool]) -> str | None:
    """`text` with everything outside its references, and their defaults, changed by `mask`.

    None if it has no references, or one whose name fails `is_name`: then any part of it could be part of a secret.
    """
    names = _NAMES.findall(text)
    return _masked(text, mask) if names and all(map(is_name, names)) else None


def _masked(text: str, mask: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        before, default = text[end : match.start()], match["default"]
        parts.append(mask(before) if before else "")
        parts.append(f"${{{match['name']}:-{_masked(default, mask)}}}" if default else match[0])
        end = match.end()
    rest = text[end:]
    return "".join((*parts, mask(rest) if rest else ""))
