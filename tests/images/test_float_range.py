"""Floats outside [0, 1]: clipped, scaled, or kept where they are."""

import numpy as np
import pytest
import tifffile

from colortransfer.cli import main
from colortransfer.errors import InputError
from colortransfer.images import load, save, to_range, with_excess

SHIFT = ["--method", "shift", "-c", "#5b86b4"]


@pytest.fixture
def light(tmp_path):
    """A linear picture from -0.01 to 1.3 in a file."""
    pixels = np.linspace(-0.01, 1.3, 20 * 30 * 3, dtype=np.float32).reshape(20, 30, 3)
    path = tmp_path / "light.tif"
    tifffile.imwrite(path, pixels, photometric="rgb")
    return path


def test_refused_with_the_remedy(light, tmp_path, capsys):
    assert main(["transfer", str(light), *SHIFT, "-o", str(tmp_path / "a.tif")]) == 1
    assert "--range" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["clip", "scale", "keep"])
def test_on_the_command_line(light, tmp_path, how):
    target = tmp_path / "a.tif"
    arguments = ["transfer", str(light), *SHIFT, "--range", how, "-o", str(target)]
    assert main(arguments) == 0
    edited, before = load(target), load(light)
    assert edited.dtype == np.float32
    if how == "keep":
        assert edited.max() > 1.2
        edited = np.asarray(edited) - (before - np.clip(before, 0, 1))
    assert edited.min() >= -1e-6
    assert edited.max() <= 1 + 1e-6
    np.testing.assert_allclose(edited.mean((0, 1)), np.array([0x5B, 0x86, 0xB4]) / 255, atol=2e-3)


def test_scaled_values_keep_their_order(light):
    before = load(light)
    scaled = to_range(before, "scale")
    assert (scaled.min(), scaled.max()) == (0, 1)
    assert (np.diff(scaled.ravel()) > 0).all()
    assert scaled.metadata == before.metadata


def test_alpha_is_not_scaled():
    image = np.full((2, 3, 4), 2.0, np.float32)
    image[0, 0, :3], image[..., 3] = 0, 0.5
    assert (to_range(image, "scale")[..., 3] == 0.5).all()


def test_what_was_cut_off_comes_back(light, tmp_path):
    before = load(light)
    inside = to_range(before, "keep")
    np.testing.assert_allclose(with_excess(inside, before), before, atol=1e-7)
    save(tmp_path / "same.tif", before)
    np.testing.assert_array_equal(load(tmp_path / "same.tif"), before)


def test_only_tiff_holds_them(light, tmp_path):
    with pytest.raises(InputError, match="to_range"):
        save(tmp_path / "a.png", load(light))
    with pytest.raises(InputError, match="divide by 255"):
        save(tmp_path / "a.tif", np.full((2, 3), 200.0))


def test_what_is_inside_is_left_alone():
    for image in (np.zeros((2, 3), np.uint8), np.full((2, 3), 0.5)):
        assert to_range(image, "scale") is image
    with pytest.raises(InputError, match="clip, scale, keep"):
        to_range(np.zeros((2, 3)), "other")
