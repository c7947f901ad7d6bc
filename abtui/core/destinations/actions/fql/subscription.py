"""A mapping's subscription, `subscribe`, as Segment takes it: FQL that holds for some events, or an error that drops them all."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from abtui.core.destinations.actions.fql.conditions import Group
from abtui.core.destinations.actions.fql.evaluation import Event, compiled
from abtui.core.destinations.actions.fql.explanation import Explanation, explain
from abtui.core.destinations.actions.fql.parser import NO_TYPE, Parser, ParserError
from abtui.core.destinations.actions.fql.tokens import LexerError, tokens_of

_NO_TEXT: Final = "Failed to validate subscription"


class Invalid:
    """A subscription that is no text, empty, or does not parse. `message` is Segment's own."""

    def __init__(self, message: str) -> None:
        self.message = message


class Subscription:
    """A subscription that parses."""

    def __init__(self, text: str, condition: Group) -> None:
        self.text = text
        self.condition = condition
        self.holds = compiled(condition)
        """Whether the event is subscribed to. Raises JavaScriptTypeError, whose text is Segment's, where its function throws."""

    def explain(self, event: Event) -> Explanation:
        """Why it holds for the event or not. Raises JavaScriptTypeError like `holds`."""
        return explain(self.condition, event)


def parse(text: Any) -> Subscription | Invalid:
    """What Segment makes of the `subscribe` of a mapping."""
    if not isinstance(text, str) or not text:
        return Invalid(_NO_TEXT)
    return _parse(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Subscription | Invalid:
    try:
        return Subscription(text, Parser(tokens_of(text)).parse())
    except LexerError:
        # Segment's parser goes on without any token.
        return Invalid(f"Invalid subscription : {NO_TYPE}")
    except ParserError as error:
        return Invalid(f"Invalid subscription : {error}")
