"""Pictures of the screen, as files beside what is worked on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError

_TRIES: Final = 1000


def write_picture(svg: str, folder: Path, at: datetime) -> Path:
    """Write a picture into a folder as `abtui-<date>-<time>.svg`, with a number behind it where that is taken. Raises FileError."""
    stem = f"abtui-{at:%Y%m%d-%H%M%S}"
    for number in range(1, _TRIES):
        path = folder / (f"{stem}.svg" if number == 1 else f"{stem}-{number}.svg")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(svg)
        except FileExistsError:
            continue
        except OSError as error:
            raise FileError(
                f"The picture cannot be written to {file_name(str(folder))}: {(error.strerror or str(error)).lower()}.",
                "Start abtui in a folder that can be written.",
            ) from error
        return path
    raise FileError(f"{file_name(str(folder))} is full of pictures of this second.", "Try again in the next one.")
