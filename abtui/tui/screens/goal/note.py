"""A note for a ticket about a loss: what, evidence, cause and fix."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import Config
from abtui.core.corpus.funnel import DOES_NOT_COUNT, FunnelResult, Loss, sentence
from abtui.core.fate import FATES
from abtui.core.text.plain import plural
from abtui.core.ticket import code, ticket
from abtui.tui.corpus import Corpus
from abtui.tui.corpus.rows import message_id_of
from abtui.tui.screens.goal.counting import Trial
from abtui.tui.screens.goal.words import verb

_EXAMPLES: Final = 5


def note(result: FunnelResult, loss: Loss, trial: Trial | None, config: Config, corpus: Corpus) -> str:
    """The note. The first few events are its evidence."""
    evidence = [_event(index, corpus, config) for index in loss.examples[:_EXAMPLES]]
    if (left := loss.count - len(evidence)) > 0:
        evidence.append(f"and {plural(left, 'more event', 'more events')}")
    meaning = ""
    if loss.fate == DOES_NOT_COUNT:
        meaning = " They arrive, and count in no experiment."
    elif loss.fate is not None:
        meaning = f" They are {FATES[loss.fate].one.removeprefix('is ')}: {FATES[loss.fate].meaning}."
    return ticket(
        f"Goal {result.shown}: {_how_many(result, loss)} {loss.who}",
        what="".join(part.text for part in sentence(result)),
        evidence=evidence,
        cause=f"{loss.why}.{meaning}",
        fix=_fix(loss, trial),
        secrets=config.secrets,
    )


def _how_many(result: FunnelResult, loss: Loss) -> str:
    """`3 of 14 events`; events that were not meant for the goal are no part of those."""
    if loss in result.stations[0].notes:
        return plural(loss.count, "event")
    return f"{loss.count:,} of {plural(result.seen, 'event')}"


def _event(index: int, corpus: Corpus, config: Config) -> str:
    item, row = corpus.item(index), corpus.facts(index)
    message_id = message_id_of(item)
    named = f", messageId {code(message_id, config.secrets)}" if message_id else ""
    return f"{row.type} {code(row.name, config.secrets)}{named}, source {code(item.source, config.secrets)}"


def _fix(loss: Loss, trial: Trial | None) -> str:
    """The change of the config with its measured result, or the way back."""
    if loss.fix is None:
        return f"{loss.back[:1].upper()}{loss.back[1:]}."
    after = None if trial is None else trial.result
    measured = "" if after is None else f": then {after.through:,} of {after.seen:,} {verb(after, after.through)}"
    return f"{loss.fix.title}{measured}."
