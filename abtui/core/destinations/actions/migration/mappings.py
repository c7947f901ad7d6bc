"""The mappings that do what a config of another destination does, as far as mappings can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from abtui.core.destinations.actions.fields import EXPOSURE, GOAL, MOST_MAPPINGS
from abtui.core.destinations.actions.migration.subscriptions import all_of, any_of, literal, view_name
from abtui.core.destinations.actions.migration.units import Units, units_of
from abtui.core.migration import Difference, Exposures, MadeItem, Meaning, Migrated
from abtui.core.text.paths import path_text
from abtui.core.text.plain import plural

_PROPERTIES: Final = {
    "@if": {"exists": {"@path": "$.properties"}, "then": {"@path": "$.properties"}, "else": {}},
}


def migrated(meaning: Meaning) -> Migrated:
    """The mappings for what a config does, and what they cannot do. No event is for two of them."""
    made = _Made(meaning, units_of(meaning.units))
    mappings = tuple(made.mappings())
    return Migrated({"mappings": mappings}, tuple(made.differences(len(mappings))))


class _Made:
    """Makes the mappings for one meaning."""

    def __init__(self, meaning: Meaning, units: Units) -> None:
        self._meaning = meaning
        self._units = units
        self._values = {name: literal(name) for name in (*meaning.goals, *meaning.never)}

    # Mappings

    def mappings(self) -> Iterator[MadeItem]:
        """All mappings: one for each goal, one for other track calls, page and screen calls, exposures."""
        for goal, names in self._named_goals().items():
            values = [value for name in names if (value := self._values[name]) is not None]
            if values:
                is_one = any_of(f"event = {value}" for value in values)
                yield self._goal(
                    f"Goal {goal}", 'type = "track"', is_one, goal, f"The goal map: {_listed(names)} -> {goal}."
                )
        others = [f"event != {value}" for value in self._values.values() if value is not None]
        note = "Track calls that the goal map does not name, under their own names. Exposures are no goals."
        yield self._goal("Other track calls", 'type = "track"', all_of(others), {"@path": "$.event"}, note)
        for view in self._meaning.views:
            note = f'{view.type.capitalize()} calls become goals: "{view.before}Home{view.after}".'
            if view.slug:
                note = f'{view.type.capitalize()} calls become goals: "home{view.after}".'
            name, title = view_name(view), f"{view.type.capitalize()} calls"
            # Without a name, or with one that is no text, the classic destination sends nothing.
            yield self._goal(
                title, f'type = "{view.type}"', 'match(name, "*")', name, f"{note} Those without a name are not sent."
            )
        for exposures in self._meaning.exposures:
            yield self._exposures(exposures)

    def _named_goals(self) -> dict[str, list[str]]:
        """The names of events for each goal."""
        found: dict[str, list[str]] = {}
        for name, goal in self._meaning.goals.items():
            found.setdefault(goal, []).append(name)
        return found

    def _goal(self, title: str, kind: str, condition: str, name: Any, note: str) -> MadeItem:
        fields = {"units": self._units.field, "name": name, "properties": _PROPERTIES}
        return self._item(
            title, all_of([kind, condition, *self._units.conditions]), GOAL, fields, note, enabled=self._units.usable
        )

    def _exposures(self, exposures: Exposures) -> MadeItem:
        field, path = ".".join(map(str, exposures.at)), path_text(exposures.at)
        conditions = [f'type = "{exposures.type}"', f"{field} != null"]
        if exposures.event is not None:
            conditions.insert(1, f"event = {literal(exposures.event)}")
        title = "Exposures" if exposures.type == "track" else f"Exposures of {exposures.type} calls"
        return self._item(title, all_of(conditions), EXPOSURE, {"exposure": {"@path": path}}, f"Exposures, at {field}.")

    def _item(
        self, title: str, subscribe: str, action: str, fields: Mapping[str, Any], note: str, *, enabled: bool = True
    ) -> MadeItem:
        mapping = {**fields, "agent": self._meaning.agent}
        if self._meaning.application.strip():
            mapping["application"] = self._meaning.application
        return MadeItem(
            {
                "name": title,
                "enabled": enabled,
                "subscribe": subscribe.replace("${", "$${"),
                "partnerAction": action,
                "mapping": mapping,
            },
            note,
        )

    # What they cannot do

    def differences(self, mappings: int) -> Iterator[Difference]:
        """Everything that is not the same, with its reason; what concerns most events first."""
        meaning = self._meaning
        yield Difference(
            "dates",
            f"all times are the event's `timestamp`, not `{meaning.achieved_at}` (achievedAt) and `{meaning.published_at}` (publishedAt), and every body says `historic: true`. The destination has no field for a time. An event without `timestamp` has no times, and the collector refuses it.",
        )
        yield from self._units.differences
        own = path_text(meaning.own_units[:-1])
        yield Difference(
            "units of the event",
            f"an event with `{own}` gets the units of the mapping, if it has any, and its properties keep it. No field can read units from a list, or leave out a property.",
        )
        yield Difference(
            "properties",
            "an event without `properties`, or where they are null, is sent with empty ones, a list of properties fails, and a member `__proto__` is lost. The field Goal Properties is required and must be an object.",
        )
        yield Difference(
            "odd event names",
            "a track call whose `event` is missing, empty, no text, or a name that JavaScript objects have (`constructor`) fails or is sent under that name as text. A goal's name must be a text that is not empty.",
        )
        unwritable = [name for name, value in self._values.items() if value is None]
        if unwritable:
            yield Difference(
                "event names",
                f"{_listed(unwritable)} cannot be written in a subscription, so the goal has the event's own name.",
            )
        if any(not goal for goal in meaning.goals.values()):
            yield Difference("empty goals", "an event with an empty goal fails. A goal's name must not be empty.")
        if any(view.slug for view in meaning.views):
            yield Difference(
                "page and screen names",
                "a name with other characters than ASCII letters, digits and common punctuation, or with more than 8 of these in a row, gives another goal. A template has no patterns.",
            )
        yield from self._exposure_differences()
        if meaning.attributes:
            yield Difference(
                "identify",
                "identify calls (Engage audiences and traits) send nothing. There is no action for attributes.",
            )
        yield Difference(
            "integrations",
            "events with `AB Smartly: false` will be sent: an event switches a destination off by name, and this one is called `ABsmartly (Actions)`. Before you move, send `ABsmartly (Actions): false` as well for whoever opted out.",
        )
        yield Difference(
            "answers",
            "an answer that is no success (401, 500) is an error in Segment. The classic destination shows Success.",
        )
        if mappings > MOST_MAPPINGS:
            yield Difference(
                "mappings",
                f"there are {mappings}, and Segment allows {MOST_MAPPINGS}. Put the others into a second destination of this kind.",
            )

    def _exposure_differences(self) -> Iterator[Difference]:
        for exposures in self._meaning.exposures:
            subject = "exposures" if exposures.type == "track" else f"{exposures.type} exposures"
            yield Difference(
                subject,
                f"the times in `{path_text(exposures.at)}` are moved by `timestamp` less its own `publishedAt`, and one that the collector would not take, or that has goals, fails. The action sends no payload verbatim.",
            )


def _listed(names: Iterable[str]) -> str:
    """Some names in a sentence."""
    found = list(names)
    more = len(found) - 5
    return ", ".join(found[:5]) + (f" and {plural(more, 'other')}" if more > 0 else "")
