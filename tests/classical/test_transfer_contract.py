"""What every transfer from a reference promises, whatever its method."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from colortransfer import classical
from colortransfer.errors import InputError

from .conftest import painted

METHODS = {
    "reinhard": classical.reinhard,
    "reinhard_lab": lambda x, y, **k: classical.reinhard(x, y, space="lab", **k),
    "reinhard_srgb": lambda x, y, **k: classical.reinhard(x, y, space="srgb", **k),
    "match_histograms": classical.match_histograms,
    "monge_kantorovich": classical.monge_kantorovich,
    "mvgd": classical.mvgd,
    "distribution_transfer": lambda x, y, **k: classical.distribution_transfer(
        x, y, iterations=4, **k
    ),
    "zeng": classical.zeng,
}
WITH_TRANSFORM = [name for name in METHODS if name not in ("distribution_transfer", "zeng")]
MASKED = [name for name in METHODS if name != "zeng"]  # which has labels for the reference
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())

pictures = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)),
    elements=st.integers(0, 255),
)


@every_method
@given(pictures, pictures)
@settings(deadline=None, max_examples=25)
def test_any_two_pictures_give_a_picture_and_the_inputs_stay(method, image, reference) -> None:
    before, palette = image.copy(), reference.copy()
    result = method(image, reference)
    assert result.dtype == image.dtype
    assert result.shape == image.shape
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(reference, palette)
    np.testing.assert_array_equal(method(image, reference), result)


@every_method
@given(pictures, pictures, st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
@settings(deadline=None, max_examples=25)
def test_types_agree_to_rounding_also_where_channels_are_constant(
    method, image, reference, still, flat
) -> None:
    for array, channels in ((image, still), (reference, flat)):
        for channel in channels:
            array[..., channel] = array[0, 0, channel]
    bytes_ = method(image, reference) / 255
    words = method(image.astype(np.uint16) * 257, reference.astype(np.uint16) * 257) / 65535
    floats = method(image / 255, reference / 255)
    assert np.isfinite(floats).all()
    # Floats are held in single precision, and little variation is scaled up with its rounding.
    assert np.abs(bytes_ - floats).max() <= 0.51 / 255
    assert np.abs(words - floats).max() <= 0.02 / 255


@every_method
@given(pictures)
@settings(deadline=None, max_examples=25)
def test_a_picture_as_its_own_reference_stays(method, image) -> None:
    values = image / 255
    np.testing.assert_allclose(method(values, image), values, atol=1e-6)


@every_method
@given(pictures, st.tuples(*[st.integers(0, 255)] * 3))
@settings(deadline=None, max_examples=15)
def test_a_flat_reference_gives_its_color(method, image, color) -> None:
    flat = np.full((3, 2, 3), color, np.uint8)
    result = method(flat, flat)
    np.testing.assert_array_equal(result, flat)
    other = np.full((2, 4, 3), image[0, 0])
    np.testing.assert_allclose(method(other, flat).astype(int), np.full((2, 4, 3), color), atol=1)


@every_method
def test_integers_and_floats_agree_to_rounding(method) -> None:
    image, reference = (np.rint(painted(seed) * 255).astype(np.uint8) for seed in (1, 2))
    bytes_ = method(image, reference).astype(float) / 255
    words = method(image.astype(np.uint16) * 257, reference).astype(float) / 65535
    floats = method(image / 255, reference / 255)
    # What differs by a rounding of the input is allowed to differ by one of the output.
    assert np.abs(bytes_ - floats).max() <= 0.51 / 255
    assert np.abs(words - floats).max() <= 0.51 / 65535 + 1e-6


@pytest.mark.parametrize("method", [METHODS[name] for name in MASKED], ids=MASKED)
def test_transparent_and_masked_pixels_have_no_say(method) -> None:
    if method is METHODS["distribution_transfer"]:  # whose regrain looks at neighbours
        method = lambda x, y, **k: classical.distribution_transfer(  # noqa: E731
            x, y, iterations=4, regrain=False, **k
        )
    image, reference = painted(3), painted(4)
    visible = np.ones(image.shape[:2], bool)
    visible[:, 30:] = False
    odd = image.copy()
    odd[~visible] = np.random.default_rng(0).random(odd[~visible].shape)
    with_alpha = np.dstack([odd, visible.astype(float)])
    expected = method(image, reference, mask=visible)[visible]
    result = method(with_alpha, reference)
    np.testing.assert_allclose(result[visible][:, :3], expected, atol=1e-6)
    np.testing.assert_array_equal(result[..., 3], visible)
    masked = method(reference, odd, reference_mask=visible)
    np.testing.assert_allclose(masked, method(reference, with_alpha), atol=1e-6)


@every_method
def test_strength_blends(method) -> None:
    image, reference = painted(5), painted(6)
    full, half = method(image, reference), method(image, reference, strength=0.5)
    np.testing.assert_allclose(method(image, reference, strength=0), image, atol=1e-6)
    inside = (full > 0) & (full < 1)  # the full result was clipped elsewhere
    np.testing.assert_allclose(half[inside], (0.5 * (full + image))[inside], atol=1e-6)


@pytest.mark.parametrize("name", WITH_TRANSFORM)
def test_the_transform_repeats_the_edit(name) -> None:
    image, reference = painted(7), painted(8)
    method, _, space = name.partition("_") if name.startswith("reinhard_") else (name, "", "")
    options = {"space": space} if space else {}
    for photo in (image, np.rint(image * 255).astype(np.uint8), image[..., 0]):
        edit = classical.fit(method, photo, reference, **options)
        np.testing.assert_array_equal(edit.transform.apply(photo), edit.image)
        np.testing.assert_array_equal(edit.image, METHODS[name](photo, reference))


def test_the_transform_of_swatches_repeats_the_edit() -> None:
    image, reference = painted(7), painted(8)
    left = np.zeros(image.shape[:2], bool)
    left[:, :20] = True
    swatches = [(left, ~left), (~left, left)]
    for space in ("lalphabeta", "lab", "srgb"):
        edit = classical.fit("reinhard", image, reference, space=space, swatches=swatches)
        np.testing.assert_array_equal(edit.transform.apply(image), edit.image)


@pytest.mark.parametrize("name", ["distribution_transfer", "zeng"])
def test_edits_that_depend_on_the_place_have_no_transform(name) -> None:
    edit = classical.fit(name, painted(7), painted(8))
    assert edit.transform is None
    np.testing.assert_array_equal(edit.image, getattr(classical, name)(painted(7), painted(8)))


def test_a_method_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="unknown method 'levin'; use one of distribution_tr"):
        classical.fit("levin", painted(7), painted(8))


@every_method
@pytest.mark.parametrize(
    "bad",
    [
        {"image": np.full((3, 3, 3), np.nan)},
        {"image": np.full((3, 3, 3), 200.0)},
        {"image": np.zeros((0, 3, 3))},
        {"image": np.zeros((3, 3, 3, 3))},
        {"reference": "reference.png"},
        {"reference": np.zeros((4, 4), bool)},
        {"mask": np.zeros((40, 50), bool)},
        {"mask": np.ones((40, 51), bool)},
        {"mask": np.ones((40, 50))},
        {"reference_mask": np.ones((2, 2), bool)},
        {"strength": 1.5},
        {"strength": "much"},
    ],
    ids=str,
)
def test_bad_arguments_give_one_clear_error(method, bad) -> None:
    if method is classical.zeng and "reference_mask" in bad:
        bad = {"reference_labels": bad["reference_mask"]}
    arguments = {"image": painted(9), "reference": painted(10), **bad}
    with pytest.raises(InputError) as error:
        method(arguments.pop("image"), arguments.pop("reference"), **arguments)
    assert "\n" not in str(error.value)


@every_method
def test_a_grey_image_stays_grey_and_takes_the_luma(method) -> None:
    grey = np.rint(painted(11)[..., 0] * 255).astype(np.uint8)
    result = method(grey, painted(12))
    assert result.shape == grey.shape
    color = method(np.repeat(grey[..., None] / 255, 3, axis=2), painted(12))
    np.testing.assert_allclose(result, 255 * color @ [0.2126, 0.7152, 0.0722], atol=0.51)


@every_method
def test_views_and_foreign_byte_orders_are_images_as_well(method) -> None:
    image, reference = (np.rint(painted(seed) * 65535).astype(np.uint16) for seed in (13, 14))
    expected = method(image, reference)
    wide = np.repeat(image, 2, axis=1)[:, ::2]
    planar = np.ascontiguousarray(image.transpose(2, 0, 1)).transpose(1, 2, 0)
    for view in (wide, planar, image.astype(">u2")):
        result = method(view, reference)
        assert result.dtype == view.dtype
        np.testing.assert_array_equal(result, expected)


def test_tensorflow_is_never_imported() -> None:
    code = (
        "import sys, numpy as np, colortransfer.classical as c; x = np.random.rand(8, 9, 3);"
        "c.reinhard(x, x); c.shift(x, 'teal'); sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
