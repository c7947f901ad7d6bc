"""The tour of the demo. Its steps are data, in the destination's `tour.yaml`; this module reads them and applies a step to the demo."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec
import yaml

from abtui.core.destinations import DEFAULT
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import edit_yaml


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: a sentence, and all that is on screen with it, whatever was there before.

    `event` is the source of the selected event, `filter` the filter of the list, `goal` what the Goal screen looks for.
    `config` sets values in the demo's config, by path; `config_file` is another config of the demo, in place of it.
    """

    sentence: str
    event: str
    screen: str = "events"
    filter: str = ""
    goal: str = ""
    config: tuple[tuple[Path, Any], ...] = ()
    config_file: str = ""


@cache
def tour_steps() -> tuple[Step, ...]:
    """All steps, in order."""
    data = resources.files(DEFAULT.demo).joinpath("tour.yaml").read_bytes()
    return msgspec.convert(yaml.safe_load(data), tuple[Step, ...])


def config_text(step: Step, base: str) -> str:
    """The demo's config `base` with the changes of a step. Raises ValueError if they cannot be made."""
    edited = edit_yaml(base, dict(step.config))
    if edited.text is None:
        raise ValueError(f"{step.sentence} {edited.problem}")
    return edited.text
