"""Where the line of an event ends, and why, in the few words of a screen: `fate.fate_reason` says the same as a sentence."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

import msgspec

from abtui.core.checks.request import CONTRACT
from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config
from abtui.core.contract import Violation, complaint, violations
from abtui.core.delivery.request import APPLICATION_HEADER
from abtui.core.destination import FILTERED
from abtui.core.destinations import destination_of, detail_of, short_reason, why_unsent
from abtui.core.fate import Lack, has_catalog, lacking, unlisted
from abtui.core.findings import Finding
from abtui.core.outcomes import Part
from abtui.core.text.paths import Path, parse_path
from abtui.core.text.secret import Secret
from abtui.core.values import ABSENT, brief, value_at

StageName = Literal["Segment", "destination", "collector", "console"]
STAGES: Final[tuple[StageName, ...]] = ("Segment", "destination", "collector", "console")

REFUSED_STATUS: Final = 400
"""The collector's answer to a body that breaks its contract."""
WHY_WIDTH: Final = 90
"""Longer than any sentence of ours, so that an error of the destination's function can be read where there is room."""
SHORT_WIDTH: Final = 28
FEW_WIDTH: Final = 24
_NOUNS: Final[dict[CatalogPart, str]] = {**CATALOG_NOUNS, "units": "unit"}
_LONGEST_NOUN: Final = 4


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why the line of an event ends at a stage.

    `why` and `short` are those of a journey. `word` and `short_word` stand below the stage.
    `payload` is the place in the body that is at fault, `setting` the name of the setting, if one is.
    """

    stage: StageName
    why: str
    short: str
    word: str
    short_word: str
    payload: Path | None = None
    setting: str = ""


def cause_of(outcome: Part, config: Config) -> Cause | None:
    """The cause of an outcome's fate under this config; None where the event arrives, and where nothing is known."""
    outcome = outcome.decisive
    match outcome.fate:
        case "arrives" | "unknown":
            return None
        case "refused":
            return _refused(outcome, config.secrets)
        case "ignored":
            lack = lacking(outcome, config)
            return _NOBODY if lack is None else _ignored(lack, outcome, config)
        case "accepted":
            return _accepted(unlisted(outcome, config) if has_catalog(config) else [])
        case _:
            return _unsent(outcome, config.secrets)


def _unsent(outcome: Part, secrets: Collection[Secret]) -> Cause:
    """The cause for an event that makes no request, by its reason."""
    code = outcome.reason.code
    # A detail may name a place in the event as `$.a`.
    why = why_unsent(code, detail_of(outcome.reason).replace("`$.", "").replace("`", ""))
    at_segment = code == FILTERED
    word = "opted out" if at_segment else "an error" if outcome.fate == "fails" else "stops here"
    shorter = (said for said in (why, why.partition(",")[0]) if len(said) <= SHORT_WIDTH)
    return Cause(
        stage="Segment" if at_segment else "destination",
        why=brief(why, WHY_WIDTH, secrets),
        short=brief(next(shorter, why_unsent(code)), SHORT_WIDTH, secrets),
        word=word,
        short_word=word.removesuffix(" here"),
    )


def shortfall(outcome: Part, config: Config) -> str:
    """Why an event is lost, in a few words for a list: `no such goal`, `it has no id`; "" if it arrives or is not known."""
    outcome = outcome.decisive
    match outcome.fate:
        case "arrives" | "unknown":
            return ""
        case "refused":
            return _refused_briefly(outcome, config.secrets)
        case "ignored":
            lack = lacking(outcome, config)
            return _NOBODY.why if lack is None else _lack_words(lack)
        case "accepted":
            missing = unlisted(outcome, config) if has_catalog(config) else []
            return f"no list of {missing[0]}" if missing else "no catalog"
    few = why_unsent(outcome.reason.code)
    return few if len(few) <= FEW_WIDTH else brief(short_reason(outcome.reason.code), FEW_WIDTH, ())


# What the collector refuses


def _refused(outcome: Part, secrets: Collection[Secret]) -> Cause:
    broken = _broken(outcome)
    if broken is None:
        return _refused_at("the payload breaks the contract")
    return _refused_at(brief(complaint(broken.message), WHY_WIDTH, secrets), broken.path)


def _refused_at(why: str, place: Path | None = None) -> Cause:
    """The cause for a payload that the collector refuses over one of its places."""
    return Cause(
        stage="collector",
        why=why,
        short=brief(why, SHORT_WIDTH, ()),
        word=f"refused, {REFUSED_STATUS}",
        short_word=str(REFUSED_STATUS),
        payload=place,
    )


def _refused_briefly(outcome: Part, secrets: Collection[Secret]) -> str:
    """As `_refused`, mostly without another look at the contract: there is one for each row of a list."""
    told = _error(outcome)
    at = "" if told is None else told.payload_path or ""
    # All dates of the contract, and nothing else in it, have a name that ends in `At`.
    if told is not None and at.endswith("At") and _is_missing(outcome, parse_path(at)):
        return "no date"
    if told is not None and told.code == CONTRACT.code:
        return brief(complaint(told.message.removesuffix(".")), FEW_WIDTH, secrets)
    return brief(_refused(outcome, secrets).why, FEW_WIDTH, secrets)


def _error(outcome: Part) -> Finding | None:
    return next((item for item in outcome.findings if item.severity == "error"), None)


def _broken(outcome: Part) -> Violation | None:
    """The broken rule that the outcome's first error is about, or else the first one."""
    found = violations(None if outcome.request is None else outcome.request.body)
    error = _error(outcome)
    told = None if error is None else error.payload_path
    return next((item for item in found if item.path_text == told), found[0] if found else None)


def _is_missing(outcome: Part, place: Path) -> bool:
    body = None if outcome.request is None else outcome.request.body
    return value_at(body, place) in (None, ABSENT)


# What the console ignores, and what nobody knows of it

_NOBODY: Final = Cause(
    stage="console",
    why="no unit has an id",
    short="no unit has an id",
    word="no id",
    short_word="no id",
    payload=("units",),
)


def _ignored(lack: Lack, outcome: Part, config: Config) -> Cause:
    noun, secrets = _NOUNS[lack.part], config.secrets
    if lack.archived:
        why, short = _quoting(f"its {noun} {{}} is archived", f"{noun} {{}} archived", lack.name, secrets)
        word, short_word = "archived", "archived"
    else:
        why, short = _quoting(f"it has no {noun} {{}}", f"no {noun} {{}}", lack.name, secrets)
        short_word = f"no {noun}"
        word = _lack_words(lack) if len(noun) <= _LONGEST_NOUN else short_word
    place, setting = _place_of(lack, outcome, config)
    return Cause(
        stage="console",
        why=why,
        short=short,
        word=word,
        short_word=short_word,
        payload=place,
        setting=setting,
    )


def _lack_words(lack: Lack) -> str:
    noun = _NOUNS[lack.part]
    return brief(f"the {noun} is archived" if lack.archived else f"no such {noun}", FEW_WIDTH, ())


def _quoting(why: str, short: str, name: str, secrets: Collection[Secret]) -> tuple[str, str]:
    """Both sentences with the name in quotes; it is cut where the sentence would be too long."""
    said = []
    for sentence, width in ((why, WHY_WIDTH), (short, SHORT_WIDTH)):
        room = width - len(sentence)
        said.append(sentence.replace("{}", f"“{brief(name, room, secrets)}”"))
    return said[0], said[1]


def _place_of(lack: Lack, outcome: Part, config: Config) -> tuple[Path | None, str]:
    """The place in the body of a name that the console does not have, or else the setting that gives it."""
    body = {} if outcome.request is None else outcome.request.body
    member = {"goals": "name", "units": "type"}.get(lack.part)
    if member is not None:
        at = next(at for at, item in enumerate(body[lack.part]) if item.get(member) == lack.name)
        return (lack.part, at, member), ""
    if outcome.request is not None and lack.part == "applications" and APPLICATION_HEADER in outcome.request.own:
        return None, ""
    settings = destination_of(config.destination).settings
    return None, next((item.name for item in settings if item.catalog == lack.part and item.kind != "map"), "")


def _accepted(missing: list[CatalogPart]) -> Cause:
    """The cause for an event of which nobody knows what the console does, by the parts that the catalog does not list; none: no catalog."""
    why = f"the catalog names no {missing[0]}" if missing else "no catalog says if it counts"
    return Cause(
        stage="console",
        why=why,
        short=brief(why, SHORT_WIDTH, ()),
        word="not listed" if missing else "no catalog",
        short_word="unknown",
    )
