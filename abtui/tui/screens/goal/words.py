"""The words of the Goal screen: sentences about a result, a loss and its change."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import Config
from abtui.core.corpus.funnel import FunnelResult, Loss, sentence
from abtui.core.fate import FATES
from abtui.core.findings import Fix
from abtui.core.fixes import show_name
from abtui.core.text.plain import plural
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.screens.goal.counting import Trial

SCALE: Final = "the wider the bar, the more events are left"


def verb(result: FunnelResult, count: int) -> str:
    """`arrives`, `arrive`, or the same for events of which nobody knows whether the console has their goal."""
    words = FATES[result.fate]
    return words.one if count == 1 else words.several


def said(result: FunnelResult, share: float, signs: Signs) -> list[Piece]:
    """`14 events were meant for it: ● 5 arrive, 9 are lost.`, and how many are counted as long as that is not all."""
    pieces: list[Piece] = []
    for part in sentence(result):
        if part.fate is not None:
            look = LOOKS[part.fate]
            pieces += [Piece(f"{signs.mark(part.fate)} ", look.role), Piece(part.text, look.role, bold=True)]
        else:
            pieces.append(Piece(part.text, bold=part.text.endswith("lost")))
    return pieces if share >= 1 else [*pieces, Piece(f"  {share:.0%} counted", "soft")]


def results_of(after: FunnelResult | None, before: FunnelResult) -> tuple[str, str]:
    """What a change brings, long and short, if it was measured and is better: `then 9 of 14 arrive` and `then 9 arrive`."""
    if after is None or after.through <= before.through:
        return "", ""
    verbs = verb(after, after.through)
    return f"then {after.through:,} of {after.seen:,} {verbs}", f"then {after.through:,} {verbs}"


def outcome_of(trial: Trial, signs: Signs) -> list[Piece]:
    """`Then ● 9 of 14 arrive. Nothing else changes.`, as it was measured; nothing as long as it was not."""
    after = trial.result
    if after is None:
        return []
    look = LOOKS[after.fate]
    count = f"{after.through:,} of {after.seen:,} {verb(after, after.through)}"
    others = f"{plural(trial.others, 'other event changes', 'other events change')}, too." if trial.others else ""
    return [
        Piece("Then ", "soft"),
        Piece(f"{signs.mark(after.fate)} {count}", look.role, bold=True),
        Piece(f". {others or 'Nothing else changes.'}", "soft"),
    ]


def events_of(loss: Loss) -> str:
    """`The 4 that have another name`."""
    return f"The {'one' if loss.count == 1 else f'{loss.count:,}'} that {loss.who}"


def place_of(fix: Fix, file: str) -> str:
    """`to SECTION, northlight.yaml`: where a change of the config is made."""
    parents = {path[:-1] for path in fix.edits}
    parent = parents.pop() if len(parents) == 1 else ()
    return f"to {parent[-1]}, {file}" if len(parent) > 1 else f"in {file}"


def also(result: FunnelResult, config: Config, signs: Signs) -> list[Piece]:
    """Other goals and events whose names are like this one: what may have been meant, and is not counted."""
    pieces: list[Piece] = []
    if result.console:
        names = ", ".join(show_name(name, config) for name in result.console)
        pieces += [Piece("Also in the console: ", "soft"), Piece(signs.text(names))]
    if result.near:
        names = ", ".join(f"{show_name(name, config)} {count:,}" for name, count in result.near)
        pieces += [Piece("   " if pieces else ""), Piece("A letter off, and not counted: ", "soft"), Piece(signs.text(names))]  # fmt: skip
    return pieces
