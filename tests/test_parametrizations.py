import math

import numpy as np
import pytest
import scipy.fft
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer import colors, parametrizations
from colortransfer.errors import InputError
from colortransfer.exactness import exact_shift
from colortransfer.parametrizations import Affine, BilateralGrid, Fourier, Lut3D, Pixels
from colortransfer.parametrizations.fourier import COLOR_BASIS
from colortransfer.rendering import reach_colors

PARAMETRIZATIONS = {
    "pixels": Pixels(),
    "affine": Affine(),
    "fourier": Fourier(),
    "lut": Lut3D(size=5),
    "lut with tones": Lut3D(size=5, smoothness=6.0, tone_smoothness=0.6),
    "grid": BilateralGrid(rows=3, columns=4, depth=5),
    "flat grid": BilateralGrid(rows=3, columns=2, depth=1),
    "deep grid": BilateralGrid(rows=1, columns=1, depth=6),
    "single node": BilateralGrid(rows=1, columns=1, depth=1),
    "fine grid": BilateralGrid(rows=20, columns=30, depth=2),
}
# Heights around the strips of 64 rows in which a transform works, and sides smaller than the grid.
SIZES = [(1, 1), (1, 9), (13, 2), (64, 5), (65, 7), (130, 40)]
SHIFT = np.float32([0.1, -0.2, 0.05])


def test_every_parametrization_is_tested():
    found = {type(one).__name__ for one in PARAMETRIZATIONS.values()}
    # Several of others: see test_regions. Detail looks at a pixel's neighbours: see test_sharpness.
    elsewhere = {"Parametrization", "Several", "Detail"}
    assert found == set(parametrizations.__all__) - elsewhere


every = pytest.mark.parametrize(
    "parametrization", PARAMETRIZATIONS.values(), ids=PARAMETRIZATIONS.keys()
)


def picture(height, width, seed=0):
    return tf.constant(np.random.default_rng(seed).random((height, width, 3), np.float32))


def scattered(variables, seed=1, deviation=0.2):
    rng = np.random.default_rng(seed)
    return {
        name: value + rng.normal(0, deviation, value.shape).astype(np.float32)
        for name, value in variables.items()
    }


@every
@pytest.mark.parametrize("size", SIZES)
def test_initial_is_the_shifted_original(parametrization, size):
    original = picture(*size)
    variables = parametrization.initial(original, tf.constant(SHIFT))
    rendered = parametrization.render(variables, parametrization.prepare(original))
    np.testing.assert_allclose(rendered, original + SHIFT, atol=1e-6)


@every
@pytest.mark.parametrize("size", SIZES)
def test_transform_does_what_the_graph_did(parametrization, size):
    original = picture(*size)
    variables = scattered(parametrization.initial(original, tf.constant(SHIFT)))
    rendered = parametrization.render(variables, parametrization.prepare(original)).numpy()
    transformed = parametrization.transform(variables, original.shape[:2]).render(original.numpy())
    assert np.abs(rendered - original).max() > 0.01
    np.testing.assert_allclose(transformed, rendered, atol=1e-5)


def test_rows_and_columns_added_for_the_network_are_no_part_of_the_edit():
    original = picture(12, 9)
    variables = scattered(Pixels().initial(original, tf.constant(SHIFT)))
    residual = Pixels().transform(variables, (7, 8)).residual
    np.testing.assert_array_equal(residual, variables["residual"][:7, :8])


@every
def test_extreme_brightness(parametrization):
    """Black and white lie on the last nodes of the grid's depth."""
    original = tf.constant(np.float32([[[0, 0, 0], [1, 1, 1], [1, 0, 0]]] * 2))
    variables = scattered(parametrization.initial(original, tf.constant(SHIFT)))
    rendered = parametrization.render(variables, parametrization.prepare(original))
    transformed = parametrization.transform(variables, original.shape[:2]).render(original.numpy())
    np.testing.assert_allclose(transformed, rendered, atol=1e-5)


@every
def test_gradients(parametrization):
    """The derivative along a line through the variables, by differences."""
    original, target = picture(12, 15), picture(12, 15, seed=4)
    prepared = parametrization.prepare(original)
    variables = scattered(parametrization.initial(original, tf.constant(SHIFT)))
    line = scattered({name: tf.zeros_like(value) for name, value in variables.items()}, seed=2)

    def distance(values):
        return tf.reduce_mean(tf.square(parametrization.render(values, prepared) - target))

    with tf.GradientTape() as tape:
        tape.watch(variables)
        value = distance(variables)
    gradients = tape.gradient(value, variables)
    exact = sum(float(tf.reduce_sum(gradients[name] * line[name])) for name in variables)
    step = 0.01
    ahead, behind = (
        float(distance({name: variables[name] + sign * line[name] for name in variables}))
        for sign in (step, -step)
    )
    assert math.isclose(exact, (ahead - behind) / (2 * step), rel_tol=1e-2, abs_tol=1e-5)


@every
def test_nothing_is_paid_for_a_shift(parametrization):
    variables = parametrization.initial(picture(9, 9), tf.constant(SHIFT))
    penalty = parametrization.penalty(variables)
    # A table is the sum of cosines, which rounds.
    most = 1e-9 if isinstance(parametrization, Lut3D) else 0
    assert penalty is None or 0 <= float(penalty) <= most


def test_the_grid_pays_for_every_kind_of_change():
    parametrization = BilateralGrid(rows=3, columns=4, depth=5)
    level = parametrization.initial(picture(9, 9), tf.constant(SHIFT))["grid"].numpy()
    for axis in range(3):
        slope = np.linspace(0, 1, level.shape[axis], dtype=np.float32)
        slope = slope.reshape([-1 if i == axis else 1 for i in range(5)])
        gentle = float(parametrization.penalty({"grid": tf.constant(level + slope)}))
        steep = float(parametrization.penalty({"grid": tf.constant(level + 2 * slope)}))
        sudden = float(parametrization.penalty({"grid": tf.constant(level + np.rint(slope))}))
        assert gentle > 0
        assert math.isclose(steep, 4 * gentle, rel_tol=1e-5)
        assert sudden > 1.5 * gentle


def cosines_of(table, parametrization):
    """The variables of a table, by scipy's transform."""
    cosines = scipy.fft.dctn(table, axes=(0, 1, 2), norm="ortho")
    return {"cosines": tf.constant(cosines / parametrization._units)}


def test_the_variables_of_a_table_are_its_cosines():
    table = np.random.default_rng(0).normal(size=(4, 4, 4, 3)).astype(np.float32)
    parametrization = Lut3D(size=4)
    found = parametrization.transform(cosines_of(table, parametrization), (4, 6)).table
    axis = np.linspace(0, 1, 4)
    identity = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    np.testing.assert_allclose(found - identity, table, atol=1e-5)


def test_table_penalty_against_loops():
    table = np.random.default_rng(0).normal(size=(4, 4, 4, 3)).astype(np.float32)
    neighbours = tone = 0.0
    for place in np.ndindex(4, 4, 4):
        steps = [np.add(place, step) for step in np.eye(3, dtype=int)]
        neighbours += sum(
            ((table[tuple(step)] - table[place]) ** 2).sum() for step in steps if step.max() < 4
        )
        if max(place) < 3:
            tone += (sum(table[tuple(step)] - table[place] for step in steps) ** 2).sum() / 3
    for one, other in [(3.0, None), (3.0, 3.0), (3.0, 0.5), (0.0, 2.0)]:
        parametrization = Lut3D(size=4, smoothness=one, tone_smoothness=other)
        expected = one * neighbours + (0 if other is None else (other - one) * tone)
        penalty = float(parametrization.penalty(cosines_of(table, parametrization)))
        assert math.isclose(penalty, expected / table.size, rel_tol=1e-4)


def test_a_ramp_along_grey_costs_tone_smoothness_and_one_across_it_smoothness():
    size = 6
    red, green, _ = np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij")
    along = np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij")
    ramps = {"along": sum(along), "across": red - green}

    def price(ramp, smoothness, tone_smoothness):
        parametrization = Lut3D(size=size, smoothness=smoothness, tone_smoothness=tone_smoothness)
        # Where all three differences begin, away from the faces where some are missing.
        table = np.float32(np.repeat(ramps[ramp][..., None], 3, -1))
        return float(parametrization.penalty(cosines_of(table, parametrization)))

    cells = (size - 1) ** 3 / ((size - 1) * size**2)  # share of differences that begin in a cell
    whole = price("along", 1.0, None)
    assert math.isclose(price("along", 1.0, 0.0), (1 - cells) * whole, rel_tol=1e-4)
    assert math.isclose(price("along", 0.0, 1.0), cells * whole, rel_tol=1e-4)
    assert math.isclose(price("across", 1.0, 0.0), price("across", 1.0, None), rel_tol=1e-5)
    assert abs(price("across", 0.0, 1.0)) < 1e-6


def test_grid_penalty_against_loops():
    weights = {"smoothness": 3.0, "depth_smoothness": 5.0}
    parametrization = BilateralGrid(rows=2, columns=3, depth=4, **weights)
    grid = np.random.default_rng(0).normal(size=(2, 3, 4, 3, 4)).astype(np.float32)
    total = 0.0
    for place in np.ndindex(2, 3, 4):
        for axis, weight in enumerate((3.0, 3.0, 5.0)):
            neighbour = list(place)
            neighbour[axis] += 1
            if neighbour[axis] < grid.shape[axis]:
                total += weight * ((grid[tuple(neighbour)] - grid[place]) ** 2).sum()
    penalty = float(parametrization.penalty({"grid": tf.constant(grid)}))
    assert math.isclose(penalty, total / grid.size, rel_tol=1e-5)


@pytest.mark.parametrize("side", ["rows", "columns", "depth"])
def test_a_grid_has_nodes(side):
    with pytest.raises(InputError, match="at least one node"):
        BilateralGrid(**{side: 0})


def smooth(height, width):
    """Waves that both sizes can hold, at the pixels' centres."""
    y, x = ((np.arange(n) + 0.5) / n for n in (height, width))
    return np.cos(2 * np.pi * y)[:, None] + np.sin(4 * np.pi * x)[None]


@every
@pytest.mark.parametrize("size", [(24, 32), (23, 31), (12, 16)])
def test_a_larger_copy_starts_from_the_same_edit(parametrization, size):
    """What was added at a place of the coarse copy is added there in the fine one."""
    coarse, fine = tf.fill([12, 16, 3], 0.5), tf.fill([*size, 3], 0.5)
    variables = parametrization.initial(coarse, tf.constant(SHIFT))
    for name in ("residual", "spectrum"):
        if name in variables:
            added = 0.1 * tf.constant(smooth(12, 16)[..., None] * np.ones(3), tf.float32)
            variables[name] = variables[name] + _as_variable(name, added)
    grown = parametrization.enlarged(variables, fine)
    rendered = parametrization.render(grown, parametrization.prepare(fine)).numpy()
    before = parametrization.render(variables, parametrization.prepare(coarse)).numpy()
    if "spectrum" in variables:
        expected = 0.5 + SHIFT + 0.1 * smooth(*size)[..., None] * COLOR_BASIS.sum(0)
        np.testing.assert_allclose(rendered, expected, atol=1e-5)
    else:
        np.testing.assert_allclose(rendered, tf.image.resize(before, size), atol=1e-5)


def _as_variable(name, added):
    if name == "residual":
        return added
    waves = tf.signal.rfft2d(tf.transpose(added, [2, 0, 1]))
    pair = tf.stack([tf.math.real(waves), tf.math.imag(waves)], -1)
    scale = Fourier().prepare(added)["scale"]
    return pair / scale[..., None]


# The constraint


def reach_color(image, color, weights, space="srgb"):
    return reach_colors(image[None], color[None], weights=weights[None], space=space)[0]


def shares(visible):
    weights = tf.constant(visible, tf.float32)[..., tf.newaxis]
    return weights / tf.reduce_sum(weights)


colour = st.tuples(*[st.floats(0.1, 0.9)] * 3).map(np.array)


@settings(deadline=None, max_examples=100)
@given(
    seed=st.integers(0, 99),
    contrast=st.floats(0, 0.5),  # of the normal distribution that pixels are drawn from
    color=colour,
    drift=st.floats(-0.06, 0.06),
    space=st.sampled_from(["srgb", "linear"]),
    hidden=st.integers(0, 5),
)
def test_the_color_is_reached(seed, contrast, color, drift, space, hidden):
    """From as far away as a step of a fit leads."""
    rgb = np.random.default_rng(seed).normal(0.5, contrast, (12, 11, 3)).clip(0, 1)
    visible = np.ones((12, 11))
    visible[:hidden] = 0
    near = rgb + exact_shift(rgb, color, weights=visible > 0, space=space) + drift
    reached = reach_color(
        tf.constant(near, tf.float32), tf.constant(color, tf.float32), shares(visible), space
    ).numpy()
    assert reached.min() >= 0
    assert reached.max() <= 1
    mean = colors.mean_color(reached, visible > 0, space)
    if space == "linear":
        mean, color = colors.srgb_to_linear(mean), colors.srgb_to_linear(color)
    np.testing.assert_allclose(mean, color, atol=2e-3)


@pytest.mark.parametrize("space", ["srgb", "linear"])
def test_the_constraint_is_differentiable(space):
    # No value near 0 or 1, where clipping has its kinks.
    image = 0.3 + 0.3 * picture(7, 8)
    color, weights = tf.constant([0.5, 0.4, 0.45]), shares(np.ones((7, 8)))
    probe, line = picture(7, 8, seed=3), picture(7, 8, seed=5)

    def value(x):
        return tf.reduce_sum(probe * tf.square(reach_color(x, color, weights, space)))

    with tf.GradientTape() as tape:
        tape.watch(image)
        result = value(image)
    exact = float(tf.reduce_sum(tape.gradient(result, image) * line))
    step = 0.01
    numeric = float(value(image + step * line) - value(image - step * line)) / (2 * step)
    assert math.isclose(exact, numeric, rel_tol=0.01, abs_tol=0.01)


def test_the_constrained_mean_has_no_gradient():
    image, weights = 0.3 + 0.3 * picture(7, 8), shares(np.ones((7, 8)))
    with tf.GradientTape() as tape:
        tape.watch(image)
        mean = tf.reduce_sum(weights * reach_color(image, tf.constant([0.5] * 3), weights))
    np.testing.assert_allclose(tape.gradient(mean, image), 0, atol=1e-6)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_the_ends_of_the_range_are_finite(target):
    image, weights = picture(7, 8), shares(np.ones((7, 8)))
    for space in ("srgb", "linear"):
        with tf.GradientTape() as tape:
            tape.watch(image)
            reached = reach_color(image, tf.fill([3], target), weights, space)
        assert np.isfinite(reached).all()
        assert np.isfinite(tape.gradient(reached, image)).all()
