"""The tour of the demo. Its steps are data, in the destination's `tour.yaml`; this module reads them and applies a step to the demo."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
import yaml

from abtui.core.destinations import DEFAULT
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import edit_yaml

Place = Literal["events", "event", "result", "config", "drawer"]
"""A pane of the workbench."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: its caption, and everything that is on screen with it, whatever was there before.

    - `caption` is about the pane `look`; text in `backticks` is code or a key.
    - `event` is the source of the selected event. `edit` replaces one text by another in that event.
    - `config` sets values in the demo's config, by path.
    - `field` is the start of the payload line that gets the cursor.
    - `needs` names the parts of the workbench that the step depends on (`panel:impact`, `action:send`).
    """

    name: str
    title: str
    caption: str
    look: Place
    event: str
    tab: str = "payload"
    filter: str = ""
    edit: tuple[str, str] | None = None
    config: tuple[tuple[Path, Any], ...] = ()
    field: str = ""
    panel: str = ""
    pinned: bool = False
    sent: bool = False
    needs: tuple[str, ...] = ()


@cache
def tour_steps() -> tuple[Step, ...]:
    """All steps, in order."""
    data = resources.files(DEFAULT.demo).joinpath("tour.yaml").read_bytes()
    return msgspec.convert(yaml.safe_load(data), tuple[Step, ...])


def available_steps(has: Callable[[str], bool]) -> tuple[Step, ...]:
    """The steps whose needs are all met."""
    return tuple(step for step in tour_steps() if all(map(has, step.needs)))


def config_text(step: Step, base: str) -> str:
    """The demo's config `base` with the changes of a step. Raises ValueError if they cannot be made."""
    edited = edit_yaml(base, dict(step.config))
    if edited.text is None:
        raise ValueError(f"step {step.name}: {edited.problem}")
    return edited.text


def event_text(step: Step, text: str) -> str:
    """The text of the step's event with the step's edit. Raises ValueError if the text to be replaced is not in it."""
    if step.edit is None:
        return text
    old, new = step.edit
    at = text.index(old)
    return f"{text[:at]}{new}{text[at + len(old) :]}"


def first_difference(old: str, new: str) -> int:
    """The number, from 1, of the first line of `new` that differs from `old`; 1 if none does."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((number for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]), 1)
