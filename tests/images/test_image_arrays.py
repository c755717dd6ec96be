"""Canvas and restore: every type, dtype and shape comes back as it was."""

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
from colortransfer.images import Metadata, Photograph, as_canvas, strips
from colortransfer.images.recoloring import recolored

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
    canvas = as_canvas(picture)
    grey = picture.ndim == 2 or picture.shape[2] == 1
    expected = picture.reshape(*picture.shape[:2], -1)[..., :3].astype(float) / full(picture.dtype)
    assert canvas.rgb.dtype == np.float32
    assert canvas.rgb.shape == (*picture.shape[:2], 3)
    assert canvas.grey == grey
    np.testing.assert_allclose(canvas.rgb, np.broadcast_to(expected, canvas.rgb.shape), atol=1e-7)
    canvas.rgb[...] = 0.5
    np.testing.assert_array_equal(picture, before)


@modest
@given(pictures())
def test_restoring_what_was_taken_apart_changes_nothing(picture):
    canvas = as_canvas(picture)
    again = canvas.restore(canvas.rgb)
    assert type(again) is np.ndarray
    assert again.dtype == picture.dtype
    assert again.shape == picture.shape
    tolerance = 0 if picture.dtype.kind == "u" else 3e-7
    np.testing.assert_allclose(again.astype(float), picture.astype(float), atol=tolerance)


@modest
@given(pictures(), st.sampled_from(["float32", "float64"]))
def test_restore_clips_rounds_and_keeps_alpha(picture, dtype):
    canvas = as_canvas(picture)
    shape = canvas.rgb.shape
    rgb = np.linspace(-0.5, 1.5, int(np.prod(shape)), dtype=dtype).reshape(shape)
    before = rgb.copy()
    again = canvas.restore(rgb)
    colors = np.clip(rgb, 0, 1)
    if canvas.grey:
        colors = (colors @ [0.2126, 0.7152, 0.0722]).reshape(picture.shape)
    wanted = colors * full(picture.dtype)
    got = again if canvas.grey else again[..., :3]
    tolerance = 0.5 + 0.01 if picture.dtype.kind == "u" else 5e-4
    np.testing.assert_allclose(got.astype(float), wanted, atol=tolerance)
    np.testing.assert_array_equal(rgb, before)
    if picture.shape[2:] == (4,):
        np.testing.assert_array_equal(again[..., 3], picture[..., 3])


def test_visible_marks_pixels_with_alpha():
    picture = np.full((2, 3, 4), 200, np.uint8)
    assert as_canvas(picture).visible is None
    picture[0, 1, 3] = 0
    picture[1, 1, 3] = 1
    expected = np.ones((2, 3), bool)
    expected[0, 1] = False
    np.testing.assert_array_equal(as_canvas(picture).visible, expected)


def test_photographs_keep_their_metadata():
    metadata = Metadata("PNG", b"II*\x00data", b"profile", (300.0, 300.0))
    photograph = Photograph(np.full((4, 5, 3), 9, np.uint16), metadata)
    canvas = as_canvas(photograph)
    again = canvas.restore(canvas.rgb)
    assert isinstance(again, Photograph)
    assert again.metadata == metadata
    assert type(canvas.rgb) is np.ndarray


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
        as_canvas(image, name="reference")
    assert "reference" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rounding_errors_beyond_the_range_are_accepted():
    assert as_canvas(np.full((2, 2), 1 + 5e-7)).rgb.max() == 1
    with pytest.raises(InputError):
        as_canvas(np.full((2, 2), 1 + 5e-6))


@pytest.mark.parametrize("rgb", [np.full((2, 2, 3), np.nan), np.zeros((2, 3, 3)), np.zeros((2, 2))])
def test_restore_refuses_what_is_not_a_result(rgb):
    with pytest.raises(InputError):
        as_canvas(np.zeros((2, 2, 3))).restore(rgb)


@pytest.mark.parametrize("shape", [(7, 5), (7, 5, 1), (7, 5, 3), (7, 5, 4)])
@pytest.mark.parametrize("pixels", [1, 10, 34])
def test_strips_of_any_height_give_the_same_picture(monkeypatch, shape, pixels):
    picture = np.random.default_rng(0).integers(1, 256, shape, dtype=np.uint8)
    canvas = as_canvas(picture)
    rgb = np.random.default_rng(1).uniform(-0.1, 1.1, (7, 5, 3)).astype(np.float32)
    whole = canvas.restore(rgb)
    monkeypatch.setattr(strips, "STRIP", pixels)
    np.testing.assert_array_equal(canvas.restore(rgb), whole)
    rgb[-1, -1, 1] = np.nan
    with pytest.raises(InputError):
        canvas.restore(rgb)


def test_restore_holds_little_beside_the_result():
    canvas = as_canvas(np.zeros((1500, 1000, 3), np.uint8))
    rgb = canvas.rgb
    tracemalloc.start()
    result = canvas.restore(rgb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < result.nbytes + 0.5 * canvas.rgb.nbytes


def test_tensors_come_back_as_tensors():
    tf = pytest.importorskip("tensorflow")
    for dtype in ("uint8", "uint16", "float16", "float32", "float64"):
        tensor = tf.cast(tf.reshape(tf.range(2 * 3 * 4), (2, 3, 4)) / 24, dtype)
        tensor = tf.constant(np.full((2, 3, 4), 7, dtype)) if dtype[0] == "u" else tensor
        canvas = as_canvas(tensor)
        again = canvas.restore(canvas.rgb)
        assert tf.is_tensor(again)
        assert again.dtype == tensor.dtype
        np.testing.assert_allclose(again.numpy(), tensor.numpy(), atol=1e-6)
    with pytest.raises(InputError, match="bfloat16"):
        as_canvas(tf.zeros((2, 2), tf.bfloat16))

    @tf.function(autograph=False)
    def graph(image):
        as_canvas(image)

    with pytest.raises(InputError, match="symbolic"):
        graph(tf.zeros((2, 2)))


def test_margins_of_rows_are_mirrored_at_the_edges():
    picture = np.random.default_rng(0).random((5, 4, 3)).astype(np.float32)
    canvas = as_canvas(picture)
    padded = np.pad(picture, [(7, 7), (0, 0), (0, 0)], mode="symmetric")
    for rows, margin in [(slice(0, 2), 1), (slice(1, 4), 2), (slice(3, 5), 7), (slice(0, 5), 0)]:
        wanted = padded[7 + rows.start - margin : 7 + rows.stop + margin]
        np.testing.assert_array_equal(canvas.rows(rows, margin=margin), wanted)


@modest
@given(pictures(), st.floats(0, 1), st.booleans())
def test_rows_and_planes_give_the_same_picture(picture, strength, channelwise):
    canvas = as_canvas(picture)
    by_rows = canvas.rebuild(lambda rows: 0.25 + 0.5 * canvas.rows(rows), strength=strength)
    by_planes = recolored(
        canvas, lambda x: 0.25 + 0.5 * x, strength=strength, channelwise=channelwise
    )
    tolerance = 1 if picture.dtype.kind == "u" else 1e-3 if picture.dtype.itemsize == 2 else 1e-6
    np.testing.assert_allclose(by_rows.astype(float), by_planes.astype(float), atol=tolerance)
    np.testing.assert_allclose(canvas.planes(slice(None)).T, canvas.rgb.reshape(-1, 3), atol=1e-7)


def test_masks_and_weights_say_what_counts():
    picture = np.random.default_rng(1).random((6, 7, 4))
    picture[..., 3] = picture[..., 3] > 0.3
    seen = picture[..., 3] > 0
    mask = np.arange(42).reshape(6, 7) % 2 == 0
    rgb = picture[..., :3]
    np.testing.assert_allclose(as_canvas(picture).mean_color(), rgb[seen].mean(0), atol=1e-6)
    masked = as_canvas(picture, mask=mask)
    np.testing.assert_allclose(masked.mean_color(), rgb[seen & mask].mean(0), atol=1e-6)
    assert masked.count == (seen & mask).sum()
    np.testing.assert_array_equal(masked.visible, seen)
    soft = np.random.default_rng(2).random((6, 7))
    mean = np.average(rgb[seen], axis=0, weights=soft[seen])
    np.testing.assert_allclose(as_canvas(picture).weighted(soft).mean_color(), mean, atol=1e-6)


@pytest.mark.parametrize(
    "weights",
    [np.ones((2, 2)), np.full((2, 3), -1.0), np.full((2, 3), np.nan), np.zeros((2, 3))],
    ids=["shape", "negative", "nan", "none"],
)
def test_weights_that_cannot_be_used_are_refused(weights):
    with pytest.raises(InputError):
        as_canvas(np.zeros((2, 3, 3))).weighted(weights)


def test_the_package_does_not_import_tensorflow():
    script = "import sys, colortransfer.images; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
