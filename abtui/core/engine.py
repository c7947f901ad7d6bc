"""The one way from events and a config to outcomes, for both faces: `Mapper`. `map_pieces` and `map_text` put reading before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abtui.core.checks import Checks, RecentIds
from abtui.core.config.model import Config
from abtui.core.contract import is_valid
from abtui.core.destinations import Decision, Trace, destination_for, reason
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events, read_text
from abtui.core.events.model import JSONObject
from abtui.core.fate import Forecast
from abtui.core.javascript import stringify
from abtui.core.outcomes import Fate, Outcome, Request, Step
from abtui.core.request import METHOD, context_url, headers, shown
from abtui.core.segment import SHOWS_FILTERED, event_name, filtered_by, segment_shows


class Mapper:
    """One config, ready to map events. Mapping an event is a pure function of the event."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._destination = destination_for(config)
        self._checks = Checks(config)
        self._forecast = Forecast(config)
        url, of_settings = context_url(config.settings.collector_endpoint), headers(config.settings)
        self._request = shown(Request(METHOD, url, of_settings, None, b""), config.settings.api_key)

    def decide(self, event: JSONObject, trace: Trace | None = None) -> Decision:
        """The bare decision about one event, without findings or words. Steps are appended to `trace`."""
        filtered = filtered_by(event) if "integrations" in event else None
        if filtered is None:
            return self._destination.decide(event, trace)
        if trace is not None:
            path = f"$.integrations.{filtered}" if filtered == "All" else f'$.integrations["{filtered}"]'
            trace.append(
                Step(
                    rule="integrations",
                    result="stopped",
                    message=f'"{filtered}": false filters the event before the destination runs',
                    event_path=path,
                    value=False,
                )
            )
        return Decision("drop", "FILTERED", detail=filtered)

    @staticmethod
    def body_bytes(decision: Decision) -> bytes:
        """The bytes of the request's body, for a decision to send. With `decide` the fast path over a corpus."""
        return stringify(decision.body)

    def request(self, event: JSONObject) -> Request | None:
        """The request one event makes, or None: an outcome without findings and words, for whoever sends many."""
        decision = self.decide(event)
        return self._request_of(decision) if decision.verdict == "send" else None

    def fate(self, decision: Decision) -> Fate:
        """What becomes of an event about which this was decided: an outcome's fate, for whoever needs no more of it."""
        return self._forecast.fate(decision, valid=decision.verdict == "send" and is_valid(decision.body))

    def _request_of(self, decision: Decision) -> Request:
        frame = self._request
        return Request(METHOD, frame.url, frame.headers, decision.body, stringify(decision.body))

    def outcome(self, event: Event, *, explain: bool = False, recent: RecentIds | None = None) -> Outcome:
        """Everything about one event. `recent` carries the messageIds seen before it; steps only with `explain`."""
        trace: Trace | None = [] if explain else None
        decision = self.decide(event.value, trace)
        request = self._request_of(decision) if decision.verdict == "send" else None
        valid = request is not None and is_valid(decision.body)
        value = event.value
        kind, message_id = value.get("type"), value.get("messageId")
        return Outcome(
            source=event.source,
            type=kind if isinstance(kind, str) else None,
            name=event_name(value),
            message_id=message_id if isinstance(message_id, str) else None,
            verdict=decision.verdict,
            fate=self._forecast.fate(decision, valid=valid),
            reason=reason(decision, value),
            segment_shows=SHOWS_FILTERED if decision.code == "FILTERED" else segment_shows(decision.verdict),
            request=request,
            findings=self._checks.findings(event, decision, recent, valid=valid),
            steps=tuple(trace or ()),
        )

    def outcomes(
        self, events: Iterable[Event | Unreadable], *, explain: bool = False
    ) -> Iterator[Outcome | Unreadable]:
        """Outcomes of a corpus in input order; what could not be read is passed on in its place."""
        recent = RecentIds()
        for event in events:
            yield event if isinstance(event, Unreadable) else self.outcome(event, explain=explain, recent=recent)


def map_pieces(
    pieces: Iterable[bytes | str], source: str, config: Config, *, explain: bool = False, sdk: SdkDefaults | None = None
) -> Iterator[Outcome | Unreadable]:
    """Text in pieces, such as the blocks of a file -> outcomes, with memory that does not grow with the number of events."""
    return Mapper(config).outcomes(read_events(pieces, source, sdk or SdkDefaults()), explain=explain)


def map_text(
    text: str, config: Config, *, source: str = "pasted", explain: bool = False, sdk: SdkDefaults | None = None
) -> list[Outcome | Unreadable]:
    """One text, such as a paste -> outcomes."""
    return list(Mapper(config).outcomes(read_text(text, source, sdk or SdkDefaults()), explain=explain))
