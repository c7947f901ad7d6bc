"""One change of a setting in the form of a config."""

from __future__ import annotations

from typing import Literal

import msgspec

EditKind = Literal["text", "toggle", "key", "value", "add", "remove", "new-item", "remove-item"]


class FormEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `field` is the setting's name; `row` counts a map's rows from 0.

    `text`: the value becomes `text`. `toggle`: it becomes `on`. `key` and `value`: that of a row becomes `text`. `add`: a row
    with the key `text` and the value `value` comes at the end. `remove`: a row goes. `new-item`: the list `field` gets an item; `remove-item`: the item of `field` goes.
    """

    field: str
    kind: EditKind
    text: str = ""
    value: str = ""
    on: bool = False
    row: int = -1

    @property
    def place(self) -> tuple[str, str, int]:
        """The place of the change: two edits of one place belong to one act of typing."""
        return self.field, self.kind, self.row
