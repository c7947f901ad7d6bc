"""Which goals that arrive count in at least one experiment, and why the others do not: by the experiment in which least is missing."""

from __future__ import annotations

from collections import Counter
from typing import Final

from abtui.core.experiments.attribution import Attribution, Judged
from abtui.core.experiments.judgement import STRETCH, Pause, no_pause
from abtui.core.experiments.moments import ELSEWHERE, Moments
from abtui.core.experiments.reason_words import REASON_WORDS
from abtui.core.text.plain import most_first

_RANKS: Final = {reason: at for at, reason in enumerate(REASON_WORDS)}
_MOST_UIDS: Final = 4


class Attributed:
    """The goals of one name that arrive: how many count in an experiment, and the others by reason with the first of their events."""

    MOST: Final = 200

    def __init__(self) -> None:
        self.counts = 0
        self.lost: Counter[str] = Counter()
        self.events: dict[str, list[int]] = {}
        self.uids: dict[str, set[str]] = {}
        """By reason some of the uids, as many as are worth naming."""
        self._experiments: dict[str, Counter[str]] = {}

    def add(self, event: int, why: str, uid: str, experiment: str) -> None:
        """Count a goal; `why` it does not count in an experiment is "" if it does."""
        if not why:
            self.counts += 1
            return
        self.lost[why] += 1
        self._experiments.setdefault(why, Counter())[experiment] += 1
        events, uids = self.events.setdefault(why, []), self.uids.setdefault(why, set())
        if len(events) < self.MOST:
            events.append(event)
        if uid and len(uids) < _MOST_UIDS:
            uids.add(uid)

    def experiment(self, why: str) -> str:
        """The experiment in which most of those lost for a reason are."""
        return most_first(self._experiments[why])[0][0]


def attributed(moments: Moments, pause: Pause = no_pause) -> dict[str, Attributed]:
    """By goal, which of those that arrive count in at least one experiment, and why the others do not."""
    summary = moments.summary
    units = summary.units
    since: dict[int, int] = {}
    for exposed in summary.experiments.values():
        tracked = exposed.unit_type
        for key, (at, _, _) in exposed.first.items():
            if units.types[key] == tracked:
                since[key] = min(at, since.get(key, at))
    judges = {name: Attribution(exposed, units) for name, exposed in summary.experiments.items()}
    found: dict[str, Attributed] = {}
    for at, goal in enumerate(moments.goals):
        if at % STRETCH == 0:
            pause()
        if not goal.arrives or goal.event == ELSEWHERE:
            continue
        keys = summary.achieved.keys[goal.keys]
        of_name = found.setdefault(summary.achieved.names[goal.name], Attributed())
        if any(since.get(key, goal.at + 1) <= goal.at for key in keys):
            of_name.add(goal.event, "", "", "")
            continue
        judged = {name: judge.judge(keys, goal.at) for name, judge in judges.items()}
        experiment = min(judged, key=lambda name: (_rank(judged[name]), name), default="")
        why = judged[experiment].told if judged else "neverExposed"
        uid = next((plain for key in keys if (plain := units.plain[key]) is not None), "")
        of_name.add(goal.event, why, uid, experiment)
    return found


def _rank(judged: Judged) -> int:
    return _RANKS[judged.told]
