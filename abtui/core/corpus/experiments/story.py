"""One unit's story: its exposures and goals in time, and which of the goals count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.attribution import Attribution, Judged
from abtui.core.experiments.elsewhere import Row
from abtui.core.experiments.exposed import FLAGS
from abtui.core.experiments.shelved import Part
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.experiments.units import near, units_of

_NORMAL: Final = ("eligible", "assigned")


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One exposure or goal of the unit. `at` is its time in ms since 1970, `units` the types of its request with the hashes.

    `variant` is None for a goal. `flags` are the flags of an exposure that are not as usual: `overridden`, `not eligible`. `first`
    are the experiments of which this is the first exposure that takes part. `counts` says for each experiment whether a goal counts.
    """

    at: int
    kind: str
    name: str
    units: tuple[tuple[str, str], ...]
    source: str = ""
    variant: int | None = None
    flags: tuple[str, ...] = ()
    first: bool = False
    counts: Mapping[str, Judged] = {}


class Story:
    """Gathers what happened to a unit, given by its uid, plain or hashed, whatever its type.

    What has the uid in another spelling, or hashed twice, is told as well: it may be why a goal does not count.
    """

    def __init__(self, uid: str) -> None:
        self.uid = uid
        hashed = uid_hash(uid)
        self._hashes = frozenset((uid, hashed, uid_hash(hashed), *near(uid)))
        self._moments: list[tuple[Moment, tuple[int, int]]] = []
        """Each with the piece of the input that it is in."""
        self._piece = (0, 0)

    def begin(self, piece: tuple[int, int]) -> None:
        """A piece of the input begins: it is the index of its source, and its offset there."""
        self._piece = piece

    def merge(self, other: Story) -> None:
        """Add what another part of the input has about the same unit."""
        self._moments += other._moments

    def _keep(self, moment: Moment) -> None:
        self._moments.append((moment, self._piece))

    def add(self, body: Mapping[str, Any], source: str) -> None:
        """Keep the exposures and goals of a request that the collector takes, if one of its units is this one."""
        units = tuple(dict.fromkeys((type, hashed) for type, hashed, _plain in units_of(body)))
        if not any(hashed in self._hashes for _type, hashed in units):
            return
        for item in body.get("exposures") or ():
            flags = tuple(_flag(name, item.get(name) is True) for name in FLAGS if _is_told(name, item))
            self._keep(
                Moment(at=int(item["exposedAt"]), kind="exposure", name=item["name"], units=units, source=source, variant=int(item["variant"]), flags=flags)
            )  # fmt: skip
        for item in body.get("goals") or ():
            moment = Moment(at=int(item["achievedAt"]), kind="goal", name=item["name"], units=units, source=source)
            self._keep(moment)

    def add_row(self, row: Row, source: str) -> None:
        """Keep a stored exposure, if it is of this unit."""
        if row.hashed in self._hashes:
            set_ = {name: bool(row.flags & bit) for name, bit in FLAGS.items()}
            flags = tuple(_flag(name, set_[name]) for name in FLAGS if _is_told(name, set_))
            unit = (row.type, row.hashed)
            self._keep(
                Moment(at=row.at, kind="exposure", name=row.name, units=(unit,), source=source, variant=row.variant, flags=flags)
            )  # fmt: skip

    def moments(
        self,
        summary: ExperimentSummary,
        experiments: Collection[str] | None = None,
        goals: Collection[str] | None = None,
    ) -> tuple[Moment, ...]:
        """All in time, with what the summary of the whole corpus says about them, or those of some experiments and goals.

        An exposure is before a goal of the same time.
        """
        wanted = {"exposure": experiments, "goal": goals}
        ordered = [
            moment
            for moment, _piece in sorted(self._moments, key=_in_time)
            if (names := wanted[moment.kind]) is None or moment.name in names
        ]
        part = summary.part(unit for moment in ordered for unit in moment.units)
        judges = {
            name: Attribution(exposed, part.units)
            for name, exposed in sorted(part.experiments.items())
            if experiments is None or name in experiments
        }
        return tuple(self._told(ordered, part, judges))

    def _told(self, moments: list[Moment], part: Part, judges: Mapping[str, Attribution]) -> Iterator[Moment]:
        seen: set[str] = set()
        for moment in moments:
            known = (part.units.find(*unit) for unit in moment.units)
            keys = tuple(sorted(key for key in known if key is not None))
            if moment.kind == "goal":
                counts = {name: judge.judge(keys, moment.at) for name, judge in judges.items()}
                yield msgspec.structs.replace(moment, counts=counts)
                continue
            exposed, judge = part.experiments[moment.name], judges[moment.name]
            tracked = (key for key in keys if part.units.types[key] == judge.type)
            first = [found[:2] for key in tracked if (found := exposed.first.get(key)) is not None]
            is_first = moment.name not in seen and (moment.at, moment.variant) in first
            if is_first:
                seen.add(moment.name)
            yield msgspec.structs.replace(moment, first=is_first)


def _in_time(kept: tuple[Moment, tuple[int, int]]) -> tuple[int, str, str, int, tuple[int, int]]:
    """What a moment is ordered by: its time, and of equal ones the order of the input."""
    moment, piece = kept
    return moment.at, moment.kind, moment.name, moment.variant or 0, piece


def _is_told(name: str, exposure: Mapping[str, Any]) -> bool:
    return (exposure.get(name) is True) is not (name in _NORMAL)


def _flag(name: str, is_set: bool) -> str:
    return name if is_set else f"not {name}"
