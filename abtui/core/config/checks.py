"""Checks of a config's values that are of the right type: endpoint, key, headers, application, catalog."""

from __future__ import annotations

from collections.abc import Mapping

from abtui.core.config.endpoint import endpoint_problems, is_header_text
from abtui.core.config.model import Catalog
from abtui.core.config.walk import Path, Text, Walk
from abtui.core.text.yaml_nodes import Node

_IN_CATALOG = (("environment", "environments"), ("application", "applications"))
_NOUNS = {"goals": "goal", "units": "unit type"}


def check_destination_texts(walk: Walk, texts: Mapping[str, Text], path: Path) -> None:
    """Check the endpoint, key, environment and application that stand in the map at `path`, `settings` or a target."""
    endpoint = texts.get("collectorEndpoint")
    if endpoint is not None and not endpoint.unset:
        where = walk.quoter.key_path((*path, "collectorEndpoint"))
        for problem in endpoint_problems(endpoint.value, walk.quoter.shown):
            walk.tell(problem.code, endpoint.node, f"`{where}` {problem.message}", problem.hint)
    if (key := texts.get("apiKey")) is not None:
        _check_key(walk, key, (*path, "apiKey"))
    for name in ("apiKey", "environment", "application"):
        if (text := texts.get(name)) is not None and not is_header_text(text.value):
            message = f"`{walk.quoter.key_path((*path, name))}` has a character that no HTTP header may hold."
            walk.tell(
                "CONFIG-HEADER", text.node, message, "Remove line breaks, control characters and all outside Latin-1."
            )
    environment = texts.get("environment")
    if environment is not None and not environment.unset and not environment.value.strip():
        message = (
            f"`{walk.quoter.key_path((*path, 'environment'))}` is empty, and so would be the header `X-Environment`."
        )
        walk.tell("CONFIG-HEADER", environment.node, message, "Write the environment's name as the web console has it.")


def _check_key(walk: Walk, key: Text, path: Path) -> None:
    if key.written:
        walk.tell(
            "CONFIG-KEY-IN-FILE",
            key.node,
            f"`{walk.quoter.key_path(path)}` holds the key itself, or a part of it.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable. If the file has been shared, renew the key.",
        )
    if not key.value.strip() and not key.unset:
        walk.tell(
            "CONFIG-NO-KEY",
            key.node,
            f"`{walk.quoter.key_path(path)}` is empty, so nothing can be sent.",
            "Write `${ABSMARTLY_API_KEY}` and set that variable.",
        )


def check_setting_presence(
    walk: Walk, texts: Mapping[str, Text], present: Mapping[str, object], settings: Node
) -> None:
    """Tell of a key or an application that `settings` does without. `settings` is its key."""
    if "apiKey" not in present:
        at = walk.keys.get(("settings", "apiKey"), settings)
        hint = "Write `apiKey: ${ABSMARTLY_API_KEY}` and set that variable."
        walk.tell("CONFIG-NO-KEY", at, "`settings.apiKey` is missing, so nothing can be sent.", hint)
    application = texts.get("application")
    if "application" not in present or (application is not None and not application.value and not application.unset):
        at = application.node if application is not None else walk.keys.get(("settings", "application"), settings)
        hint = "Write `application:` with the name the web console has."
        walk.tell("CONFIG-APPLICATION", at, "`settings.application` is not set, so no `X-Application` is sent.", hint)


def check_catalog(walk: Walk, texts: Mapping[str, Text], path: Path, catalog: Catalog) -> None:
    """Tell of an environment and an application in the map at `path` that the catalog does not have."""
    for name, part in _IN_CATALOG:
        text = texts.get(name)
        if text is not None and text.value:
            _check_known(walk, text, (*path, name), part, catalog)


def check_catalog_names(walk: Walk, texts: Mapping[str, Text], path: Path, part: str, catalog: Catalog) -> None:
    """Tell of the values in the text map at `path`, unit types or goals, that the `part` of the catalog does not have."""
    for name, text in texts.items():
        if not text.unset:
            _check_known(walk, text, (*path, name), part, catalog)


def _check_known(walk: Walk, text: Text, path: Path, part: str, catalog: Catalog) -> None:
    known: frozenset[str] | None = getattr(catalog, part)
    if known is not None and text.value in known:
        return
    if not text.value and part in _NOUNS and known is not None:
        message = f"`{walk.quoter.key_path(path)}` has no {_NOUNS[part]} yet."
        walk.tell("CONFIG-CATALOG", text.node, message, f"Write one that `catalog.{part}` has, or remove the entry.")
        return
    name = f"`{walk.quoter.key_path(path)}` is `{walk.quoter.shown(text.value)}`"
    if text.value in getattr(catalog.archived, part):
        hint = "Restore it there, or name one that is in use."
        walk.tell("CONFIG-CATALOG", text.node, f"{name}, which is archived in the web console.", hint)
    elif known is not None:
        message = f"{name}, which `catalog.{part}` does not have."
        turned = path[-1] in known and part in ("units", "goals")
        hint = (
            f"Is it the wrong way round? `{walk.quoter.shown(path[-1])}` is in the catalog; it belongs behind the colon."
            if turned
            else _known_hint(walk, text.value, part, known)
        )
        walk.tell("CONFIG-CATALOG", text.node, message, hint)


def _known_hint(walk: Walk, name: str, part: str, known: frozenset[str]) -> str:
    fold = name.casefold().strip()
    near = next((other for other in sorted(known) if other.casefold().strip() == fold), None)
    if near is not None:
        return f"The catalog has `{walk.quoter.shown(near)}`; names are case-sensitive."
    return f"Add it to `catalog.{part}` if the web console has it."
