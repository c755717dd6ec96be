"""Edits within masks: what keeps its bytes, what is reached, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from test_feature_matcher import LEVEL, TARGET, TARGET_RGB, small_matcher, unit

from colortransfer import colors
from colortransfer.errors import FileError, InputError
from colortransfer.images import as_canvas, save
from colortransfer.images.masks import as_mask, is_soft, without
from colortransfer.images.working_copy import working_copy
from colortransfer.losses import ColorLoss
from colortransfer.parametrizations import Lut3D
from colortransfer.targets import MeanColor
from colortransfer.transforms import AffineTransform, MaskedTransform, Transform
from colortransfer.transforms.masked import stretched
from colortransfer.transforms.masked_means import means_within, reach_means

NOTHING = AffineTransform(np.eye(3), np.zeros(3))


def soft_disc(height=40, width=56):
    """A mask (H, W), floats: 1 in a disc, and falling to 0 over six pixels around it."""
    y, x = np.mgrid[0:height, 0:width]
    return np.clip((16 - np.hypot(y - 20, x - 26)) / 6, 0, 1)


def weighted(image, mask, space="srgb"):
    light = colors.mean_color(unit(image), np.asarray(mask, np.float64), space)
    return np.asarray(light)


def typed(photo, dtype):
    if dtype.startswith("uint"):
        return (photo * (np.iinfo(dtype).max / 255)).round().astype(dtype)
    return (photo / 255.0 + 1e-9).astype(dtype).clip(0, 1)


# What comes out


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_beyond_the_mask_the_bytes_stay(photo, tiny, dtype):
    image, mask = typed(photo, dtype), soft_disc()
    result = small_matcher(tiny).fit(image, MeanColor(TARGET, mask=mask))
    np.testing.assert_array_equal(result.image[mask == 0], image[mask == 0])
    np.testing.assert_allclose(weighted(result.image, mask), TARGET_RGB, atol=LEVEL / 2)
    assert result.color_error < LEVEL / 2
    assert result.image.dtype == dtype
    # The edit as a value makes the same picture.
    np.testing.assert_array_equal(result.transform.apply(image), result.image)


@pytest.mark.parametrize("losses", ["constraint", "pull"])
def test_the_fit_sees_the_blended_picture(photo, tiny, losses):
    seen = []

    def look(current, original, color):
        seen.append((current, original))
        return 0.0 * current[0, 0, 0]

    terms = {"constraint": look, "pull": 0.0 * ColorLoss() + look}[losses]
    mask = np.zeros(photo.shape[:2], bool)
    mask[:, 20:] = True
    matcher = small_matcher(tiny, losses=terms, working_size=None)
    matcher.fit(photo, MeanColor(TARGET, mask=mask))
    assert seen
    problem = matcher._problem(MeanColor(TARGET))
    scene, _ = matcher._scene(
        as_canvas(photo), MeanColor(TARGET, mask=mask).resolved(as_canvas(photo)), 0
    )
    image = problem.project(scene.original + 0.3, scene).numpy()
    np.testing.assert_array_equal(image[:, :20], scene.original.numpy()[:, :20])
    assert np.abs(image[:, 20:] - scene.original.numpy()[:, 20:]).max() > 0.05


def test_a_goal_is_reached_at_every_step(photo):
    for space in ("srgb", "linear"):
        canvas, mask = as_canvas(photo), soft_disc()
        target = MeanColor(TARGET, mask=mask, space=space).resolved(canvas)
        goal = target.bind(working_copy(canvas, 56, 1))
        for image in (goal.original + 0.1, goal.original * 0.8):
            deviation = goal.deviation(goal.project(image)).numpy()
            assert np.abs(deviation).max() < 5e-3
        assert np.abs(goal.deviation(goal.baseline(goal.original)).numpy()).max() < 2e-4


@settings(max_examples=25, deadline=None)
@given(
    mask=hnp.arrays(np.uint8, (9, 11), elements=st.integers(0, 255)),
    color=st.tuples(*[st.floats(0.35, 0.65)] * 3),
    space=st.sampled_from(["srgb", "linear"]),
    seed=st.integers(0, 100),
)
def test_any_mask_is_exact(mask, color, space, seed):
    mask[0, :3] = 255
    image = np.random.default_rng(seed).uniform(0.3, 0.7, (9, 11, 3))
    canvas, goal = as_canvas(image), np.array([color])
    edit = reach_means(canvas, MaskedTransform((NOTHING,), mask[None]), goal, space=space)
    result = edit.redraw(canvas)
    np.testing.assert_array_equal(result[mask == 0], image[mask == 0])
    reachable = (mask.astype(float) ** 2).sum() > 0.75 * mask.sum() * 255
    if reachable:
        found = means_within(as_canvas(result), mask[None], space)
        np.testing.assert_allclose(found, goal, atol=1e-4)


def test_a_large_picture_is_solved_on_some_rows_first():
    image = np.random.default_rng(3).random((1100, 700, 3), np.float32)
    mask = np.zeros((1, 1100, 700), np.uint8)
    mask[:, 300:777, 100:] = 255
    goal = np.array([[0.3, 0.6, 0.45]])
    edit = reach_means(as_canvas(image), MaskedTransform((NOTHING,), mask), goal)
    found = means_within(as_canvas(edit.apply(image)), mask)
    np.testing.assert_allclose(found, goal, atol=2e-4)


def test_what_is_protected_keeps_its_bytes(photo, tiny):
    protect = np.zeros(photo.shape[:2], np.uint8)
    protect[10:25] = 255
    mask = soft_disc()
    for target in (
        MeanColor(TARGET, mask=mask, protect=protect),
        MeanColor(TARGET, protect=protect),
    ):
        result = small_matcher(tiny).fit(photo, target)
        np.testing.assert_array_equal(result.image[10:25], photo[10:25])
        left = (np.ones_like(mask) if target.mask is None else mask) * (protect == 0)
        np.testing.assert_allclose(weighted(result.image, left), TARGET_RGB, atol=LEVEL / 2)


def test_a_weaker_edit_knows_its_error_within_the_mask(photo, tiny):
    result = small_matcher(tiny).fit(photo, MeanColor(TARGET, mask=soft_disc()))
    half = result.weakened(photo, 0.5)
    away = np.abs(weighted(half.image, soft_disc()) - TARGET_RGB).max()
    assert half.color_error == pytest.approx(away, abs=1e-4)


# No data


@pytest.mark.parametrize("masked", [False, True])
def test_nan_is_no_data(photo, tiny, masked):
    image = (photo / 255).astype(np.float32)
    image[5:9, 3:30] = np.nan
    image[20, 20, 1] = np.nan
    kept = image.copy()
    mask = soft_disc() if masked else np.ones(photo.shape[:2])
    target = MeanColor(TARGET, mask=mask) if masked else TARGET
    result = small_matcher(tiny).fit(image, target)
    missing = np.isnan(image).any(-1)
    np.testing.assert_array_equal(image, kept)
    np.testing.assert_array_equal(result.image[missing], image[missing])
    assert np.isfinite(result.image[~missing]).all()
    mean = np.average(result.image[~missing], axis=0, weights=mask[~missing])
    np.testing.assert_allclose(mean, TARGET_RGB, atol=1e-4)


def test_nan_everywhere_is_no_image():
    for broken in (np.full((4, 5), np.nan), np.array([[np.inf, 0.5]])):
        with pytest.raises(InputError, match=r"NaN|infinite"):
            as_canvas(broken)


# The edit as a value


def test_it_is_saved_and_fits_other_sizes(photo, tiny, tmp_path):
    result = small_matcher(tiny).fit(photo, MeanColor(TARGET, mask=soft_disc()))
    result.transform.save(tmp_path / "edit.npz")
    edit = Transform.load(tmp_path / "edit.npz")
    assert edit == result.transform
    assert hash(edit) == hash(result.transform)
    large = np.repeat(np.repeat(photo, 2, 0), 2, 1)
    changed = edit.apply(large).astype(int) - large
    near = np.repeat(np.repeat(result.image.astype(int) - photo, 2, 0), 2, 1)
    assert np.abs(changed - near).mean() < 2
    assert (changed[:4] == 0).all()
    with pytest.raises(InputError, match=r"transforms\[0\]\.to_cube"):
        edit.to_cube(tmp_path / "edit.cube")
    edit.transforms[0].render(unit(photo).astype(np.float32))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 12))
def test_strips_of_a_stretched_mask_are_the_whole(height, width, rows):
    masks = np.random.default_rng(1).integers(0, 256, (2, 13, 9), np.uint8)
    whole = stretched(masks, slice(0, height), (height, width))
    strips = [
        stretched(masks, slice(top, min(top + rows, height)), (height, width))
        for top in range(0, height, rows)
    ]
    np.testing.assert_array_equal(np.concatenate(strips, 1), whole)
    assert whole.min() >= 0
    assert whole.max() <= 1
    assert abs(whole.mean() - masks.mean() / 255) < 0.2


# What is given


def test_masks_of_every_kind_are_one():
    mask = np.array([[True, False, True]])
    for given_ in (mask, mask * np.uint8(255), mask.astype(float), mask * np.uint16(65535)):
        levels = as_mask(given_)
        np.testing.assert_array_equal(levels == np.iinfo(levels.dtype).max, mask)
        assert not is_soft(levels)


def test_masks_from_files(tmp_path, photo):
    mask = np.rint(soft_disc() * 255).astype(np.uint8)
    save(tmp_path / "grey.png", mask)
    save(tmp_path / "alpha.png", np.dstack([photo, mask]))
    save(tmp_path / "rgb.png", np.dstack([mask] * 3))
    save(tmp_path / "photo.png", photo)
    for name in ("grey.png", "alpha.png", "rgb.png"):
        np.testing.assert_array_equal(as_mask(tmp_path / name), mask)
        assert MeanColor(TARGET, mask=str(tmp_path / name)).mask.dtype == np.uint8
    with pytest.raises(InputError, match="has colours"):
        as_mask(tmp_path / "photo.png")
    with pytest.raises(FileError, match="no such file"):
        MeanColor(TARGET, mask=tmp_path / "none.png")


@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from([np.uint8, np.uint16]))
def test_without(level, protected, dtype):
    mask = np.array([[level]], dtype)
    shield = np.array([[protected]], np.uint8)
    found = without(mask, shield)
    assert found.dtype == dtype
    exact = level * (1 - protected / 255)
    assert abs(int(found[0, 0]) - exact) <= 0.5 + 1e-3
    assert protected < 255 or found[0, 0] == 0


def test_a_color_that_a_faint_mask_cannot_reach(photo, tiny):
    faint = np.full(photo.shape[:2], 0.2)
    with pytest.raises(InputError, match="out of reach") as caught:
        small_matcher(tiny).fit(photo, MeanColor("#ff0000", mask=faint))
    assert len(str(caught.value).splitlines()) == 1


# Luminance, tint


@pytest.mark.parametrize("masked", [False, True])
def test_luminance_is_kept(photo, tiny, masked):
    image = (photo / 255).astype(np.float32)
    mask = soft_disc() if masked else None
    target = MeanColor("#6f86a4", mask=mask, luminance="keep")
    result = small_matcher(tiny).fit(image, target)
    np.testing.assert_allclose(colors.luma_of(result.image), colors.luma_of(image), atol=2e-6)
    found = weighted(result.image, np.ones(image.shape[:2]) if mask is None else mask)
    np.testing.assert_allclose(found, result.color, atol=1e-4)
    # What is asked for is its chroma at the picture's own luma.
    asked = colors.parse_color("#6f86a4")
    np.testing.assert_allclose(
        result.color - colors.luma_of(result.color), asked - colors.luma_of(asked), atol=1e-6
    )
    assert result.color_error < 1e-4
    assert not result.warnings


def test_luminance_that_leaves_no_room_is_told(tiny):
    dark = np.full((32, 32, 3), 0.02)
    dark[:4, :4] = 0.5
    result = small_matcher(tiny).fit(dark, MeanColor("#ff0000", luminance="keep"))
    assert result.color_error < 0.02 or any("out of reach" in w for w in result.warnings)
    np.testing.assert_allclose(colors.luma_of(result.image), colors.luma_of(dark), atol=2e-6)


def test_an_edit_that_keeps_luminance_has_a_table(photo, tiny, tmp_path):
    matcher = small_matcher(tiny, parametrization=Lut3D(size=3))
    result = matcher.fit(photo, MeanColor("#6f86a4", luminance="keep"))
    result.transform.to_cube(tmp_path / "edit.cube")
    table = Transform.load(tmp_path / "edit.cube")
    difference = np.abs(table.apply(photo).astype(int) - result.image.astype(int))
    assert difference.mean() < 1.0


@pytest.mark.parametrize("shape", [(40, 56), (40, 56, 1)])
@pytest.mark.parametrize("luminance", ["free", "keep"])
def test_a_grey_photograph_is_tinted(photo, tiny, shape, luminance):
    grey = photo[..., 1].reshape(shape)
    target = MeanColor("#7f7a60", tint=True, luminance=luminance)
    result = small_matcher(tiny).fit(grey, target)
    assert result.image.shape == (40, 56, 3)
    assert result.image.dtype == np.uint8
    assert result.color_error < LEVEL
    assert not result.warnings
    assert np.ptp(result.image.astype(int), axis=2).max() > 5
    plain = small_matcher(tiny).fit(grey, "#7f7a60")
    assert plain.image.shape == shape
    assert any("stays grey" in warning for warning in plain.warnings)
    assert result.weakened(grey, 0.5).image.shape == (40, 56, 3)


def test_luminance_is_one_of_two_words():
    with pytest.raises(InputError, match="'free' or 'keep'"):
        MeanColor(TARGET, luminance="yes")
    with pytest.raises(InputError, match="leave out space='linear'"):
        MeanColor(TARGET, luminance="keep", space="linear")
