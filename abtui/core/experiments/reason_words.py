"""Why goals do not count in an experiment, in a few words, and what has them count."""

from __future__ import annotations

from typing import Final, NamedTuple


class ReasonWords(NamedTuple):
    """A name for the reason; who does not count, for one goal and for several; what is to be done, in a few words; and what the tool
    knows of it, in a sentence.

    `{unit}` is the tracked unit type.
    """

    name: str
    one: str
    several: str
    back: str
    why: str


REASON_WORDS: Final[dict[str, ReasonWords]] = {
    "beforeExposure": ReasonWords(
        "before the exposure",
        "came before the exposure",
        "came before the exposure",
        "expose on the page, not after",
        "A goal counts from the first exposure of its {unit} on.",
    ),
    "excluded": ReasonWords(
        "takes no part",
        "takes no part",
        "take no part",
        "none: their exposures leave them out",
        "The unit has exposures, and each is not eligible, not assigned, overridden, full on or ignored.",
    ),
    "sameUidOtherType": ReasonWords(
        "same uid, other unit type",
        "has another unit type",
        "have another unit type",
        "name the unit as the exposures do",
        "The same uid was exposed under another unit type than the goal has, and the experiment counts by {unit}.",
    ),
    "sameTypeNotTracked": ReasonWords(
        "exposed by another unit only",
        "lacks the {unit}",
        "lack the {unit}",
        "send the {unit} with the goal",
        "The experiment counts by {unit}. Nothing joins two units of one person.",
    ),
    "otherUnitType": ReasonWords(
        "other unit type",
        "has another unit",
        "have another unit",
        "5 shows each of them",
        "The uid was exposed, and not as the unit that the experiment counts by.",
    ),
    "alreadyHashed": ReasonWords(
        "hashed twice",
        "is hashed twice",
        "are hashed twice",
        "send the plain uid",
        "The uid is a hash already, and the collector hashes it again.",
    ),
    "exposureHashed": ReasonWords(
        "hashed twice in the exposure",
        "is hashed twice in the exposure",
        "are hashed twice in the exposure",
        "publish exposures with `hashed: true`",
        "The exposure's uid is a hash already, and the collector hashes it again.",
    ),
    "otherUid": ReasonWords(
        "exposed with another uid",
        "has another {unit} than the exposure",
        "have another {unit} than the exposure",
        "send the {unit} of the exposure",
        "The goal shares a unit with an exposure, which has another {unit}.",
    ),
    "nearUid": ReasonWords(
        "uid differs by case or spaces",
        "has another spelling of the uid",
        "have another spelling of the uid",
        "write the uid the same everywhere",
        "The uid differs from the exposed one by case or spaces, and each character counts.",
    ),
    "noTrackedUnit": ReasonWords(
        "without the tracked unit",
        "has no {unit}",
        "have no {unit}",
        "send the {unit} with the goal",
        "The experiment counts by {unit}.",
    ),
    "unitNamedOtherwise": ReasonWords(
        "the tracked unit by another name",
        "names the {unit} otherwise",
        "name the {unit} otherwise",
        "name it {unit} in the goal",
        "The goal has the unit under a name that differs from {unit} by case or underscores only.",
    ),
    "unitNotExposed": ReasonWords(
        "unit never exposed",
        "was never exposed",
        "were never exposed",
        "none: no exposure is in these events",
        "No exposure of this unit is in the events.",
    ),
    "neverExposed": ReasonWords(
        "never exposed",
        "was never exposed",
        "were never exposed",
        "none: no exposure is in these events",
        "No exposure of this unit is in the events.",
    ),
}
"""By the reason of a goal that does not count, its detail, or its cause."""


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


def why(reason: str, unit: str) -> str:
    """A sentence about why."""
    return REASON_WORDS[reason].why.format(unit=unit)
