"""Sections of a config that are lists of maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class ListSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section of the config that is a list of maps, such as the mappings of a destination that has several.

    `Config.lists` has its items as JSON values; if the config leaves it out, it is not there. The reader refuses only what is
    no list of maps: the destination's `check_config` judges the rest. `keys` are the keys of an item, each with its JSON
    Schema, whose `description` completion shows too. `preset` is what counts where the config leaves the list out. `note` is
    for completion, `about` for the schema. Segment's Public API has the list as `segment`, whose items have other names for
    some of the keys: `segment_keys`.
    """

    name: str
    note: str
    about: str
    keys: Mapping[str, Mapping[str, Any]]
    preset: tuple[Mapping[str, Any], ...] = ()
    segment: str = ""
    segment_keys: Mapping[str, str] = {}
