"""Where files are: on this machine's disks, or wherever ``fsspec`` reaches (``s3://``, ``gs://``)."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..core.atomic import write_atomically
from ..core.folders import has_suffix, make_folder
from ..errors import FileError, MissingDependencyError

URL = re.compile(r"^[a-z][a-z0-9+.:-]+://", re.IGNORECASE)
WILD = re.compile(r"[*?[]")


class State(NamedTuple):
    """What tells one version of a file from another without reading it; both None: no such file."""

    size: int | None
    modified: str | None


def is_url(path: str) -> bool:
    """Whether a path names its file system, as ``s3://bucket/photo.jpg`` does.

    Examples
    --------
    >>> is_url("memory://a.png"), is_url("C:/photos/a.png"), is_url("a.png")
    (True, False, False)
    """
    return bool(URL.match(path))


def is_private(path: str) -> bool:
    """Whether only this process sees what is there."""
    return path.lower().startswith("memory://")


def read(path: str) -> bytes:
    """A file's content.

    Raises
    ------
    FileError
        If it cannot be read.
    MissingDependencyError
        If it is a URL, and ``fsspec`` or what that needs for it is not installed.
    """
    with _explained("read", path):
        if is_url(path):
            system, inner = _system(path)
            content: bytes = system.cat_file(inner)
            return content
        with open(path, "rb") as file:
            return file.read()


def write(path: str, content: bytes) -> None:
    """Replace or create a file, and the folders above it; whoever looks sees it whole or not."""
    if not is_url(path):
        make_room(path)
        write_atomically(path, content)
        return
    with _explained("write", path):
        system, inner = _system(path)
        system.makedirs(system._parent(inner), exist_ok=True)
        file = system.open(inner, "wb", autocommit=False)
        try:
            file.write(content)
            file.close()
        except BaseException:
            file.discard()
            raise
        file.commit()


def make_room(path: str) -> None:
    """Make the folder of a file on a disk."""
    make_folder(os.path.dirname(path) or os.curdir)


def state(path: str) -> State:
    """Size and time of change (or the version that an object store tells) of a file."""
    with _explained("read", path):
        try:
            if not is_url(path):
                found = os.stat(path)
                return State(found.st_size, str(found.st_mtime_ns))
            system, inner = _system(path)
            told = system.info(inner)
        except (FileNotFoundError, NotADirectoryError):
            return State(None, None)
        known = ("ETag", "etag", "mtime", "LastModified", "updated", "created")
        version = next((told[key] for key in known if told.get(key) is not None), "")
        return State(told.get("size"), str(version))


def digest(source: str | bytes) -> str:
    """SHA-256 of a file's content: a path's, or what was read already."""
    content = source if isinstance(source, bytes) else read(source)
    return hashlib.sha256(content).hexdigest()


def listed(source: str, suffixes: set[str]) -> tuple[str, list[str]]:
    """Files of a folder (with those of its subfolders) or a pattern, and what they lie under.

    Parameters
    ----------
    source
        A file, a folder, or a pattern such as ``"scans/**/*.tif"``.
    suffixes
        Of the files that are looked for in a folder: lower case, with the dot.

    Returns
    -------
    (str, list of str)
        The folder to which their places are relative, and the files, sorted.

    Raises
    ------
    FileError
        If there is none.
    """
    with _explained("read", source):
        if is_url(source):
            base, found = _listed_urls(source, suffixes)
        elif os.path.isdir(source):
            base = source
            walk = ((top, name) for top, _, names in os.walk(source) for name in names)
            found = [os.path.join(top, name) for top, name in walk if has_suffix(name, suffixes)]
        elif WILD.search(source) and not os.path.lexists(source):
            base = os.path.dirname(source[: WILD.search(source).start()])  # type: ignore[union-attr]
            found = [f for f in glob.glob(source, recursive=True) if not os.path.isdir(f)]
        else:
            return os.path.dirname(source), [source]
    if not found:
        raise FileError(f"no photograph ({', '.join(sorted(suffixes))}) in {source}")
    return base, sorted(found)


@contextlib.contextmanager
def local(path: str) -> Iterator[str]:
    """The path of a file on a disk: the path itself, or that of a copy."""
    if not is_url(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, path.rsplit("/", 1)[-1])
        write(copy, read(path))
        yield copy


def _listed_urls(source: str, suffixes: set[str]) -> tuple[str, list[str]]:
    system, inner = _system(source)
    if match := WILD.search(source):
        found = [f for f in system.glob(inner) if not system.isdir(f)]
        base = source[: match.start()].rpartition("/")[0]
    elif system.isdir(inner):
        names = system.find(inner)
        found, base = [f for f in names if has_suffix(f.rsplit("/", 1)[-1], suffixes)], source
    else:
        return source.rpartition("/")[0], [source]
    base = system.unstrip_protocol(system._strip_protocol(base))
    return base, [system.unstrip_protocol(name) for name in found]


def _system(path: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    try:
        import fsspec
    except ImportError as error:
        raise MissingDependencyError(
            f"{path} needs fsspec; pip install 'colortransfer[batch]'"
        ) from error
    try:
        return fsspec.core.url_to_fs(path)
    except ImportError as error:  # says which package the protocol needs
        raise MissingDependencyError(f"{path}: {error}") from error
    except ValueError as error:  # no such protocol
        raise FileError(f"cannot use {path}: {error}") from error


@contextlib.contextmanager
def _explained(verb: str, path: str) -> Iterator[None]:
    try:
        yield
    except (FileError, MissingDependencyError):
        raise
    except FileNotFoundError as error:
        raise FileError(f"cannot {verb} {path}: there is no such file") from error
    except MemoryError:
        raise
    except Exception as error:  # of each file system its own
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise FileError(f"cannot {verb} {path}: {reason}") from error
