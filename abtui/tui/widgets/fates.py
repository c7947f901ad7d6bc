"""How fates look: a mark, words and a colour. Colour is never the only sign, and only `arrives` is green."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from abtui.core.fate import FATES, fate_counts
from abtui.core.outcomes import Fate
from abtui.core.text.plain import plural
from abtui.tui.kit.marks import RowFate


class FateLook(NamedTuple):
    """A one-cell mark, the words, the component class that colours both, and the same colour as a style string."""

    glyph: str
    words: str
    style: str
    colour: str


_COLOURS: Final[dict[Fate, str]] = {
    "arrives": "success",
    "accepted": "secondary",
    "unknown": "secondary",
    "never-leaves": "primary",
    "ignored": "warning",
    "refused": "error",
    "fails": "error",
}

FATE_LOOKS: Final[dict[RowFate, FateLook]] = {
    **{
        fate: FateLook(
            words.mark,
            words.one.removeprefix("is "),
            f"fate--{fate}",
            f"bold $text-{_COLOURS[fate]}",
        )
        for fate, words in FATES.items()
    },
    "unreadable": FateLook("!", "no event", "fate--unreadable", "bold $text-error"),
}
"""The looks in the order in which fates are listed everywhere; `unreadable` comes last."""

FATE_CLASSES: Final = frozenset(look.style for look in FATE_LOOKS.values())
FATE_CSS: Final = "".join(
    f"""
    & .{look.style} {{ color: {look.colour.removeprefix("bold ")}; text-style: bold; }}"""
    for look in FATE_LOOKS.values()
)
"""Rules for a widget's DEFAULT_CSS, inside its own block."""


def fate_parts(counts: Mapping[RowFate, int] | Mapping[Fate, int], *, short: bool) -> list[tuple[str, str]]:
    """The counts as styled texts in the usual order, without zeros. `short` uses marks instead of words.

    The short form puts the number first, as the list does: a font may draw the marks too wide, and they would cover it.
    """
    numbers: dict[RowFate, int] = dict(counts.items())
    parts: list[tuple[str, str]] = []
    for fate, look in FATE_LOOKS.items():
        number = numbers.get(fate, 0)
        if not number:
            continue
        if short:
            parts.append((f" {number:,}{look.glyph}", look.colour))
        else:
            text = plural(number, "no event") if fate == "unreadable" else fate_counts({fate: number})
            parts += [(", " if parts else "  ", ""), (f"{look.glyph} {text}", look.colour)]
    return parts
