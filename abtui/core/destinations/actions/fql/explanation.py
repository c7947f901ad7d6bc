"""Why a subscription holds for an event or not, in words: the conditions that decided, with the values they saw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from abtui.core.destinations.actions.fql.conditions import Comparison, Condition, Group, Wanted
from abtui.core.destinations.actions.fql.evaluation import Event, compiled, is_known, reader
from abtui.core.destinations.actions.javascript import is_number, path_in
from abtui.core.text.javascript import ABSENT, json_kind, number_to_string, stringify, to_string
from abtui.core.text.javascript.members import Function
from abtui.core.text.paths import Path

_MAX_SHOWN: Final = 60
_WANTED: Final[dict[str, str]] = {
    "=": "{}",
    "!=": "anything but {}",
    "<": "a number below {}",
    "<=": "a number of at most {}",
    ">": "a number above {}",
    ">=": "a number of at least {}",
    "contains": "a text with {}",
    "not_contains": "a text without {}",
    "starts_with": "a text that starts with {}",
    "not_starts_with": "a text that does not start with {}",
    "ends_with": "a text that ends with {}",
    "not_ends_with": "a text that does not end with {}",
    "exists": "a value",
    "not_exists": "no value",
    "is_true": "true",
    "is_false": "false",
    "number_equals": "the number {}",
    "number_not_equals": "a number other than {}",
}


class Seen(msgspec.Struct, frozen=True):
    """A comparison that decided, the place it looked at, and the value there: ABSENT where the event has none."""

    comparison: Comparison
    path: Path
    actual: Any
    holds: bool


class Explanation(msgspec.Struct, frozen=True):
    """Whether the subscription holds, the sentence that says why, and the comparisons that decided.

    `wanted` is what it looked for and did not find, without what is there instead: `event "Order Completed"`.
    """

    holds: bool
    message: str
    seen: tuple[Seen, ...]

    @property
    def wanted(self) -> str:
        """ "" where it holds."""
        if self.holds:
            return ""
        return "; ".join(f"{label} {_wanted_of(ones)}" for label, ones in _by_field(self.seen).items())


def explain(condition: Condition, event: Event) -> Explanation:
    """Raises JavaScriptTypeError where Segment's function throws."""
    holds = compiled(condition)(event)
    seen = tuple(_deciding(condition, event, holds=holds))
    words = _all_words(seen) if holds else _failed_words(seen)
    return Explanation(holds, f"subscribe is {'true' if holds else 'false'}: {words}", seen)


def _deciding(condition: Condition, event: Event, *, holds: bool) -> Iterable[Seen]:
    """The first child that decides a group, or all children where none does alone."""
    if isinstance(condition, Comparison):
        yield Seen(condition, path_in(event, condition.keys), reader(condition)(event), holds)
    elif isinstance(condition, Group):
        one_decides = holds is (condition.connective == "or")
        for child in condition.children:
            if not one_decides or compiled(child)(event) is holds:
                yield from _deciding(child, event, holds=holds)
                if one_decides:
                    return


def _all_words(seen: Iterable[Seen]) -> str:
    return " and ".join(f"`{one.comparison.label}` {_is(one.actual)}" for one in seen)


def _failed_words(seen: tuple[Seen, ...]) -> str:
    """What each wanted, with the same field told once."""
    return "; ".join(
        f"`{label}` {_is(ones[0].actual)}, wanted {_wanted_of(ones)}" for label, ones in _by_field(seen).items()
    )


def _by_field(seen: Iterable[Seen]) -> dict[str, list[Seen]]:
    by_field: dict[str, list[Seen]] = {}
    for one in seen:
        by_field.setdefault(one.comparison.label, []).append(one)
    return by_field


def _wanted_of(ones: Iterable[Seen]) -> str:
    return " or ".join(dict.fromkeys(wanted_words(one.comparison) for one in ones))


def _is(actual: Any) -> str:
    return "is absent" if actual is ABSENT else f"= {shown(actual)}"


def wanted_words(comparison: Comparison) -> str:
    """What a comparison asks for: `a number above 5`."""
    name, wanted = comparison.operator, comparison.wanted
    if not is_known(name):
        return f"something that `{name}` holds for, which is not an operator"
    return _WANTED[name].format(_shown_wanted(name, wanted))


def _shown_wanted(name: str, wanted: Wanted) -> str:
    """Numbers as numbers where they are compared as numbers; everything else is compared as text."""
    if isinstance(wanted, float) and (name in ("<", "<=", ">", ">=") or name.startswith("number_")):
        return number_to_string(wanted)
    return shown(to_string(wanted))


def shown(value: Any) -> str:
    """A value in a sentence: texts quoted and cut, lists and objects by their kind."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Function):
        return "a function of JavaScript"
    if is_number(value):
        return number_to_string(value)
    return json_kind(value)


def _quoted(text: str) -> str:
    cut = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
    return stringify(cut).decode()
