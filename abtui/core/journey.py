"""The journey of one event: Segment, the destination, the collector and the web console, and where the line ends."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import msgspec

from abtui.core.causes import REFUSED_STATUS, SHORT_WIDTH, STAGES, WHY_WIDTH, Cause, StageName, cause_of, shortfall
from abtui.core.config.model import Config
from abtui.core.destinations import REASONS
from abtui.core.outcomes import UNSUBSCRIBED, Fate, MappingOutcome, Outcome, Part, Verdict
from abtui.core.segment import SHOWS_SUCCESS
from abtui.core.text.plain import plural
from abtui.core.values import brief

__all__ = [
    "STAGES",
    "Fork",
    "Journey",
    "Stage",
    "StageName",
    "becomes",
    "journey",
    "rest_of_forks",
    "shortfall",
    "telling_forks",
    "unread",
]

StageState = Literal["passed", "ends", "unreached"]
"""The event went on from the stage (at the console: it is taken), its line ends there, or it never came there."""
LineKind = Literal["answered", "silent", "none"]
"""The line that leads to a stage: somebody answered there, the event is lost on it in silence, or it was not drawn so far."""

NOBODY_IS_TOLD: Final = "Nobody is told."
_LAST_LINE: Final[dict[Fate, LineKind]] = {
    "arrives": "answered",
    "accepted": "none",
    "unknown": "silent",
    "never-leaves": "silent",
    "ignored": "silent",
    "refused": "answered",
    "fails": "answered",
}
_BY: Final[dict[StageName, str]] = {
    "Segment": "by Segment",
    "destination": "by the destination",
    "collector": "by the collector",
    "console": "by the console",
}
_GOAL_WIDTH: Final = 24
_BECOMES_WIDTH: Final = 200
_LETTERS: Final = 26
_LOOKS_WIDTH: Final = 90


class Stage(msgspec.Struct, frozen=True):
    """One of the four stages, with what happened there in a few words (`word`; `short` where there is little room).

    `line` is the line that leads to it; the first stage has none. A stage that is not reached has no words.
    """

    name: StageName
    state: StageState
    word: str
    short: str
    line: LineKind = "none"


class Fork(msgspec.Struct, frozen=True, kw_only=True):
    """The way of an event through one of several mappings: its fate, the stage where it ends (None if it does not), and why.

    `stages`, `why` and `short` are those of a journey; of a mapping that is not for the event, `why` says what it looks for, if
    its steps do. `becomes` is what is sent, "" for nothing. `name` is the name of its result, `mapping` the same as it is shown.
    """

    name: str
    mapping: str
    verdict: Verdict
    fate: Fate
    stages: tuple[Stage, Stage, Stage, Stage]
    ends: StageName | None
    why: str
    short: str
    becomes: str = ""

    @property
    def is_for_it(self) -> bool:
        """Whether the mapping is for the event."""
        return self.verdict not in UNSUBSCRIBED


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """The journey of one event.

    `by` names who ends it (`by the console`; "" where nobody does), `why` says why, in at most about 90 characters, `short`
    the same in at most about 28. `says` is what the systems say (`Segment says Success, the collector 200.`), `told` is
    `Nobody is told.` where the event is lost and every system says that all is well, else "". `forks` are the ways of the
    mappings of a destination that has several, in the config's order; all else is then about the worst of them.
    """

    fate: Fate
    stages: tuple[Stage, Stage, Stage, Stage]
    by: str
    why: str
    short: str
    says: str
    told: str = ""
    forks: tuple[Fork, ...] = ()

    @property
    def end(self) -> Stage:
        """The stage at which the line ends: the console, where it goes all the way."""
        return next((stage for stage in self.stages if stage.state == "ends"), self.stages[-1])

    @property
    def requests(self) -> int:
        """How many requests the event makes, of a destination that has several mappings; else 0."""
        return sum(fork.verdict == "send" for fork in self.forks)


class _Words(NamedTuple):
    """What an event is sent as and how the console takes it: a stage's word, and a short one; and the end of `it arrives as`."""

    sent: tuple[str, str]
    taken: tuple[str, str]
    becomes: str


def journey(outcome: Outcome, config: Config) -> Journey:
    """The journey of an event under the config that it was mapped with."""
    if outcome.fate == "unknown":
        return unread("not known")
    found = _of_part(outcome.decisive, config)
    if outcome.results is None:
        return found
    return msgspec.structs.replace(found, forks=tuple(_fork(result, config) for result in outcome.results))


def _of_part(part: Part, config: Config) -> Journey:
    words = _words(part.reason.code, becomes(part, config), _body(part))
    return _drawn(part.fate, cause_of(part, config), words, part.segment_shows)


def _fork(result: MappingOutcome, config: Config) -> Fork:
    whole = _of_part(result, config)
    looks_for = _looks_for(result, config) if result.verdict == "not-subscribed" else ""
    return Fork(
        name=result.mapping,
        mapping=brief(result.mapping, WHY_WIDTH, config.secrets),
        verdict=result.verdict,
        fate=result.fate,
        stages=whole.stages,
        ends=None if whole.end.state != "ends" else whole.end.name,
        why=looks_for or whole.why,
        short=whole.short,
        becomes=becomes(result, config),
    )


def _looks_for(result: MappingOutcome, config: Config) -> str:
    """What a mapping looked for and did not find in an event: the value of the step that stopped it; "" without steps."""
    wanted = next((step.value for step in reversed(result.steps) if step.result == "stopped"), None)
    return f"wants {brief(wanted, _LOOKS_WIDTH, config.secrets)}" if isinstance(wanted, str) else ""


def telling_forks(journey: Journey, room: int, chosen: str = "") -> tuple[Fork, ...]:
    """The forks that tell most, in the config's order: all, or as many as leave one of `room` lines for the rest.

    The one that the fate is from, the `chosen` one and those that send something stay.
    """
    forks = journey.forks
    if len(forks) <= room:
        return forks

    def rank(at: int) -> tuple[bool, ...]:
        fork = forks[at]
        decides = fork.is_for_it and fork.fate == journey.fate
        return fork.name != chosen, not decides, fork.verdict != "send", not fork.is_for_it, fork.verdict != "disabled"

    kept = sorted(sorted(range(len(forks)), key=rank)[: max(1, room - 1)])
    return tuple(forks[at] for at in kept)


def rest_of_forks(journey: Journey, shown: tuple[Fork, ...]) -> str:
    """The mappings that are not shown, in a few words: `4 more are not for it`."""
    rest = [fork for fork in journey.forks if fork not in shown]
    if not rest:
        return ""
    several = "are" if len(rest) > 1 else "is"
    if not any(fork.is_for_it for fork in rest):
        return f"{len(rest):,} more {several} not for it"
    return f"{len(rest):,} more, {sum(fork.verdict == 'send' for fork in rest):,} of them sent"


def unread(why: str, at: StageName = "destination") -> Journey:
    """The journey of which nothing is known: the text is no event, the config cannot be used, or it is not computed yet.

    `why` says until when (`until line 25 is fixed`); it is masked already.
    """
    cause = Cause(
        stage=at,
        why=brief(why, WHY_WIDTH, ()),
        short=brief(why, SHORT_WIDTH, ()),
        word="not known",
        short_word="unknown",
    )
    return _drawn("unknown", cause, _Words(("", ""), ("", ""), ""), "")


def _drawn(fate: Fate, cause: Cause | None, words: _Words, shows: str) -> Journey:
    as_what = f"as {words.becomes}" if words.becomes else ""
    return Journey(
        fate=fate,
        stages=_stages(fate, cause, words),
        by=_by(fate, cause),
        why=brief(as_what, WHY_WIDTH, ()) if cause is None else cause.why,
        short=brief(as_what, SHORT_WIDTH, ()) if cause is None else cause.short,
        says=_says(fate, shows, words),
        told=NOBODY_IS_TOLD if fate in ("never-leaves", "ignored") and shows == SHOWS_SUCCESS else "",
    )


def _stages(fate: Fate, cause: Cause | None, words: _Words) -> tuple[Stage, Stage, Stage, Stage]:
    passed = (("received", "received"), words.sent, ("accepted, 200", "200"), words.taken)
    end = len(STAGES) if cause is None else STAGES.index(cause.stage)
    first, *rest = (_stage(at, end, fate, cause, passed[at]) for at in range(len(STAGES)))
    return first, rest[0], rest[1], rest[2]


def _stage(at: int, end: int, fate: Fate, cause: Cause | None, passed: tuple[str, str]) -> Stage:
    name = STAGES[at]
    if at < end:
        return Stage(name, "passed", *passed, line="answered" if at else "none")
    if at > end or cause is None:
        return Stage(name, "unreached", "", "")
    return Stage(name, "ends", cause.word, cause.short_word, line=_LAST_LINE[fate] if at else "none")


def _by(fate: Fate, cause: Cause | None) -> str:
    if cause is None or fate == "unknown":
        return ""
    return _BY["collector" if fate == "accepted" else cause.stage]


def _says(fate: Fate, shows: str, words: _Words) -> str:
    """What Segment, the collector and the console say, each in its own words."""
    match fate:
        case "unknown":
            return ""
        case "never-leaves":
            return f"Segment says {shows}."
        case "fails":
            return f"Segment shows an error, {shows}."
        case "refused":
            return f"Segment says {shows}, the collector {REFUSED_STATUS}."
        case "arrives":
            return f"Segment says {shows}, the collector 200, the console {words.taken[0]}."
    return f"Segment says {shows}, the collector 200."


# What an event becomes


def becomes(outcome: Part, config: Config) -> str:
    """What an event is sent as: its goal's name, `an attribute`, `exposure to B`; "" if it makes no request."""
    outcome = outcome.leading
    if outcome.request is None:
        return ""
    kind, body = REASONS[outcome.reason.code], _body(outcome)
    if kind.goal:
        name = body["goals"][0].get("name")
        return (
            brief(name, _BECOMES_WIDTH, config.secrets) if isinstance(name, str) and name else "a goal without a name"
        )
    if kind.body_at is not None:
        return _exposure(body)
    if attributes := _listed(body, "attributes"):
        return "an attribute" if len(attributes) == 1 else plural(len(attributes), "attribute")
    return brief(outcome.reason.message, _BECOMES_WIDTH, config.secrets)


def _body(outcome: Part) -> Any:
    return None if outcome.request is None else outcome.request.body


def _listed(body: Any, member: str) -> list[Any]:
    items = body.get(member) if isinstance(body, dict) else None
    return items if isinstance(items, list) else []


def _exposure(body: Any) -> str:
    exposures = _listed(body, "exposures")
    if len(exposures) != 1:
        return plural(len(exposures), "exposure") if exposures else "an exposure"
    variant = exposures[0].get("variant") if isinstance(exposures[0], dict) else None
    if type(variant) is int and 0 <= variant < _LETTERS:
        return f"exposure to {chr(ord('A') + variant)}"
    return "an exposure"


def _words(code: str, sent_as: str, body: Any) -> _Words:
    """The words for what is sent, by the reason's code and what the event becomes."""
    kind = REASONS.get(code)
    if kind is not None and kind.goal:
        sent = ("sent unmapped", "own name") if kind.unmapped else _sent_as(sent_as)
        return _Words(sent, ("has the goal", "has goal"), f"the goal {sent_as}" if sent_as else "")
    if kind is not None and kind.body_at is not None:
        exposures = _noun("exposure", _listed(body, "exposures"))
        as_what = f"an {sent_as}" if sent_as.startswith("exposure") else sent_as
        return _Words(("sent as it is", "as it is"), (f"takes the {exposures}", "takes it"), as_what)
    if attributes := _listed(body, "attributes"):
        noun = _noun("attribute", attributes)
        return _Words((f"{noun} sent", "sent"), (f"takes the {noun}", "takes it"), sent_as)
    return _Words(("sent", "sent"), ("takes it", "takes it"), sent_as)


def _noun(one: str, items: list[Any]) -> str:
    return f"{one}s" if len(items) > 1 else one


def _sent_as(goal: str) -> tuple[str, str]:
    if not goal:
        return "sent", "sent"
    name = brief(goal, _GOAL_WIDTH, ())
    return f"sent as {name}", name
