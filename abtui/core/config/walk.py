"""The reader of a config's values: `Walk` with `${NAME}` in texts replaced from an environment."""

from __future__ import annotations

from collections.abc import Mapping

from abtui.core.config.interpolation import interpolate
from abtui.core.config.keys import Quoter, is_variable_name
from abtui.core.findings import Finding
from abtui.core.text import yaml_walk
from abtui.core.text.paths import Path
from abtui.core.text.secret import KEY_VARIABLE, is_stand_in
from abtui.core.text.yaml_nodes import CONFIG_FORM, Node
from abtui.core.text.yaml_values import Entry
from abtui.core.text.yaml_walk import Text

__all__ = ["Entry", "Path", "Text", "Walk"]


class Walk(yaml_walk.Walk):
    """Reads one config or catalog. `whole` is what messages call the file."""

    quoter: Quoter

    def __init__(self, env: Mapping[str, str], quoter: Quoter, whole: str = "") -> None:
        super().__init__(CONFIG_FORM, quoter, whole)
        self.env = env
        self.borne: set[Finding] = set()
        """The findings that stop nothing, however grave they are."""
        self.texts: dict[Path, tuple[int, int]] = {}
        """The columns where texts of lists begin and end that are written as they are, on the line of their key."""

    def text(self, value: Node, path: Path, *, secret: bool = False) -> Text | None:
        """A text with its variables replaced; None after a finding. `secret`: it is an API key."""
        if value.kind == "unknown":
            self.wrong(value, path, "text", "")
            return Text("", value, unset=True)
        if value.kind != "text":
            return super().text(value, path)
        result = interpolate(value.value, self.env)
        # A variable that is set to nothing was probably set on purpose, unless the whole text is empty because of it.
        empty = () if result.value or result.unset else result.empty
        unset = (*result.unset, *empty)
        for name in unset:
            self._tell_unset(value, path, name, "set to nothing" if name in empty else "not set", secret)
        if result.odd:
            message = f"`{self.quoter.key_path(path)}` has a `${{` that begins no reference; it is left as it is."
            hint = "Write `${NAME}` or `${NAME:-default}`; `$${` means a literal `${`."
            self.tell("CONFIG-ENV-FORM", value, message, hint)
        variable = unset[0] if unset and is_variable_name(unset[0]) else ""
        if secret and is_stand_in(result.value):
            self._tell_stand_in(value, path)
            return Text("", value, unset=True, stands_in=True)
        return Text(result.value, value, bool(unset), result.written, variable)

    def _tell_stand_in(self, value: Node, path: Path) -> None:
        reference = "${" + KEY_VARIABLE + "}"
        message = f"`{self.quoter.key_path(path)}` is not the key, but the mask that is shown in its place."
        hint = (
            f"Put `{reference}` there, and the key itself in that variable. Mapping does not need it; sending is off."
        )
        if "${" in value.value:
            hint = "Set its variable to the key itself. Mapping does not need it; sending is off."
        self.tell("CONFIG-KEY-MASKED", value, message, hint)

    def _tell_unset(self, value: Node, path: Path, name: str, state: str, secret: bool) -> None:
        shown = f"`{self.quoter.shown(name)}`" if not secret or is_variable_name(name) else "its variable"
        message = f"`{self.quoter.key_path(path)}`: {shown} is {state}, so the value is empty."
        if secret:
            self.tell("CONFIG-KEY-UNSET", value, message, "Set it before sending. Mapping does not need it.")
        else:
            hint = f"Set it, or write `${{{self.quoter.shown(name)}:-default}}`."
            self.tell("CONFIG-ENV-UNSET", value, message, hint)
