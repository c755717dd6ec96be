"""Folders: listed, each file once; made, or one error."""

import pytest

from colortransfer.core.folders import files_in, make_folder
from colortransfer.errors import FileError


def test_listing(tmp_path):
    (tmp_path / "sub.jpg").mkdir()
    for name in ("b.JPG", "a.png", "c.txt", "._b.jpg", "sub.jpg/d.jpg"):
        (tmp_path / name).touch()
    found = files_in(tmp_path, {".jpg", ".png"})
    assert [path.name for path in found] == ["a.png", "b.JPG"]
    found = files_in(tmp_path, {".jpg", ".png"}, recursive=True)
    assert [path.name for path in found] == ["a.png", "b.JPG", "d.jpg"]


def test_what_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="no such folder"):
        files_in(tmp_path / "none", {".jpg"})
    with pytest.raises(FileError, match="cannot read the folder"):
        files_in(tmp_path / "file", {".jpg"})
    with pytest.raises(FileError, match="cannot make the folder"):
        make_folder(tmp_path / "file" / "sub")
    assert make_folder(tmp_path / "x" / "y").is_dir()
    assert make_folder(tmp_path / "x" / "y").is_dir()
