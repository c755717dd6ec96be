"""PNG's own words about colours: interpreted as Little CMS would, and written back."""

import io
import struct

import imagecodecs
import numpy as np
import PIL.Image
import pytest
from image_samples import DISPLAY_P3, P3_TO_SRGB, png_chunk, rgb_profile, smooth

from colortransfer.cli import main
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


# Independent of the library: the primaries and curves of ITU-T H.273 as parameters of a profile.
D65 = (0.3127, 0.3290)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
PRIMARIES = {
    1: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
BT709 = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
# Exponent, or g, a, b, c, d of (a x + b)^g from d on and c x below.
TRANSFERS = {
    1: BT709,
    6: BT709,
    14: BT709,
    15: BT709,
    4: (2.2,),
    5: (2.8,),
    8: (1.0,),
    13: (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
}


def own_profile(primaries, curve):
    """The profile with these primaries and this curve, adapted to D50 as ICC.1 asks."""
    xyz = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    x, y = D65
    white, d50 = np.array([x / y, 1, (1 - x - y) / y]), np.array([0.9642, 1, 0.8249])
    scale = np.diag(BRADFORD @ d50 / (BRADFORD @ white))
    columns = np.linalg.inv(BRADFORD) @ scale @ BRADFORD @ (xyz * np.linalg.solve(xyz, white))
    kind = {1: 0, 5: 3}[len(curve)]
    numbers = struct.pack(f">{len(curve)}i", *(round(65536 * value) for value in curve))
    return rgb_profile(columns.T, b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + numbers)


def pillows_littlecms(pixels, profile):
    cms = pytest.importorskip("PIL.ImageCms")
    result = cms.profileToProfile(
        PIL.Image.fromarray(pixels),
        cms.ImageCmsProfile(io.BytesIO(profile)),
        cms.createProfile("sRGB"),
        renderingIntent=cms.Intent.RELATIVE_COLORIMETRIC,
        flags=cms.Flags.NOOPTIMIZE,
    )
    return np.asarray(result)


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("primaries", PRIMARIES)
def test_cicp_as_pillows_little_cms(primaries, transfer):
    every = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    every[0] = np.linspace(0, 255, 64).astype(np.uint8)[:, None]
    photograph = load(with_chunks(every, (b"cICP", bytes([primaries, transfer, 0, 1]))))
    expected = pillows_littlecms(every, own_profile(PRIMARIES[primaries], TRANSFERS[transfer]))
    assert near(photograph, expected)
    assert (primaries, transfer) == (1, 13) or np.ptp(photograph.astype(int) - every) > 5


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2, None])
@pytest.mark.parametrize("primaries", [None, *PRIMARIES])
def test_gama_and_chrm_as_pillows_little_cms(primaries, gamma):
    every = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    chunks = []
    if primaries is not None:
        numbers = np.rint(1e5 * np.array([D65, *PRIMARIES[primaries]])).astype(int).ravel()
        chunks.append((b"cHRM", struct.pack(">8I", *numbers)))
    if gamma is not None:
        chunks.append((b"gAMA", struct.pack(">I", round(1e5 / gamma))))
    curve = TRANSFERS[13] if gamma is None else (gamma,)
    expected = pillows_littlecms(every, own_profile(PRIMARIES[primaries or 1], curve))
    assert near(load(with_chunks(every, *chunks)), expected)


@pytest.mark.parametrize("transfer", [16, 18])
def test_a_file_with_an_hdr_signal_is_not_overwritten(transfer, tmp_path, capsys):
    path = tmp_path / "a.png"
    content = with_chunks(smooth((20, 30, 3)), (b"cICP", bytes([9, transfer, 0, 1])))
    path.write_bytes(content)
    arguments = ["transfer", str(path), "-c", "#5b86b4", "--method", "shift", "--in-place"]
    assert main(arguments) == 1
    *_, line = capsys.readouterr().err.splitlines()
    assert f"the light above white of its {'PQ' if transfer == 16 else 'HLG'} signal" in line
    assert path.read_bytes() == content


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
