"""The lenses of a config: at the end of a line, how many events use its entry, or what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config, Target
from abtui.core.destination import Destination, Setting, Usage
from abtui.core.destinations import destination_of
from abtui.core.fate import ARRIVING, FATES
from abtui.core.mapping_names import names_of
from abtui.core.outcomes import Fate
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural
from abtui.core.text.secret import Secret

LensKind = Literal["never", "lost", "unknown", "unused", "new", "used", "known", "fact", "unread"]
_WORST: Final[tuple[LensKind, ...]] = ("never", "lost", "unknown", "unused", "new", "used", "known", "fact", "unread")
KeyPath = Path


class Lens(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the end of a line. `line` is 1-based; None where the file does not have the entry, which a form shows.

    `text` is for a line of the YAML, `short` for where there is little room; neither has a mark. `fate` gives the mark and, but for
    the kinds `used` and `known`, the colour: an entry without an event is marked as what is ignored, one that can never match as
    what is refused. Kinds: `never` can match, `lost`: its events do not arrive, `unknown`: the console does not have the
    name, `unused`: no event uses it, `new`: it was added since the text was saved, `used`, `known`: the console has the
    name, `fact`, `unread`: the line stands behind a mistake.
    """

    line: int | None
    text: str
    short: str
    fate: Fate | None
    kind: LensKind


Lenses = Mapping[KeyPath, Lens]
"""Lenses by the key path of their entry."""


def config_lenses(config: Config, usage: Usage | None, *, whole: bool = True, saved: Config | None = None) -> Lenses:
    """The lenses of all entries of a config. `usage` is how the events use it, None where none is counted yet.

    `whole`: all events are counted, so that an entry without one can be told. `saved` is the config as it was saved.
    """
    return {
        path: msgspec.structs.replace(lens, line=config.line(*path)) for path, lens in _all(config, usage, whole, saved)
    }


def line_lenses(lenses: Lenses) -> dict[int, Lens]:
    """The lenses by their lines. Where several entries stand in one line, it is the gravest, or how many are used."""
    by_line: dict[int, list[Lens]] = {}
    for lens in lenses.values():
        if lens.line is not None:
            by_line.setdefault(lens.line, []).append(lens)
    return {line: _of_line(found) for line, found in by_line.items()}


def unread_lenses(text: str, mistake: int) -> dict[int, Lens]:
    """`not read` for each value in a line behind a mistake."""
    lines = enumerate(text.split("\n"), 1)
    behind = (line for line, written in lines if line > mistake and _has_value(written))
    return {line: Lens(line=line, text="not read", short="not read", fate=None, kind="unread") for line in behind}


def _has_value(line: str) -> bool:
    written = line.strip()
    return bool(written) and not written.startswith("#") and not written.endswith(":")


def _of_line(found: list[Lens]) -> Lens:
    worst = min(found, key=lambda lens: _WORST.index(lens.kind))
    if len(found) == 1 or worst.kind != "used":
        return worst
    used = sum(lens.kind == "used" for lens in found)
    return msgspec.structs.replace(worst, text=f"{used} entries used", short=f"{used} used") if used > 1 else worst


def _all(config: Config, usage: Usage | None, whole: bool, saved: Config | None) -> Iterator[tuple[KeyPath, Lens]]:
    destination = destination_of(config.destination)
    tables = {"settings": destination.settings} | {section.name: section.settings for section in destination.sections}
    for section, table in tables.items():
        values = config.settings if section == "settings" else config.sections.get(section, {})
        for setting in table:
            path, value = (section, setting.name), values.get(setting.name)
            if setting.kind == "map" and usage is not None:
                before = {} if saved is None else saved.settings.get(setting.name, {})
                for key, name in (value or {}).items():
                    is_new = saved is not None and key not in before
                    lens = _Entry(config, usage, setting, key, name, whole=whole).lens(is_new=is_new)
                    yield from _given((*path, key), lens)
            else:
                yield from _given(path, _of_setting(config, usage, setting, path, value, whole))
    if usage is not None:
        yield from _of_lists(config, usage, destination, whole=whole)
    yield from _of_targets(config)
    yield from _of_catalog(config)


def _of_lists(config: Config, usage: Usage, destination: Destination, *, whole: bool) -> Iterator[tuple[KeyPath, Lens]]:
    """How many events each item of a list is for, such as a mapping, and what becomes of them."""
    for section in destination.lists:
        never = frozenset(section.never(config))
        names = names_of(config.lists.get(section.name, ()))
        for at, name in enumerate(names):
            path = (section.name, at)
            fates = Counter({fate: count for fate in FATES if (count := usage.mapped_fates[name, fate])})
            if usage.mapped[name, "disabled"]:
                yield path, _fact("switched off", "off")
            elif name in never:
                text = "no event can match"
                yield path, Lens(line=None, text=text, short="never", fate="refused", kind="never")
            elif not fates:
                if whole:
                    yield path, Lens(line=None, text="no event", short="none", fate="ignored", kind="unused")
            else:
                yield path, _of_fates(fates, "event", whole=whole)


def _given(path: KeyPath, lens: Lens | None) -> Iterator[tuple[KeyPath, Lens]]:
    if lens is not None:
        yield path, lens


def _of_setting(
    config: Config, usage: Usage | None, setting: Setting, path: tuple[str, str], value: Any, whole: bool
) -> Lens | None:
    if setting.kind == "secret":
        return _of_secret(value)
    if setting.catalog is not None and isinstance(value, str):
        return _of_name(config, setting.catalog, value)
    if setting.kind not in ("toggle", "choice") or usage is None:
        return None
    fates = Counter({fate: count for (of, fate), count in usage.setting_fates.items() if of == path and count})
    if setting.kind == "toggle" and not value:
        lost = fates["never-leaves"]
        return _lost("never-leaves", lost) if lost else None
    if not fates:
        return _fact(f"no {setting.counted}") if whole and _is_decisive(config, path) else None
    return _of_fates(fates, setting.counted, whole=whole)


def _is_decisive(config: Config, path: tuple[str, str]) -> bool:
    """Whether a destination tells which events a toggle or choice decides about: some reason names it."""
    reasons = destination_of(config.destination).reasons.values()
    return any(reason.setting == path for reason in reasons)


class _Entry:
    """One entry of a map of names or of fields."""

    def __init__(self, config: Config, usage: Usage, setting: Setting, key: str, name: str, *, whole: bool) -> None:
        self._config, self._usage, self._setting, self._whole = config, usage, setting, whole
        self._key, self._name = key, name
        self._events = (usage.entries if setting.keys == "names" else usage.identities)[key]

    def lens(self, *, is_new: bool) -> Lens | None:
        if not self._events:
            return self._of_none()
        lens = self._of_events()
        if not is_new:
            return lens
        kind: LensKind = "new" if lens.kind == "used" else lens.kind
        return msgspec.structs.replace(lens, text=f"{lens.text}, new", kind=kind)

    def _of_none(self) -> Lens | None:
        if self._can_never_match():
            return Lens(line=None, text="can never match", short="never", fate="refused", kind="never")
        return Lens(line=None, text="no event", short="none", fate="ignored", kind="unused") if self._whole else None

    def _can_never_match(self) -> bool:
        if self._setting.keys == "names":
            key = destination_of(self._config.destination).name_key({"type": "track", "event": self._key})
            return key != self._key
        return "." in self._key

    def _of_events(self) -> Lens:
        part = self._setting.catalog
        listed = None if part is None else _listed(self._config, part, self._name)
        if self._setting.keys == "names":
            fates = self._usage.entry_fates
            counts = Counter({fate: fates[self._key, fate] for fate in FATES if fates[self._key, fate]})
            if listed is False and counts["ignored"]:
                return _lost("ignored", counts["ignored"])
            return _of_fates(counts, "event", whole=self._whole)
        if listed is False:
            return _lost("ignored", self._events)
        return _used(self._events, "event", "arrives" if listed else "accepted", whole=self._whole)


def _of_fates(counts: Counter[Fate], noun: str, *, whole: bool) -> Lens:
    """How many events there are, or the one fate all of them have where they do not arrive."""
    arriving: list[Fate] = [fate for fate in ARRIVING if counts[fate]]
    if not arriving and len(counts) == 1:
        return _lost(*next(iter(counts.items())))
    most: Fate = arriving[0] if arriving else max(counts, key=counts.__getitem__)
    return _used(counts.total(), noun, most, whole=whole)


def _used(events: int, noun: str, fate: Fate | None, *, whole: bool) -> Lens:
    text = plural(events, noun) if whole else f"{events:,} so far"
    return Lens(line=None, text=text, short=f"{events:,}", fate=fate, kind="used")


def _lost(fate: Fate, events: int) -> Lens:
    words = FATES[fate].one if events == 1 else FATES[fate].several
    text = f"{events:,} {words.removeprefix('is ').removeprefix('are ')}"
    return Lens(line=None, text=text, short=f"{events:,}", fate=fate, kind="lost")


def _fact(text: str, short: str = "") -> Lens:
    return Lens(line=None, text=text, short=short or text, fate=None, kind="fact")


def _of_secret(key: Secret | None) -> Lens:
    return _fact("set" if key is not None and key.reveal().strip() else "not set")


def _of_name(config: Config, part: CatalogPart, name: str) -> Lens | None:
    """Whether the console has the name of an environment or of an application."""
    listed = _listed(config, part, name)
    if not name or listed is None:
        return None
    if listed:
        return Lens(line=None, text="in the console", short="known", fate=None, kind="known")
    archived = name in getattr(config.catalog.archived, part)
    text, short = ("archived in the console", "archived") if archived else ("not in the console", "unknown")
    return Lens(line=None, text=text, short=short, fate="ignored", kind="unknown")


def _listed(config: Config, part: CatalogPart, name: str) -> bool | None:
    """Whether the console has a name; None if the catalog does not say."""
    known: frozenset[str] | None = getattr(config.catalog, part)
    if known is None:
        return False if name in getattr(config.catalog.archived, part) else None
    return name in known


def _of_targets(config: Config) -> Iterator[tuple[KeyPath, Lens]]:
    table = [item for item in destination_of(config.destination).settings if item.of_target]
    for target in config.targets:
        for setting in table:
            path = ("targets", target.name, setting.name)
            if config.line(*path) is None:
                continue
            if setting.kind == "secret":
                yield path, _of_secret(target.api_key)
            elif setting.catalog is not None:
                yield from _given(path, _of_name(config, setting.catalog, _name_in(target, setting.catalog)))


def _name_in(target: Target, part: CatalogPart) -> str:
    return (target.environment if part == "environments" else target.application) or ""


def _of_catalog(config: Config) -> Iterator[tuple[KeyPath, Lens]]:
    """How many names each part has; where they come from a file, how many goals it has."""
    catalog = config.catalog
    sizes = {
        part: plural(len(names), noun)
        for part, noun in CATALOG_NOUNS.items()
        if (names := getattr(catalog, part)) is not None
    }
    here = [part for part in sizes if config.line("catalog", part) is not None]
    for part in here:
        yield ("catalog", part), _fact(sizes[part])
    if sizes and len(here) < len(sizes):
        path = ("catalog", "file") if config.line("catalog", "file") is not None else ("catalog",)
        yield path, _fact(next(text for part, text in sizes.items() if part not in here))
