"""Writing a file so that whoever looks sees the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from ..errors import FileError

# What file systems say that lack an operation.
_REFUSALS = {errno.EPERM, errno.EACCES, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace or create a file.

    The content goes to a temporary file in the same folder, from there to the disk, and then
    takes the name in one step. A link stays a link: the file it leads to is replaced, and keeps
    its permissions. A file that is itself a mount point (of a container, say) cannot be replaced;
    it is overwritten once the whole content is safe on the disk beside it.

    Raises
    ------
    FileError
        If it cannot be written; nothing is changed then.
    """
    try:
        os.stat(os.path.dirname(os.fspath(path)) or os.curdir)  # realpath takes "none/.." for "."
        target = Path(os.path.realpath(path))
        mode = _mode_of(target)
    except (OSError, ValueError) as error:
        raise _explained(path, error) from error
    temporary = target.with_name(f".colortransfer-{secrets.token_hex(8)}.tmp")
    try:
        _write_through(temporary, content, mode)
        _take_name(temporary, target, content)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise _explained(path, error) from error
        raise
    _flush_folder(target.parent)


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary file, in the same folder and with the same suffix, that takes a name at the end.

    What is written to it appears under the name as a whole, once the block has ended without an
    error; otherwise it goes, and the name keeps what it had.

    Raises
    ------
    FileError
        If it cannot be written; nothing is changed then.

    Examples
    --------
    >>> with replacing(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [path.name for path in folder.iterdir()]
    ['a.txt']
    """
    try:
        os.stat(os.path.dirname(os.fspath(path)) or os.curdir)
        target = Path(os.path.realpath(path))
        mode = _mode_of(target)
    except (OSError, ValueError) as error:
        raise _explained(path, error) from error
    temporary = target.with_name(f".colortransfer-{secrets.token_hex(8)}{target.suffix}")
    try:
        yield temporary
        with open(temporary, "rb") as file, _unless_refused():
            os.fsync(file.fileno())
        if mode is not None:
            with _unless_refused():
                os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and not isinstance(error, FileError):
            raise _explained(path, error) from error
        raise
    _flush_folder(target.parent)


def _mode_of(target: Path) -> int | None:
    """Permissions of the file to be replaced; None when there is none yet."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError("it is a folder; give a file name")
    if not stat.S_ISREG(mode):
        raise OSError("it is not a regular file")
    if not os.access(target, os.W_OK):
        raise PermissionError("it is write-protected")
    return stat.S_IMODE(mode)


def _write_through(path: Path, content: bytes, mode: int | None) -> None:
    # As open() creates a file: the umask takes its share of the permissions.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o666), "wb") as file:
        if mode is not None:
            with _unless_refused():
                os.chmod(path, mode)
        file.write(content)
        file.flush()
        with _unless_refused():
            os.fsync(file.fileno())


@contextlib.contextmanager
def _unless_refused() -> Iterator[None]:
    """Network and user-space file systems (CIFS, FUSE) may know no permissions, and no flushing."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise


def _take_name(temporary: Path, target: Path, content: bytes) -> None:
    try:
        os.replace(temporary, target)
        return
    except OSError as error:
        if error.errno != errno.EBUSY or not target.is_file():
            raise
    try:
        with open(target, "r+b") as file:
            file.write(content)
            file.truncate()
            file.flush()
            with _unless_refused():
                os.fsync(file.fileno())
    except BaseException as error:
        # The old content is gone: keep the new one, and say where it is.
        kept = temporary.rename(target.with_name(f"{target.name}.{temporary.stem[-8:]}.kept"))
        if isinstance(error, OSError):
            raise OSError(f"{error.strerror}; the whole content is in {kept}") from error
        raise
    temporary.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power failure, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _explained(path: str | os.PathLike[str], error: Exception) -> FileError:
    reason = getattr(error, "strerror", None) or str(error)
    if isinstance(error, FileNotFoundError):
        reason = "its folder does not exist; create it first"
    return FileError(f"cannot write {os.fspath(path)!s}: {reason}")
