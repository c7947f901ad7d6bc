"""Reading a file as it stands in a commit: `git:REV:PATH`.

Revisions and paths go to git's standard input, so that none can be taken for an option. What is read is the file as it was
committed: without filters and text conversion.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import Final, NamedTuple

import msgspec

from abtui.core.text.plain import file_name, single_line
from abtui.services.errors import FileError

PREFIX: Final = "git:"
_LIMIT: Final = 16 << 20
"""Bytes of a file that are read at all, as of a config on the disk."""
_SECONDS: Final = 30
_MOST_NAMES: Final = 20_000
_BRANCHES: Final = 4
"""Branches that a hint names."""
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
HINT: Final = "Write git:REV:PATH, such as git:HEAD:config.yaml. A file of that name is ./git:..."


class GitPlace(msgspec.Struct, frozen=True):
    """A path, relative to the working folder, in a revision of the repository that holds it. An empty revision is the index."""

    revision: str
    path: str


def git_place(place: str) -> GitPlace | None:
    """What `git:REV:PATH` names; None for a place that is not written so.

    The last colon ends REV, which may have colons of its own (`HEAD^{/fix: x}`); PATH cannot. `git::PATH` is the index. A
    file on the disk whose name starts with `git:` is `./git:...`.
    """
    if not place.startswith(PREFIX):
        return None
    revision, colon, path = place.removeprefix(PREFIX).rpartition(":")
    return GitPlace(revision, path) if colon else GitPlace(path, "")


def read_committed(place: GitPlace) -> str:
    """The text of a file in a commit, which is at most 16 MiB of UTF-8. Raises FileError."""
    shown = _shown(place)
    if not place.path:
        raise FileError(f"{shown} names no file.", HINT)
    if any(character in place.revision + place.path for character in "\n\r\0"):
        raise FileError(f"{shown} has a line break or a NUL in it, which git cannot be asked for.", HINT)
    found = _look_up(place)
    kind, size = found[1], int(found[2])
    if kind != "blob":
        raise FileError(f"{shown} is a folder, not a file." if kind == "tree" else f"{shown} is not a file.")
    if size > _LIMIT:
        raise FileError(f"{shown} is larger than {_LIMIT:,} bytes.", "Is it the right file?")
    data = _git("cat-file", "blob", found[0])
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{shown} is not UTF-8 text: line {line} has bytes that are no character.",
            "Save it as UTF-8 and commit it.",
        ) from error


def _look_up(place: GitPlace) -> list[str]:
    """The object's id, its type and its size in bytes."""
    path = _relative(place.path)
    try:
        commit, found = _objects(place.revision, f"./{path}")
    except _NoWorkTreeError:
        # Without a working tree, as in a hook of a bare repository, paths start at the root.
        commit, found = _objects(place.revision, path)
    of_index = not place.revision.strip(":0123456789") and place.revision[:1] in ("", ":")
    if found:
        if of_index and any(
            entry.mode == _LINK for entry in _entries(("ls-files", "-s", "-z", "--", f":(literal){path}"))
        ):
            raise FileError(
                f"{_shown(place)} is a link, which git does not follow in the index.", "Name the file it leads to."
            )
        return found
    if not commit and not of_index:
        raise FileError(
            f"git knows no revision {single_line(place.revision)!r}.",
            _branches(place.revision),
        )
    where = "the index" if of_index else single_line(place.revision)
    listing = ("ls-files", "-s", "-z") if of_index else ("ls-tree", "-r", "-z", commit[0])
    raise FileError(f"There is no file {file_name(place.path)} in {where}.", _nearest(path, listing))


def _branches(revision: str) -> str:
    """A hint with the branches there are, the one most like `revision` first."""
    try:
        listed = _git("for-each-ref", f"--count={_MOST_NAMES}", "--format=%(refname:short)", "refs/heads")
    except (FileError, _NoWorkTreeError):
        listed = b""
    names = listed.decode("utf-8", "replace").split()
    near = get_close_matches(revision, names, n=_BRANCHES, cutoff=0.4)
    shown = [file_name(name) for name in dict.fromkeys((*near, *names))][:_BRANCHES]
    more = ", and others" if len(names) > len(shown) else ""
    there = f"There is HEAD, the last commit, and {'the branches ' if len(shown) > 1 else ''}{', '.join(shown)}{more}."
    return f"{there} A shallow clone does not have every commit." if shown else "Check the name, or write HEAD."


def _objects(revision: str, path: str) -> tuple[list[str], list[str]]:
    """What git says of a revision and of a path in it: id, type and size; nothing where it has no such thing."""
    asked = f"{revision or ':'}\n{revision}:{path}\n"
    # A link is followed inside the commit; in the index git does not follow any.
    options = ("--follow-symlinks",) if revision and not revision.startswith(":") else ()
    lines = _git("cat-file", "--batch-check", *options, asked=asked)
    first, _, rest = lines.decode("utf-8", "replace").partition("\n")
    return _words(first), _words(rest.partition("\n")[0])


def _words(line: str) -> list[str]:
    words = line.split(" ")
    known = len(words) == 3 and words[1] in ("blob", "tree", "commit", "tag") and words[2].isdigit()
    return words if known else []


def _relative(path: str) -> str:
    """A path as git wants it: relative to the working folder, with slashes."""
    if os.path.isabs(path):
        folder, name = os.path.split(os.path.normpath(path))
        # The working folder has no links in its name, so the path must not, either.
        path = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(os.curdir))
    return path.replace(os.sep, "/")


class _Entry(NamedTuple):
    """What git lists of a path: its mode, as octal digits, and in the index its stage, 1 to 3 in a merge conflict."""

    mode: str
    stage: str
    name: str


def _entries(listing: tuple[str, ...]) -> list[_Entry]:
    """What the command `listing` gives; nothing where it cannot be listed."""
    try:
        listed = _git(*listing)
    except (FileError, _NoWorkTreeError):
        return []
    entries = []
    for line in listed.split(b"\0")[:_MOST_NAMES]:
        head, tab, name = os.fsdecode(line).partition("\t")
        if tab:
            mode, _, stage = head.split(" ")
            entries.append(_Entry(mode, stage, name))
    return entries


def _nearest(path: str, listing: tuple[str, ...]) -> str:
    """A hint with what there is at the path, or the nearest one below the working folder; `listing` is the command that lists them."""
    entries, own = _entries(listing), os.path.normpath(path).replace(os.sep, "/")
    if any(entry.mode == _SUBMODULE and f"{own}/".startswith(f"{entry.name}/") for entry in entries):
        return "It is in a submodule, a repository of its own; go into its folder."
    here = [entry for entry in entries if entry.name == own]
    if here and listing[0] == "ls-tree":
        return "It is a link that leads to no file of the commit."
    if here:
        written = " or ".join(f"git:{f':{entry.stage}' if entry.stage != '0' else ''}:{own}" for entry in here)
        return f"It is there at another stage of the index: {file_name(written)}."
    names = [entry.name for entry in entries]
    wanted = os.path.basename(path)
    same = [name for name in names if os.path.basename(name) == wanted]
    alike = [name for name in names if os.path.splitext(name)[1] == os.path.splitext(path)[1]]
    near = get_close_matches(path, same or alike, n=1, cutoff=0 if same else 0.6)
    return f"Did you mean {file_name(near[0])}?" if near else "The path is relative to the working folder."


class _NoWorkTreeError(Exception):
    """Git is asked for a path relative to the working folder, where there is no working tree."""


def _git(*arguments: str, asked: str = "") -> bytes:
    """What git prints. Raises FileError, and _NoWorkTreeError."""
    # Not every command needs it.
    import subprocess

    # Messages in English, as two of them are looked for; and nobody is there to answer a question.
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
        raise FileError(f"git cannot be started: {(error.strerror or str(error)).lower()}.") from error
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip()
    if "outside working tree" in said:
        raise _NoWorkTreeError
    if "not a git repository" in said:
        raise FileError("The working folder is in no git repository.", "Go into one, or give a file instead.")
    reason = single_line(said.partition("\n")[0].removeprefix("fatal: ")) or f"exit code {done.returncode}"
    raise FileError(f"git cannot read it: {reason}.")


def _shown(place: GitPlace) -> str:
    return file_name(f"{PREFIX}{place.revision}:{place.path}")
