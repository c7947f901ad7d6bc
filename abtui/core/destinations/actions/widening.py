"""Subscriptions with one more name, or without one, as text that does the same for every other event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from abtui.core.config.item_text import escaped
from abtui.core.config.model import Config
from abtui.core.destinations.actions.fql import Subscription, parse
from abtui.core.destinations.actions.given import mappings_of
from abtui.core.destinations.actions.goals import asked_names, sends_goal
from abtui.core.destinations.actions.migration.subscriptions import literal
from abtui.core.text.javascript import JavaScriptTypeError
from abtui.core.text.paths import Path

_OTHER: Final = "\x00 another name"


class Naming(NamedTuple):
    """An event, the field that has its name, and the name as a value in a subscription."""

    event: Mapping[str, Any]
    field: str
    value: str

    @property
    def renamed(self) -> dict[str, Any]:
        """The event under a name that no config has."""
        return {**self.event, self.field: _OTHER}


def wider(naming: Naming, subscribe: Any) -> str:
    """A subscription that is for one name, or for several in a parenthesis, with the event's name too; "" if it cannot be said."""
    if not isinstance(subscribe, str) or holds(subscribe, naming.event):
        return ""
    one = f'{naming.field} = "([^"]*)"'
    found = re.fullmatch(rf'([^()]*?)(\(?)({one}(?: or {naming.field} = "[^"]*")*)(\)?)([^()]*)', subscribe)
    if found is None or bool(found[2]) != bool(found[5]):
        return ""
    before, _, names, known, _, rest = found.groups()
    # Without a parenthesis, `or` joins whatever else the subscription asks for.
    if f"{naming.field} = " in before + rest or (not found[2] and f" or {naming.field} = " in names):
        return ""
    wide = f"{before}({names} or {naming.field} = {naming.value}){rest}"
    others = holds(wide, naming.renamed) or not holds(wide, {**naming.event, naming.field: known})
    return "" if others or not holds(wide, naming.event) else wide


def narrower(naming: Naming, subscribe: Any) -> str:
    """A subscription without the event's name; "" if it cannot be said."""
    text = str(subscribe)
    inner = f"({text})" if " or " in text else text
    narrow = f"{inner} and {naming.field} != {naming.value}"
    same = holds(narrow, naming.renamed) == holds(text, naming.renamed)
    return narrow if same and not holds(narrow, naming.event) else ""


def holds(subscribe: Any, event: Mapping[str, Any]) -> bool:
    """Whether a subscription can be read and is for an event."""
    subscription = parse(subscribe)
    try:
        return isinstance(subscription, Subscription) and subscription.holds(dict(event))
    except JavaScriptTypeError:
        return False


def let_in(names: Iterable[str], goal: str, config: Config) -> dict[Path, Any]:
    """The edits after which the only mapping that asks for names to send a goal is for these names of track calls too."""
    mappings = mappings_of(config)
    for_it = [at for at, one in enumerate(mappings) if sends_goal(one, goal) and _asks(one)]
    return widened(names, for_it[0], mappings) if len(for_it) == 1 and "mappings" in config.lists else {}


def _asks(mapping: Mapping[str, Any]) -> bool:
    return mapping.get("enabled") is not False and bool(asked_names(mapping.get("subscribe")))


def widened(names: Iterable[str], at: int, mappings: Sequence[Mapping[str, Any]]) -> dict[Path, Any]:
    """The edits after which one mapping is for these names of track calls too, and no other one is; none if that cannot be said."""
    texts = [mapping.get("subscribe") for mapping in mappings]
    for name in names:
        value = literal(name)
        naming = Naming({"type": "track", "event": name}, "event", value or "")
        wide = wider(naming, texts[at]) if value is not None else ""
        if not wide:
            return {}
        for other, mapping in enumerate(mappings):
            if other != at and mapping.get("enabled") is not False and holds(texts[other], naming.event):
                texts[other] = narrower(naming, texts[other])
        texts[at] = wide
    changed = {at: text for at, text in enumerate(texts) if text != mappings[at].get("subscribe")}
    return (
        {("mappings", at, "subscribe"): escaped(text) for at, text in changed.items()} if all(changed.values()) else {}
    )
