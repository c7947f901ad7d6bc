"""The steps of an outcome by the thread that they are part of, and the places that they tie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from abtui.core.outcomes import Step
from abtui.core.text.paths import Path, parse_path, path_text

ITEM_DEPTH: Final = 2
"""The length of the path of an item in a list of a payload."""


class Bundle:
    """The steps that make one part of the payload from one field of the event, and the places they tie."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.events: list[Path] = []
        self.payloads: list[Path] = []
        self.copied = False

    def add(self, step: Step) -> None:
        """Add a step that wrote something."""
        links = [link for link in step.links if link.payload is not None]
        self.steps.append(step)
        self.events += [link.event for link in links if link.event is not None]
        payloads = [link.payload for link in links if link.payload is not None]
        whole = common(payloads)
        # All of an item, or of a field in one, belongs to the thread; of the list around the items it does not.
        self.payloads += [whole] if len(whole) >= ITEM_DEPTH else payloads
        self.copied = self.copied or any(link.verbatim for link in links)


def bundles_of(steps: Iterable[Step]) -> list[Bundle]:
    """The bundles of the steps that wrote something, in their order."""
    found: dict[tuple[str | int | None, Path], Bundle] = {}
    for step in steps:
        written = [link for link in step.links if link.payload is not None]
        if not written:
            continue
        source = next((link.event for link in written if link.event is not None), None)
        key = (source[0] if source else None, (written[0].payload or ())[:1])
        found.setdefault(key, Bundle()).add(step)
    return list(found.values())


def culprits(bundles: list[Bundle], place: Path | None) -> set[int]:
    """The bundles that made a place of the payload: those that name it most closely, or else all that made something in it."""
    if place is None:
        return set()
    closest = [
        max((len(path) for path in bundle.payloads if path == place[: len(path)]), default=-1) for bundle in bundles
    ]
    best = max(closest, default=-1)
    if best >= 0:
        return {at for at, depth in enumerate(closest) if depth == best}
    return {at for at, bundle in enumerate(bundles) if any(path[: len(place)] == place for path in bundle.payloads)}


def origin(bundle: Bundle, source: Path, fault: Path) -> Path:
    """The place in the event from which the place at fault was copied; the whole field where nothing was."""
    for step in bundle.steps:
        for link in step.links:
            if link.verbatim and link.event is not None and link.payload == fault[: len(link.payload or ())]:
                return link.event + fault[len(link.payload or ()) :]
    return source


def places_read(step: Step) -> list[Path]:
    """The place in the event that a step is about, if it is about one. The step's text may be masked, its links are not."""
    places = [link.event for link in step.links if link.event is not None]
    if not places and step.event_path is not None:
        with suppress(ValueError):
            return [parse_path(step.event_path)]
    return [place for place in places if path_text(place) == step.event_path][:1] or places[-1:]


def common(paths: Sequence[Path]) -> Path:
    """The longest path that all begin with."""
    shared = paths[0]
    for path in paths:
        while shared != path[: len(shared)]:
            shared = shared[:-1]
    return shared
