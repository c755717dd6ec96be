"""decompose and restore: every type, dtype and shape comes back as it was."""

import io
import subprocess
import sys
import tracemalloc
from pathlib import Path

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer.errors import InputError
from colortransfer.images import Metadata, Photograph, decompose
from colortransfer.images import arrays as arrays_module

DTYPES = ["uint8", "uint16", ">u2", "float16", "float32", "float64"]
modest = settings(max_examples=150, deadline=None)


@st.composite
def pictures(draw):
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    side = st.integers(1, 6)
    channels = draw(st.sampled_from([(), (1,), (3,), (4,)]))
    shape = (draw(side), draw(side), *channels)
    elements = None
    if dtype.kind == "f":
        elements = st.floats(0, 1, width=8 * dtype.itemsize)
    picture = draw(arrays.arrays(dtype, shape, elements=elements))
    if channels == (4,) and not (picture[..., 3] > 0).any():
        picture[0, 0, 3] = 1
    return picture


def full(dtype):
    return 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)


@modest
@given(pictures())
def test_rgb_is_the_colour_in_unit_range(picture):
    before = picture.copy()
    parts = decompose(picture)
    grey = picture.ndim == 2 or picture.shape[2] == 1
    expected = picture.reshape(*picture.shape[:2], -1)[..., :3].astype(float) / full(picture.dtype)
    assert parts.rgb.dtype == np.float32
    assert parts.rgb.shape == (*picture.shape[:2], 3)
    assert parts.grey == grey
    np.testing.assert_allclose(parts.rgb, np.broadcast_to(expected, parts.rgb.shape), atol=1e-7)
    parts.rgb[...] = 0.5
    np.testing.assert_array_equal(picture, before)


@modest
@given(pictures())
def test_restoring_what_was_taken_apart_changes_nothing(picture):
    parts = decompose(picture)
    again = parts.restore(parts.rgb)
    assert type(again) is np.ndarray
    assert again.dtype == picture.dtype
    assert again.shape == picture.shape
    tolerance = 0 if picture.dtype.kind == "u" else 3e-7
    np.testing.assert_allclose(again.astype(float), picture.astype(float), atol=tolerance)


@modest
@given(pictures(), st.sampled_from(["float32", "float64"]))
def test_restore_clips_rounds_and_keeps_alpha(picture, dtype):
    parts = decompose(picture)
    shape = parts.rgb.shape
    rgb = np.linspace(-0.5, 1.5, int(np.prod(shape)), dtype=dtype).reshape(shape)
    before = rgb.copy()
    again = parts.restore(rgb)
    colors = np.clip(rgb, 0, 1)
    if parts.grey:
        colors = (colors @ [0.2126, 0.7152, 0.0722]).reshape(picture.shape)
    wanted = colors * full(picture.dtype)
    got = again if parts.grey else again[..., :3]
    tolerance = 0.5 + 0.01 if picture.dtype.kind == "u" else 5e-4
    np.testing.assert_allclose(got.astype(float), wanted, atol=tolerance)
    np.testing.assert_array_equal(rgb, before)
    if picture.shape[2:] == (4,):
        np.testing.assert_array_equal(again[..., 3], picture[..., 3])


def test_visible_marks_pixels_with_alpha():
    picture = np.full((2, 3, 4), 200, np.uint8)
    assert decompose(picture).visible is None
    picture[0, 1, 3] = 0
    picture[1, 1, 3] = 1
    expected = np.ones((2, 3), bool)
    expected[0, 1] = False
    np.testing.assert_array_equal(decompose(picture).visible, expected)


def test_photographs_keep_their_metadata():
    metadata = Metadata("PNG", b"II*\x00data", b"profile", (300.0, 300.0))
    photograph = Photograph(np.full((4, 5, 3), 9, np.uint16), metadata)
    parts = decompose(photograph)
    again = parts.restore(parts.rgb)
    assert isinstance(again, Photograph)
    assert again.metadata == metadata
    assert type(parts.rgb) is np.ndarray


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((4, 5), bool), "dtype bool"),
        (np.zeros((4, 5), np.int32), "dtype int32"),
        (np.zeros((4, 5), complex), "dtype complex128"),
        (np.zeros((0, 5, 3)), "empty"),
        (np.zeros((5, 4, 2)), "shape"),
        (np.zeros((3, 40, 50)), r"channels first; use reference\.transpose\(1, 2, 0\)"),
        (np.zeros((1, 4, 5, 3)), "one image"),
        (np.zeros(5), "shape"),
        (np.full((4, 5), np.nan), "NaN"),
        (np.full((4, 5), np.inf), "infinite"),
        (np.full((4, 5), 200.0), "divide by 255"),
        (np.full((4, 5), -0.1), "clip"),
        (np.zeros((4, 5, 4), np.uint8), "transparent"),
        (np.ma.zeros((4, 5)), "alpha 0"),
        ([[0.0, 1.0]], "numpy.asarray"),
        (Path("photo.jpg"), r"use images\.load\("),
        (b"\xff\xd8", r"use images\.load\("),
        (io.BytesIO(b"\xff\xd8"), r"use images\.load\("),
        ("photo.jpg", "images.load"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_image_is_refused_with_the_remedy(image, words):
    with pytest.raises(InputError, match=words) as caught:
        decompose(image, name="reference")
    assert "reference" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rounding_errors_beyond_the_range_are_accepted():
    assert decompose(np.full((2, 2), 1 + 5e-7)).rgb.max() == 1
    with pytest.raises(InputError):
        decompose(np.full((2, 2), 1 + 5e-6))


@pytest.mark.parametrize("rgb", [np.full((2, 2, 3), np.nan), np.zeros((2, 3, 3)), np.zeros((2, 2))])
def test_restore_refuses_what_is_not_a_result(rgb):
    with pytest.raises(InputError):
        decompose(np.zeros((2, 2, 3))).restore(rgb)


@pytest.mark.parametrize("shape", [(7, 5), (7, 5, 1), (7, 5, 3), (7, 5, 4)])
@pytest.mark.parametrize("pixels", [1, 10, 34])
def test_strips_of_any_height_give_the_same_picture(monkeypatch, shape, pixels):
    picture = np.random.default_rng(0).integers(1, 256, shape, dtype=np.uint8)
    parts = decompose(picture)
    rgb = np.random.default_rng(1).uniform(-0.1, 1.1, (7, 5, 3)).astype(np.float32)
    whole = parts.restore(rgb)
    monkeypatch.setattr(arrays_module, "STRIP", pixels)
    np.testing.assert_array_equal(parts.restore(rgb), whole)
    rgb[-1, -1, 1] = np.nan
    with pytest.raises(InputError):
        parts.restore(rgb)


def test_restore_holds_little_beside_the_result():
    parts = decompose(np.zeros((1500, 1000, 3), np.uint8))
    rgb = parts.rgb
    tracemalloc.start()
    result = parts.restore(rgb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < result.nbytes + 0.5 * parts.rgb.nbytes


def test_tensors_come_back_as_tensors():
    tf = pytest.importorskip("tensorflow")
    for dtype in ("uint8", "uint16", "float16", "float32", "float64"):
        tensor = tf.cast(tf.reshape(tf.range(2 * 3 * 4), (2, 3, 4)) / 24, dtype)
        tensor = tf.constant(np.full((2, 3, 4), 7, dtype)) if dtype[0] == "u" else tensor
        parts = decompose(tensor)
        again = parts.restore(parts.rgb)
        assert tf.is_tensor(again)
        assert again.dtype == tensor.dtype
        np.testing.assert_allclose(again.numpy(), tensor.numpy(), atol=1e-6)
    with pytest.raises(InputError, match="bfloat16"):
        decompose(tf.zeros((2, 2), tf.bfloat16))

    @tf.function(autograph=False)
    def graph(image):
        decompose(image)

    with pytest.raises(InputError, match="symbolic"):
        graph(tf.zeros((2, 2)))


def test_the_package_does_not_import_tensorflow():
    script = "import sys, colortransfer.images; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
