"""Colour profiles: what is loaded is sRGB, what is saved means the same colours."""

import io
import zlib

import numpy as np
import PIL.Image
import pytest
import tifffile
from image_samples import (
    DISPLAY_P3,
    GREY_GAMMA_1,
    P3_TO_SRGB,
    SOMEONES_SRGB,
    ink_profile,
    png_chunk,
    png_file,
    smooth,
    to_xyz,
)
from PIL import ImageCms

from colortransfer.colors import linear_to_srgb, srgb_to_linear
from colortransfer.images import Metadata, Photograph, encode, load

LEVELS = {"uint8": 255, "uint16": 65535, "float32": 1}


def p3_to_srgb(p3):
    return linear_to_srgb(srgb_to_linear(p3) @ P3_TO_SRGB.T).clip(0, 1)


def srgb_to_p3(srgb):
    return linear_to_srgb(srgb_to_linear(srgb) @ np.linalg.inv(P3_TO_SRGB).T)


def all_sorts(dtype, steps=9):
    ramp = np.linspace(0, 1, steps)
    values = np.stack(np.meshgrid(ramp, ramp, ramp), -1).reshape(steps, -1, 3) * LEVELS[dtype]
    return (np.rint(values) if dtype != "float32" else values).astype(dtype)


def with_profile(pixels, profile):
    """A TIFF file, written without the code under test."""
    file = io.BytesIO()
    photometric = {2: "minisblack", 3: "rgb"}[pixels.ndim]
    if pixels.shape[-1] == 4:
        photometric = "separated"
    tifffile.imwrite(file, pixels, photometric=photometric, iccprofile=profile)
    return file.getvalue()


@pytest.mark.parametrize(("dtype", "tolerance"), [("uint8", 1), ("uint16", 20), ("float32", 3e-4)])
def test_display_p3_becomes_srgb(dtype, tolerance):
    pixels = all_sorts(dtype)
    photograph = load(with_profile(pixels, DISPLAY_P3))
    assert photograph.dtype == dtype
    assert photograph.metadata.icc_profile == DISPLAY_P3
    expected = p3_to_srgb(pixels / LEVELS[dtype]) * LEVELS[dtype]
    # Where the curve is steep (dark), the profile's 16-bit numbers tell.
    close = np.abs(np.asarray(photograph, float) - expected) <= tolerance
    assert close.mean() > 0.98
    np.testing.assert_allclose(np.asarray(photograph, float), expected, atol=4 * tolerance)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("suffix", [".tif", ".png", ".jpg", ".webp"])
def test_a_display_p3_photograph_is_saved_as_one(dtype, suffix):
    srgb = np.full((16, 16, 3), [0.8, 0.45, 0.3]) * LEVELS[dtype]
    srgb = (np.rint(srgb) if dtype != "float32" else srgb).astype(dtype)
    photograph = Photograph(srgb, Metadata(icc_profile=DISPLAY_P3))
    content = encode(photograph, suffix)
    wanted = srgb_to_p3(np.array([0.8, 0.45, 0.3]))
    if suffix == ".tif":
        stored = tifffile.imread(io.BytesIO(content))
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            assert file.pages.first.iccprofile == DISPLAY_P3
        assert stored.dtype == dtype
        np.testing.assert_allclose(stored[3, 4] / LEVELS[dtype], wanted, atol=0.6 / 255)
    else:
        picture = PIL.Image.open(io.BytesIO(content))
        assert picture.info["icc_profile"] == DISPLAY_P3
        np.testing.assert_allclose(np.asarray(picture)[3, 4] / 255, wanted, atol=2.5 / 255)
    again = load(content)
    np.testing.assert_allclose(
        np.asarray(again, float).mean((0, 1))
        / (1 if again.dtype.kind == "f" else LEVELS[str(again.dtype)]),
        [0.8, 0.45, 0.3],
        atol=2.5 / 255 if suffix == ".webp" else 1.1 / 255,
    )


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_colours_come_back_exactly_enough(dtype):
    srgb = all_sorts(dtype)
    again = load(encode(Photograph(srgb, Metadata(icc_profile=DISPLAY_P3)), ".tif"))
    error = np.abs(np.asarray(again, float) - srgb) / LEVELS[dtype]
    assert error.max() < 4e-4


def test_eight_bits_agree_with_pillow():
    pixels = all_sorts("uint8")
    profiles = [ImageCms.ImageCmsProfile(io.BytesIO(DISPLAY_P3)), ImageCms.createProfile("sRGB")]
    expected = ImageCms.profileToProfile(PIL.Image.fromarray(pixels), *profiles)
    photograph = load(with_profile(pixels, DISPLAY_P3))
    assert np.abs(np.asarray(photograph, int) - np.asarray(expected, int)).max() <= 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_srgb_by_another_hand_is_left_alone(dtype):
    pixels = all_sorts(dtype)
    content = with_profile(pixels, SOMEONES_SRGB)
    photograph = load(content)
    np.testing.assert_array_equal(photograph, pixels)
    assert photograph.metadata.icc_profile == SOMEONES_SRGB
    np.testing.assert_array_equal(tifffile.imread(io.BytesIO(encode(photograph, ".tif"))), pixels)


def test_alpha_has_no_profile():
    pixels = np.dstack(
        [np.full((4, 4, 3), 99, np.uint16), np.arange(16, dtype=np.uint16).reshape(4, 4)]
    )
    photograph = Photograph(pixels, Metadata(icc_profile=DISPLAY_P3))
    for suffix in (".png", ".tif"):
        np.testing.assert_array_equal(load(encode(photograph, suffix))[..., 3], pixels[..., 3])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_linear_grey_becomes_srgb_and_back(dtype):
    pixels = (np.linspace(0.05, 1, 30).reshape(5, 6) * LEVELS[dtype]).astype(dtype)
    photograph = load(with_profile(pixels, GREY_GAMMA_1))
    assert photograph.shape == (5, 6)
    expected = linear_to_srgb(pixels / LEVELS[dtype]) * LEVELS[dtype]
    np.testing.assert_allclose(photograph, expected, atol=0.006 * LEVELS[dtype])
    content = encode(photograph, ".tif")
    assert load(content).metadata.icc_profile == GREY_GAMMA_1
    stored = tifffile.imread(io.BytesIO(content))
    np.testing.assert_allclose(stored, pixels, atol=0.005 * LEVELS[dtype])


def test_grey_with_alpha_and_a_grey_profile():
    rows = np.array([[128, 255, 64, 77]], np.uint8)
    profile = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(GREY_GAMMA_1))
    photograph = load(png_file(rows, 2, depth=8, color_type=4, before=profile))
    expected = np.rint(linear_to_srgb(np.array([128, 64]) / 255) * 255)
    np.testing.assert_allclose(photograph[0, :, :3], expected[:, None].repeat(3, 1), atol=1)
    np.testing.assert_array_equal(photograph[0, :, 3], [255, 77])
    # Its pixels are RGB now: they stay sRGB, and no grey profile goes with them.
    again = load(encode(photograph, ".png"))
    assert again.metadata.icc_profile is None
    np.testing.assert_array_equal(again, photograph)


def test_grey_with_an_rgb_profile_keeps_its_meaning():
    pixels = np.arange(0, 240, 10, dtype=np.uint8).reshape(4, 6)
    photograph = load(with_profile(pixels, DISPLAY_P3))
    np.testing.assert_allclose(photograph, pixels.astype(int), atol=1)  # the curves are the same
    assert load(encode(photograph, ".png")).metadata.icc_profile is None


def test_webp_has_no_grey_profile():
    photograph = load(with_profile(np.full((8, 8), 128, np.uint8), GREY_GAMMA_1))
    again = load(encode(photograph, ".webp"))
    assert again.metadata.icc_profile is None
    np.testing.assert_allclose(again, 188, atol=2)


def corner(cyan, magenta, yellow, black):
    """L*a*b* of inks: neutral steps, but for cyan."""
    lightness = 100 * (1 - black) * (1 - 0.3 * cyan) * (1 - 0.2 * magenta) * (1 - 0.1 * yellow)
    return lightness, -40 * cyan * (1 - black), -30 * cyan * (1 - black)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_goes_through_its_profile(kind):
    profile = ink_profile(corner)
    inks = np.zeros((16, 48, 4), np.uint8)
    inks[:, 16:32, 3] = 255
    inks[:, 32:, 0] = 255
    file = io.BytesIO()
    PIL.Image.fromarray(inks, "CMYK").save(file, kind, icc_profile=profile, quality=98)
    photograph = load(file.getvalue())
    assert photograph.shape == (16, 48, 3)
    assert photograph.metadata.icc_profile is None
    np.testing.assert_allclose(photograph[8, 8], 255, atol=2)
    np.testing.assert_allclose(photograph[8, 24], 0, atol=2)
    profiles = [ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")]
    expected = ImageCms.profileToProfile(
        PIL.Image.fromarray(inks, "CMYK"), *profiles, outputMode="RGB"
    )
    np.testing.assert_allclose(photograph[8, 40], np.asarray(expected)[8, 40].astype(int), atol=3)
    assert photograph[8, 40, 2] > photograph[8, 40, 0] + 50
    again = load(encode(photograph, ".png"))
    np.testing.assert_array_equal(again, photograph)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_cmyk_without_a_profile(dtype):
    inks = np.zeros((2, 3, 4))
    inks[0] = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    inks[1] = [[0.5, 0.25, 0, 0.5], [0, 1, 1, 0], [1, 1, 1, 1]]
    expected = (1 - inks[..., :3]) * (1 - inks[..., 3:])
    pixels = (np.rint(inks * LEVELS[dtype]) if dtype != "float32" else inks).astype(dtype)
    photograph = load(with_profile(pixels, None))
    assert photograph.dtype == dtype
    np.testing.assert_allclose(photograph / LEVELS[dtype], expected, atol=0.005)


@pytest.mark.parametrize(
    "profile",
    [
        b"nonsense",
        DISPLAY_P3[:200],
        DISPLAY_P3[:130] + b"\xff\xff" + DISPLAY_P3[132:],
        DISPLAY_P3.replace(b"rXYZ", b"none"),
        GREY_GAMMA_1,
        ink_profile(corner),
    ],
)
def test_profiles_that_do_not_fit_count_as_srgb(profile):
    pixels = all_sorts("uint8")
    photograph = load(with_profile(pixels, profile))
    np.testing.assert_array_equal(photograph, pixels)
    assert photograph.metadata.icc_profile is None


def test_floats_above_white_stay_above():
    pixels = np.full((4, 4, 3), 2.5, np.float32)
    for profile in (None, DISPLAY_P3):
        assert load(with_profile(pixels, profile)).min() > 1.5


def adobe_rgb_by_exif(interoperability):
    exif = PIL.Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 65_535
    exif.get_ifd(0x8769)[0xA005] = {1: interoperability}
    return exif.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_adobe_rgb_that_only_exif_tells(suffix):
    pixels = smooth((30, 40, 3))
    photograph = Photograph(pixels, Metadata(exif=adobe_rgb_by_exif("R03"), lossless=True))
    content = encode(photograph, suffix)
    stored = load(encode(Photograph(pixels, Metadata(lossless=True)), suffix)).astype(float) / 255
    primaries = [[(0.64, 0.33), (x, y), (0.15, 0.06)] for x, y in ((0.30, 0.60), (0.21, 0.71))]
    matrix = np.linalg.solve(*(to_xyz(three) for three in primaries))
    light = np.clip(stored ** (563 / 256) @ matrix.T, 0, 1)
    expected = linear_to_srgb(light)
    found = load(content)
    assert np.abs(found - 255 * expected).max() <= 1.5
    again = encode(found, suffix)
    assert load(again).metadata == found.metadata
    assert np.abs(load(again).astype(int) - found).mean() < 1.5


def test_srgb_by_exif_stays():
    photograph = Photograph(smooth((30, 40, 3)), Metadata(exif=adobe_rgb_by_exif("R98")))
    np.testing.assert_array_equal(load(encode(photograph, ".png")), photograph)
