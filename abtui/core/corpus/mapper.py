"""From events and a config to outcomes: `Mapper`, which both faces use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from abtui.core.checks import Checks, RecentIds
from abtui.core.checks.keys import KEY
from abtui.core.config.model import Config
from abtui.core.contract import is_valid
from abtui.core.delivery.request import shown
from abtui.core.destination import FETCH_THROWS, FILTERED, Decision, Trace
from abtui.core.destinations import destination_of, reason
from abtui.core.events import Event, Unreadable
from abtui.core.events.model import JSONObject
from abtui.core.fate import Forecast
from abtui.core.fetch import fetch_error
from abtui.core.findings import Finding
from abtui.core.masking import config_carries_key, outcome_without_keys
from abtui.core.outcomes import Fate, Outcome, Request, Step
from abtui.core.segment import READ_FIRST, SHOWS_FILTERED, event_label, event_name, filtered_by, segment_shows
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import path_text
from abtui.core.text.secret import hide_all, holds


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
        self._file: str | None = None
        self._file_has_key = False
        self._carries_key = config_carries_key(config)

    def decide(self, event: JSONObject, trace: Trace | None = None) -> Decision:
        """The decision about one event, without findings or sentences. Steps are appended to `trace`."""
        decision = self.decide_for_target(event, trace)
        error = self._fetch_error
        if error is None or decision.verdict != "send":
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
        return Decision("fail", FETCH_THROWS, detail=error.message, path=None)

    @property
    def decider(self) -> Callable[[JSONObject], Decision]:
        """`decide`, or what gives the same in less time where the settings let each request out."""
        return self.decide_for_target if self._fetch_error is None else self.decide

    def decide_for_target(self, event: JSONObject, trace: Trace | None = None) -> Decision:
        """Like `decide`, for a request to a target of its own, so that unusable addresses and headers of the settings do not matter."""
        filtered = filtered_by(event, self.destination.title) if "integrations" in event else None
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
    def body_bytes(decision: Decision) -> bytes:
        """The bytes of the request's body for a decision to send. Together with `decide` this is the fast path over a corpus."""
        return stringify(decision.body)

    def request(self, event: JSONObject) -> Request | None:
        """The request of one event for a target, or None. It is faster than `outcome`: it has no findings and sentences."""
        decision = self.decide_for_target(event)
        return self._request_of(decision) if decision.verdict == "send" else None

    def fate(self, decision: Decision) -> Fate:
        """The fate of an event with this decision, without the rest of the outcome."""
        return self.forecast.fate(decision, valid=decision.verdict == "send" and is_valid(decision.body))

    def _request_of(self, decision: Decision) -> Request:
        frame = self._request
        return Request(frame.method, frame.url, frame.headers, decision.body, stringify(decision.body))

    def outcome(self, event: Event, *, explain: bool = False, recent: RecentIds | None = None) -> Outcome:
        """The outcome of one event. `recent` holds the messageIds before it; steps are included only with `explain`."""
        trace: Trace | None = [] if explain else None
        decision = self.decide(event.value, trace)
        request = self._request_of(decision) if decision.verdict == "send" else None
        valid = request is not None and is_valid(decision.body)
        value = event.value
        kind, message_id = value.get("type"), value.get("messageId")
        findings = self._checks.findings(event, decision, recent, valid=valid)
        outcome = Outcome(
            source=event.source,
            type=kind if isinstance(kind, str) else None,
            name=event_name(value),
            message_id=message_id if isinstance(message_id, str) else None,
            verdict=decision.verdict,
            fate=self.forecast.fate(decision, valid=valid),
            reason=reason(decision, value),
            segment_shows=SHOWS_FILTERED if decision.code == FILTERED else segment_shows(decision.verdict),
            request=request,
            findings=findings,
            steps=tuple(trace or ()),
        )
        return outcome_without_keys(outcome, self._secrets) if self._may_tell_key(event, findings) else outcome

    def _may_tell_key(self, event: Event, findings: tuple[Finding, ...]) -> bool:
        """Whether a message about an event may quote an API key, because the config, the event or its file's name contains one."""
        if self._carries_key:
            return True
        carries_key = KEY.code
        for item in findings:
            if item.code == carries_key:
                return True
        file = event.source.rpartition(":")[0]
        if file != self._file:
            # Thousands of events come from one file.
            self._file, self._file_has_key = file, holds(event.source, self._secrets)
        return self._file_has_key

    def label(self, event: JSONObject) -> str:
        """A short label for an event in a list, with the keys masked."""
        return hide_all(event_label(event), self._secrets)

    def outcomes(
        self, events: Iterable[Event | Unreadable], *, explain: bool = False
    ) -> Iterator[Outcome | Unreadable]:
        """The outcomes of a corpus in input order; unreadable pieces are passed on in their places."""
        recent = RecentIds()
        for event in events:
            yield event if isinstance(event, Unreadable) else self.outcome(event, explain=explain, recent=recent)
