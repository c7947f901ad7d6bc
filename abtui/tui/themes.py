"""The themes of the workbench: a dark and a light one, two of high contrast, and one for terminals of 16 colours.

A theme is a palette: a colour for each role. Widgets name roles only (`$pane`, `$soft`, `$arrives`), and colour means a fate.
By WCAG 2.2 text has a contrast of at least 5.0 on every surface, 7.4 in high contrast, and rules 3.3. The theme of 16 colours
uses the terminal's own colours, which its user chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from textual.theme import Theme

DARK: Final = "abtui-dark"
LIGHT: Final = "abtui-light"
CONTRAST_DARK: Final = "abtui-contrast-dark"
CONTRAST_LIGHT: Final = "abtui-contrast-light"
SIXTEEN: Final = "abtui-16"

CYCLE: Final = (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT, SIXTEEN)
"""The themes in the order in which their key cycles through them."""

_OTHER_SIDE: Final[Mapping[str, str]] = {CONTRAST_DARK: CONTRAST_LIGHT, CONTRAST_LIGHT: CONTRAST_DARK}


class Palette(NamedTuple):
    """A colour for each role. `bg`, `pane` and `raised` are surfaces, and `ink` is the text on a filled plate or action.

    `on_raised` is the text of all roles on `raised` where these cannot be read on it, as with 16 colours; else it is `text`.
    """

    bg: str
    pane: str
    raised: str
    rule: str
    text: str
    soft: str
    accent: str
    ink: str
    arrives: str
    ignored: str
    refused: str
    never_leaves: str
    unknown: str
    on_raised: str

    def variables(self) -> dict[str, str]:
        """The roles as variables of a stylesheet: `$never-leaves`."""
        return {name.replace("_", "-"): colour for name, colour in self._asdict().items()}


PALETTES: Final[Mapping[str, Palette]] = {
    DARK: Palette(
        *("#0e1420", "#151d2d", "#24304a", "#5a6f9c", "#eef2fa", "#a9b6cf", "#c3b1ff", "#0e1420"),
        *("#5fd68b", "#ffc04d", "#ff8577", "#8fb7ff", "#6fd6e8", "#eef2fa"),
    ),
    LIGHT: Palette(
        *("#efebe2", "#faf8f4", "#dfd8f3", "#8b8473", "#1b2030", "#525a6e", "#5637c8", "#ffffff"),
        *("#11653a", "#824600", "#ad1f18", "#27508f", "#0a5c6e", "#1b2030"),
    ),
    CONTRAST_DARK: Palette(
        *("#000000", "#000000", "#2b2b2b", "#ffffff", "#ffffff", "#d9d9d9", "#d9ccff", "#000000"),
        *("#7cf2a6", "#ffd24d", "#ffa49b", "#b5d0ff", "#8fe9f7", "#ffffff"),
    ),
    CONTRAST_LIGHT: Palette(
        *("#ffffff", "#ffffff", "#e6e6e6", "#000000", "#000000", "#333333", "#3f22a8", "#ffffff"),
        *("#004a24", "#5c3000", "#8a0f0a", "#143a75", "#00444f", "#000000"),
    ),
    SIXTEEN: Palette(
        *("ansi_default", "ansi_default", "ansi_white", "ansi_bright_black", "ansi_default", "ansi_default"),
        *("ansi_bright_magenta", "ansi_black", "ansi_bright_green", "ansi_bright_yellow", "ansi_bright_red"),
        *("ansi_bright_cyan", "ansi_white", "ansi_black"),
    ),
}


_ANSI: Final = {"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"}
"""What Textual's stylesheet names, and its colours of an ANSI theme leave out."""


def _theme(name: str, *, dark: bool) -> Theme:
    """A theme in which Textual's own widgets have the colours of the roles as well."""
    palette = PALETTES[name]
    return Theme(
        name=name,
        dark=dark,
        ansi=name == SIXTEEN,
        primary=palette.never_leaves,
        secondary=palette.unknown,
        accent=palette.accent,
        warning=palette.ignored,
        error=palette.refused,
        success=palette.arrives,
        foreground=palette.text,
        background=palette.bg,
        surface=palette.pane,
        panel=palette.bg,
        boost=palette.raised,
        variables={**palette.variables(), **_of_textual(palette), **(_ANSI if name == SIXTEEN else {})},
    )


def _of_textual(palette: Palette) -> dict[str, str]:
    """The variables by which Textual's own widgets are coloured."""
    return {
        "text-muted": palette.soft,
        "foreground-muted": palette.soft,
        "text-disabled": palette.soft,
        "text-primary": palette.never_leaves,
        "text-secondary": palette.unknown,
        "text-accent": palette.accent,
        "text-warning": palette.ignored,
        "text-error": palette.refused,
        "text-success": palette.arrives,
        "primary-muted": palette.raised,
        "error-muted": palette.raised,
        "block-cursor-background": palette.accent,
        "block-cursor-foreground": palette.ink,
        "block-cursor-blurred-background": palette.raised,
        "block-cursor-blurred-foreground": palette.on_raised,
        "block-hover-background": palette.raised,
        "border": palette.accent,
        "border-blurred": palette.rule,
        "button-foreground": palette.on_raised,
        "button-color-foreground": palette.ink,
        "footer-key-foreground": palette.accent,
        "input-cursor-background": palette.accent,
        "input-cursor-foreground": palette.ink,
        "input-cursor-text-style": "none",
        "input-selection-background": palette.accent,
        "input-selection-foreground": palette.ink,
        "screen-selection-background": palette.accent,
        "screen-selection-foreground": palette.ink,
        "scrollbar": palette.rule,
        "scrollbar-hover": palette.soft,
        "scrollbar-active": palette.accent,
        "scrollbar-background": palette.pane,
        "scrollbar-background-hover": palette.pane,
        "scrollbar-background-active": palette.pane,
        "scrollbar-corner-color": palette.pane,
    }


THEMES: Final = tuple(_theme(name, dark=name not in (LIGHT, CONTRAST_LIGHT)) for name in CYCLE)


def roles(*, dark: bool) -> dict[str, str]:
    """The roles for a theme that is not the workbench's: it lacks them, or has other colours under their names."""
    return PALETTES[DARK if dark else LIGHT].variables()


_MANY_COLOURS: Final = ("256color", "kitty", "truecolor", "direct", "ghostty", "alacritty")
"""Endings of the names of terminals that show at least 256 colours."""


def has_few_colours(env: Mapping[str, str], legacy_windows: bool = False) -> bool:
    """Whether the terminal shows fewer than 256 colours, by `TERM` and `COLORTERM`. `TEXTUAL_COLOR_SYSTEM` overrides them."""
    system, term = env.get("TEXTUAL_COLOR_SYSTEM", ""), env.get("TERM", "").lower()
    if system in ("256", "truecolor"):
        return False
    if legacy_windows or system in ("standard", "windows"):
        return True
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") or not term:
        return False
    return not term.endswith(_MANY_COLOURS)


def first_theme(env: Mapping[str, str], legacy_windows: bool = False) -> str:
    """The theme to begin with: the one named in TEXTUAL_THEME, or one that the terminal can show."""
    return env.get("TEXTUAL_THEME") or (SIXTEEN if has_few_colours(env, legacy_windows) else DARK)


def next_theme(name: str) -> str:
    """The theme after `name`; the first one after a theme that is not the workbench's."""
    return CYCLE[(CYCLE.index(name) + 1) % len(CYCLE)] if name in CYCLE else CYCLE[0]


def other_side(name: str, dark: bool) -> str:
    """The light counterpart of a dark theme, and the other way round."""
    return _OTHER_SIDE.get(name, LIGHT if dark else DARK)
