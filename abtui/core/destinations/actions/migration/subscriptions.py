"""Subscriptions and names of goals, written for a migrated config."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from abtui.core.destinations.actions.fql import Invalid, parse
from abtui.core.migration import ViewGoal

_PUNCTUATION: Final = "-/.,:;&'\"()!?+#|=@%*[]<>"
_PASSES: Final = 3
"""Each halves a run of blanks, so three make one of eight."""


def all_of(conditions: Iterable[str]) -> str:
    """All conditions hold. The last connective counts for all, so none of them may have an `or` outside parentheses."""
    return " and ".join(filter(None, conditions))


def any_of(conditions: Iterable[str]) -> str:
    """One of the conditions holds."""
    found = list(conditions)
    return found[0] if len(found) == 1 else f"({' or '.join(found)})"


def literal(name: str) -> str | None:
    """A name as a value of a subscription, or None where there is no way to write it.

    A text has no escapes, so a name with a quote is a word in which they are escaped.
    """
    escaped = "".join(char if char.isascii() and (char.isalpha() or char == "_") else f"\\{char}" for char in name)
    return next((text for text in (f'"{name}"', escaped) if _means(text, name)), None)


def _means(text: str, name: str) -> bool:
    subscription = parse(f'type = "track" and (event = {text} or event = "")')
    if isinstance(subscription, Invalid):
        return False
    return subscription.holds({"type": "track", "event": name}) and not subscription.holds(
        {"type": "track", "event": f"{name}."}
    )


def view_name(view: ViewGoal) -> dict[str, Any]:
    """The field Goal Name for page or screen calls."""
    if not view.slug:
        return {"@template": f"{view.before}{{{{ name }}}}{view.after}"}
    # A blank stands for each character that is no word's, so that underscores of the name itself stay as many as they are.
    steps = ["name", "downcase", *(_replace(char, " ") for char in _PUNCTUATION), *[_replace("  ", " ")] * _PASSES]
    return {"@liquid": f"{view.before}{{{{ {' | '.join([*steps, _replace(' ', '_')])} }}}}{view.after}"}


def _replace(old: str, new: str) -> str:
    quote = "'" if '"' in old else '"'
    return f'replace: {quote}{old}{quote}, "{new}"'
