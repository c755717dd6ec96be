"""Saving: the old file or the new one, whatever happens in between."""

import errno
import os
import stat
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from colortransfer.errors import FileError
from colortransfer.images import encode, load, save

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and permissions")
not_root = pytest.mark.skipif(
    os.name == "posix" and os.getuid() == 0, reason="root may write everywhere"
)
OLD = np.full((20, 30, 3), 60, np.uint8)
NEW = np.full((20, 30, 3), 200, np.uint8)


def permissions(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_killed_while_saving(tmp_path):
    path = tmp_path / "photo.tif"
    script = textwrap.dedent(
        """
        import os, random, signal, sys, time
        from pathlib import Path
        import numpy
        from colortransfer.images import encode, save

        path, leftovers = Path(sys.argv[1]), 0
        pictures = [numpy.full((400, 400, 3), value, numpy.uint8) for value in (60, 200)]
        pictures[1][::2] = numpy.random.default_rng(0).integers(0, 255, (400, 3))
        known = [encode(picture, ".tif") for picture in pictures]
        save(path, pictures[0])
        for moment in range(100):
            child = os.fork()
            while not child:
                save(path, pictures[1])
                save(path, pictures[0])
            time.sleep(random.Random(moment).uniform(0.001, 0.08))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            assert path.read_bytes() in known, f"a part of a file at moment {moment}"
        """
    )
    result = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert {name.suffix for name in tmp_path.iterdir()} <= {".tif", ".tmp"}


@pytest.mark.parametrize("name", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, name, error):
    path = tmp_path / "photo.png"
    save(path, OLD)

    def fail(*_):
        raise error

    monkeypatch.setattr(os, name, fail)
    expected = FileError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as caught:
        save(path, NEW)
    monkeypatch.undo()
    if expected is FileError:
        assert "No space left" in str(caught.value)
        assert str(path) in str(caught.value)
    np.testing.assert_array_equal(load(path), OLD)
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_new_file_has_the_usual_permissions(tmp_path):
    for mask in (0o022, 0o077, 0o002):
        before = os.umask(mask)
        try:
            save(tmp_path / f"{mask}.png", NEW)
            (tmp_path / f"{mask}.txt").touch()
        finally:
            os.umask(before)
        usual = permissions(tmp_path / f"{mask}.txt")
        assert permissions(tmp_path / f"{mask}.png") == usual


@posix
def test_a_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "photo.png"
    save(path, OLD)
    path.chmod(0o640)
    save(path, NEW)
    assert permissions(path) == 0o640
    np.testing.assert_array_equal(load(path), NEW)


@posix
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target.png"
    save(target, OLD)
    link = tmp_path / "link.png"
    link.symlink_to("folder/target.png")
    save(link, NEW)
    assert link.is_symlink()
    np.testing.assert_array_equal(load(target), NEW)
    dangling = tmp_path / "dangling.png"
    dangling.symlink_to("folder/later.png")
    save(dangling, NEW)
    assert dangling.is_symlink()
    assert (tmp_path / "folder" / "later.png").is_file()


@posix
def test_hard_links_and_open_readers_keep_the_old_content(tmp_path):
    path = tmp_path / "photo.png"
    save(path, OLD)
    with path.open("rb") as reader:
        save(path, NEW)
        assert reader.read() == encode(OLD, ".png")
    assert path.read_bytes() == encode(NEW, ".png")


def test_places_that_cannot_be_written(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    for path, words in (
        (tmp_path / "none" / "a.png", "folder does not exist"),
        (tmp_path / "folder.png", "folder"),
        (tmp_path / "file" / "a.png", "Not a directory"),
        (tmp_path / ("a" * 300 + ".png"), "too long"),
        ("a\0b.png", "null"),
    ):
        with pytest.raises(FileError, match=words) as caught:
            save(path, NEW)
        assert "\n" not in str(caught.value)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.png"]


def test_long_names_that_fit(tmp_path):
    path = tmp_path / ("a" * 251 + ".png")
    save(path, NEW)
    np.testing.assert_array_equal(load(path), NEW)


@posix
def test_what_is_not_a_regular_file_is_left_alone(tmp_path):
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="regular"):
        save(pipe, NEW)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
@not_root
def test_write_protection_is_respected(tmp_path):
    path = tmp_path / "photo.png"
    save(path, OLD)
    path.chmod(0o444)
    with pytest.raises(FileError, match="protected"):
        save(path, NEW)
    np.testing.assert_array_equal(load(path), OLD)


def test_relative_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save("photo.png", NEW)
    np.testing.assert_array_equal(load("photo.png"), NEW)


@pytest.mark.parametrize("name", ["chmod", "fsync"])
@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
def test_file_systems_without_permissions_or_flushing(tmp_path, monkeypatch, name, code):
    """Network shares (CIFS) and what runs in user space (FUSE) refuse both."""
    path = tmp_path / "photo.png"
    save(path, OLD)

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, name, refuse)
    save(path, NEW)
    np.testing.assert_array_equal(load(path), NEW)
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def mount_point(tmp_path, monkeypatch):
    """A file that cannot be replaced, as one that a container has got from its host."""
    path = tmp_path / "photo.png"
    save(path, OLD)

    def busy(*_):
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(os, "replace", busy)
    return path


def test_a_mount_point_is_overwritten(mount_point):
    inode = mount_point.stat().st_ino
    for picture in (np.zeros((300, 300, 3), np.uint8), NEW):  # longer, then shorter
        save(mount_point, picture)
        np.testing.assert_array_equal(load(mount_point), picture)
    assert mount_point.stat().st_ino == inode
    assert list(mount_point.parent.iterdir()) == [mount_point]


def test_when_overwriting_fails_the_whole_content_is_kept(mount_point, monkeypatch):
    calls = []

    def full_the_second_time(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(os, "fsync", full_the_second_time)
    with pytest.raises(FileError, match="whole content is in"):
        save(mount_point, NEW)
    (kept,) = mount_point.parent.glob("*.kept")
    assert kept.read_bytes() == encode(NEW, ".png")


def test_a_missing_folder_is_not_stepped_out_of(tmp_path):
    path = tmp_path / "photo.png"
    save(path, OLD)
    with pytest.raises(FileError, match="folder does not exist"):
        save(tmp_path / "none" / ".." / "photo.png", NEW)
    np.testing.assert_array_equal(load(path), OLD)
