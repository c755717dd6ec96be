"""PNG's own words about colours: interpreted as Little CMS would, and written back."""

import struct

import imagecodecs
import numpy as np
import pytest
from image_samples import DISPLAY_P3, P3_TO_SRGB, png_chunk, smooth

from colortransfer.errors import LossWarning
from colortransfer.images import Metadata, Photograph, encode, load

LINEAR = (b"gAMA", struct.pack(">I", 100_000))
POWER = (b"gAMA", struct.pack(">I", 45_455))
P3_PRIMARIES = (0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
P3_CHROMA = (b"cHRM", struct.pack(">8I", *(round(100_000 * v) for v in P3_PRIMARIES)))
P3_CODE = (b"cICP", bytes([12, 13, 0, 1]))
SRGB = (b"sRGB", b"\0")


def with_chunks(pixels, *chunks):
    content = encode(pixels, ".png")
    return content[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + content[33:]


def littlecms(pixels, **options):
    grey = pixels.ndim == 2
    profile = imagecodecs.cms_profile("gray" if grey else "rgb", **options)
    result = imagecodecs.cms_transform(
        pixels,
        profile,
        imagecodecs.cms_profile("srgb"),
        colorspace="gray" if grey else "rgb",
        outcolorspace="rgb",
        flags=imagecodecs.CMS.FLAGS.NOOPTIMIZE,
    )
    return result[..., 1] if grey else result


def near(one, other):
    scale = 257 if one.dtype == np.uint16 else 1
    return np.abs(np.asarray(one).astype(int) - other).max() <= scale


def test_linear_light():
    for shape in ((4, 5), (4, 5, 3)):
        photograph = load(with_chunks(np.full(shape, 128, np.uint8), LINEAR))
        assert (photograph == 188).all()


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 3)])
def test_as_little_cms(shape, dtype):
    pixels = smooth(shape).astype(dtype) * np.dtype(dtype).type(257 if dtype == "uint16" else 1)
    bt709 = {"whitepoint": [0.3127, 0.329], "primaries": [0.64, 0.33, 0.3, 0.6, 0.15, 0.06]}
    p3 = {"whitepoint": P3_PRIMARIES[:2], "primaries": list(P3_PRIMARIES[2:])}
    for chunks, space, gamma in (
        ((LINEAR,), bt709, 1.0),
        ((POWER,), bt709, 2.2),
        ((P3_CHROMA, POWER), p3, 2.2),
        (((b"cICP", bytes([12, 4, 0, 1])),), p3, 2.2),
    ):
        expected = littlecms(pixels, gamma=gamma, **({} if len(shape) == 2 else space))
        assert near(load(with_chunks(pixels, *chunks)), expected)


@pytest.mark.parametrize("chunks", [(P3_CODE,), (P3_CHROMA,), (P3_CODE, LINEAR)])
def test_display_p3_by_the_definition(chunks):
    pixels = smooth((30, 40, 3))
    values = pixels / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    light = np.clip(light @ P3_TO_SRGB.T, 0, 1)
    expected = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert near(load(with_chunks(pixels, *chunks)), np.rint(255 * expected))


@pytest.mark.parametrize(
    "chunks",
    [
        (SRGB,),
        (SRGB, LINEAR),
        ((b"cICP", bytes([1, 13, 0, 1])),),
        ((b"cICP", bytes([2, 2, 0, 1])),),
    ],
)
def test_srgb_and_what_nobody_specified_stay(chunks):
    pixels = smooth((30, 40, 3))
    np.testing.assert_array_equal(load(with_chunks(pixels, *chunks)), pixels)


def test_a_profile_goes_before_gamma():
    photograph = Photograph(smooth((30, 40, 3)), Metadata(icc_profile=DISPLAY_P3))
    content = encode(photograph, ".png")
    marked = content[:33] + png_chunk(*LINEAR) + content[33:]
    np.testing.assert_array_equal(load(marked), load(content))
    assert load(marked).metadata == load(content).metadata


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 3), (30, 40, 4)])
@pytest.mark.parametrize("chunks", [(LINEAR,), (P3_CODE,), (P3_CHROMA, POWER), (SRGB, POWER)])
def test_what_came_in_goes_out(chunks, shape, dtype):
    pixels = smooth(shape).astype(dtype) * np.dtype(dtype).type(257 if dtype == "uint16" else 1)
    pixels[..., -1:] = np.iinfo(dtype).max if len(shape) == 3 else pixels[..., -1:]
    photograph = load(with_chunks(pixels, *chunks))
    content = encode(photograph, ".png")
    again = load(content)
    assert again.metadata == photograph.metadata
    assert again.metadata.png_color == chunks
    for kind, data in chunks:
        assert png_chunk(kind, data) in content
    assert b"iCCP" not in content
    # Dark colours of linear light have few levels in 8 bits.
    assert np.abs(again[..., :3].astype(float) - photograph[..., :3]).max() <= (
        16 if dtype == "uint8" else 1700
    )


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".webp"])
def test_other_formats_get_a_profile(suffix):
    photograph = load(with_chunks(smooth((30, 40, 3)), P3_CODE))
    again = load(encode(photograph, suffix))
    assert again.metadata.icc_profile == photograph.metadata.icc_profile
    assert np.abs(again.astype(int) - photograph).mean() < 3


def test_another_profile_replaces_the_chunks():
    photograph = load(with_chunks(smooth((30, 40, 3)), LINEAR))
    plain = Photograph(photograph, Metadata(png_color=photograph.metadata.png_color))
    content = encode(plain, ".png")
    assert b"gAMA" not in content
    np.testing.assert_array_equal(load(content), photograph)


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_is_clipped_at_white_with_a_warning(transfer):
    pixels = np.repeat(np.linspace(0, 255, 30).astype(np.uint8)[:, None, None], 3, -1)
    with pytest.warns(LossWarning, match="light above white"):
        photograph = load(with_chunks(pixels, (b"cICP", bytes([9, transfer, 0, 1]))))
    values = photograph[:, 0, 0].astype(int)
    assert (np.diff(values) >= 0).all()
    assert values[0] == 0
    assert values[-1] == 255
    white = 0.58 if transfer == 16 else 0.75  # of the signal, after BT.2408
    assert (values[pixels[:, 0, 0] > 255 * white + 5] == 255).all()


@pytest.mark.parametrize(
    "chunk",
    [
        (b"gAMA", bytes(4)),
        (b"gAMA", b"\xff" * 4),
        (b"cHRM", bytes(32)),
        (b"cHRM", struct.pack(">8I", *8 * [33_000])),
        (b"cHRM", b"\xff" * 32),
        (b"cICP", b"\1"),
        (b"cICP", b"\xff" * 4),
    ],
)
def test_damaged_chunks_are_ignored(chunk):
    pixels = smooth((30, 40, 3))
    np.testing.assert_array_equal(load(with_chunks(pixels, chunk)), pixels)
