"""AB Smartly's second destination, ABsmartly (Actions): mappings that subscribe to events and say what is sent of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config, Target
from abtui.core.delivery.request import request_frame
from abtui.core.destination import Decide, Decision, Destination, Setting, Trace, summary
from abtui.core.destinations.actions.completion import complete_in
from abtui.core.destinations.actions.decide import Actions
from abtui.core.destinations.actions.fields import ACTIONS, PRESETS
from abtui.core.destinations.actions.findings import (
    RULES,
    check_config,
    checks_result_with,
    checks_with,
    corpus_findings,
    uses_with,
)
from abtui.core.destinations.actions.form import item_fields, new_item, shown_value, value_of
from abtui.core.destinations.actions.fql.oddities import oddities
from abtui.core.destinations.actions.given import mappings_of, settings_of, unit_fields
from abtui.core.destinations.actions.goal_plan import plan_goal
from abtui.core.destinations.actions.goals import names_for
from abtui.core.destinations.actions.headers import without_gone
from abtui.core.destinations.actions.migration import migrated
from abtui.core.destinations.actions.reasons import REASONS
from abtui.core.destinations.actions.schema import coerced
from abtui.core.destinations.actions.settings import SETTINGS
from abtui.core.destinations.actions.widening import let_in
from abtui.core.list_section import ListSection
from abtui.core.outcomes import Fate, Request
from abtui.core.segment import SHOWS, SHOWS_BAD_REQUEST, SHOWS_RETRY, SHOWS_SUCCESS

_KEYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "name": {"type": "string", "description": "Its name, as the page of the destination lists it."},
    "enabled": {"type": "boolean", "description": "Whether Segment runs it; `true` if it is left out."},
    "subscribe": {"type": "string", "description": 'The events it is for, in FQL: `type = "track"`.'},
    "partnerAction": {"enum": list(ACTIONS), "description": "What it sends: a goal or an exposure."},
    "mapping": {
        "type": "object",
        "description": "Its fields, made of values and directives like `@path`: units, name and properties of a goal, or an exposure; agent, application.",
    },
}


def never(config: Config) -> Iterator[str]:
    """The mappings whose subscription holds for no event."""
    for mapping in mappings_of(config):
        subscribe = mapping.get("subscribe")
        if isinstance(subscribe, str) and any(item.code == "never-matches" for item in oddities(subscribe)):
            yield mapping["name"]


def told_by_fields(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The action of a mapping whose file has only the id of one: the fields of the two actions have no name in common but two."""
    fields = mapping.get("mapping")
    if mapping.get("partnerAction") in ACTIONS or not isinstance(fields, dict):
        return {}
    fitting = (
        "trackExposure"
        if "exposure" in fields
        else "trackGoal"
        if {"name", "units", "properties"} & set(fields)
        else ""
    )
    return {"partnerAction": fitting} if fitting else {}


MAPPINGS: Final = ListSection(
    name="mappings",
    note="what is sent of which events",
    about="The mappings (subscriptions) of the destination; left out, the four that Segment makes for a new one.",
    keys=_KEYS,
    preset=PRESETS,
    segment="subscriptions",
    segment_keys={"trigger": "subscribe", "actionSlug": "partnerAction", "settings": "mapping"},
    segment_told=told_by_fields,
    shown_value=shown_value,
    value_of=value_of,
    complete=complete_in,
    never=never,
    item="mapping",
    new=new_item,
)


def decide_with(config: Config) -> Decide:
    """The decision function for one config."""
    actions = Actions(settings_of(config), mappings_of(config), config.line, shown=config.default_target.key_shown)

    def decide(event: dict[str, Any], trace: Trace | None) -> Decision:
        return summary(actions.results(event, explain=trace is not None))

    return decide


def frame(target: Target) -> Request:
    """A request to a target, still without a body."""
    shared = request_frame(target)
    key = "" if target.api_key is None else target.api_key.reveal()
    return msgspec.structs.replace(shared, headers=without_gone(shared.headers, key))


def coerce(_setting: Setting, value: Any) -> str | None:
    """The text that the destination makes of a setting of another type; None if it refuses it."""
    text, fits = coerced(value)
    return text if fits else None


def shows(decision: Decision, fate: Fate) -> str:
    """What Event Delivery shows: an answer that is no 2xx is an error there."""
    refused = decision.verdict == "send" and fate == "refused"
    return SHOWS_BAD_REQUEST if refused else SHOWS[decision.verdict]


def shows_answer(status: int, _kind: str) -> tuple[str, str]:
    """What Event Delivery shows for an answer: any 2xx is a success, whatever its body is."""
    if 200 <= status < 300:
        return SHOWS_SUCCESS, "any 2xx is a success, whatever the answer says"
    if status >= 500 or status in (408, 429):
        return SHOWS_RETRY, "Segment tries again later"
    return SHOWS_BAD_REQUEST, "an answer that is no 2xx is an error, and Segment does not try again"


DESTINATION: Final = Destination(
    name="actions",
    title="ABsmartly (Actions)",
    about="The ABsmartly (Actions) destination of Segment's catalog.",
    settings=SETTINGS,
    decide_with=decide_with,
    reasons=REASONS,
    fields=("type", "event", "name", "userId", "anonymousId", "properties", "context", "timestamp"),
    mapped_fields=lambda config: dict.fromkeys(unit_fields(config)),
    reads_any=True,
    plan_goal=plan_goal,
    names_for=names_for,
    let_in=let_in,
    frame=frame,
    rules=RULES,
    checks_with=checks_with,
    corpus_findings=corpus_findings,
    uses_with=uses_with,
    several=True,
    lists=(MAPPINGS,),
    item_fields=item_fields,
    checks_result_with=checks_result_with,
    check_config=check_config,
    coerce=coerce,
    shows=shows,
    shows_answer=shows_answer,
    batches=False,
    key_refused="Credentials are invalid: {status} {phrase}",
    migrated=migrated,
)
