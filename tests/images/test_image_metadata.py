"""EXIF data, orientation and resolution, and the class that carries them."""

import pickle
import struct

import numpy as np
import PIL.ExifTags
import PIL.Image
import pytest
from image_samples import (
    MAKER_NOTE,
    PREFIX,
    THUMBNAIL,
    exif_block,
    noise,
    pillow,
    pillow_bytes,
    smooth,
)

from colortransfer import images
from colortransfer.errors import FileError
from colortransfer.images import Metadata, Photograph, encode, load


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_exif_data_are_carried_through(order, suffix, dtype):
    source = pillow_bytes(
        PIL.Image.fromarray(smooth((20, 30, 3))), "JPEG", exif=PREFIX + exif_block(order=order)
    )
    photograph = load(source)
    content = encode(photograph.astype(dtype) * np.dtype(dtype).type(1), suffix)
    exif = pillow(content).getexif()
    assert exif[0x010F] == "Maker of cameras"
    camera = exif.get_ifd(PIL.ExifTags.IFD.Exif)
    assert float(camera[0x829A]) == 1 / 250
    assert camera[0x927C] == MAKER_NOTE
    assert exif.get_ifd(PIL.ExifTags.IFD.GPSInfo)[1] == "N"
    again = load(content).metadata
    assert again.format == {".jpg": "JPEG", ".tif": "TIFF"}.get(suffix, suffix[1:].upper())
    if suffix != ".tif":
        assert again.exif == photograph.metadata.exif


def test_exif_data_keep_every_byte_but_the_thumbnail():
    block = exif_block(orientation=6)
    source = pillow_bytes(PIL.Image.fromarray(smooth((20, 30, 3))), "JPEG", exif=PREFIX + block)
    carried = load(source).metadata.exif
    expected = bytearray(block[: -len(THUMBNAIL)])
    assert expected.count(struct.pack("<HHII", 0x0112, 3, 1, 6)) == 1
    position = expected.index(struct.pack("<HHII", 0x0112, 3, 1, 6)) + 8
    expected[position] = 1
    link = 8 + 2 + 4 * 12  # to the directory of the thumbnail
    expected[link : link + 4] = bytes(4)
    assert carried == bytes(expected)


def test_exif_data_say_the_size_that_is_saved():
    metadata = Metadata(exif=exif_block(size=(4000, 3000)))
    content = encode(Photograph(smooth((20, 30, 3)), metadata), ".jpg")
    camera = pillow(content).getexif().get_ifd(PIL.ExifTags.IFD.Exif)
    assert (camera[0xA002], camera[0xA003]) == (30, 20)


def test_exif_data_after_the_pixels_of_a_png():
    content = pillow_bytes(PIL.Image.fromarray(smooth((20, 30, 3))), "PNG", exif=exif_block())
    start = content.index(b"eXIf") - 4
    length = 12 + struct.unpack(">I", content[start : start + 4])[0]
    moved = content[:start] + content[start + length : -12]
    moved += content[start : start + length] + content[-12:]
    assert load(moved).metadata.exif == load(content).metadata.exif
    assert load(content).metadata.exif is not None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(kind, orientation):
    # The stored pixels whose upright view is ``upright``, from the EXIF standard's wording: where
    # row 0 and column 0 of the stored image are in the view.
    upright = np.zeros((24, 40, 3), np.uint8)
    upright[:8, :20] = [255, 0, 0]
    upright[16:, 20:] = [0, 0, 255]
    stored = {
        1: upright,  # top, left
        2: np.fliplr(upright),  # top, right
        3: np.flipud(np.fliplr(upright)),  # bottom, right
        4: np.flipud(upright),  # bottom, left
        5: upright.transpose(1, 0, 2),  # left, top
        6: np.fliplr(upright.transpose(1, 0, 2))[::-1, ::-1],  # right, top
        7: upright.transpose(1, 0, 2)[::-1, ::-1],  # right, bottom
        8: np.flipud(upright.transpose(1, 0, 2))[::-1, ::-1],  # left, bottom
    }[orientation]
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    picture = PIL.Image.fromarray(np.ascontiguousarray(stored))
    content = pillow_bytes(picture, kind, exif=exif, **options)
    again = load(content)
    assert again.shape == upright.shape
    assert np.abs(again.astype(int) - upright).mean() < 4
    saved = pillow(encode(again, ".jpg"))
    assert saved.getexif().get(0x0112, 1) == 1
    assert saved.size == (40, 24)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_resolution_is_carried_through(suffix, dtype):
    metadata = Metadata(dpi=(300.0, 150.0))
    content = encode(Photograph(noise((5, 7, 3), dtype), metadata), suffix)
    np.testing.assert_allclose(np.array(load(content).metadata.dpi), [300, 150], atol=0.02)
    if dtype == "uint8":
        np.testing.assert_allclose(
            [float(v) for v in pillow(content).info["dpi"]], [300, 150], 1e-3
        )


def test_resolution_turns_with_the_pixels():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    picture = PIL.Image.fromarray(smooth((20, 30, 3)))
    content = pillow_bytes(picture, "JPEG", exif=exif, dpi=(300, 150))
    assert load(content).metadata.dpi == (150, 300)


def test_damaged_exif_data_do_not_stop_a_photograph():
    picture = PIL.Image.fromarray(smooth((20, 30, 3)))
    for block in (b"nonsense", exif_block()[:30], b"II*\0\xff\xff\xff\xff" + bytes(40)):
        photograph = load(pillow_bytes(picture, "JPEG", exif=PREFIX + block))
        assert photograph.shape == (20, 30, 3)
        for suffix in images.SUFFIXES:
            assert load(encode(photograph, suffix)).shape == (20, 30, 3)


def test_exif_data_too_long_for_jpeg_is_one_error():
    block = exif_block() + bytes(70_000)
    photograph = Photograph(smooth((20, 30, 3)), Metadata(exif=block))
    with pytest.raises(FileError, match=r"try \.tif or \.png"):
        encode(photograph, ".jpg")
    assert load(encode(photograph, ".png")).metadata.exif is not None


def test_photographs_are_arrays_that_keep_metadata():
    metadata = Metadata("JPEG", b"exif", b"profile", (72.0, 72.0))
    photograph = Photograph(smooth((20, 30, 3)), metadata)
    for other in (
        photograph[2:5],
        photograph / 255,
        photograph.copy(),
        photograph.astype(np.float32),
        np.clip(photograph, 3, 9),
        pickle.loads(pickle.dumps(photograph)),
    ):
        assert isinstance(other, Photograph)
        assert other.metadata == metadata
    assert type(np.asarray(photograph)) is np.ndarray
    assert type(photograph.max()) is np.uint8
    assert type(photograph.mean()) is np.float64
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(photograph)), photograph)
    assert Photograph(np.zeros((2, 2)), metadata).view(np.ndarray).sum() == 0
    assert np.zeros((2, 2)).view(Photograph).metadata == Metadata()


def test_what_several_photographs_become():
    one = Photograph(smooth((4, 5, 3)), Metadata("JPEG", dpi=(72.0, 72.0)))
    other = Photograph(smooth((4, 5, 3)), Metadata("PNG", dpi=(300.0, 300.0)))
    assert (one - other).metadata == one.metadata
    assert (np.asarray(one) - other).metadata == other.metadata
    assert np.maximum(other, one).metadata == other.metadata
    assert one[1:3, ::2, 0].metadata == one.metadata
    for stack in (np.stack([one, other]), np.concatenate([one, other])):
        assert getattr(stack, "metadata", Metadata()) == Metadata()
