"""Files as other programs write them: palettes, few bits, layouts of TIFF, frames."""

import io

import numpy as np
import PIL.ExifTags
import PIL.Image
import pytest
import tifffile
from image_samples import (
    exif_block,
    noise,
    pillow,
    pillow_bytes,
    png_chunk,
    png_file,
    smooth,
)

from colortransfer.errors import FileError, LossWarning
from colortransfer.images import Metadata, Photograph, encode, load


def test_palettes_become_colours():
    picture = PIL.Image.fromarray(smooth((16, 16, 3))).quantize(7)
    for kind in ("PNG", "TIFF"):
        content = pillow_bytes(picture, kind)
        np.testing.assert_array_equal(load(content), np.asarray(picture.convert("RGB")))


def test_a_transparent_palette_entry_becomes_alpha():
    picture = PIL.Image.fromarray(smooth((16, 16, 3))).quantize(7)
    again = load(pillow_bytes(picture, "PNG", transparency=3))
    expected = np.where(np.asarray(picture) == 3, 0, 255)
    np.testing.assert_array_equal(again[..., 3], expected)
    np.testing.assert_array_equal(again[..., :3], np.asarray(picture.convert("RGB")))


def test_a_transparent_colour_becomes_alpha():
    grey = smooth((16, 16))
    again = load(pillow_bytes(PIL.Image.fromarray(grey), "PNG", transparency=int(grey[3, 4])))
    np.testing.assert_array_equal(again[..., 3] == 0, grey == grey[3, 4])
    np.testing.assert_array_equal(again[..., 1], grey)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_with_alpha_becomes_rgba(kind):
    picture = PIL.Image.fromarray(smooth((16, 16, 4))).convert("LA")
    again = load(pillow_bytes(picture, kind))
    np.testing.assert_array_equal(again, np.asarray(picture)[..., [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("channels", "color_type", "order"),
    [(1, 0, 0), (3, 2, [0, 1, 2]), (2, 4, [0, 0, 0, 1]), (4, 6, [0, 1, 2, 3])],
)
def test_png_of_16_bits_from_elsewhere(channels, color_type, order):
    pixels = noise((5, 7, channels), "uint16")
    rows = pixels.astype(">u2").reshape(5, -1).view(np.uint8)
    content = png_file(rows, 7, depth=16, color_type=color_type)
    np.testing.assert_array_equal(load(content), pixels[..., order])


def test_png_of_16_bits_with_a_transparent_colour():
    pixels = noise((5, 7, 3), "uint16")
    rows = pixels.astype(">u2").reshape(5, -1).view(np.uint8)
    key = png_chunk(b"tRNS", pixels[2, 3].astype(">u2").tobytes())
    again = load(png_file(rows, 7, depth=16, color_type=2, before=key))
    np.testing.assert_array_equal(again[..., :3], pixels)
    assert again[2, 3, 3] == 0
    assert (again[..., 3] == 65535).sum() == 34


def test_png_of_16_bits_is_readable_elsewhere(tmp_path):
    tf = pytest.importorskip("tensorflow")
    picture = Photograph(noise((5, 7, 3), "uint16"), Metadata(exif=exif_block(), dpi=(96.0, 96.0)))
    content = encode(picture, ".png")
    np.testing.assert_array_equal(tf.io.decode_png(content, dtype=tf.uint16), picture)
    assert pillow(content).getexif()[0x010F] == "Maker of cameras"


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_png_of_few_bits(bits):
    levels = np.arange(2**bits, dtype=np.uint8)[None].repeat(3, 0)
    binary = np.unpackbits(levels[..., None], -1)[..., 8 - bits :].reshape(3, -1)
    again = load(png_file(np.packbits(binary, 1), 2**bits, depth=bits, color_type=0))
    np.testing.assert_array_equal(again, np.rint(255 * (levels / (2**bits - 1))))


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "lzw"},
        {"compression": "zlib", "predictor": True},
        {"tile": (16, 16)},
        {"planarconfig": "separate"},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"rowsperstrip": 3},
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_tiff_layouts(options, dtype):
    picture = noise((21, 19, 3), dtype)
    file = io.BytesIO()
    separate = options.get("planarconfig") == "separate"
    pixels = np.moveaxis(picture, -1, 0) if separate else picture
    tifffile.imwrite(file, pixels, photometric="rgb", **options)
    np.testing.assert_array_equal(load(file.getvalue()), picture)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", None])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16", "F"])
def test_tiff_from_pillow(mode, compression):
    picture = PIL.Image.fromarray(smooth((16, 16, 4)))
    if mode == "I;16":
        picture = PIL.Image.fromarray(noise((16, 16), "uint16"))
    elif mode == "F":
        picture = PIL.Image.fromarray(noise((16, 16), "float32"))
    else:
        picture = picture.convert("RGB").quantize(9) if mode == "P" else picture.convert(mode)
    again = load(pillow_bytes(picture, "TIFF", compression=compression))
    expected = picture.convert({"1": "L", "P": "RGB"}.get(mode, mode))
    np.testing.assert_array_equal(again, np.asarray(expected))


def test_tiff_with_white_as_zero():
    picture = noise((6, 7), "uint16")
    file = io.BytesIO()
    tifffile.imwrite(file, 65535 - picture, photometric="miniswhite")
    np.testing.assert_array_equal(load(file.getvalue()), picture)


def test_tiff_with_premultiplied_alpha():
    color = np.array([[[40000, 20000, 100]]], np.uint16)
    alpha = np.uint16(65535 // 3)
    pixels = np.concatenate(
        [np.rint(color / 3).astype(np.uint16), [[[alpha]]]], -1, dtype=np.uint16
    )
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb", extrasamples=["assocalpha"])
    again = load(file.getvalue())
    np.testing.assert_allclose(again[0, 0, :3].astype(float), color[0, 0], atol=2)
    assert again[0, 0, 3] == alpha


def test_the_first_of_several_frames():
    frames = [PIL.Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    for kind, options in (("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True})):
        content = pillow_bytes(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        with pytest.warns(LossWarning, match="1 other picture"):
            again = load(content)
        assert again.shape[:2] == (8, 8)
        assert (again[..., :3] == [255, 0, 0]).all()


@pytest.mark.parametrize("dtype", ["int16", "uint32", "float64", "int8", "complex64", "bool"])
def test_other_kinds_of_tiff_pixels(dtype):
    file = io.BytesIO()
    tifffile.imwrite(file, np.ones((5, 7), dtype), photometric="minisblack")
    if dtype in ("float64", "bool"):
        assert load(file.getvalue()).max() == (1 if dtype == "float64" else 255)
    else:
        with pytest.raises(FileError, match="convert it"):
            load(file.getvalue())
