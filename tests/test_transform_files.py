"""Edits as files: saved, loaded, refused, exported."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_transforms import TRANSFORMS, arrays_of, every

from colortransfer.errors import ColorTransferError, FileError, InputError
from colortransfer.transforms import (
    AffineTransform,
    BilateralGridTransform,
    CurvesTransform,
    Lut3D,
    ResidualTransform,
    Transform,
)


@every
def test_round_trip(transform, tmp_path):
    transform.save(tmp_path / "edit.npz")
    loaded = Transform.load(tmp_path / "edit.npz")
    assert type(loaded) is type(transform)
    assert loaded == transform
    for key, value in arrays_of(transform).items():
        assert getattr(arrays_of(loaded)[key], "dtype", str) == getattr(value, "dtype", str)
    assert [path.name for path in tmp_path.iterdir()] == ["edit.npz"]


def test_save_into_a_missing_folder(tmp_path):
    with pytest.raises(FileError):
        TRANSFORMS["affine"].save(tmp_path / "none" / "edit.npz")
    assert not list(tmp_path.iterdir())


def archive(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


SOUND = archive(kind=np.array("affine"), matrix=np.eye(3), offset=np.zeros(3))


class _Trap:
    def __reduce__(self):
        return print, ("a pickle was run",)


def boastful():
    """A grid that claims to have 4 TB."""
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"
    header = np.lib.format.magic(1, 0) + len(text).to_bytes(2, "little") + text
    buffer = io.BytesIO(archive(kind=np.array("affine"), offset=np.zeros(3)))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("matrix.npy", header)
    return buffer.getvalue()


HOSTILE = {
    "empty": b"",
    "text": b"an edit",
    "truncated": SOUND[: len(SOUND) // 2],
    "no kind": archive(matrix=np.eye(3), offset=np.zeros(3)),
    "unknown kind": archive(kind=np.array("magic"), matrix=np.eye(3), offset=np.zeros(3)),
    "missing array": archive(kind=np.array("affine"), matrix=np.eye(3)),
    "array too many": archive(
        kind=np.array("affine"), matrix=np.eye(3), offset=np.zeros(3), more=np.zeros(3)
    ),
    "pickled": archive(
        kind=np.array("affine"), matrix=np.array([_Trap()], object), offset=np.zeros(3)
    ),
    "pickled kind": archive(kind=np.array([_Trap()], object)),
    "NaN": archive(kind=np.array("affine"), matrix=np.full((3, 3), np.nan), offset=np.zeros(3)),
    "wrong shape": archive(kind=np.array("affine"), matrix=np.eye(4), offset=np.zeros(3)),
    "strings": archive(kind=np.array("affine"), matrix=np.array("one"), offset=np.zeros(3)),
    "more than memory": boastful(),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files(content, tmp_path, capsys):
    (tmp_path / "edit.npz").write_bytes(content)
    with pytest.raises(ColorTransferError) as caught:
        Transform.load(tmp_path / "edit.npz")
    assert "\n" not in str(caught.value)
    assert capsys.readouterr().out == ""


def test_missing_file(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        Transform.load(tmp_path / "edit.npz")


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_mangled_files(tmp_path_factory, data):
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "mangled.npz"
    path.write_bytes(content)
    try:
        Transform.load(path)
    except ColorTransferError:
        return


@pytest.mark.parametrize(
    ("cls", "arrays"),
    [
        (AffineTransform, [np.eye(2), np.zeros(3)]),
        (AffineTransform, [np.eye(3), np.zeros(4)]),
        (CurvesTransform, [np.zeros((3, 1))]),
        (CurvesTransform, [np.zeros((4, 5))]),
        (Lut3D, [np.zeros((3, 3, 4, 3))]),
        (Lut3D, [np.zeros((1, 1, 1, 3))]),
        (BilateralGridTransform, [np.zeros((2, 2, 2, 3, 3))]),
        (BilateralGridTransform, [np.zeros((2, 0, 2, 3, 4))]),
        (ResidualTransform, [np.zeros((2, 2, 4))]),
        (ResidualTransform, [np.zeros((0, 2, 3))]),
        (AffineTransform, [np.full((3, 3), np.inf), np.zeros(3)]),
    ],
)
def test_wrong_shapes(cls, arrays):
    with pytest.raises(InputError):
        cls(*arrays)


# Export


def read_cube(path):
    """The Adobe/Iridas format, version 1.0: keywords, then red varies fastest."""
    size, rows = None, []
    for line in path.read_text(encoding="ascii").splitlines():
        words = line.split("#")[0].split()
        if words and words[0] == "LUT_3D_SIZE":
            size = int(words[1])
        elif words and not words[0][0].isalpha():
            rows.append([float(word) for word in words])
    assert len(rows) == size**3
    table = np.empty((size, size, size, 3))
    for index, row in enumerate(rows):
        table[index % size, index // size % size, index // size**2] = row
    return table


@pytest.mark.parametrize("name", ["affine", "curves", "lut", "grid"])
def test_cube(name, tmp_path):
    transform = TRANSFORMS[name]
    transform.to_cube(tmp_path / "edit.cube", size=9)
    table = read_cube(tmp_path / "edit.cube")
    assert table.shape == (9, 9, 9, 3)
    for r, g, b in [(0, 0, 0), (8, 0, 0), (0, 8, 0), (3, 5, 8), (8, 8, 8)]:
        color = transform.map_colors(np.array([[r, g, b]]) / 8)[0]
        np.testing.assert_allclose(table[r, g, b], color.clip(0, 1), atol=2e-6)


def test_cube_in_another_program(tmp_path):
    """colour-science reads the file and applies it to a picture as we do."""
    colour = pytest.importorskip("colour")
    # In range everywhere and linear, so that a table between its nodes is exact.
    transform = AffineTransform([[0.7, 0.1, 0], [0.1, 0.6, 0.1], [0, 0.2, 0.5]], [0.1, 0.05, 0.2])
    transform.to_cube(tmp_path / "edit.cube")
    look_up = colour.read_LUT(str(tmp_path / "edit.cube"))
    assert look_up.table.shape == (33, 33, 33, 3)
    picture = np.random.default_rng(0).random((12, 10, 3)).astype(np.float32)
    np.testing.assert_allclose(look_up.apply(picture), transform.apply(picture), atol=2e-6)


def test_no_cube_of_single_pixels(tmp_path):
    with pytest.raises(InputError, match="fit a grid instead"):
        TRANSFORMS["residual"].to_cube(tmp_path / "edit.cube")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [1, 257])
def test_cube_sizes(tmp_path, size):
    with pytest.raises(InputError, match="between 2 and 256"):
        TRANSFORMS["affine"].to_cube(tmp_path / "edit.cube", size=size)
