"""Why goals do not count in an experiment, in a few words, and what has them count."""

from __future__ import annotations

from typing import Final, NamedTuple


class ReasonWords(NamedTuple):
    """A name for the reason; who does not count, for one goal and for several; what is to be done, in a few words and as a sentence, if
    nothing else is known; and what the tool knows of it, in a sentence.

    `{unit}` is the tracked unit type. The few words begin with `none: ` if nothing is to be done, and the sentence says why.
    """

    name: str
    one: str
    several: str
    back: str
    helps: str
    why: str


REASON_WORDS: Final[dict[str, ReasonWords]] = {
    "beforeExposure": ReasonWords(
        "before the exposure",
        "came before the exposure",
        "came before the exposure",
        "expose on the page, not after",
        "Expose on the page, before the goal can happen.",
        "A goal counts from the first exposure of its {unit} on.",
    ),
    "sameUidOtherType": ReasonWords(
        "same uid, other unit type",
        "has another unit type",
        "have another unit type",
        "name the unit as the exposures do",
        "Name the unit as the exposures do; so few equal uids may also be chance.",
        "The same uid was exposed under another unit type than the goal has, and the experiment counts by {unit}.",
    ),
    "alreadyHashed": ReasonWords(
        "hashed twice",
        "is hashed twice",
        "are hashed twice",
        "send the plain uid",
        "Send the plain uid with goals, as text.",
        "The uid is a hash already, and the collector hashes it again.",
    ),
    "exposureHashed": ReasonWords(
        "hashed twice in the exposure",
        "is hashed twice in the exposure",
        "are hashed twice in the exposure",
        "publish exposures with `hashed: true`",
        "Publish hashed uids with `hashed: true`, or give the SDK's context plain ones.",
        "The exposure's uid is a hash already, and the collector hashes it again.",
    ),
    "nearUid": ReasonWords(
        "uid differs by case or spaces",
        "has another spelling of the uid",
        "have another spelling of the uid",
        "write the uid the same everywhere",
        "Write a uid the same way everywhere, without spaces around it.",
        "The uid differs from the exposed one by case or spaces, and each character counts.",
    ),
    "otherUid": ReasonWords(
        "exposed with another uid",
        "has another {unit} than the exposure",
        "have another {unit} than the exposure",
        "send the {unit} of the exposure",
        "Give the {unit} the same uid on both sides.",
        "The goal shares a unit with an exposure, which has another {unit}.",
    ),
    "sameTypeNotTracked": ReasonWords(
        "exposed by another unit only",
        "lacks the {unit}",
        "lack the {unit}",
        "send the {unit} with the goal",
        "Send the {unit} with the goal.",
        "The experiment counts by {unit}. Nothing joins two units of one person.",
    ),
    "otherUnitType": ReasonWords(
        "other unit type",
        "has another unit",
        "have another unit",
        "5 shows each of them",
        "The Experiment screen (5) shows each of them.",
        "The uid was exposed, and not as the unit that the experiment counts by.",
    ),
    "excluded": ReasonWords(
        "takes no part",
        "takes no part",
        "take no part",
        "none: their exposures leave them out",
        "Their exposures leave them out.",
        "The unit has exposures, and each is not eligible, not assigned, overridden, full on or ignored.",
    ),
    "unitNamedOtherwise": ReasonWords(
        "the tracked unit by another name",
        "names the {unit} otherwise",
        "name the {unit} otherwise",
        "name it {unit} in the goal",
        "Name the unit {unit} in the goal.",
        "The goal has the unit under a name that differs from {unit} by case or underscores only.",
    ),
    "noTrackedUnit": ReasonWords(
        "without the tracked unit",
        "has no {unit}",
        "have no {unit}",
        "send the {unit} with the goal",
        "If it should count, send the {unit} with the goal.",
        "The experiment counts by {unit}.",
    ),
    "unitNotExposed": ReasonWords(
        "unit never exposed",
        "was never exposed",
        "were never exposed",
        "none: not exposed in these events",
        "They were not exposed in these events.",
        "No exposure of this unit is in the events.",
    ),
    "neverExposed": ReasonWords(
        "never exposed",
        "was never exposed",
        "were never exposed",
        "none: not exposed in these events",
        "They were not exposed in these events.",
        "No exposure of this unit is in the events.",
    ),
}
"""By the reason of a goal that does not count, its detail, or its cause: those first that are nearest to counting."""


def reason_name(reason: str) -> str:
    """A name for the reason, such as `never exposed`."""
    return REASON_WORDS[reason].name


def who(reason: str, count: int, unit: str) -> str:
    """`was never exposed` for one goal, `were never exposed` for several."""
    words = REASON_WORDS[reason]
    return (words.one if count == 1 else words.several).format(unit=unit)


def way_back(reason: str, unit: str) -> str:
    """What has them count, in a few words."""
    return REASON_WORDS[reason].back.format(unit=unit)


def usual_help(reason: str, unit: str) -> str:
    """What has them count as far as the reason alone tells, in a sentence."""
    return REASON_WORDS[reason].helps.format(unit=unit)


def why(reason: str, unit: str) -> str:
    """A sentence about why."""
    return REASON_WORDS[reason].why.format(unit=unit)
