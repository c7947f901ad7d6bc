"""`@liquid`: templates as LiquidJS renders them, with what Segment has switched off. Loaded only where a mapping has one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from liquid.exceptions import LiquidError

from abtui.core.destinations.actions.liquid.expressions import Scope
from abtui.core.destinations.actions.liquid.problems import problem_at, snapshot
from abtui.core.destinations.actions.liquid.tags import SCOPE, LiquidJS, not_closed
from abtui.core.destinations.actions.problems import too_deep

Tell = Callable[[tuple[str, ...], Any], None]
_ENVIRONMENT: Final = LiquidJS()


def compile_template(source: str) -> Callable[[Any, Tell | None], str]:
    """The function that renders a template over an event. Raises MappingProblem with LiquidJS's error, as the function does."""
    _check_closed(source)
    try:
        template = _ENVIRONMENT.from_string(source)
    except LiquidError as error:
        # The library wraps what a tag throws while it is parsed.
        if isinstance(error.__cause__, RecursionError):
            raise too_deep() from None
        if error.token is None:
            raise error.__cause__ or error from None
        # A comment without an end is the one mistake that is left to the library.
        raise not_closed(error.token) from None

    def render(event: Any, tell: Tell | None) -> str:
        try:
            return template.render({SCOPE: Scope(event, tell)})
        except RecursionError:
            raise too_deep() from None

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
            kind = "output" if is_output else "tag"
            raise problem_at("TokenizationError", f"{kind} {snapshot(source[start:])} not closed", source, start)
        at = end + 2 if is_output else _end_of_tag(source, start, end)


def _end_of_tag(source: str, start: int, end: int) -> int:
    """Where reading goes on behind a tag: behind `raw`, at its end."""
    content = source[start + 2 : end].strip("-").strip()
    if not content or not (content[0] == "#" or content[0].isalnum() or content[0] in "_-?"):
        at = end if not content else source.index(content, start)
        raise problem_at("TokenizationError", "illegal tag syntax, tag name expected", source, at)
    if content != "raw":
        return end + 2
    closing = re.compile(r"\{%-?\s*endraw\s*-?%\}").search(source, end)
    if closing is None:
        raise problem_at("TokenizationError", f"raw {snapshot(source[start:])} not closed", source, end + 2)
    return closing.end()


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
