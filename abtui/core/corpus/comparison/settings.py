"""The settings that differ between two configs, by key path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from abtui.core.config import Archived, Catalog, Config, Target
from abtui.core.config.model import CATALOG_NOUNS
from abtui.core.config.names import SAMPLE_RATIO
from abtui.core.corpus.comparison.lists import item_text, items_of, leaves, place_of, renamed_items
from abtui.core.corpus.comparison.masking import KeyMask, Texts, key_pair
from abtui.core.corpus.comparison.model import URL, FrameChange, SettingChange, SettingKind
from abtui.core.corpus.effect import Effect
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destination import Destination, Setting
from abtui.core.destinations import destination_of
from abtui.core.fetch import fetch_error
from abtui.core.text.javascript import ordered_items, stringify
from abtui.core.text.paths import path_text
from abtui.core.text.plain import listed
from abtui.core.text.secret import Secret, without_user

KeyPath = tuple[str, ...]
Values = Mapping[KeyPath, Any]
"""The entries of a part of a config. A value is text, an address, a toggle's bool, or a key (None where there is none)."""
_MOST_NAMES: Final = 5


class Address(str):
    """An address, in which a user and password may stand."""


class Difference(NamedTuple):
    """One entry that differs: its key path, the kind of difference, and both values with keys masked."""

    path: KeyPath
    kind: SettingKind
    old: str | None
    new: str | None


def destinations_of(old: Config, new: Config) -> tuple[Destination, ...]:
    """The destinations of both configs; mostly it is one."""
    return tuple({name: destination_of(name) for name in (old.destination, new.destination)}.values())


def decides_alike(old: Config, new: Config) -> bool:
    """Whether both configs decide the same about every event, because everything that decisions depend on is equal."""
    return old.destination == new.destination and old.sections == new.sections and _deciding(old) == _deciding(new)


def _deciding(config: Config) -> list[object]:
    # The order of a map's entries is another payload.
    lists = {name: stringify(list(map(dict, items))) for name, items in config.lists.items()}
    values: list[object] = [fetch_error(config.default_target), lists, config.wrong, config.missing]
    for setting in destination_of(config.destination).settings:
        value = config.settings[setting.name]
        if not setting.of_target:
            values.append(ordered_items(value) if setting.ordered else value)
    return values


def changed_names(old: Config, new: Config) -> frozenset[str]:
    """The names whose entries in maps of names differ."""
    found: set[str] = set()
    for name in {name for destination in destinations_of(old, new) for name in destination.maps("names")}:
        left, right = old.settings.get(name, {}), new.settings.get(name, {})
        found.update(key for key in left.keys() | right.keys() if left.get(key) != right.get(key))
    return frozenset(found)


def changed_fields(old: Config, new: Config) -> tuple[str, ...]:
    """The fields of an event whose entries in maps of fields differ."""
    found: dict[str, None] = {}
    for name in {name for destination in destinations_of(old, new) for name in destination.maps("fields")}:
        left, right = old.settings.get(name, {}), new.settings.get(name, {})
        found.update(dict.fromkeys(key for key in (*left, *right) if left.get(key) != right.get(key)))
    return tuple(found)


def setting_differences(old: Config, new: Config, mask: KeyMask) -> Iterator[Difference]:
    """All entries that differ, in the order of the documented config."""
    if old.destination != new.destination:
        yield Difference(("destination",), "changed", *mask.names(old.destination, new.destination))
    table = {item.name: item for destination in destinations_of(old, new) for item in destination.settings}.values()
    yield from _differing(_scalars(old, table), _scalars(new, table), mask)
    # Maps come in the order of the documented config: last those whose own order is a difference, too.
    for setting in sorted(table, key=lambda item: item.ordered):
        if setting.kind == "map":
            path: KeyPath = ("settings", setting.name)
            left, right = (config.settings.get(setting.name, setting.default) for config in (old, new))
            yield from _differing(_under(path, left), _under(path, right), mask)
            if setting.ordered:
                yield from _order(path, left, right, mask)
    yield from _differing(_own_sections(old), _own_sections(new), mask)
    for section in dict.fromkeys(section.name for of in destinations_of(old, new) for section in of.lists):
        yield from _of_list(section, old, new, mask)
    yield from _differing(_experiments(old), _experiments(new), mask)
    yield from _catalog(("catalog",), old.catalog, new.catalog, mask)
    yield from _catalog(("catalog", "archived"), old.catalog.archived, new.catalog.archived, mask)
    yield from _differing(_check(old), _check(new), mask)
    yield from _targets(old, new, mask)


def setting_text(path: KeyPath, mask: KeyMask) -> str:
    """A key path of the config as text: `settings.environment`."""
    return mask.text(path_text(path).removeprefix("$."))


def setting_change(found: Difference, old: Config, new: Config, mask: KeyMask, effect: Effect) -> SettingChange:
    """A difference with its places in both files, and its effect."""
    return SettingChange(
        path=setting_text(found.path, mask),
        kind=found.kind,
        old=found.old,
        new=found.new,
        old_line=line_of(old, found.path),
        line=line_of(new, found.path),
        effect=effect.sentence,
        events=effect.events,
    )


def frame_changes(old: Config, new: Config, mask: KeyMask) -> tuple[FrameChange, ...]:
    """What differs around the body of every request."""
    # Headers hold the key masked: only the keys themselves tell whether they differ.
    left, right = (_frame(config) for config in (old, new))
    return tuple(
        FrameChange(name, *_pair(left.get(name), right.get(name), mask))
        for name in left | right
        if left.get(name) != right.get(name)
    )


def _frame(config: Config) -> dict[str, Any]:
    target = config.default_target
    request = destination_of(config.destination).frame(target)
    return {URL: Address(request.url), **request.headers, KEY_HEADER: target.api_key}


def line_of(config: Config, path: KeyPath) -> int | None:
    """The line of an entry, or of the nearest section around where it would be."""
    place = place_of(config, path)
    lines = (config.line(*place[:length]) for length in range(len(place), 0, -1))
    return next((line for line in lines if line is not None), None)


# The entries of a config, part by part


def _scalars(config: Config, table: Iterable[Setting]) -> Values:
    found: dict[KeyPath, Any] = {}
    for setting in table:
        value = config.settings.get(setting.name)
        if setting.kind == "address" and value is not None:
            value = Address(value)
        if setting.kind != "map" and (value or value is False or setting.required):
            found["settings", setting.name] = value
    return found


def _under(path: KeyPath, entries: Mapping[str, Any]) -> Values:
    return {(*path, key): value for key, value in entries.items()}


def _own_sections(config: Config) -> Values:
    return {(section, name): value for section, values in config.sections.items() for name, value in values.items()}


def _experiments(config: Config) -> Values:
    """Each experiment by its name, with all that the config says of it."""
    return {
        ("experiments", item.name): stringify(msgspec.to_builtins(item)).decode("utf-8", "replace")
        for item in config.experiments or ()
    }


def _check(config: Config) -> Values:
    of = config.check
    values = {
        "failOn": of.fail_on,
        "ignore": ", ".join(of.ignore),
        "select": ", ".join(of.select),
        **dict(zip(SAMPLE_RATIO, (str(of.sample_ratio_error), str(of.sample_ratio_warning)), strict=True)),
    }
    return {("check", name): value for name, value in values.items() if value}


def _target(of: Target) -> dict[str, Any]:
    endpoint = Address(of.collector_endpoint)
    values = {"apiKey": of.api_key, "collectorEndpoint": endpoint, "environment": of.environment}
    return values if of.application is None else {**values, "application": of.application}


# How they differ


def _differing(old: Values, new: Values, mask: KeyMask) -> Iterator[Difference]:
    for path in dict.fromkeys((*old, *new)):
        left, right = old.get(path), new.get(path)
        if left != right:
            yield Difference(path, _kind(left, right), *_pair(left, right, mask))


def _kind(old: object, new: object) -> SettingKind:
    return "added" if old is None else "removed" if new is None else "changed"


def _pair(old: Any, new: Any, mask: KeyMask) -> Texts:
    """Two values that differ, as text without keys."""
    if isinstance(old, Secret) or isinstance(new, Secret):
        return key_pair(old, new)
    if isinstance(old, Address) or isinstance(new, Address):
        return mask.addresses(old, new)
    return mask.pair(*(str(value).lower() if isinstance(value, bool) else value for value in (old, new)))


def _order(path: KeyPath, old: Mapping[str, str], new: Mapping[str, str], mask: KeyMask) -> Iterator[Difference]:
    """Another order of the entries that both have."""
    left = [key for key, _value in ordered_items(old) if key in new]
    right = [key for key, _value in ordered_items(new) if key in old]
    if left != right:
        yield Difference(path, "order", *mask.pair(", ".join(left), ", ".join(right)))


def _of_list(section: str, old: Config, new: Config, mask: KeyMask) -> Iterator[Difference]:
    """Items that were added or removed, the parts of those that both have, and another order of them.

    An item that has only another name is the same one, and its name is the part that differs.
    """
    left, right = items_of(old, section), items_of(new, section)
    renamed = renamed_items(left, right)
    for was, name in renamed.items():
        yield Difference((section, name, "name"), "changed", *mask.pair(was, name))
    left = {renamed.get(name, name): right[renamed[name]] if name in renamed else item for name, item in left.items()}
    for name in dict.fromkeys((*left, *right)):
        path: KeyPath = (section, name)
        if name not in left or name not in right:
            before, after = (item_text(of[name]) if name in of else None for of in (left, right))
            yield Difference(path, _kind(before, after), *mask.pair(before, after))
        elif item_text(left[name]) != item_text(right[name]):
            yield from _differing(dict(leaves(path, left[name])), dict(leaves(path, right[name])), mask)
    yield from _order((section,), dict.fromkeys(left, ""), dict.fromkeys(right, ""), mask)


def _catalog(path: KeyPath, old: Catalog | Archived, new: Catalog | Archived, mask: KeyMask) -> Iterator[Difference]:
    for part in CATALOG_NOUNS:
        before, after = getattr(old, part), getattr(new, part)
        if before != after:
            pair = _known(before, None), _known(after, before)
            yield Difference((*path, part), _kind(before, after), *mask.pair(*pair))


def _known(names: frozenset[str] | None, before: frozenset[str] | None) -> str | None:
    """`12 known: added refund; removed login`."""
    if names is None:
        return None
    if before is None:
        return f"{len(names):,} known"
    parts = [(word, some) for word, some in (("added", names - before), ("removed", before - names)) if some]
    return f"{len(names):,} known: " + "; ".join(f"{word} {listed(sorted(some), _MOST_NAMES)}" for word, some in parts)


def _targets(old: Config, new: Config, mask: KeyMask) -> Iterator[Difference]:
    """Targets that were added, removed or changed, but for values that they take from `settings` in both configs."""
    left, right = ({target.name: target for target in config.targets} for config in (old, new))
    inherited = [_target(config.default_target) for config in (old, new)]
    for name in dict.fromkeys((*left, *right)):
        path = ("targets", name)
        before, after = left.get(name), right.get(name)
        if before is None or after is None:
            yield Difference(path, _kind(before, after), _summary(before, mask), _summary(after, mask))
            continue
        sides = _target(before), _target(after)
        own = [
            key
            for key in sides[0] | sides[1]
            if [side.get(key) for side in sides] != [side.get(key) for side in inherited]
        ]
        values = [_under(path, {key: side[key] for key in own if key in side}) for side in sides]
        yield from _differing(values[0], values[1], mask)


def _summary(target: Target | None, mask: KeyMask) -> str | None:
    if target is None:
        return None
    return f"{without_user(mask.text(target.collector_endpoint))}, {mask.text(target.environment)}"
