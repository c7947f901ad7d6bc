"""`abtui tour`: the workbench shows itself, step by step."""

from __future__ import annotations

import click

from abtui.cli.commands import OpenWorkbench


@click.command()
@click.pass_obj
def tour(open_workbench: OpenWorkbench) -> None:
    """Walk through the demo in steps: what goes wrong with events, and why.

    Right or space goes on, left goes back, escape ends the tour and leaves the workbench open.
    """
    raise SystemExit(open_workbench(None, (), tour=True))
