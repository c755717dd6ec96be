"""Files of plain arrays: what is written can be read, whatever else is there is one error."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from colortransfer.core.array_files import FORMAT, load_arrays, read_arrays, save_arrays
from colortransfer.errors import FileError
from colortransfer.transforms import AffineTransform, Transform

ARRAYS = {"a/b": np.arange(6, dtype=np.int16).reshape(2, 3), "c": np.float32([0.5])}


@pytest.mark.parametrize("compress", [False, True])
def test_round_trip(tmp_path, compress):
    save_arrays(tmp_path / "x.npz", ARRAYS, {"kind": "test", "step": 3}, compress=compress)
    arrays, header = load_arrays(tmp_path / "x.npz", "test")
    assert header == {"kind": "test", "step": 3, "format": FORMAT}
    assert arrays.keys() == ARRAYS.keys()
    for name, value in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], value)
        assert arrays[name].dtype == value.dtype


def test_without_a_header_there_are_arrays_only(tmp_path):
    save_arrays(tmp_path / "x.npz", ARRAYS)
    assert read_arrays(tmp_path / "x.npz").keys() == ARRAYS.keys()
    with pytest.raises(FileError, match="not a test"):
        load_arrays(tmp_path / "x.npz", "test")


def single():
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text", single()])
def test_what_is_no_such_file_is_one_error(tmp_path, content):
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(FileError, match=r"x\.npz is not a readable"):
        read_arrays(tmp_path / "x.npz")


def test_what_is_no_array_among_arrays_is_one_error(tmp_path):
    np.savez(tmp_path / "x.npz", **ARRAYS)
    with zipfile.ZipFile(tmp_path / "x.npz", "a") as archive:
        archive.writestr("d.npy", b"\x00NUMPY")
    with pytest.raises(FileError, match=r"x\.npz holds something else than plain arrays"):
        read_arrays(tmp_path / "x.npz")


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        read_arrays(tmp_path / "none.npz")
    with pytest.raises(FileError, match="cannot read"):
        read_arrays(tmp_path)


@pytest.mark.parametrize("header", ["{", "[]", "{}", '{"kind": "test"}', "null", "[" * 10_000])
def test_damaged_headers(tmp_path, header):
    np.savez(tmp_path / "x.npz", header=np.array(header), **ARRAYS)
    with pytest.raises(FileError, match="damaged"):
        load_arrays(tmp_path / "x.npz", "test")


def test_another_kind_and_a_later_format(tmp_path):
    save_arrays(tmp_path / "x.npz", ARRAYS, {"kind": "generator"})
    with pytest.raises(FileError, match="holds a 'generator', not a 'test'"):
        load_arrays(tmp_path / "x.npz", "test")
    later = json.dumps({"kind": "test", "format": FORMAT + 1})
    np.savez(tmp_path / "y.npz", header=np.array(later))
    with pytest.raises(FileError, match="later version"):
        load_arrays(tmp_path / "y.npz", "test")


def test_edits_have_a_version(tmp_path):
    edit = AffineTransform(np.eye(3), [0.1, 0, 0])
    edit.save(tmp_path / "edit.npz")
    assert load_arrays(tmp_path / "edit.npz", "transform")[1] == {
        "kind": "transform",
        "format": FORMAT,
        "transform": "affine",
    }
    later = json.dumps({"kind": "transform", "format": FORMAT + 1, "transform": "affine"})
    np.savez(tmp_path / "y.npz", header=np.array(later), matrix=np.eye(3), offset=np.zeros(3))
    with pytest.raises(FileError, match="later version"):
        Transform.load(tmp_path / "y.npz")


def test_edits_of_version_0_1_can_be_read():
    """affine_0_1.npz was written by version 0.1, which had no header."""
    edit = Transform.load(Path(__file__).with_name("affine_0_1.npz"))
    assert isinstance(edit, AffineTransform)
    np.testing.assert_array_equal(edit.matrix, np.float32(np.diag([0.5, 1, 2])))
    np.testing.assert_array_equal(edit.offset, np.float32([0.1, 0.2, 0.3]))
