"""Reads a file of a commit: `git:REV:PATH`.

Revisions and paths are passed on git's standard input, so that none can be mistaken for an option. The file is read exactly as
it was committed, without filters or text conversion.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Final, NamedTuple

import msgspec

from abtui.core.text.plain import file_name, single_line
from abtui.services.errors import FileError, error_reason

PREFIX: Final = "git:"
HINT: Final = "Write git:REV:PATH, such as git:HEAD:config.yaml. A file of that name is ./git:..."
_LIMIT: Final = 16 << 20
"""Bytes of the largest file that is read, as for a config on the disk."""
_SECONDS: Final = 30
_MOST_NAMES: Final = 20_000
_BRANCHES: Final = 4
"""The number of branches that a hint lists."""
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"


class GitPlace(msgspec.Struct, frozen=True):
    """A path, relative to the working folder, in a revision of the repository around it. The empty revision is the index."""

    revision: str
    path: str

    def __str__(self) -> str:
        return file_name(f"{PREFIX}{self.revision}:{self.path}")


def git_place(place: str) -> GitPlace | None:
    """The place that `git:REV:PATH` names; None if `place` has another form.

    The last colon ends REV, which may contain colons (`HEAD^{/fix: x}`); PATH cannot. `git::PATH` is the index. A file on
    the disk whose name starts with `git:` is `./git:...`.
    """
    if not place.startswith(PREFIX):
        return None
    revision, colon, path = place.removeprefix(PREFIX).rpartition(":")
    return GitPlace(revision, path) if colon else GitPlace(path, "")


def read_committed(place: GitPlace) -> str:
    """The text of a file in a commit: at most 16 MiB of UTF-8. Raises FileError."""
    if not place.path:
        raise FileError(f"{place} names no file.", HINT)
    if any(character in place.revision + place.path for character in "\n\r\0"):
        raise FileError(f"{place} contains a line break or a NUL, which git does not accept here.", HINT)
    found = _find(place)
    if found.kind != "blob":
        raise FileError(f"{place} is a folder, not a file." if found.kind == "tree" else f"{place} is not a file.")
    if found.size > _LIMIT:
        raise FileError(f"{place} is larger than {_LIMIT:,} bytes.", "Is it the right file?")
    data = _git("cat-file", "blob", found.name)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{place} is not UTF-8 text: line {line} has bytes that are no character.",
            "Save it as UTF-8 and commit it.",
        ) from error


class _Object(NamedTuple):
    name: str
    kind: str
    size: int


def _find(place: GitPlace) -> _Object:
    """The object at a place. Raises FileError, with a hint at what there is instead."""
    path = _relative(place.path)
    try:
        commit, found = _objects(place.revision, f"./{path}")
    except _NoWorkTreeError:
        # Without a working tree, as in a hook of a bare repository, paths start at the root.
        commit, found = _objects(place.revision, path)
    index = ("ls-files", "-s", "-z")
    in_index = not place.revision.strip(":0123456789") and place.revision[:1] in ("", ":")
    if found is not None:
        if in_index and any(entry.mode == _LINK for entry in _entries(*index, "--", f":(literal){path}")):
            raise FileError(f"{place} is a link, which git does not follow in the index.", "Name the file it leads to.")
        return found
    if commit is None and not in_index:
        raise FileError(f"git knows no revision {single_line(place.revision)!r}.", _branches(place.revision))
    entries = _entries(*index) if commit is None or in_index else _entries("ls-tree", "-r", "-z", commit.name)
    where = "the index" if in_index else single_line(place.revision)
    raise FileError(f"There is no file {file_name(place.path)} in {where}.", _nearest(path, entries, in_index=in_index))


def _objects(revision: str, path: str) -> tuple[_Object | None, _Object | None]:
    """The objects of a revision and of a path in it; None for one that does not exist."""
    # Links are followed within a commit; git does not follow them in the index.
    options = ("--follow-symlinks",) if revision and not revision.startswith(":") else ()
    data = _git("cat-file", "--batch-check", *options, asked=f"{revision or ':'}\n{revision}:{path}\n")
    first, second, *_ = [*data.decode("utf-8", "replace").split("\n"), "", ""]
    return _object(first), _object(second)


def _object(line: str) -> _Object | None:
    match line.split(" "):
        case [name, "blob" | "tree" | "commit" | "tag" as kind, size] if size.isdigit():
            return _Object(name, kind, int(size))
    return None


def _relative(path: str) -> str:
    """A path in the form that git wants: relative to the working folder, with slashes."""
    if os.path.isabs(path):
        folder, name = os.path.split(os.path.normpath(path))
        # git resolves links in the name of the working folder, so they are resolved here, too.
        path = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.curdir))
    return path.replace(os.sep, "/")


# Hints: what there is instead


def _branches(revision: str) -> str:
    """A hint that lists branches, those most like `revision` first."""
    try:
        listed = _git("for-each-ref", f"--count={_MOST_NAMES}", "--format=%(refname:short)", "refs/heads")
    except (FileError, _NoWorkTreeError):
        listed = b""
    names = listed.decode("utf-8", "replace").split()
    near = get_close_matches(revision, names, n=_BRANCHES, cutoff=0.4)
    shown = [file_name(name) for name in dict.fromkeys((*near, *names))][:_BRANCHES]
    if not shown:
        return "Check the name, or write HEAD."
    more = ", and others" if len(names) > len(shown) else ""
    there = f"There is HEAD, the last commit, and {'the branches ' if len(shown) > 1 else ''}{', '.join(shown)}{more}."
    return f"{there} A shallow clone does not have every commit."


class _Entry(NamedTuple):
    """A line of a git listing. `mode` is in octal digits; in the index, `stage` is 1 to 3 in a merge conflict."""

    mode: str
    stage: str
    name: str


def _entries(*listing: str) -> list[_Entry]:
    """The entries that the git command `listing` prints; none if it fails."""
    try:
        listed = _git(*listing)
    except (FileError, _NoWorkTreeError):
        return []
    lines = (os.fsdecode(line).partition("\t") for line in listed.split(b"\0")[:_MOST_NAMES])
    heads = ((head.split(" "), name) for head, tab, name in lines if tab)
    return [_Entry(mode, stage, name) for (mode, _, stage), name in heads]


def _nearest(path: str, entries: list[_Entry], *, in_index: bool) -> str:
    """A hint that says what is at `path` instead of a file, or else names the most similar path below the working folder."""
    own = os.path.normpath(path).replace(os.sep, "/")
    if any(entry.mode == _SUBMODULE and f"{own}/".startswith(f"{entry.name}/") for entry in entries):
        return "It is in a submodule, a repository of its own; go into its folder."
    here = [entry for entry in entries if entry.name == own]
    if here and not in_index:
        return "It is a link that leads to no file of the commit."
    if here:
        places = " or ".join(f"git:{f':{entry.stage}' if entry.stage != '0' else ''}:{own}" for entry in here)
        return f"It is there at another stage of the index: {file_name(places)}."
    names = [entry.name for entry in entries]
    same = [name for name in names if os.path.basename(name) == os.path.basename(path)]
    alike = [name for name in names if os.path.splitext(name)[1] == os.path.splitext(path)[1]]
    near = get_close_matches(path, same or alike, n=1, cutoff=0 if same else 0.6)
    return f"Did you mean {file_name(near[0])}?" if near else "The path is relative to the working folder."


class _NoWorkTreeError(Exception):
    """A path relative to the working folder was given where there is no working tree."""


def _git(*arguments: str, asked: str = "") -> bytes:
    """The output of a git command. Raises FileError, and _NoWorkTreeError."""
    import subprocess  # not every command needs it

    # Messages in English, because two of them are recognized; and no prompt, because nobody would answer it.
    env = os.environ | {"LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603  (a list, no shell)
            ["git", "--no-pager", *arguments],  # noqa: S607  (the git that the user has)
            input=os.fsencode(asked),
            capture_output=True,
            env=env,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise FileError("git is not installed, so no file of a commit can be read.", "Give a file instead.") from error
    except subprocess.TimeoutExpired as error:
        raise FileError(f"git did not answer in {_SECONDS} seconds.") from error
    except OSError as error:
        raise FileError(f"git cannot be started: {error_reason(error)}.") from error
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip()
    if "outside working tree" in said:
        raise _NoWorkTreeError
    if "not a git repository" in said:
        raise FileError("The working folder is in no git repository.", "Go into one, or give a file instead.")
    reason = single_line(said.partition("\n")[0].removeprefix("fatal: ")) or f"exit code {done.returncode}"
    raise FileError(f"git cannot read it: {reason}.")
