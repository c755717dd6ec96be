import dataclasses
import tracemalloc
from copy import deepcopy

import numpy as np
import pytest
import tensorflow as tf
from scipy.interpolate import RegularGridInterpolator

from colortransfer import colors
from colortransfer.errors import InputError
from colortransfer.exactness import exact_shift
from colortransfer.images import as_canvas
from colortransfer.transforms import (
    AdjustmentTransform,
    AffineTransform,
    BilateralGridTransform,
    ChainTransform,
    CurvesTransform,
    DetailTransform,
    Lut3D,
    MaskedTransform,
    PaletteTransform,
    ReinhardTransform,
    ResidualTransform,
    ShapedLut,
    ShiftTransform,
    SumTransform,
    Transform,
    apply_exactly,
)

RNG = np.random.default_rng(0)
MATRIX = np.eye(3) + RNG.normal(0, 0.1, (3, 3))
OFFSET = np.array([0.1, -0.05, 0.02])
TRANSFORMS = {
    "affine": AffineTransform(MATRIX, OFFSET),
    "curves": CurvesTransform(RNG.random((3, 7))),
    "lut": Lut3D(RNG.random((5, 5, 5, 3))),
    "grid": BilateralGridTransform(RNG.normal(0, 0.1, (3, 4, 5, 3, 4))),
    "shaped_lut": ShapedLut(
        RNG.random((3, 7)),
        [[-0.5, 0.0, 0.0], [1.0, 1.5, 1.0]],
        RNG.random((4, 4, 4, 3)),
        [[0.0, -0.2, 0.1], [1.0, 1.0, 0.9]],
    ),
    "residual": ResidualTransform(RNG.normal(0, 0.1, (6, 9, 3))),
    "shift": ShiftTransform("midtone", "oklab", [0.3, -0.05, 0.1], 0.35, [0.02, 0.3, -0.04]),
    "reinhard": ReinhardTransform(
        "lab",
        [[1.1, 0.9, 1.2], [0.8, 1.3, 1.0]],
        [[2.0, -9.0, 30.0], [-8.0, 4.0, 1.0]],
        [[60.0, 5.0, -5.0], [30.0, -10.0, 10.0]],
        [[12.0, 8.0, 9.0], [10.0, 5.0, 5.0]],
        [0.1, -0.02, 0.03],
    ),
    "adjustment": AdjustmentTransform([0.3, 1.2, 0.8, 0.4], 0.45, [0.02, 0.0, -0.04]),
    "chain": ChainTransform(
        (
            AffineTransform(MATRIX, OFFSET),
            AdjustmentTransform([0.0, 1.0, 1.3, 0.0], 0.45, OFFSET),
        )
    ),
    "sum": SumTransform((AffineTransform(MATRIX, OFFSET), Lut3D(RNG.random((5, 5, 5, 3))))),
    "palette": PaletteTransform(
        (AffineTransform(MATRIX, OFFSET),),
        [[30.0, 10.0, -10.0], [70.0, 0.0, 20.0]],
        [[0.1, -0.2, 0.1], [0.0, 0.1, -0.1]],
    ),
    "detail": DetailTransform([[0.2, 1.6, 1.1], [1.3, 0.7, 2.0]], OFFSET),
    "masked": MaskedTransform(
        (AffineTransform(MATRIX, OFFSET), Lut3D(RNG.random((5, 5, 5, 3)))),
        RNG.integers(0, 140, (2, 7, 8)).astype(np.uint8),
    ),
}
every = pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS.keys())
UNMASKED = {name: transform for name, transform in TRANSFORMS.items() if name != "masked"}
unmasked = pytest.mark.parametrize("transform", UNMASKED.values(), ids=UNMASKED.keys())


def picture(height=20, width=23, seed=1):
    return np.random.default_rng(seed).random((height, width, 3), np.float32)


def arrays_of(transform):
    return {name: value for name, value in vars(transform).items() if name[0] != "_"}


# What each does, by its formula


def test_every_kind_is_tested():
    assert {transform.kind for transform in TRANSFORMS.values()} == set(Transform._kinds)


def test_affine():
    rgb = picture()
    expected = [[MATRIX @ pixel + OFFSET for pixel in row] for row in rgb]
    np.testing.assert_allclose(TRANSFORMS["affine"].render(rgb), expected, atol=1e-6)


def test_curves():
    rgb, curves = picture(), TRANSFORMS["curves"].curves
    expected = np.empty_like(rgb)
    for y, x, c in np.ndindex(rgb.shape):
        place = rgb[y, x, c] * 6
        left = min(int(place), 5)
        expected[y, x, c] = (left + 1 - place) * curves[c, left] + (place - left) * curves[
            c, left + 1
        ]
    np.testing.assert_allclose(TRANSFORMS["curves"].render(rgb), expected, atol=1e-5)


@pytest.mark.parametrize("size", [2, 5, 17])
def test_lut_against_scipy(size):
    table = np.random.default_rng(size).random((size, size, size, 3))
    rgb = picture()
    rgb[0, :2] = [[0, 0, 0], [1, 1, 1]]
    oracle = RegularGridInterpolator([np.linspace(0, 1, size)] * 3, table)
    np.testing.assert_allclose(Lut3D(table).render(rgb), oracle(rgb), atol=1e-5)


def test_lut_clamps_colors_outside_its_cube():
    table = Lut3D.sample(lambda rgb: rgb, 3)
    np.testing.assert_allclose(
        table.render(np.float32([[[-0.5, 0.25, 1.5]]])), [[[0, 0.25, 1]]], atol=1e-6
    )


def test_lut_of_a_linear_map_is_the_map():
    affine = TRANSFORMS["affine"]
    rgb = picture()
    table = Lut3D.sample(lambda values: values @ affine.matrix.T + affine.offset, 4)
    np.testing.assert_allclose(table.render(rgb), affine.render(rgb), atol=1e-5)


def test_grid_against_scipy():
    rgb, grid = picture(37, 41), TRANSFORMS["grid"].grid
    axes = [np.linspace(0, 1, count) for count in grid.shape[:3]]
    y, x = ((np.arange(side) + 0.5) / side for side in rgb.shape[:2])
    luma = rgb @ np.array([0.2126, 0.7152, 0.0722])
    places = np.stack([*np.meshgrid(y, x, indexing="ij"), luma.clip(0, 1)], -1)
    matrices = RegularGridInterpolator(axes, grid)(places)
    expected = rgb + np.einsum("yxij,yxj->yxi", matrices[..., :3], rgb) + matrices[..., 3]
    np.testing.assert_allclose(TRANSFORMS["grid"].render(rgb), expected, atol=1e-5)


def test_residual_at_its_own_size():
    rgb, residual = picture(6, 9), TRANSFORMS["residual"].residual
    np.testing.assert_array_equal(TRANSFORMS["residual"].render(rgb), rgb + residual)


@pytest.mark.parametrize("size", [(12, 18), (31, 10), (1, 1), (70, 9)])
def test_residual_at_other_sizes(size):
    rgb, residual = picture(*size), TRANSFORMS["residual"].residual
    centres = [(np.arange(n) + 0.5) / n for n in residual.shape[:2]]
    places = [
        ((np.arange(n) + 0.5) / n).clip(own[0], own[-1])
        for n, own in zip(size, centres, strict=True)
    ]
    added = RegularGridInterpolator(centres, residual)(
        np.stack(np.meshgrid(*places, indexing="ij"), -1)
    )
    np.testing.assert_allclose(TRANSFORMS["residual"].render(rgb), rgb + added, atol=1e-5)


@pytest.mark.parametrize(
    ("form", "curve"),
    [
        ("additive", lambda x: x + 0.3),
        ("gain", lambda x: x * 0.3),
        ("gamma", lambda x: x**0.3),
        ("midtone", lambda x: x + 0.3 * (0.65 + 0.35 * 4 * x * (1 - x))),
    ],
)
def test_shift_is_its_curve_in_its_space(form, curve):
    rgb, offset = picture(), np.array([0.01, -0.02, 0.03])
    shift = ShiftTransform(form, "srgb", np.full(3, 0.3), 0.35, offset)
    np.testing.assert_allclose(shift.render(rgb), curve(rgb) + offset, atol=1e-6)
    linear = ShiftTransform(form, "linear", np.full(3, 0.3), 0.35, offset)
    expected = colors.linear_to_srgb(np.clip(curve(colors.srgb_to_linear(rgb)), 0, 1)) + offset
    np.testing.assert_allclose(linear.render(rgb), expected, atol=1e-6)
    lab = colors.srgb_to_lab(rgb)
    weight = 0.65 + 0.35 * 4 * lab[..., 0] / 100 * (1 - lab[..., 0] / 100)
    weight = weight if form == "midtone" else np.ones_like(weight)
    lab[..., 0] = 100 * np.clip(curve(lab[..., 0] / 100), 0, 1)
    lab[..., 1:] += 30 * weight[..., None]
    in_lab = ShiftTransform(form, "lab", np.full(3, 0.3), 0.35, offset)
    expected = np.clip(colors.lab_to_srgb(lab), 0, 1) + offset
    np.testing.assert_allclose(in_lab.render(rgb), expected, atol=1e-6)


def test_reinhard_blends_swatches_by_distance():
    rgb, t = picture(), TRANSFORMS["reinhard"]
    lab = colors.srgb_to_lab(rgb)
    total, weights = 0, 0
    for gain, offset, mean, deviation in zip(t.gain, t.offset, t.mean, t.deviation, strict=True):
        weight = 1 / np.linalg.norm((lab - mean) / deviation, axis=-1, keepdims=True)
        total, weights = total + weight * (gain * lab + offset), weights + weight
    mixed = total / weights
    mixed[..., 0] = np.clip(mixed[..., 0], 0, 100)
    expected = colors.lab_to_srgb(mixed) + t.added
    np.testing.assert_allclose(t.render(rgb), expected, atol=1e-5)


# Equality


def copied(transform, **changes):
    values = {f.name: deepcopy(getattr(transform, f.name)) for f in dataclasses.fields(transform)}
    return type(transform)(**{**values, **changes})


@every
def test_transforms_are_equal_by_value(transform):
    other = copied(transform)
    assert other == transform
    assert hash(other) == hash(transform)
    assert transform in [other]
    assert {transform: 1}[other] == 1
    arrays = [k for k, v in arrays_of(transform).items() if isinstance(v, np.ndarray)]
    changed = transform.shifted(np.ones(3))  # of those made of others only
    if arrays:
        changed = copied(transform, **{arrays[-1]: getattr(transform, arrays[-1]) + 1})
    assert changed != transform
    assert changed != "a transform"
    assert len({transform, other, changed}) == 2


def test_zero_and_minus_zero_are_one_value():
    plus, minus = (AffineTransform(np.eye(3), np.full(3, zero)) for zero in (0.0, -0.0))
    assert plus == minus
    assert hash(plus) == hash(minus)


def test_transforms_of_other_shapes_or_kinds_are_different():
    assert CurvesTransform(np.zeros((3, 2))) != CurvesTransform(np.zeros((3, 3)))
    assert TRANSFORMS["curves"] != TRANSFORMS["lut"]


def test_subclasses_that_are_plain_dataclasses_compare_by_value_too():
    @dataclasses.dataclass(frozen=True)
    class Mine(Transform):
        kind = "affine"  # stands in for it while this test runs
        gain: np.ndarray

        def _check(self):
            pass

        def render_rows(self, rgb, top, height):
            return rgb * self.gain

        def shifted(self, shift):
            return self

    Transform._kinds["affine"] = AffineTransform
    assert Mine(np.ones(3)) == Mine(np.ones(3))
    assert Mine(np.ones(3)) != Mine(np.zeros(3))
    assert len({Mine(np.ones(3)), Mine(np.ones(3))}) == 1


@unmasked
def test_shifted(transform):
    rgb, shift = picture(), np.array([0.1, -0.2, 0.3])
    before = arrays_of(transform)
    np.testing.assert_allclose(
        transform.shifted(shift).render(rgb), transform.render(rgb) + shift, atol=1e-5
    )
    assert type(transform.shifted(shift)) is type(transform)
    assert all(arrays_of(transform)[key] is value for key, value in before.items())


@every
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_strips_make_no_difference(transform, rows, monkeypatch):
    rgb = picture(140, 11)
    expected = transform.render(rgb)
    monkeypatch.setattr("colortransfer.images.strips.STRIP", 11 * rows)
    np.testing.assert_allclose(transform.render(rgb), expected, atol=1e-6)


@unmasked
def test_single_colors(transform):
    values = picture(1, 30)[0]
    if transform.kind in ("residual", "detail"):
        with pytest.raises(InputError, match="no look-up table"):
            transform.map_colors(values)
        return
    found = transform.map_colors(values)
    if transform.kind == "bilateral_grid":
        flat = BilateralGridTransform(transform.grid.mean((0, 1), keepdims=True))
        expected = flat.render(values[None])[0]
    else:
        expected = transform.render(picture(1, 30))[0]
    np.testing.assert_allclose(found, expected, atol=1e-5)


# Applying


DTYPES = ("uint8", "uint16", "float16", "float32", "float64")


def as_dtype(values, dtype):
    top = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else None
    return values.astype(dtype) if top is None else np.rint(values * top).astype(dtype)


@every
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [None, 1, 3, 4])
def test_apply_keeps_type_shape_and_alpha(transform, dtype, channels):
    shape = (9, 11) if channels is None else (9, 11, channels)
    image = as_dtype(np.random.default_rng(3).random(shape), dtype)
    before = image.copy()
    result = transform.apply(image)
    assert (result.dtype, result.shape, type(result)) == (image.dtype, image.shape, np.ndarray)
    assert not np.array_equal(result, image)
    if channels == 4:
        np.testing.assert_array_equal(result[..., 3], image[..., 3])
    np.testing.assert_array_equal(image, before)


def test_apply_to_a_tensor():
    image = tf.constant(picture())
    result = TRANSFORMS["affine"].apply(image)
    assert tf.is_tensor(result)
    # Drawn by TensorFlow, which rounds in its own way; see test_rendering.py.
    np.testing.assert_allclose(result, TRANSFORMS["affine"].apply(image.numpy()), atol=2e-6)


@unmasked
def test_strength(transform):
    image = picture()
    full = transform.render(image)
    assert full.min() < 0 or full.max() > 1 or transform.kind in ("curves", "lut3d", "shaped_lut")
    np.testing.assert_array_equal(transform.apply(image, strength=0), image)
    np.testing.assert_allclose(transform.apply(image), full.clip(0, 1), atol=1e-7)
    blend = (0.7 * image + 0.3 * full).clip(0, 1)  # first blended, then clipped
    np.testing.assert_allclose(transform.apply(image, strength=0.3), blend, atol=1e-6)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_wrong_strength(strength):
    with pytest.raises(InputError, match="between 0 and 1"):
        TRANSFORMS["affine"].apply(picture(), strength=strength)


@unmasked
@pytest.mark.parametrize("space", ["srgb", "linear"])
def test_apply_exactly(transform, space):
    image = as_dtype(np.random.default_rng(3).random((30, 31, 4)), "uint16")
    image[:5, :, 3] = 0
    color = np.array([0.3, 0.6, 0.45])
    result, shifted, error = apply_exactly(as_canvas(image), transform, color, space=space)
    mean = colors.mean_color(result[5:, :, :3] / 65535, None, space)
    np.testing.assert_allclose(mean, color, atol=1e-4)
    np.testing.assert_allclose(error, np.abs(mean - color).max(), atol=1e-6)
    # The shift is part of the transform that comes back.
    np.testing.assert_allclose(shifted.apply(image).astype(float), result.astype(float), atol=2)


@pytest.mark.parametrize("offset", [0.0, 40.0])
def test_apply_exactly_of_values_far_outside_the_range(offset):
    image = np.random.default_rng(4).random((90, 80, 3), np.float32)
    transform = AffineTransform(5 * np.eye(3), np.full(3, offset))
    color = np.array([0.0, 0.35, 1.0])
    result, _, error = apply_exactly(as_canvas(image), transform, color)
    np.testing.assert_allclose(result.mean((0, 1), np.float64), color, atol=5e-6)
    assert error < 5e-6


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_the_exact_shift_is_that_of_the_whole_picture(share):
    image = np.random.default_rng(5).random((300, 400, 4), np.float32)
    image[..., 3] = np.random.default_rng(6).random((300, 400)) >= share
    parts, transform = as_canvas(image), TRANSFORMS["grid"]
    color = np.array([0.2, 0.5, 0.9])
    _, shifted, _ = apply_exactly(parts, transform, color)
    expected = exact_shift(
        transform.render(parts.rgb), color, weights=parts.visible, tolerance=1e-7
    )
    found = (shifted.grid - transform.grid)[..., 3]
    np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), atol=1e-5)


@pytest.mark.parametrize("name", ["affine", "grid", "lut"])
def test_applying_holds_little_beside_the_result(name):
    image = np.zeros((3000, 2000, 3), np.uint8)
    transform, color = TRANSFORMS[name], np.array([0.2, 0.5, 0.7])
    apply_exactly(as_canvas(image), transform, color)
    for run in (transform.apply, lambda x: apply_exactly(as_canvas(x), transform, color)[0]):
        tracemalloc.start()
        result = run(image)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < result.nbytes + 25e6  # floats of full size would take 72 MB
