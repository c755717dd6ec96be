"""What clips are made of: planes, cuts, palettes, grades, threads."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer._kernels import add_changes, compiling, to_rgb
from colortransfer.errors import InputError
from colortransfer.transforms import AffineTransform, Lut3D
from colortransfer.video.changes import Changes
from colortransfer.video.coding import LUMA_SHARES, Coding
from colortransfer.video.color_counts import ColorCounts
from colortransfer.video.fitting import fitted
from colortransfer.video.grade import Grade, ShotGrade, missing, mixable
from colortransfer.video.pipes import Behind, ahead
from colortransfer.video.shots import Look, shots

RNG = np.random.default_rng(2)


# Planes


@pytest.mark.parametrize("matrix", sorted(LUMA_SHARES))
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bits", [8, 10])
def test_colors_are_those_of_the_standard(matrix, full, bits):
    """Y' = k_r R' + k_g G' + k_b B', C_b = (B' - Y') / (2 - 2 k_b), and levels of BT.709."""
    red, blue = LUMA_SHARES[matrix]
    rgb = RNG.random((7, 9, 3))
    luma = rgb @ [red, 1 - red - blue, blue]
    chroma = [(rgb[..., 2] - luma) / (2 - 2 * blue), (rgb[..., 0] - luma) / (2 - 2 * red)]
    unit, top = 2 ** (bits - 8), 2**bits - 1
    spans = (0, top, top) if full else (16 * unit, 219 * unit, 224 * unit)
    dtype = np.uint8 if bits == 8 else np.uint16
    planes = [np.rint(spans[0] + spans[1] * luma)]
    planes += [np.clip(np.rint(128 * unit + spans[2] * c), 0, top) for c in chroma]
    coding = Coding.of(bits=bits, matrix=matrix, full=full, steps=(1, 1))
    found = coding.colors(tuple(plane.astype(dtype) for plane in planes))
    np.testing.assert_allclose(found, rgb, atol=1.6 / (219 if bits == 8 else 876))


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("steps", [(1, 1), (2, 2), (1, 2), (1, 4)])
@pytest.mark.parametrize("size", [(48, 64), (33, 45), (1, 1)])
def test_kernels_and_numpy_give_the_same(monkeypatch, dtype, steps, size):
    coding = Coding.of(bits=8 if dtype == "uint8" else 10, matrix=1, full=False, steps=steps)
    top = int(coding.levels[4])
    shared = tuple(-(-side // step) for side, step in zip(size, steps, strict=True))
    old = tuple(RNG.integers(0, top + 1, shape).astype(dtype) for shape in (size, shared, shared))
    changes = Changes(Lut3D(RNG.normal(0.5, 0.4, (5, 5, 5, 3))), 0.7, coding)

    def results():
        new = tuple(np.empty_like(plane) for plane in old)
        changes.add(old, new)
        return (coding.colors(old), *new)

    monkeypatch.setattr(compiling, "PATIENCE", 0)
    fast = results()
    for kernel in (to_rgb, add_changes):
        monkeypatch.setattr(kernel, "_compiled", dict.fromkeys(kernel._signatures))
    for one, other in zip(results(), fast, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(deadline=None, max_examples=25)
@given(
    bits=st.sampled_from([8, 10, 12, 16]),
    full=st.booleans(),
    matrix=st.sampled_from([1, 5, 9]),
    steps=st.sampled_from([(1, 1), (1, 2), (2, 2)]),
    seed=st.integers(0, 1000),
)
def test_frames_change_as_their_colors_do(bits, full, matrix, steps, seed):
    """Within a level of 8 bits of an edit of the colours themselves, for colours that are any."""
    rng = np.random.default_rng(seed)
    coding = Coding.of(bits=bits, matrix=matrix, full=full, steps=steps)
    rgb = np.repeat(np.repeat(rng.uniform(0.1, 0.9, (8, 12, 3)), 2, 0), 2, 1).astype(np.float32)
    levels = coding.levels
    kinds = coding.differences(np.zeros_like(rgb), rgb)
    every = [np.rint(kind + at) for kind, at in zip(kinds, levels[[0, 1, 1]], strict=True)]
    old = tuple(x[:: steps[0], :: steps[1]] if n else x for n, x in enumerate(every))
    old = tuple(x.astype(np.uint8 if bits == 8 else np.uint16) for x in old)
    edit = Lut3D.sample(lambda x: x ** rng.uniform(0.7, 1.4, 3), 9)
    new = tuple(np.empty_like(plane) for plane in old)
    Changes(edit, 1.0, coding).add(old, new)
    before = coding.colors(old)
    after = edit.render_rows(before, 0, len(before))
    wanted = coding.differences(before, after)
    for number, (source, result) in enumerate(zip(old, new, strict=True)):
        change = wanted[number] if not number else coding.gathered(wanted[number], source.shape)
        np.testing.assert_allclose(result, source + change, atol=1.0 * 2 ** (bits - 8) + 0.5)


def test_an_edit_that_changes_nothing_keeps_every_value():
    coding = Coding.of(bits=8, matrix=1, full=False, steps=(2, 2))
    shapes = ((16, 16), (8, 8), (8, 8))
    old = tuple(RNG.integers(0, 256, shape).astype(np.uint8) for shape in shapes)
    new = tuple(np.empty_like(plane) for plane in old)
    Changes(Lut3D.sample(lambda colors: colors, 2), 1.0, coding).add(old, new)
    for one, other in zip(old, new, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_unknown_matrix_is_refused():
    with pytest.raises(InputError, match=r"matrix 8 of ITU-T H\.273"):
        Coding.of(bits=8, matrix=8, full=False, steps=(1, 1))


# Cuts


def begins(frames):
    looks = (Look(n, n / 25, np.asarray(frame, np.float32)) for n, frame in enumerate(frames))
    return [look.number for look, first in shots(looks) if first]


def moving(count, seed=0, speed=3):
    scene = np.random.default_rng(seed).random((36, 64 + speed * count, 3))
    scene = (scene + np.roll(scene, 1, 1) + np.roll(scene, 1, 0)) / 3
    return [scene[:, speed * n : speed * n + 64] for n in range(count)]


def test_cuts_are_found_among_motion():
    dark = [0.2 * frame for frame in moving(30, 1)]
    assert begins([*moving(25), *dark, *moving(20, 2)]) == [0, 25, 55]


def test_motion_fades_and_flashes_are_no_cuts():
    frames = moving(60, speed=9)
    assert begins(frames) == [0]
    assert begins([frame * (1 - n / 30) for n, frame in enumerate(frames[:30])]) == [0]
    flash = [*frames[:5], np.ones((36, 64, 3)), *frames[6:]]
    assert begins(flash) == [0]


def test_every_look_comes_back_with_its_colors():
    looks = [Look(n, n / 25, np.full((4, 4, 3), n / 10)) for n in range(9)]
    found = [look for look, _ in shots(looks)]
    assert [look.number for look in found] == list(range(9))
    assert [look.rgb.max() for look in found] == [n / 10 for n in range(9)]


def test_a_shot_is_fitted_while_the_rest_is_read():
    read_on, fits = threading.Event(), []

    class Fit:
        color = np.array([0.5, 0.5, 0.5])

        def load(self, mosaic):
            fits.append("loaded")

        def __call__(self, mosaic):
            fits.append(read_on.wait(20))
            return Lut3D.sample(lambda colors: colors, 2)

    def looks():
        for number in range(40):
            if number == 35:
                read_on.set()
            frame = np.full((18, 32, 3), 0.9 if number < 20 else 0.2, np.float32)
            yield Look(number, number / 25, frame)

    grade = fitted(looks(), Fit(), cut=True, spacing=10.0)
    assert fits == ["loaded", True, True]
    assert [shot.first for shot in grade.shots] == [0, 20]


# Palettes and grades


def test_the_mean_after_an_edit_follows_from_a_palette():
    values = RNG.beta(0.7, 0.9, (200_000, 3)).astype(np.float32)
    palette = ColorCounts()
    palette.add(values[:50_000], 1.0)
    palette.add(values[50_000:], 1.0)
    edit = Lut3D.sample(lambda colors: 1.3 * colors**1.5 - 0.1, 9)
    color = np.array([0.35, 0.6, 0.5])
    shifted = edit.shifted(missing([(edit, palette.colors())], color))
    after = np.clip(shifted.map_colors(values), 0, 1)
    np.testing.assert_allclose(after.mean(0), color, atol=2e-4)


def test_grades_change_at_cuts_and_between_keys():
    values = (0.0, 1.0, 0.5)
    black, white, grey = (Lut3D(np.full((2, 2, 2, 3), value)) for value in values)
    grade = Grade((ShotGrade(0, (0.0, 2.0), (black, white)), ShotGrade(75, (3.0,), (grey,))))
    found = [grade.at(n, n / 25).table[0, 0, 0, 0] for n in (0, 25, 50, 74, 75, 99)]
    assert found == [0.0, 0.5, 1.0, 1.0, 0.5, 0.5]


def test_edits_of_other_kinds_are_mixed_as_tables():
    half = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    assert mixable([half]) == (half,)
    one, other = mixable([half, Lut3D.sample(lambda x: x, 9)])
    colors = RNG.random((50, 3)).astype(np.float32)
    np.testing.assert_allclose(one.map_colors(colors), colors / 2, atol=1e-6)
    np.testing.assert_allclose(other.map_colors(colors), colors, atol=1e-6)


# Threads


def test_what_is_read_ahead_is_bounded():
    made = []
    items = ahead(made.append(n) or n for n in range(1000))
    assert next(items) == 0
    for _ in range(50):
        threading.Event().wait(0.005)
    assert len(made) < 20
    items.close()
    assert not any(thread.name == "colortransfer-reader" for thread in threading.enumerate())


def test_errors_of_threads_arrive():
    def failing():
        yield 1
        raise ValueError("in the reader")

    with pytest.raises(ValueError, match="in the reader"):
        list(ahead(failing()))
    behind = Behind(lambda item: 1 / item)
    behind.put(0)
    with pytest.raises(ZeroDivisionError):
        behind.close()
    with pytest.raises(ZeroDivisionError):
        behind.put(1)


def test_what_waits_is_dropped():
    begun, gate, done = threading.Event(), threading.Event(), []
    behind = Behind(lambda item: (begun.set(), gate.wait(5), done.append(item)))
    for item in range(4):
        behind.put(item)
    begun.wait(5)
    threading.Timer(0.1, gate.set).start()
    behind.drop()
    assert done == [0]
