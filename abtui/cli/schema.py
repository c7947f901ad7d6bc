"""`abtui schema`: JSON Schema of the config, of case files and of an outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click
import orjson

from abtui.cli.output import write_out


def _config() -> bytes:
    from abtui.core.config.schema import config_schema

    return orjson.dumps(config_schema(), option=orjson.OPT_INDENT_2) + b"\n"


def _cases() -> bytes:
    from abtui.core.corpus.cases.schema import cases_schema

    return orjson.dumps(cases_schema(), option=orjson.OPT_INDENT_2) + b"\n"


def _outcome() -> bytes:
    from importlib import resources

    return resources.files("abtui.core.report").joinpath("outcome.schema.json").read_bytes()


_SCHEMAS: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "config": ("the config", _config),
    "cases": ("the case files of `abtui test`", _cases),
    "outcome": ("an outcome, one line of `abtui map`", _outcome),
}


@click.command()
@click.argument("name", required=False, type=click.Choice(list(_SCHEMAS)), metavar="[config|cases|outcome]")
def schema(name: str | None) -> None:
    """Print a JSON Schema (draft 2020-12), with which an editor can complete and check files. Without a name, list the schemas.

    For editors that use yaml-language-server: run `abtui schema config > abtui.schema.json`, and make
    `# yaml-language-server: $schema=abtui.schema.json` the first line of the config.
    """
    if name is None:
        width = max(map(len, _SCHEMAS))
        write_out("\n".join(f"{known.ljust(width)}  JSON Schema of {what}" for known, (what, _) in _SCHEMAS.items()))
        return
    write_out(_SCHEMAS[name][1]())
