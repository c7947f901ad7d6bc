"""The fate of an event: where it ends up beyond the destination, in a user's words, forecast from the event, the config and the catalog.

A verdict is about the request, a fate about the event. A receipt never changes a fate; it is shown beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config
from abtui.core.delivery.request import APPLICATION_HEADER
from abtui.core.destination import Decision
from abtui.core.destinations import REASONS, destination_of
from abtui.core.outcomes import VERDICTS, Fate, MappingOutcome, Part, Verdict
from abtui.core.text.plain import plural
from abtui.core.text.secret import hide


class FateWords(NamedTuple):
    """The words for a fate: a one-cell mark, the same in ASCII, the verb for one event and for several, and the meaning."""

    mark: str
    ascii: str
    one: str
    several: str
    meaning: str


FATES: Final[dict[Fate, FateWords]] = {
    "arrives": FateWords("●", "+", "arrives", "arrive", "the collector accepts it, and the web console has all it names"),
    "accepted": FateWords("◐", "=", "is accepted", "are accepted", "the collector accepts it; the catalog does not say what the console has"),
    "unknown": FateWords("?", "?", "is unknown", "are unknown", "it cannot be told: the config cannot be used, or it is not computed yet"),
    "never-leaves": FateWords("■", "#", "never leaves", "never leave", "Segment or the destination sends nothing, and raises no error"),
    "ignored": FateWords("○", "o", "is ignored", "are ignored", "accepted, but the console has no such goal, unit, environment or application, or no unit has an id"),
    "refused": FateWords("✗", "x", "is refused", "are refused", "it is sent, and the collector answers with an error"),
    "fails": FateWords("▲", "!", "fails", "fail", "the destination raises an error, and sends nothing"),
}  # fmt: skip
"""All fates, in the order in which they are shown everywhere: the worst last."""

DOES_NOT_COUNT: Final = FateWords(
    "◇",
    "-",
    "does not count",
    "do not count",
    "a goal that arrives and counts in no experiment: its unit was not exposed at that time or before",
)
"""What is said of a goal beside its fate where experiments are counted."""
_NOT_SENT: Final[Mapping[Verdict, Fate]] = {"drop": "never-leaves", "unsupported": "never-leaves", "fail": "fails"}
_BY_SEVERITY: Final = {fate: at for at, fate in enumerate(FATES)}
_OF_EVERY_REQUEST: Final = ("environments", "applications")
SENT_FATES: Final[tuple[Fate, ...]] = ("arrives", "accepted", "ignored", "refused")
"""The fates of events that make a request."""
ARRIVING: Final[tuple[Fate, ...]] = ("arrives", "accepted")
"""The fates of events that come to the end of the line, as far as is known."""


def verdicts_of(fate: Fate) -> tuple[Verdict, ...]:
    """The verdicts that an event of this fate can have; none for `unknown`, which is not the result of a decision."""
    if fate in SENT_FATES:
        return ("send",)
    return tuple(verdict for verdict in VERDICTS if _NOT_SENT.get(verdict) == fate)


def unsent_fate(verdict: str) -> Fate | None:
    """The fate of an event that makes no request, by its verdict; None for any other word."""
    return next((fate for of, fate in _NOT_SENT.items() if of == verdict), None)


def worst_fate(fates: Iterable[Fate]) -> Fate:
    """The fate of an event with several requests, of those of the mappings that are for it; `never-leaves` if there are none."""
    return max(fates, key=_BY_SEVERITY.__getitem__, default="never-leaves")


class Forecast:
    """The fates of events under one config. The environment and the application, which all requests share, are judged once.

    Each request names the environment, unit types, the application if one is set, and perhaps a goal. A kind of name is
    judged if the catalog lists that kind, or has the name as archived.
    """

    def __init__(self, config: Config) -> None:
        catalog, archived = config.catalog, config.catalog.archived
        self._goals, self._archived_goals = catalog.goals, archived.goals
        self._units, self._archived_units = catalog.units, archived.units
        self._applications, self._archived_applications = catalog.applications, archived.applications
        shared = [console_has(part, name, config) for part, name in shared_names(config)]
        self._shared_unlisted = None in shared
        self._shared_lacks = False in shared

    def fate(self, decision: Decision, *, valid: bool) -> Fate:
        """The fate of an event with this decision. `valid`: the body keeps the collector's contract."""
        if decision.verdict != "send":
            return _NOT_SENT.get(decision.verdict, "never-leaves")
        if not valid:
            return "refused"
        if self._shared_lacks:
            return "ignored"
        unlisted, identified = self._shared_unlisted, False
        for unit in decision.body["units"]:
            known = _known(unit["type"], self._units, self._archived_units)
            if known is False:
                return "ignored"
            unlisted = unlisted or known is None
            identified = identified or "uid" in unit
        if not identified:
            return "ignored"
        if isinstance(decision.goal, str):
            known = _known(decision.goal, self._goals, self._archived_goals)
            if known is False:
                return "ignored"
            unlisted = unlisted or known is None
        for name, value in decision.headers:
            if name == APPLICATION_HEADER:
                known = _known(value, self._applications, self._archived_applications)
                if known is False:
                    return "ignored"
                unlisted = unlisted or known is None
        return "accepted" if unlisted else "arrives"


def _known(name: str, listed: frozenset[str] | None, archived: frozenset[str]) -> bool | None:
    """Whether the web console has a name; None if the catalog does not say."""
    if listed is None:
        return False if name in archived else None
    return name in listed


def console_has(part: CatalogPart, name: str, config: Config) -> bool | None:
    """Whether the web console has a name of this part of the catalog; None if the catalog does not say."""
    return _known(name, getattr(config.catalog, part), getattr(config.catalog.archived, part))


def shared_names(config: Config) -> Iterator[tuple[CatalogPart, str]]:
    """The names in every request of a config: its environment and, if one is set, its application."""
    destination = destination_of(config.destination)
    return ((part, name) for part, name in destination.catalog_names(config) if part in _OF_EVERY_REQUEST)


def fate_reason(outcome: Part, config: Config) -> str:
    """Why an outcome of this config has its fate, without a full stop; "" if it arrives. Keys are masked.

    Of several mappings the one that the fate is from is named.
    """
    part = outcome.decisive
    if isinstance(part, MappingOutcome) and (why := _fate_reason(part, config)):
        return hide(f"{part.mapping}: {why}", config.default_target.api_key)
    return _fate_reason(part, config)


def _fate_reason(outcome: Part, config: Config) -> str:
    match outcome.fate:
        case "arrives" | "unknown":
            return ""
        case "refused":
            # A refused payload always has an error finding.
            said = next((item.message for item in outcome.findings if item.severity == "error"), "")
        case "ignored":
            said = _lacking(outcome, config)
        case "accepted":
            said = _unlisted(outcome, config)
        case _:
            said = outcome.reason.message
    return hide(said, config.default_target.api_key).removesuffix(".")


class Lack(NamedTuple):
    """A name in a request that the web console does not have, or has as archived, and its part of the catalog."""

    part: CatalogPart
    name: str
    archived: bool


def lacking(outcome: Part, config: Config) -> Lack | None:
    """The first name for which the console ignores a request; None where no unit has an id."""
    for part, name in _named(outcome, config):
        if console_has(part, name, config) is False:
            return Lack(part, name, getattr(config.catalog, part) is None)
    return None


def unlisted(outcome: Part, config: Config) -> list[CatalogPart]:
    """The parts that the catalog does not list, of those that a request names something of."""
    parts = {part for part, _ in _named(outcome, config)}
    return [part for part in CATALOG_NOUNS if part in parts and getattr(config.catalog, part) is None]


def has_catalog(config: Config) -> bool:
    """Whether the catalog lists anything."""
    return any(getattr(config.catalog, part) is not None for part in CATALOG_NOUNS)


def _lacking(outcome: Part, config: Config) -> str:
    lack = lacking(outcome, config)
    if lack is None:
        return "no unit has an id, so there is nobody to count it for"
    noun = CATALOG_NOUNS[lack.part]
    if lack.archived:
        return f'the {noun} "{lack.name}" is archived in the console'
    return f'the console has no {noun} "{lack.name}"'


def _unlisted(outcome: Part, config: Config) -> str:
    if not has_catalog(config):
        return "there is no catalog to say what the console has"
    return f"the catalog does not list the console's {' and '.join(unlisted(outcome, config))}"


def _named(outcome: Part, config: Config) -> Iterator[tuple[CatalogPart, str]]:
    """The names in the request, each with its part of the catalog."""
    request = outcome.request
    body = {} if request is None else request.body
    # Goals inside an exposure are not judged.
    if REASONS[outcome.reason.code].body_at is None:
        for goal in body.get("goals") or ():
            yield "goals", goal["name"]
    for unit in body["units"]:
        yield "units", unit["type"]
    yield from shared_names(config)
    if request is not None and APPLICATION_HEADER in request.own:
        yield "applications", request.headers[APPLICATION_HEADER]


def judge_alike(old: Config, new: Config) -> bool:
    """Whether both configs give the same fate to every event for which they make the same decision."""
    frames = [(list(shared_names(of)), of.catalog) for of in (old, new)]
    return frames[0] == frames[1]


def fate_counts(counts: Mapping[Fate, int]) -> str:
    """`82 arrive, 7 never leave, 1 fails`: the counts in their order, without zeros."""
    return ", ".join(
        f"{counts[fate]:,} {words.one if counts[fate] == 1 else words.several}"
        for fate, words in FATES.items()
        if counts.get(fate)
    )


def fate_sentence(counts: Mapping[Fate, int]) -> str:
    """`101 events: 82 arrive, 7 never leave, 6 are ignored, 5 are refused, 1 fails`; `0 events` if there are none."""
    total = plural(sum(counts.values()), "event")
    said = fate_counts(counts)
    return f"{total}: {said}" if said else total


def corpus_sentence(counts: Mapping[Fate, int], unreadable: int, not_events: int) -> str:
    """The sentence about all events, followed by the number of JSON objects that are not events and of pieces of text that could not be read."""
    return _with_others(fate_sentence(counts), unreadable, not_events)


def sending_sentence(verdicts: Mapping[Verdict, int], unreadable: int, not_events: int) -> str:
    """The sentence if only the verdicts are known: `10 events: 8 are sent, 1 never leaves, 1 fails.`"""
    sent = verdicts.get("send", 0)
    others: Counter[Fate] = Counter()
    for verdict, fate in _NOT_SENT.items():
        others[fate] += verdicts.get(verdict, 0)
    said = [f"{sent:,} {'is' if sent == 1 else 'are'} sent"] if sent else []
    said += [fate_counts(others)] if others.total() else []
    total = plural(sent + others.total(), "event")
    return _with_others(f"{total}: {', '.join(said)}" if said else total, unreadable, not_events)


def _with_others(sentence: str, unreadable: int, not_events: int) -> str:
    return " ".join((f"{sentence}.", *others(unreadable, not_events)))


def others(unreadable: int, not_events: int) -> Iterator[str]:
    """A sentence about objects that are not events and one about unreadable pieces, each only if there are any."""
    if not_events:
        yield f"{plural(not_events, 'object')} {'is no event' if not_events == 1 else 'are no events'}."
    if unreadable:
        yield f"{plural(unreadable, 'piece')} could not be read."
