"""A section of a config that is a list of maps, and what the screens may ask about its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import Config

Options = Iterable[tuple[str, str]]
"""What can be written at a place of the config, each with a note."""


class ListSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section of the config that is a list of maps, such as the mappings of a destination that has several.

    `Config.lists` has its items as JSON values; if the config leaves it out, it is not there. The reader refuses only what is
    no list of maps: the destination's `check_config` judges the rest. `keys` are the keys of an item, each with its JSON
    Schema, whose `description` completion shows too. `preset` is what counts where the config leaves the list out. `note` is
    for completion, `about` for the schema. Segment's Public API has the list as `segment`, whose items have other names for
    some of the keys: `segment_keys`. `segment_told` gives the values of an item that Segment tells only by ids of its own.

    `shown_value` and `value_of` turn a value that is `spoken` (`Setting`) into a line and back. `complete` gives what can be
    written at a place: by the keys that lead there, the role (a key, a value, an item of a list, or a line of the form), what
    is typed, of which so many characters stay before it, and the text of the item around it ("" in the form). `never` gives the
    names of the items that no event can match. `item` is the noun for one item, and `new` makes the item that the form adds to
    those that are there; without it the form adds none.
    """

    name: str
    note: str
    about: str
    keys: Mapping[str, Mapping[str, Any]]
    preset: tuple[Mapping[str, Any], ...] = ()
    segment: str = ""
    segment_keys: Mapping[str, str] = {}
    shown_value: Callable[[Any], str] = str
    value_of: Callable[[str], Any] = str
    complete: Callable[[tuple[str, ...], str, str, CorpusNames, str], tuple[int, Options]] = lambda *_place: (0, ())
    never: Callable[[Config], Iterable[str]] = lambda _config: ()
    segment_told: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda _item: {}
    item: str = "item"
    new: Callable[[Iterable[str]], Mapping[str, Any]] | None = None
