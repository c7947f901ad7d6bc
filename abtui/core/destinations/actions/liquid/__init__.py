"""`@liquid`: templates as LiquidJS renders them, with what Segment has switched off. Loaded only where a mapping has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from liquid.exceptions import LiquidError

from abtui.core.destinations.actions.liquid.expressions import Scope
from abtui.core.destinations.actions.liquid.problems import problem_at
from abtui.core.destinations.actions.liquid.tags import SCOPE, LiquidJS
from abtui.core.destinations.actions.problems import MappingProblem
from abtui.core.text.javascript import stringify

Tell = Callable[[tuple[str, ...], Any], None]
_ENVIRONMENT: Final = LiquidJS()
_SNAPSHOT: Final = 32


def compile_template(source: str) -> Callable[[Any, Tell | None], str]:
    """The function that renders a template over an event. Raises MappingProblem with LiquidJS's error, as the function does."""
    _check_closed(source)
    try:
        template = _ENVIRONMENT.from_string(source)
    except LiquidError as error:
        # The library wraps what a tag throws while it is parsed.
        if isinstance(error.__cause__, MappingProblem):
            raise error.__cause__ from None
        raise problem_at("ParseError", str(error), source, 0) from None

    def render(event: Any, tell: Tell | None) -> str:
        return template.render({SCOPE: Scope(event, tell)})

    return render


def _check_closed(source: str) -> None:
    """Raises MappingProblem for an output or a tag without an end: LiquidJS looks for these first."""
    at = 0
    while at < len(source):
        starts = [place for mark in ("{{", "{%") if (place := source.find(mark, at)) >= 0]
        if not starts:
            return
        start = min(starts)
        is_output = source[start + 1] == "{"
        end = _end_of_output(source, start + 2) if is_output else source.find("%}", start + 2)
        if end < 0:
            rest = source[start:]
            shown = stringify(rest if len(rest) <= _SNAPSHOT else f"{rest[: _SNAPSHOT - 3]}...").decode()
            kind = "output" if is_output else "tag"
            raise problem_at("TokenizationError", f"{kind} {shown} not closed", source, start)
        if not is_output and source[start + 2 : end].strip("- \t\r\n") == "raw":
            end = source.find("endraw", end)
            if end < 0:
                return
        at = end + 2


def _end_of_output(source: str, at: int) -> int:
    """Where the `}}` is, outside of quotes."""
    quote = ""
    while at < len(source):
        character = source[at]
        if quote:
            if character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif source.startswith("}}", at):
            return at
        at += 1
    return -1
