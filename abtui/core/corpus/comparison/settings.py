"""The settings that differ between two configs, by key path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from abtui.core.config import Archived, Catalog, Config, Settings, Target
from abtui.core.corpus.comparison.masking import Shown, another, key_text
from abtui.core.corpus.comparison.model import FrameChange, SettingChange, SettingKind
from abtui.core.delivery.request import KEY_HEADER, context_url, headers
from abtui.core.destination import Setting
from abtui.core.destinations import destination_of
from abtui.core.fetch import fetch_error
from abtui.core.text.javascript import ordered_items
from abtui.core.text.paths import path_text
from abtui.core.text.secret import without_user

KeyPath = tuple[str, ...]
_SETS: Final = ("goals", "units", "environments", "applications")
_MOST_NAMES: Final = 5
_KEY: Final = "apiKey"
_ENDPOINT: Final = "collectorEndpoint"
_Values = Mapping[KeyPath, str]


class Difference:
    """One entry that differs: its key path, in what way, and both values, ready to be shown."""

    def __init__(self, path: KeyPath, kind: SettingKind, old: str | None, new: str | None) -> None:
        self.path, self.kind, self.old, self.new = path, kind, old, new


def decides_alike(old: Config, new: Config) -> bool:
    """Whether both configs decide the same about every event: what decisions rest on is equal."""
    return old.destination == new.destination and old.sections == new.sections and _deciding(old) == _deciding(new)


def _deciding(config: Config) -> tuple[object, ...]:
    values = (
        (ordered_items(value) if setting.ordered else dict(value)) if setting.kind == "map" else value
        for setting, value in _table(config)
        if not setting.of_target
    )
    return (*values, fetch_error(config.default_target))


def _table(config: Config) -> Iterator[tuple[Setting, Any]]:
    """The settings, in the documented order, with their values."""
    for setting in destination_of(config.destination).settings:
        yield setting, config.settings[setting.name]


def changed_goal_keys(old: Settings, new: Settings) -> frozenset[str]:
    """The keys of the goalMapping entries that differ."""
    left, right = old["goalMapping"], new["goalMapping"]
    return frozenset(key for key in left.keys() | right.keys() if left.get(key) != right.get(key))


def setting_differences(old: Config, new: Config, shown: Shown) -> list[Difference]:
    """All entries that differ, in the order of the documented config."""
    found = list(_scalars(_scalar_settings(old), _scalar_settings(new), shown))
    if old.default_target.api_key != new.default_target.api_key:
        found.insert(0, _of_keys(("settings", _KEY), old.default_target, new.default_target, shown))
    for setting, left in _table(old):
        right = new.settings.get(setting.name, setting.default)
        if setting.kind == "map":
            path: KeyPath = ("settings", setting.name)
            sides: list[_Values] = [{(*path, key): value for key, value in side.items()} for side in (left, right)]
            found += _scalars(sides[0], sides[1], shown)
            if setting.ordered:
                found += _order(path, left, right, shown)
    found += _scalars(_own_sections(old), _own_sections(new), shown)
    found += _catalog(old.catalog, new.catalog, shown)
    found += _scalars(_check(old), _check(new), shown)
    found += _targets(old, new, shown)
    return found


def setting_change(
    found: Difference, old: Config, new: Config, shown: Shown, effect: str, events: int | None
) -> SettingChange:
    """A difference with its places in both files, and what it does."""
    return SettingChange(
        path=shown.text(path_text(found.path).removeprefix("$.")),
        kind=found.kind,
        old=found.old,
        new=found.new,
        old_line=_line(old, found.path),
        line=_line(new, found.path),
        effect=effect,
        events=events,
    )


def frame_changes(old: Target, new: Target, shown: Shown) -> tuple[FrameChange, ...]:
    """What differs around the body of every request."""
    found = []
    urls = context_url(old.collector_endpoint), context_url(new.collector_endpoint)
    if urls[0] != urls[1]:
        left, right = _addresses(*urls, shown)
        found.append(FrameChange(name="URL", old=left, new=right))
    left_headers, right_headers = headers(old), headers(new)
    for name in left_headers | right_headers:
        if name == KEY_HEADER:
            if old.api_key != new.api_key:
                # Headers hold the key masked already: the keys themselves tell whether they differ.
                key = _of_keys((), old, new, shown)
                found.append(FrameChange(name=name, old=key.old, new=key.new))
        elif left_headers.get(name) != right_headers.get(name):
            left, right = shown.pair(left_headers.get(name), right_headers.get(name))
            found.append(FrameChange(name=name, old=left, new=right))
    return tuple(found)


def _line(config: Config, path: KeyPath) -> int | None:
    """The line of an entry, or of the nearest section around where it would be."""
    for length in range(len(path), 0, -1):
        if (line := config.line(*path[:length])) is not None:
            return line
    return None


def _scalar_settings(config: Config) -> _Values:
    return {
        ("settings", setting.name): _bool(value) if setting.kind == "toggle" else value
        for setting, value in _table(config)
        if setting.kind not in ("map", "secret") and (value or setting.kind == "toggle" or setting.required)
    }


def _own_sections(config: Config) -> _Values:
    return {(section, name): value for section, values in config.sections.items() for name, value in values.items()}


def _check(config: Config) -> _Values:
    of = config.check
    values = {"failOn": of.fail_on, "ignore": ", ".join(of.ignore), "select": ", ".join(of.select)}
    return {("check", name): value for name, value in values.items() if value}


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _scalars(old: _Values, new: _Values, shown: Shown) -> Iterator[Difference]:
    for path in dict.fromkeys((*old, *new)):
        left, right = old.get(path), new.get(path)
        if left != right:
            is_address = path[-1] == _ENDPOINT and (path[0] == "targets" or len(path) == 2)
            pair = _addresses(left, right, shown) if is_address else shown.pair(left, right)
            yield Difference(path, _kind(left, right), *pair)


def _kind(old: object, new: object) -> SettingKind:
    return "added" if old is None else "removed" if new is None else "changed"


def _addresses(old: str | None, new: str | None, shown: Shown) -> tuple[str | None, str | None]:
    """Two addresses that differ, without user and password."""
    left, right = (None if text is None else without_user(shown.text(text)) for text in (old, new))
    return left, another(right) if left == right else right


def _of_keys(path: KeyPath, old: Target, new: Target, shown: Shown) -> Difference:
    left, right = key_text(old.api_key), key_text(new.api_key)
    if left == right:
        right = f"{right} (another key)"
    return Difference(path, _kind(left, right), left, right)


def _order(path: KeyPath, old: Mapping[str, str], new: Mapping[str, str], shown: Shown) -> Iterator[Difference]:
    """The order of the entries that both have, where another order is another payload."""
    left = [key for key, _unit in ordered_items(old) if key in new]
    right = [key for key, _unit in ordered_items(new) if key in old]
    if left != right:
        yield Difference(path, "order", *shown.pair(", ".join(left), ", ".join(right)))


def _catalog(old: Catalog, new: Catalog, shown: Shown) -> Iterator[Difference]:
    parts: tuple[tuple[KeyPath, Catalog | Archived, Catalog | Archived], ...] = (
        (("catalog",), old, new),
        (("catalog", "archived"), old.archived, new.archived),
    )
    for path, left, right in parts:
        for name in _SETS:
            before, after = getattr(left, name), getattr(right, name)
            if before != after:
                pair = _known(before, None), _known(after, before)
                yield Difference((*path, name), _kind(before, after), *shown.pair(*pair))


def _known(names: frozenset[str] | None, before: frozenset[str] | None) -> str | None:
    """`12 known: added refund; removed login`."""
    if names is None:
        return None
    told = f"{len(names):,} known"
    if before is None:
        return told
    parts = [(word, some) for word, some in (("added", names - before), ("removed", before - names)) if some]
    return f"{told}: " + "; ".join(f"{word} {_some(some)}" for word, some in parts)


def _some(names: frozenset[str]) -> str:
    first = sorted(names)[:_MOST_NAMES]
    return ", ".join(first) + (f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else "")


def _targets(old: Config, new: Config, shown: Shown) -> Iterator[Difference]:
    """Targets that came, went or differ. What one takes from `settings` in both configs is told there alone."""
    left, right = ({target.name: target for target in config.targets} for config in (old, new))
    for name in dict.fromkeys((*left, *right)):
        path = ("targets", name)
        before, after = left.get(name), right.get(name)
        if before is None or after is None:
            yield Difference(path, _kind(before, after), _target(before, shown), _target(after, shown))
            continue
        inherited = old.default_target.api_key, new.default_target.api_key
        if before.api_key != after.api_key and (before.api_key, after.api_key) != inherited:
            yield _of_keys((*path, _KEY), before, after, shown)
        texts = [_texts(of) for of in (before, after, old.default_target, new.default_target)]
        own = [
            key for key in texts[0] | texts[1] if [of.get(key) for of in texts[:2]] != [of.get(key) for of in texts[2:]]
        ]
        sides: list[_Values] = [{(*path, key): of[key] for key in own if key in of} for of in texts[:2]]
        yield from _scalars(sides[0], sides[1], shown)


def _texts(of: Target) -> dict[str, str]:
    values = {_ENDPOINT: of.collector_endpoint, "environment": of.environment, "application": of.application}
    return {name: value for name, value in values.items() if value is not None}


def _target(target: Target | None, shown: Shown) -> str | None:
    return (
        None
        if target is None
        else f"{without_user(shown.text(target.collector_endpoint))}, {shown.text(target.environment)}"
    )
