"""How to map an event to a goal: the mapping that names its goal, a new one for it, and how other mappings could be for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.item_text import escaped
from abtui.core.config.model import Config
from abtui.core.destinations.actions.fields import GOAL, fields_of
from abtui.core.destinations.actions.given import mappings_of
from abtui.core.destinations.actions.migration.subscriptions import literal
from abtui.core.destinations.actions.widening import Naming, holds, narrower, wider
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.goal_plan import GoalPlan, Offer, written
from abtui.core.mapping_names import unique_names
from abtui.core.outcomes import UNSUBSCRIBED, MappingOutcome, Outcome
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.secret import excerpt

_WIDTH: Final = 60
_MOST: Final = 3
_NAMED: Final = {"track": "event", "page": "name", "screen": "name"}
"""The field with the name of the events that are goals, by their type."""
_COPIED: Final = ("units", "agent", "application")
"""The fields that a new mapping has from the first one that the config has for goals."""


class _Plans(NamedTuple):
    """What a plan is made from. `called` is the event's name, `field` the one that has it, `value` the name in a subscription."""

    event: dict[str, Any]
    config: Config
    kind: str
    field: str
    called: str
    value: str

    @property
    def naming(self) -> Naming:
        """The event with its name as subscriptions have it."""
        return Naming(self.event, self.field, self.value)

    @property
    def own(self) -> bool:
        """Whether the config has mappings itself, and not those of a new destination."""
        return "mappings" in self.config.lists


def plan_goal(event: dict[str, Any], outcome: Outcome, config: Config, seen: CorpusNames) -> GoalPlan:
    """The plan for one event and its present outcome."""
    kind = str(outcome.type)
    field = _NAMED.get(kind, "")
    called = event.get(field) if field else None
    about = [f"{outcome.reason.message[:1].upper()}{outcome.reason.message[1:]}."]
    if not isinstance(called, str) or not called or (kind == "track" and called == EXPOSURE_EVENT):
        about.append("Only track, page and screen calls with a name become goals by their name.")
        return GoalPlan(about=tuple(about))
    value = literal(called)
    if value is None:
        return GoalPlan(about=(*about, "No subscription can hold this name."))
    plans = _Plans(event, config, kind, field, called, value)
    mappings = mappings_of(config)
    decides, offers = outcome.decisive, tuple(_switched_on(plans, mappings))
    if not isinstance(decides, MappingOutcome) or decides.verdict in UNSUBSCRIBED:
        return _added(plans, mappings, about, None, (*offers, *_widened(plans, mappings)))
    at = next(at for at, mapping in enumerate(mappings) if mapping["name"] == decides.mapping)
    if mappings[at].get("partnerAction") != GOAL:
        about.append("It is sent by a mapping for exposures.")
        return GoalPlan(about=tuple(about), offers=offers)
    about.append(f"It is sent by the mapping `{excerpt(decides.mapping, _WIDTH, config.secrets)}`.")
    fields = mappings[at].get("mapping")
    goal = fields.get("name") if isinstance(fields, dict) else None
    if plans.own and isinstance(fields, dict) and (isinstance(goal, str) or goal is None):
        place = ("mappings", at, "mapping", "name")
        return GoalPlan(about=tuple(about), name=called, place=place, goal=goal or "", offers=offers)
    if count := seen.count_of(called) if kind == "track" else 0:
        about.append(f"{plural(count, 'event')} {'has' if count == 1 else 'have'} this name.")
    return _added(plans, mappings, about, at, offers)


def _added(
    plans: _Plans, mappings: Sequence[dict[str, Any]], about: list[str], instead: int | None, offers: tuple[Offer, ...]
) -> GoalPlan:
    """The plan for a mapping of its own. `instead`: another one sends the event now, and then leaves it out, if that can be said."""
    subscribe = f'type = "{plans.kind}" and {plans.field} = {plans.value}'
    name = unique_names([*(mapping["name"] for mapping in mappings), plans.called])[-1]
    item = {"name": name, "subscribe": subscribe, "partnerAction": GOAL, "mapping": _fields(mappings)}
    without = None if instead is None else narrower(plans.naming, mappings[instead].get("subscribe"))
    if instead is not None:
        left = "then leaves it out" if without else "still sends it, too"
        about.append(f"A mapping of its own gets it another goal; `{_cut(plans, mappings[instead])}` {left}.")
    if plans.own:
        place: Path = ("mappings", len(mappings), "mapping", "name")
        around: dict[Path, Any] = {place[:2]: escaped(item)}
        if instead is not None and without:
            around["mappings", instead, "subscribe"] = escaped(without)
    else:
        presets = [dict(mapping) for mapping in mappings]
        if instead is not None and without:
            presets[instead]["subscribe"] = without
        place = ("mappings", len(presets), "mapping", "name")
        around = {("mappings",): [escaped(mapping) for mapping in (*presets, item)]}
    adds = f"a mapping for {subscribe}"
    return GoalPlan(
        about=tuple(about),
        name=plans.called,
        place=place,
        around=around,
        adds=excerpt(adds, 2 * _WIDTH, plans.config.secrets),
        offers=offers,
    )


def _fields(mappings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The fields of a new mapping, but for the goal: as another mapping has them, or else as Segment fills them in."""
    others = (mapping.get("mapping") for mapping in mappings if mapping.get("partnerAction") == GOAL)
    like = next((fields for fields in others if isinstance(fields, dict) and "units" in fields), {})
    fields = {field.name: field.default for field in fields_of(GOAL) if field.default is not None}
    taken = {name: like[name] for name in _COPIED if name in like}
    kept = {"units": fields["units"]} | taken
    return {"units": kept.pop("units"), "name": "", "properties": fields["properties"]} | kept


def _switched_on(plans: _Plans, mappings: Sequence[dict[str, Any]]) -> Iterator[Offer]:
    """An offer for each mapping that is switched off and would be for the event."""
    for at, mapping in enumerate(mappings):
        if mapping.get("enabled") is False and holds(mapping.get("subscribe"), plans.event):
            path = ("mappings", at, "enabled")
            yield Offer(f"Switch on {_cut(plans, mapping)}", written(path, "true", plans.config), {path: True})


def _widened(plans: _Plans, mappings: Sequence[dict[str, Any]]) -> Iterator[Offer]:
    """Offers to let mappings for other names be for the event too: one of several possible changes, so never certain."""
    offers = 0
    for at, mapping in enumerate(mappings):
        wide = (
            wider(plans.naming, mapping.get("subscribe")) if plans.own and mapping.get("partnerAction") == GOAL else ""
        )
        if wide and offers < _MOST:
            offers += 1
            path = ("mappings", at, "subscribe")
            label = f"Let {_cut(plans, mapping)} be for it, too"
            yield Offer(label, written(path, wide, plans.config), {path: escaped(wide)}, certain=False)


def _cut(plans: _Plans, mapping: Mapping[str, Any]) -> str:
    return excerpt(mapping["name"], _WIDTH // 2, plans.config.secrets)
