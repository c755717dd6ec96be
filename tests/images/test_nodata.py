"""NaN in float pictures is nodata: through files, ranges, profiles and edits."""

import numpy as np
import pytest
from image_samples import DISPLAY_P3, GREY_GAMMA_1, noise

from colortransfer.cli import main
from colortransfer.errors import FileError
from colortransfer.images import Metadata, Photograph, encode, load, save, to_range

HOLE = np.s_[2:5, 3:9]


def with_hole(shape=(20, 30, 3), profile=None):
    pixels = noise(shape, "float32")
    pixels[HOLE] = np.nan
    return Photograph(pixels, Metadata(format="TIFF", icc_profile=profile))


def holes(picture):
    missing = np.isnan(np.asarray(picture))
    return missing if missing.ndim == 2 else missing.any(-1)


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3)])
@pytest.mark.parametrize("profiled", [False, True])
def test_tiff_keeps_it(shape, profiled):
    profile = (GREY_GAMMA_1 if len(shape) == 2 else DISPLAY_P3) if profiled else None
    photograph = with_hole(shape, profile)
    again = load(encode(photograph, ".tif"))
    np.testing.assert_array_equal(holes(again), holes(photograph))
    np.testing.assert_allclose(again, photograph, atol=0.01 if profiled else 0)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_formats_of_integers_refuse_it(suffix):
    with pytest.raises(FileError, match=r"holds no NaN .* use \.tif"):
        encode(with_hole(), suffix)


def test_ranges_pass_over_it():
    bright = 3 * with_hole()
    for how in ("clip", "scale", "keep"):
        inside = to_range(bright, how)
        np.testing.assert_array_equal(holes(inside), holes(bright))
        assert np.nanmax(inside) == 1


def test_the_command_line_edits_the_rest(tmp_path):
    path, out = tmp_path / "a.tif", tmp_path / "b.tif"
    save(path, with_hole())
    arguments = ["--method", "shift", "-c", "#5b86b4", "-o", str(out)]
    assert main(["transfer", str(path), *arguments]) == 0
    edited = load(out)
    np.testing.assert_array_equal(holes(edited), holes(with_hole()))
    mean = np.nanmean(np.asarray(edited), (0, 1))
    np.testing.assert_allclose(mean, np.array([0x5B, 0x86, 0xB4]) / 255, atol=1e-4)
