"""What a step makes of the demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from abtui.core.text.yaml_edit import edit_yaml
from abtui.core.tour.model import Step


def available(steps: Sequence[Step], has: Callable[[str], bool]) -> tuple[Step, ...]:
    """The steps whose needs are there."""
    return tuple(step for step in steps if all(has(need) for need in step.needs))


def config_text(step: Step, base: str) -> str:
    """The config of a step, from the demo's. Raises ValueError where it cannot be changed as the step says."""
    edited = edit_yaml(base, dict(step.config))
    if edited.text is None:
        raise ValueError(f"step {step.name}: {edited.problem}")
    return edited.text


def event_text(step: Step, text: str) -> str:
    """The text of a step's event, from the one the demo has. Raises ValueError where what is to be replaced is not in it."""
    if step.edit is None:
        return text
    old, new = step.edit
    at = text.index(old)
    return f"{text[:at]}{new}{text[at + len(old) :]}"


def first_difference(old: str, new: str) -> int:
    """The line of `new`, counted from 1, that is the first to differ; 1 where none does."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((number for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]), 1)
