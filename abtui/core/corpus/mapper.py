"""From events and a config to outcomes: `Mapper`, which both faces use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from abtui.core.checks import Checks, RecentIds
from abtui.core.checks.keys import KEY
from abtui.core.config.model import Config
from abtui.core.contract import is_valid
from abtui.core.delivery.request import shown
from abtui.core.destination import FETCH_THROWS, FILTERED, Decision, Result, Trace, leading, subscribed, summary
from abtui.core.destinations import destination_of, reason
from abtui.core.events import Event, Unreadable
from abtui.core.events.model import JSONObject
from abtui.core.fate import Forecast, worst_fate
from abtui.core.fetch import fetch_error
from abtui.core.findings import Finding
from abtui.core.mapping_names import names_of
from abtui.core.masking import config_carries_key, outcome_without_keys
from abtui.core.outcomes import UNSUBSCRIBED, Fate, MappingOutcome, Outcome, Reason, Request, Step
from abtui.core.segment import READ_FIRST, SHOWS_FILTERED, event_label, event_name, filtered_by
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import path_text
from abtui.core.text.secret import hide_all, holds

_REMEMBERED: Final = 1_000
_LONGEST_REMEMBERED: Final = 200


class Mapper:
    """Maps events under one config. The outcome is a pure function of the event."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.destination = destination_of(config.destination)
        self._decide = self.destination.decide_with(config)
        self._checks = Checks(config, self.destination)
        self.forecast = Forecast(config)
        self._fetch_error = fetch_error(config.default_target)
        self._request = shown(self.destination.frame(config.default_target), config.secrets)
        self._secrets = config.secrets
        self._shows, self._several = self.destination.shows, self.destination.several
        self._names = {
            unique: name
            for section in self.destination.lists
            for unique, name in names_of(config.lists.get(section.name, ())).items()
        }
        self._file: str | None = None
        self._file_has_key = False
        self._carries_key = config_carries_key(config)
        self._idle: dict[tuple[str, ...], MappingOutcome] = {}
        self._reasons: dict[tuple[str, str, str, str], Reason] = {}
        self._labels: dict[str, str] = {}

    def decide(self, event: JSONObject, trace: Trace | None = None) -> Decision:
        """The decision about one event, without findings or sentences. Steps are appended to `trace`."""
        decision = self.decide_for_target(event, trace)
        error = self._fetch_error
        if error is None or not self.sent(decision):
            return decision
        if trace is not None:
            path = ("settings", error.setting)
            trace.append(
                Step(
                    rule="fetch",
                    result="stopped",
                    message=f"the function's fetch throws: {error.message}",
                    config_path=".".join(path),
                    config_line=self.config.line(*path),
                )
            )
        thrown = Decision("fail", FETCH_THROWS, detail=error.message, path=None)
        return thrown if not decision.results else _with_sent_as(thrown, decision.results)

    @property
    def decider(self) -> Callable[[JSONObject], Decision]:
        """`decide`, or what gives the same in less time where the settings let each request out."""
        return self.decide_for_target if self._fetch_error is None else self.decide

    def decide_for_target(self, event: JSONObject, trace: Trace | None = None) -> Decision:
        """Like `decide`, for a request to a target of its own, so that unusable addresses and headers of the settings do not matter."""
        filtered = filtered_by(event, self.destination.title) if event.get(READ_FIRST) else None
        if filtered is None:
            return self._decide(event, trace)
        if trace is not None:
            trace.append(
                Step(
                    rule="integrations",
                    result="stopped",
                    message=f'"{filtered}": false filters the event before the destination runs',
                    event_path=path_text((READ_FIRST, filtered)),
                    value=False,
                )
            )
        return Decision("drop", FILTERED, detail=filtered)

    @property
    def goals_in_use(self) -> list[str]:
        """The goals that the settings name."""
        return [name for part, name in self.destination.catalog_names(self.config) if part == "goals"]

    @staticmethod
    def sent(decision: Decision) -> list[tuple[str, Decision]]:
        """The decisions to send that a decision consists of, each with its mapping's name, "" where there is one decision."""
        if not decision.results:
            return [("", decision)] if decision.verdict == "send" else []
        return [(result.mapping, result.decision) for result in decision.results if result.decision.verdict == "send"]

    def requests(self, event: JSONObject) -> list[tuple[str, Request]]:
        """The requests of one event for a target, each with its mapping's name, as in `sent`.

        It is faster than `outcome`: it has no findings and sentences.
        """
        return [(mapping, self._request_of(sent)) for mapping, sent in self.sent(self.decide_for_target(event))]

    def fate(self, decision: Decision) -> Fate:
        """The fate of an event with this decision, without the rest of the outcome."""
        if decision.results:
            return worst_fate(self.fate(result.decision) for result in subscribed(decision.results))
        return self.forecast.fate(decision, valid=decision.verdict == "send" and is_valid(decision.body))

    def headers(self, decision: Decision) -> Mapping[str, str]:
        """The headers of the request of a decision to send, without the key."""
        if not decision.headers:
            return self._request.headers
        return {**self._request.headers, **{name: hide_all(value, self._secrets) for name, value in decision.headers}}

    def _request_of(self, decision: Decision, *, wire: bool = True) -> Request:
        frame, body, written = self._request, decision.body, stringify(decision.body) if wire else b""
        if not decision.headers:
            return Request(frame.method, frame.url, frame.headers, body, written)
        return Request(frame.method, frame.url, self.headers(decision), body, written, tuple(dict(decision.headers)))

    def _reason(self, decision: Decision, event: JSONObject) -> Reason:
        """The reason of a decision. Few differ in a corpus, so they are remembered."""
        goal, name = decision.goal, event.get("event", "undefined")
        if (goal is not None and type(goal) is not str) or type(name) is not str:
            return reason(decision, event)
        shape = decision.code, goal or "null", name, decision.detail
        known = self._reasons.get(shape)
        if known is None:
            known = reason(decision, event)
            if len(self._reasons) < _REMEMBERED and len(known.message) <= _LONGEST_REMEMBERED:
                self._reasons[shape] = known
        return known

    def outcome(
        self, event: Event, *, explain: bool = False, recent: RecentIds | None = None, wire: bool = True
    ) -> Outcome:
        """The outcome of one event. `recent` holds the messageIds before it; steps are included only with `explain`.

        Without `wire` the requests have no bytes, for those who only count: writing them takes as long as the decision.
        """
        trace: Trace | None = [] if explain else None
        decision = self.decide(event.value, trace)
        value = event.value
        if self._several:
            results = self._results(event, decision, wire=wire)
            request = next((result.request for result in results if result.request is not None), None)
            fate = worst_fate(result.fate for result in results if result.verdict not in UNSUBSCRIBED)
            findings = self._checks.findings(event, decision, recent, valid=True)
            findings = tuple(dict.fromkeys((*findings, *(item for result in results for item in result.findings))))
            if trace is not None:
                trace += _steps(decision.results)
        else:
            results = None
            request = self._request_of(decision, wire=wire) if decision.verdict == "send" else None
            valid = request is not None and is_valid(decision.body)
            fate = self.forecast.fate(decision, valid=valid)
            findings = self._checks.findings(event, decision, recent, valid=valid)
        kind, message_id = value.get("type"), value.get("messageId")
        outcome = Outcome(
            source=event.source,
            type=kind if isinstance(kind, str) else None,
            name=event_name(value),
            message_id=message_id if isinstance(message_id, str) else None,
            verdict=decision.verdict,
            fate=fate,
            reason=self._reason(decision, value),
            segment_shows=SHOWS_FILTERED if decision.code == FILTERED else self._shows(decision, fate),
            request=request,
            findings=findings,
            steps=tuple(trace or ()),
            results=results,
        )
        return outcome_without_keys(outcome, self._secrets) if self._may_tell_key(event, findings) else outcome

    def _results(self, event: Event, decision: Decision, *, wire: bool) -> tuple[MappingOutcome, ...]:
        """What each mapping does with an event. A mapping's fate is that of its own request."""
        results = []
        for result in decision.results:
            own = result.decision
            if own.verdict in UNSUBSCRIBED and not result.steps and own.goal is None:
                results.append(self._unsubscribed(result, event.value))
                continue
            valid = own.verdict == "send" and is_valid(own.body)
            fate = self.forecast.fate(own, valid=valid)
            results.append(
                MappingOutcome(
                    mapping=result.mapping,
                    name=self._names.get(result.mapping, result.mapping),
                    verdict=own.verdict,
                    fate=fate,
                    reason=self._reason(own, event.value),
                    segment_shows=self._shows(own, fate),
                    request=self._request_of(own, wire=wire) if own.verdict == "send" else None,
                    findings=self._checks.of_result(event, result, valid=valid),
                    steps=result.steps,
                    goal=own.goal,
                )
            )
        return tuple(results)

    def _unsubscribed(self, result: Result, event: JSONObject) -> MappingOutcome:
        """What a mapping that is not for an event does with it: nothing, and in the same way for most events."""
        own = result.decision
        why = self._reason(own, event)
        shape = result.mapping, own.verdict, own.code, own.detail, why.message
        known = self._idle.get(shape)
        if known is None:
            fate = self.forecast.fate(own, valid=False)
            known = MappingOutcome(
                mapping=result.mapping,
                name=self._names.get(result.mapping, result.mapping),
                verdict=own.verdict,
                fate=fate,
                reason=why,
                segment_shows=self._shows(own, fate),
                request=None,
            )
            if len(self._idle) < _REMEMBERED and len(why.message) <= _LONGEST_REMEMBERED:
                self._idle[shape] = known
        return known

    def _may_tell_key(self, event: Event, findings: tuple[Finding, ...]) -> bool:
        """Whether a message about an event may quote an API key, because the config, the event or its file's name contains one."""
        carries_key = KEY.code
        for item in findings:
            if item.code == carries_key:
                return True
        return self.may_tell_key(event.source)

    def may_tell_key(self, source: str) -> bool:
        """Whether a message about any event of a file may quote an API key; `source` is that of one of them."""
        if self._carries_key:
            return True
        file = source.rpartition(":")[0]
        if file != self._file:
            # Thousands of events come from one file.
            self._file, self._file_has_key = file, holds(source, self._secrets)
        return self._file_has_key

    def label(self, event: JSONObject) -> str:
        """A short label for an event in a list, with the keys masked. Few differ in a corpus, so they are remembered."""
        label = event_label(event)
        known = self._labels.get(label)
        if known is None:
            known = hide_all(label, self._secrets)
            if len(self._labels) < _REMEMBERED and len(label) <= _LONGEST_REMEMBERED:
                self._labels[label] = known
        return known

    def outcomes(
        self, events: Iterable[Event | Unreadable], *, explain: bool = False
    ) -> Iterator[Outcome | Unreadable]:
        """The outcomes of a corpus in input order; unreadable pieces are passed on in their places."""
        recent = RecentIds()
        for event in events:
            yield event if isinstance(event, Unreadable) else self.outcome(event, explain=explain, recent=recent)


def _with_sent_as(instead: Decision, results: Sequence[Result]) -> Decision:
    """The summary of results in which each decision to send is replaced by another."""
    return summary(
        [
            msgspec.structs.replace(result, decision=instead) if result.decision.verdict == "send" else result
            for result in results
        ]
    )


def _steps(results: Sequence[Result]) -> tuple[Step, ...]:
    """The steps that explain a summary: those to its request, or to its reason; if no mapping is subscribed, all of them."""
    told = leading(results)
    return tuple(step for result in results for step in result.steps) if told is None else told.steps
