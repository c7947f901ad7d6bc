"""Why an event that was meant for a goal does not count for it: one cause, by the first station that it does not come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import Config
from abtui.core.contract import Violation, complaint, violations
from abtui.core.corpus.funnel.aim import Aim, sent_goal
from abtui.core.corpus.funnel.counts import Detail
from abtui.core.corpus.query import Facts
from abtui.core.destination import FILTERED, NOT_SUBSCRIBED, JSONObject
from abtui.core.destinations import REASONS, destination_of
from abtui.core.fate import SENT_FATES, console_has, fate_reason, shared_names
from abtui.core.outcomes import Fate, MappingOutcome, Part
from abtui.core.segment import event_name, filtered_by
from abtui.core.text.secret import MASK

_MOST_VIOLATIONS: Final = 3
THROUGH: Final = "through"


class Cause(NamedTuple):
    """What stops an event: the number of the station that it does not come to, a kind of cause, a reason's code, and its fate.

    An event that nothing stops has the kind `through`. `mapping` is the one that is meant for the goal, of several.
    """

    station: int
    kind: str
    code: str
    fate: Fate
    mapping: str = ""


class Judge:
    """Finds the cause for the events that are meant for a goal under one config."""

    def __init__(self, aim: Aim, config: Config) -> None:
        self._aim, self._goal, self._config = aim, aim.goal, config
        self._destination = destination_of(config.destination)
        lacking = ((part, name) for part, name in shared_names(config) if console_has(part, name, config) is False)
        self._shared: Detail = next(lacking, ())

    def of_row(self, row: Facts) -> tuple[Cause, Detail] | None:
        """The cause for the event of a row, with its detail; None if the event has to be read."""
        fate = _SENT.get(row.fate)
        if fate is None or fate == "refused" or not row.goal:
            return None
        # A label is not always the name, and a name with a key in it is masked.
        named = self._aim.would_send(row.type, row.name) == row.goal and MASK not in row.name
        return self._of_goal(row.goal, row.type, row.name if named else None, fate)

    def of_event(self, event: JSONObject, outcome: Part) -> tuple[Cause, Detail]:
        """The cause for an event, with its detail."""
        cause, detail = self._of_event(event, outcome)
        if isinstance(outcome, MappingOutcome):
            cause = cause._replace(mapping=outcome.mapping)
        return cause, detail

    def _of_event(self, event: JSONObject, outcome: Part) -> tuple[Cause, Detail]:
        if outcome.request is None:
            return self._unsent(event, outcome)
        if outcome.fate == "refused":
            return _refused(event, outcome, outcome.request.body)
        goal = sent_goal(outcome)
        if goal is None:
            return Cause(4, "no goal", outcome.reason.code, outcome.fate), ()
        found = self._of_goal(goal, event["type"], event_name(event) or goal, outcome.fate)
        if found is not None:
            return found
        kind = "unit" if any("uid" in unit for unit in outcome.request.body["units"]) else "empty units"
        return Cause(4, kind, "", outcome.fate), (fate_reason(outcome, self._config),)

    def _of_goal(self, goal: str, kind: str, name: str | None, fate: Fate) -> tuple[Cause, Detail] | None:
        """The cause for an event that the collector accepts; None if the goal does not tell it. `name` is None if it is not known."""
        if fate == "ignored" and self._shared:
            return Cause(4, "place", "", fate), self._shared
        if goal == self._goal and fate != "ignored":
            return Cause(5, THROUGH, "", fate), ()
        known = console_has("goals", goal, self._config)
        if goal != self._goal and known:
            return Cause(4, "another goal", "", fate), (kind, goal)
        if name is None or (goal == self._goal and known is not False):
            return None
        return Cause(4, self._naming(goal), "", fate), (kind, name)

    def _naming(self, goal: str) -> str:
        if goal != self._goal:
            return "another name"
        return "archived" if goal in self._config.catalog.archived.goals else "unknown goal"

    def _unsent(self, event: JSONObject, outcome: Part) -> tuple[Cause, Detail]:
        code, fate = outcome.reason.code, outcome.fate
        kind = REASONS[code]
        if code == FILTERED:
            return Cause(1, "opted out", "", fate), (filtered_by(event, self._destination.title) or "",)
        if kind.no_unit:
            entry = next(iter(self._entries(event, outcome)), None)
            return (Cause(2, "no id", "", fate), ()) if entry is None else (Cause(2, "another id", "", fate), entry)
        name = event_name(event)
        if code == NOT_SUBSCRIBED and name is not None:
            # No mapping is for it, but one is for a name much like it.
            return Cause(2, "another name", code, fate), (event["type"], name)
        if kind.setting is not None:
            return Cause(2, "off", code, fate), ()
        return Cause(2, "fails" if fate == "fails" else "not sent", code, fate), ()

    def _entries(self, event: JSONObject, outcome: Part) -> Iterator[tuple[str, str, str]]:
        """What the destination offers to map so that the event has an id: setting, key and value; nothing about one mapping of several."""
        if isinstance(outcome, MappingOutcome):
            return
        plan = self._destination.plan_goal(event, outcome, self._config, CorpusNames())
        for offer in plan.offers:
            for path, value in offer.edits.items():
                match path:
                    case ("settings", str(setting), str(key)):
                        yield setting, key, value


_SENT: Final = {str(fate): fate for fate in SENT_FATES}


def _refused(event: JSONObject, outcome: Part, body: object) -> tuple[Cause, Detail]:
    """The cause of a payload that the collector refuses: what is wrong, and the fields of the event that it came from."""
    broken = violations(body)[:_MOST_VIOLATIONS]
    origins = {item.payload_path: item.event_path for item in outcome.findings if item.severity == "error"}
    fields = {(origins.get(item.path_text) or "$").removeprefix("$").removeprefix(".") for item in broken} - {""}
    said = dict.fromkeys(complaint(item.message) for item in broken)
    kind = _kind(broken[0])
    if kind == "no date" and any(event.get(field) is not None for field in fields):
        # The field is there, and the destination cannot read it.
        kind = "wrong date"
    return Cause(3, kind, "", "refused"), (", ".join(said), *sorted(fields))


def _kind(item: Violation) -> str:
    """What a broken rule is about. All dates of the contract, and nothing else in it, have a name that ends in `At`."""
    field = str(item.path[-1]) if item.path else ""
    if field.endswith("At"):
        return "no date" if item.rule in ("type", "required") else "wrong date"
    return {"uid": "wrong id", "name": "wrong name"}.get(field, "refused")
