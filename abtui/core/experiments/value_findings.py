"""The rules of findings about the values in a file of experiments."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, warning

VALUE: Final = error(
    "EXPERIMENT-VALUE",
    "An experiment has a value that cannot be",
    "No experiment can run with this value: for example a split for three variants where there are two, traffic over 100 percent, or a second experiment of the same name. The message says which value is meant, and the hint what can stand there.",
)
NOT_FULL_ON: Final = warning(
    "EXPERIMENT-NOT-FULL-ON",
    "`fullOn: 0` switches nothing on",
    "For AB Smartly's SDKs 0 means that no variant is full on, so the split decides as usual. The control cannot be full on; stop the experiment instead.",
)
