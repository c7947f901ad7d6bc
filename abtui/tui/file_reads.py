"""Reading files of events piece by piece: the first piece is small, so that it is there soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from abtui.core.events import SdkDefaults
from abtui.core.text.plain import plural
from abtui.services.errors import FileError, ServiceError
from abtui.services.event_files import Handles
from abtui.services.event_store import Batch, EventReading
from abtui.services.exposure_files import kind_of
from abtui.services.files import Source, expand, read_pieces
from abtui.services.object_store import FOR_COMMANDS, is_url

if TYPE_CHECKING:
    from abtui.core.experiments.elsewhere import Row, Sent

_FIRST_BATCH: Final = 200
_BATCH: Final = 10_000


class FileRead(NamedTuple):
    """Events read from files. `done` is true for the last piece, `fraction` the share of the bytes if their number is known.

    `problems` has a sentence and a hint for each file that could not be read, `left_out` those about skipped files. `elsewhere` is
    what came past Segment: the requests and rows of files that have those.
    """

    batches: list[Batch]
    problems: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, str] | None = None
    done: bool = False
    fraction: float | None = None
    elsewhere: tuple[Sent | Row, ...] = ()


def file_reads(
    paths: Sequence[str], sdk: SdkDefaults, noted: Callable[[int], None] | None = None
) -> Iterator[FileRead]:
    """Read files and folders. A file that cannot be read is reported, and reading continues with the next.

    `noted` is called with the number of bytes read so far.
    """
    expansion = expand(paths)
    problems: list[ServiceError] = list(expansion.errors)
    total, done = expansion.total or 0, 0

    def progress(size: int) -> None:
        nonlocal done
        done += size
        if noted is not None:
            noted(done)

    reading = EventReading(Handles(), sdk, _FIRST_BATCH)
    batches: list[Batch] = []
    elsewhere: list[Sent | Row] = []
    held = 0
    for source in expansion.sources:
        if is_url(source.path):
            problems.append(FileError(f"{source.name} was not opened: the workbench opens files.", FOR_COMMANDS))
            continue
        kind = kind_of(source)
        try:
            if kind != "events":
                elsewhere += _elsewhere(source, problems, told=kind == "exposures")
            if kind == "exposures":
                continue
            for batch in reading.batches(source, progress):
                batches.append(batch)
                held += len(batch)
                if held >= reading.limit:
                    read = FileRead(batches, fraction=min(1.0, done / total) if total else None)
                    batches, reading.limit, held = [], _BATCH, 0
                    yield read
        except ServiceError as error:
            problems.append(error)
    failures = tuple((error.message, error.hint) for error in problems)
    left_out = expansion.left_out
    note = (left_out.message, left_out.hint) if left_out.count else None
    yield FileRead(batches, failures, note, done=True, fraction=1.0, elsewhere=tuple(elsewhere))


def _elsewhere(source: Source, problems: list[ServiceError], *, told: bool) -> list[Sent | Row]:
    """What came past Segment in a file; what is neither a request nor a row is a problem if that is `told`. Raises ServiceError."""
    from abtui.core.experiments.elsewhere import Unread, read_elsewhere

    found: list[Sent | Row] = []
    unread: list[Unread] = []
    for item in read_elsewhere(read_pieces(source)):
        if isinstance(item, Unread):
            unread.append(item)
        else:
            found.append(item)
    if unread and told:
        first = unread[0]
        more = f", and {plural(len(unread) - 1, 'more line is', 'more lines are')} so" if len(unread) > 1 else ""
        problems.append(FileError(f"{source.name}:{first.line} {first.problem}{more}.", "The rest was read."))
    return found
