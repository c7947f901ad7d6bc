"""Findings about subscriptions: FQL that does not parse, or that Segment reads differently than it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from abtui.core.destinations.actions.fields import GOAL
from abtui.core.destinations.actions.findings.places import Part, paths_at, written_at
from abtui.core.destinations.actions.fql import Invalid, Subscription, parse
from abtui.core.destinations.actions.fql.matching import can_both_match
from abtui.core.destinations.actions.fql.oddities import Oddity, OddityCode, oddities
from abtui.core.destinations.actions.mapping.validation import is_directive
from abtui.core.findings import Finding, Fix, Rule, error, warning
from abtui.core.fixes import Problem
from abtui.core.text.secret import excerpt

_SHOWN: Final = 80
_BLANK: Final = re.compile(r"(!=|<=|>=)(?=\S)")
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]+")
Write = Callable[[str], str | None]
"""What to write for a piece of a subscription; None if that is not certain."""


def _rewritten(write: Write) -> Callable[[Problem], Fix | None]:
    """The fix that writes what the finding is about in another way."""

    def fix(problem: Problem) -> Fix | None:
        path = next((path for path in paths_at(problem) if path[2:] == ("subscribe",)), None)
        node = None if path is None else written_at(problem.root, path)
        if path is None or node is None or node.kind != "text" or problem.config is None:
            return None
        text = node.value
        found = [item for item in oddities(text) if problem.finding.message.endswith(item.message)]
        for item in reversed(found):
            new = write(text[item.start : item.end])
            if new is None:
                return None
            text = text[: item.start] + new + text[item.end :]
        return Fix(f"Write `{excerpt(text, _SHOWN, problem.config.secrets)}`", {path: text}) if found else None

    return fix


def _in_double_quotes(piece: str) -> str | None:
    return None if '"' in piece else f'"{piece[1:-1]}"'


def _quoted(piece: str) -> str | None:
    return f'"{piece}"' if _WORD.fullmatch(piece) else None


def _in_lower_case(piece: str) -> str | None:
    return piece.lower() if piece.lower() in ("and", "or") and piece != piece.lower() else None


def _with_blank(piece: str) -> str | None:
    if piece.startswith("=="):
        return f"={piece[2:]}"
    return f"{piece} " if piece == "!=" else _BLANK.sub(r"\1 ", piece)


INVALID: Final = error(
    "CONFIG-FQL-INVALID",
    "A subscription that cannot be read",
    "Segment cannot parse the subscription, so the mapping sends nothing, for any event, and no error is shown. FQL is described on Segment's pages; abtui reads it as Segment's code does.",
)
BLANK: Final = error(
    "CONFIG-FQL-BLANK",
    "An operator without a blank after it",
    "`!=`, `<=` and `>=` need a blank after them, and equality is one `=`. Without the blank, `!=` makes the subscription invalid, and the others are read as another comparison that is never true.",
    fix=_rewritten(_with_blank),
)
PARENTHESIS: Final = error(
    "CONFIG-FQL-PARENTHESIS",
    "A parenthesis that Segment reads differently",
    "A parenthesis ends at the first `)`, so one inside another breaks the condition or changes it. One without a condition makes the mapping fail.",
)
QUOTES: Final = warning(
    "CONFIG-FQL-QUOTES",
    "A text in single quotes",
    "Only double quotes count as quotes. A text in single quotes is compared with the quotes as a part of it, so it is equal to no value that people mean.",
    fix=_rewritten(_in_double_quotes),
)
CONNECTIVE: Final = warning(
    "CONFIG-FQL-CONNECTIVE",
    "`and` and `or` mixed on one level",
    "There is no precedence: the last `and` or `or` of a level holds for all conditions of that level. Put the conditions that belong together in a parenthesis.",
)
IGNORED: Final = warning(
    "CONFIG-FQL-IGNORED",
    "A part of a subscription that is ignored",
    "Segment skips words that it does not know: `not`, `AND`, a comma, and conditions about anything but type, event, name, userId, properties, traits and context. What is left of the subscription counts.",
    fix=_rewritten(_in_lower_case),
)
OPERATOR: Final = warning(
    "CONFIG-FQL-OPERATOR",
    "An operator that Segment does not know",
    "The word after a name is taken as the operator, whatever it is. A comparison with an operator that does not exist is never true.",
)
VALUE: Final = warning(
    "CONFIG-FQL-VALUE",
    "A value that is read differently",
    "Texts need double quotes, numbers digits and one point. Another value is compared as something else than is written, often so that it is never equal.",
    fix=_rewritten(_quoted),
)
NEVER: Final = warning(
    "CONFIG-FQL-NEVER",
    "A subscription that no event can match",
    "The conditions contradict each other, or one of them is never true, so the mapping sends nothing.",
)
OVERLAP: Final = warning(
    "CONFIG-MAPPING-OVERLAP",
    "Two mappings may send the same event",
    "Each mapping runs on its own. An event that two of them are for is sent twice, and its goal may count twice. Make the subscriptions exclusive of each other, unless each sends a goal of its own.",
)
_RULES: Final[dict[OddityCode, Rule]] = {
    "unreadable": INVALID,
    "no-condition": INVALID,
    "unclosed-parenthesis": INVALID,
    "no-value": VALUE,
    "nested-parenthesis": PARENTHESIS,
    "empty-parenthesis": PARENTHESIS,
    "single-quotes": QUOTES,
    "overruled-connective": CONNECTIVE,
    "ignored": IGNORED,
    "unknown-operator": OPERATOR,
    "operator-without-blank": BLANK,
    "unquoted-value": VALUE,
    "misread-number": VALUE,
    "compared-as-text": VALUE,
    "pattern": VALUE,
    "never-matches": NEVER,
}
_HINTS: Final = {
    BLANK.code: "Put a blank after `!=`, `<=` and `>=`, and write one `=` for equality.",
    PARENTHESIS.code: "Write the conditions without a parenthesis inside another.",
    QUOTES.code: "Write it in double quotes.",
    CONNECTIVE.code: "Put the conditions that belong together in a parenthesis.",
    IGNORED.code: "Write `!=` for `not`, lower-case `and` and `or`, and ask for names that Segment knows.",
    OPERATOR.code: 'Write one of `=`, `!=`, `<`, `<=`, `>`, `>=`, or `contains(name, "text")`.',
    VALUE.code: "Write texts in double quotes, and numbers as digits with at most one point.",
    NEVER.code: "Remove one of the conditions, or join them by `or`.",
}


def subscription_findings(part: Part) -> Iterator[Finding]:
    """The findings about the subscription of a mapping."""
    text = part.given.get("subscribe")
    subscription = parse(text)
    invalid = subscription.message if isinstance(subscription, Invalid) else ""
    found = [_finding(part, item, invalid) for item in (oddities(text) if isinstance(text, str) and text else ())]
    yield from found
    if invalid and not any(item.severity == "error" for item in found):
        what = (
            "is missing" if text is None or text == "" else "is not text" if not isinstance(text, str) else "is invalid"
        )
        yield INVALID.at(
            f"The subscription of {part.shown} {what}.", f"Segment says: {invalid}.", **part.at("subscribe")
        )


def _finding(part: Part, oddity: Oddity, invalid: str) -> Finding:
    rule = INVALID if invalid and oddity.code == "no-value" else _RULES[oddity.code]
    hint = f"Segment says: {invalid}." if rule is INVALID else _HINTS[rule.code]
    return rule.at(f"{part.shown}: {oddity.message}", hint, **part.at_text(oddity.start, "subscribe"))


def overlap_findings(parts: list[Part]) -> Iterator[Finding]:
    """The findings about mappings that may send the same event as the same thing."""
    running = [part for part in parts if part.is_on and part.fields]
    hint = "Make their subscriptions exclusive of each other, or disable one of the two."
    for at, second in enumerate(running):
        # Of many alike mappings, each pair would be more than anybody reads.
        names = [first.shown for first in running[:at] if _may_both_send(first, second)]
        if names:
            others = f" (or one of {len(names) - 1} more)" if len(names) > 1 else ""
            message = f"An event can be for both {names[0]}{others} and {second.shown}: it is then sent twice."
            yield OVERLAP.at(message, hint, **second.at("subscribe"))


def _may_both_send(first: Part, second: Part) -> bool:
    same_action = first.given["partnerAction"] == second.given["partnerAction"]
    return same_action and not _differ(first, second) and _meet(first, second)


def _differ(first: Part, second: Part) -> bool:
    """Whether two mappings send goals of different names, so that each event is meant to be sent as both."""
    names = [part.values.get("name") for part in (first, second)]
    return first.given["partnerAction"] == GOAL and names[0] != names[1] and not any(map(is_directive, names))


def _meet(first: Part, second: Part) -> bool:
    texts = [part.given.get("subscribe") for part in (first, second)]
    return _can_meet(*texts) if all(isinstance(text, str) for text in texts) else False


@lru_cache(maxsize=4096)
def _can_meet(one: str, other: str) -> bool:
    first, second = parse(one), parse(other)
    if not isinstance(first, Subscription) or not isinstance(second, Subscription):
        return False
    return can_both_match(first.condition, second.condition)
