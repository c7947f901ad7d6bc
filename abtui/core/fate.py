"""The fate of an event: what becomes of it beyond the destination, in a user's words. It is a forecast from event, config and catalog.

A verdict is about the request, a fate about the event. A receipt stands beside it and never rewrites it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from abtui.core.config.model import CatalogPart, Config
from abtui.core.destination import Decision
from abtui.core.destinations import destination_of
from abtui.core.outcomes import VERDICTS, Fate, Verdict
from abtui.core.text.plain import plural


class FateWords(NamedTuple):
    """How a fate is said: a one-cell mark, the same in ASCII, the verb for one event and for several, and what it means."""

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
"""All fates, in the order in which they are told everywhere: the worst last."""

_NOT_SENT: Final[Mapping[Verdict, Fate]] = {"drop": "never-leaves", "unsupported": "never-leaves", "fail": "fails"}
_OF_EVERY_REQUEST: Final = ("environments", "applications")
SENT_FATES: Final[tuple[Fate, ...]] = ("arrives", "accepted", "ignored", "refused")
"""The fates of events that make a request."""


def verdicts_of(fate: Fate) -> tuple[Verdict, ...]:
    """The verdicts that an event of this fate can have; none of `unknown`, which no decision stands behind."""
    if fate in SENT_FATES:
        return ("send",)
    return tuple(verdict for verdict in VERDICTS if _NOT_SENT.get(verdict) == fate)


def unsent_fate(verdict: str) -> Fate | None:
    """The fate of an event that makes no request, by its verdict; None for any other word."""
    return next((fate for of, fate in _NOT_SENT.items() if of == verdict), None)


class Forecast:
    """The fates of events under one config. What all of them share, environment and application, is judged once.

    A request names kinds of things: a goal its name, and every request its unit types, the environment and, where one is
    set, the application. A kind is judged where the catalog lists it, or has the name as archived.
    """

    def __init__(self, config: Config) -> None:
        catalog, archived = config.catalog, config.catalog.archived
        self._goals, self._archived_goals = catalog.goals, archived.goals
        self._units, self._archived_units = catalog.units, archived.units
        shared = [_known(name, getattr(catalog, part), getattr(archived, part)) for part, name in shared_names(config)]
        self._shared_unlisted = None in shared
        self._shared_lacks = False in shared

    def fate(self, decision: Decision, *, valid: bool) -> Fate:
        """The fate of an event by what was decided about it. `valid` tells whether the body keeps the collector's contract."""
        if decision.verdict != "send":
            return _NOT_SENT[decision.verdict]
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
        return "accepted" if unlisted else "arrives"


def _known(name: str, listed: frozenset[str] | None, archived: frozenset[str]) -> bool | None:
    """Whether the web console has a name; None where the catalog does not say."""
    if listed is None:
        return False if name in archived else None
    return name in listed


def shared_names(config: Config) -> Iterator[tuple[CatalogPart, str]]:
    """What every request of a config names: its environment and, where one is set, its application."""
    destination = destination_of(config.destination)
    return ((part, name) for part, name in destination.catalog_names(config) if part in _OF_EVERY_REQUEST)


def judge_alike(old: Config, new: Config) -> bool:
    """Whether both configs give the same fate to an event about which they decide the same."""
    frames = [(list(shared_names(of)), of.catalog) for of in (old, new)]
    return frames[0] == frames[1]


def fate_counts(counts: Mapping[Fate, int]) -> str:
    """`82 arrive, 7 never leave, 1 fails`: the counts in their order, zeros left out."""
    return ", ".join(
        f"{counts[fate]:,} {words.one if counts[fate] == 1 else words.several}"
        for fate, words in FATES.items()
        if counts.get(fate)
    )


def fate_sentence(counts: Mapping[Fate, int]) -> str:
    """`101 events: 82 arrive, 7 never leave, 6 are ignored, 5 are refused, 1 fails`; `0 events` where there are none."""
    total = plural(sum(counts.values()), "event")
    said = fate_counts(counts)
    return f"{total}: {said}" if said else total


def corpus_sentence(counts: Mapping[Fate, int], unreadable: int, not_events: int) -> str:
    """The sentence of all events that were read, and behind it how much else was there: JSON objects that are no events, and text that could not be read."""
    return _with_others(fate_sentence(counts), unreadable, not_events)


def sending_sentence(verdicts: Mapping[Verdict, int], unreadable: int, not_events: int) -> str:
    """The sentence where only the verdicts are known: `10 events: 8 are sent, 1 never leaves, 1 fails.`"""
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
    """A sentence each on what was read and is no event, and on what could not be read; none where there is nothing of it."""
    if not_events:
        yield f"{plural(not_events, 'object')} {'is no event' if not_events == 1 else 'are no events'}."
    if unreadable:
        yield f"{plural(unreadable, 'piece')} could not be read."


def needs_ascii(env: Mapping[str, str]) -> bool:
    """Whether a terminal of this environment may draw the marks wrong: the Linux console, and East Asian ones, where they take two cells."""
    language = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    return env.get("TERM") == "linux" or language.startswith(("ja", "ko", "zh"))
