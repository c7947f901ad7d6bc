"""The words for a loss: who is lost, why, and the way back."""

from __future__ import annotations

from typing import Final, NamedTuple

from abtui.core.config.model import CATALOG_NOUNS, Config
from abtui.core.corpus.funnel.causes import Cause
from abtui.core.corpus.funnel.counts import Count, Detail
from abtui.core.destination import FETCH_THROWS, Destination
from abtui.core.destinations import short_reason
from abtui.core.text.secret import excerpt

_NOUNS: Final = {str(part): noun for part, noun in CATALOG_NOUNS.items()}
_NAMED: Final = 3
_WIDTH: Final = 40
CHANGE: Final = "a change of the config brings them back"


class _Words(NamedTuple):
    """Who it is, for one event and for several, and the way back if no change of the config is one."""

    one: str
    several: str
    back: str


_KINDS: Final[dict[str, _Words]] = {
    "opted out": _Words("opted out", "opted out", "none: a customer said no"),
    "no id": _Words("has no id", "have no id", "identify before you track"),
    "another id": _Words("has another id", "have another id", "identify before you track"),
    "off": _Words("is switched off", "are switched off", "switch it on"),
    "fails": _Words("fails", "fail", "mend the event where it is made"),
    "not sent": _Words("never leaves", "never leave", "mend the event where it is made"),
    "twice": _Words("was sent twice", "were sent twice", "none: one of them counts"),
    "no date": _Words("has no date", "have no date", "send the date"),
    "wrong date": _Words("has a wrong date", "have a wrong date", "send the right date"),
    "wrong id": _Words("has a wrong id", "have a wrong id", "send another id"),
    "wrong name": _Words("has no name", "have no name", "name the event"),
    "refused": _Words("is refused", "are refused", "mend the event where it is made"),
    "place": _Words("is ignored", "are ignored", "create or restore it in the console"),
    "another name": _Words("has another name", "have another name", "send it under the goal's name"),
    "near": _Words("is a letter off", "are a letter off", "send it under the goal's name"),
    "another goal": _Words("goes to another goal", "go to another goal", "none: the console has that goal, too"),
    "unknown goal": _Words("is not known", "are not known", "create the goal in the console"),
    "archived": _Words("is archived", "are archived", "restore the goal in the console"),
    "unit": _Words("has an unknown unit", "have an unknown unit", "create or restore it in the console"),
    "empty units": _Words("has no id", "have no id", "send an id in each unit"),
    "no goal": _Words("sends no goal", "send no goal", "none: nothing counts it"),
}


def who(kind: str, count: int) -> str:
    """`has no id` for one event, `have no id` for several."""
    words = _KINDS[kind]
    return words.one if count == 1 else words.several


def way_back(cause: Cause, count: Count, config: Config) -> str:
    """What to do where no change of the config helps."""
    if cause.code == FETCH_THROWS:
        return "correct the settings"
    if cause.kind in ("no date", "wrong date"):
        fields = sorted({field for (_, *more), _ in count.ranked()[:_NAMED] for field in more})
        if fields:
            named = " and ".join(excerpt(field, _WIDTH, config.secrets) for field in fields[:_NAMED])
            return f"send {named} as a date" if cause.kind == "wrong date" else f"send {named}"
    return _KINDS[cause.kind].back


def why(cause: Cause, count: Count, goal: str, config: Config, destination: Destination) -> str:
    """Why they are lost: what the events say, with the number of each if they differ."""
    match cause.kind:
        case "off" | "fails" | "not sent":
            return short_reason(cause.code)
        case "no id":
            return _no_id(tuple(destination.mapped_fields(config)), config)
        case "twice":
            return "its messageId repeats" if count.events == 1 else "their messageIds repeat"
        case "unknown goal":
            return f"the console has no goal {excerpt(goal, _WIDTH, config.secrets)}"
        case "archived":
            return f"{excerpt(goal, _WIDTH, config.secrets)} is archived in the console"
        case "empty units":
            return "no unit has an id"
        case "no goal":
            return f"{destination.title} sends no goal for it"
    return _listed([(_say(cause.kind, detail, config), events) for detail, events in count.ranked()], count.others)


def _say(kind: str, detail: Detail, config: Config) -> str:
    match kind:
        case "opted out":
            return f"integrations says {detail[0]}: false"
        case "place":
            part, name = detail[0], excerpt(detail[1], _WIDTH, config.secrets)
            archived = detail[1] in getattr(config.catalog.archived, part)
            return f"{name} is archived in the console" if archived else f"the console has no {_NOUNS[part]} {name}"
        case "another name" | "another goal" | "another id" | "near":
            name = excerpt(detail[1], _WIDTH, config.secrets)
            return name if name == name.strip() else f'"{name}"'
    return excerpt(detail[0], 2 * _WIDTH, config.secrets)


def _listed(said: list[tuple[str, int]], others: int) -> str:
    """`Order completed 3, order_completed 1`; the number is left out where there is one thing."""
    if len(said) == 1 and not others:
        return said[0][0]
    parts = [f"{text} {events:,}" for text, events in said[:_NAMED]]
    if rest := sum(events for _, events in said[_NAMED:]) + others:
        parts.append(f"others {rest:,}")
    return ", ".join(parts)


def _no_id(fields: tuple[str, ...], config: Config) -> str:
    """`neither userId nor anonymousId`, by the fields that the config takes for ids."""
    shown = [excerpt(field, _WIDTH, config.secrets) for field in fields[:_NAMED]]
    if not shown:
        return "the config takes no field for an id"
    return f"no {shown[0]}" if len(shown) == 1 else f"neither {' nor '.join(shown)}"
