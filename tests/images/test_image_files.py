"""Round trips of pixels through every format and depth; where files come from and go to."""

import io

import numpy as np
import pytest
from image_samples import (
    exif_block,
    noise,
    smooth,
)

from colortransfer import images
from colortransfer.errors import FileError, InputError
from colortransfer.images import Metadata, Photograph, encode, load, save


@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", ">u2"])
@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4), (1, 1), (1, 1, 3), (3, 1, 4)])
def test_integers_survive_lossless_formats(tmp_path, suffix, dtype, shape):
    picture = noise(shape, dtype)
    save(tmp_path / f"a{suffix}", picture)
    again = load(tmp_path / f"a{suffix}")
    assert isinstance(again, Photograph)
    assert again.dtype == np.dtype(dtype).newbyteorder("=")
    assert again.flags.writeable
    assert again.flags.c_contiguous
    np.testing.assert_array_equal(again, picture)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (5, 7, 4)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_survive_tiff(shape, dtype):
    picture = noise(shape, dtype)
    again = load(encode(picture, ".tif"))
    assert again.dtype == np.float32
    np.testing.assert_array_equal(again, picture.astype(np.float32))


def test_one_channel_is_saved_as_grey():
    picture = noise((5, 7, 1), "uint8")
    np.testing.assert_array_equal(load(encode(picture, ".png")), picture[..., 0])


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_lossy_formats_come_close(suffix, dtype):
    picture = smooth((40, 56, 3))
    given = picture if dtype == "uint8" else picture.astype(dtype)
    given = given * np.uint16(257) if dtype == "uint16" else given
    given = given / np.float32(255) if dtype == "float32" else given
    again = load(encode(given, suffix))
    assert again.dtype == np.uint8
    assert np.abs(again.astype(int) - picture).max() <= 10


def test_quality_decides_over_size_and_is_checked():
    picture = noise((40, 40, 3), "uint8")
    for suffix in (".jpg", ".webp"):
        assert len(encode(picture, suffix, quality=20)) < len(encode(picture, suffix))
    assert encode(picture, ".jpg", quality=np.int64(20)) == encode(picture, ".jpg", quality=20)
    for quality in (0, 101, 9.5, "90"):
        with pytest.raises(InputError, match="quality"):
            encode(picture, ".jpg", quality=quality)


def test_jpeg_keeps_the_mean_colour_of_strong_colours():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[::2, :, 0] = 255
    picture[1::2, :, 2] = 255
    again = load(encode(picture, ".jpg"))
    np.testing.assert_allclose(again.mean((0, 1)), picture.mean((0, 1)), atol=1)


def test_floats_are_rounded_not_cut():
    picture = np.full((8, 8, 3), 127.6 / 255)
    assert (load(encode(picture, ".png")) == 128).all()
    assert (load(encode(np.full((8, 8), 32896, np.uint16), ".jpg")) == 128).all()


def test_alpha_and_jpeg():
    picture = smooth((16, 16, 4))
    with pytest.raises(InputError, match=r"\.png"):
        encode(picture, ".jpg")
    picture[..., 3] = 255  # nothing is lost without it
    assert load(encode(picture, ".jpg")).shape == (16, 16, 3)


def test_webp_keeps_alpha():
    picture = smooth((16, 16, 4))
    picture[2:5, 3:9, 3] = 0
    np.testing.assert_array_equal(load(encode(picture, ".webp"))[..., 3], picture[..., 3])


def test_paths_bytes_and_streams_are_the_same(tmp_path):
    path = tmp_path / "größe x.png"
    save(path, smooth((20, 30, 3)))
    content = path.read_bytes()
    with path.open("rb") as file:
        for source in (path, str(path), content, bytearray(content), file, io.BytesIO(content)):
            np.testing.assert_array_equal(load(source), smooth((20, 30, 3)))


def test_the_same_image_gives_the_same_bytes():
    photograph = Photograph(smooth((20, 30, 3)), Metadata(exif=exif_block(), dpi=(300.0, 300.0)))
    for suffix in images.SUFFIXES:
        assert encode(photograph, suffix) == encode(photograph, suffix)
        assert encode(photograph * np.uint16(257), suffix) == encode(
            photograph * np.uint16(257), suffix
        )


def test_tensors_can_be_saved(tmp_path):
    tf = pytest.importorskip("tensorflow")
    save(tmp_path / "a.png", tf.constant(smooth((20, 30, 3))))
    np.testing.assert_array_equal(load(tmp_path / "a.png"), smooth((20, 30, 3)))


def test_wrong_sources_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("A text.\n" * 9)
    (tmp_path / "empty.png").touch()
    for source, words in (
        (tmp_path / "none.png", "no such file"),
        (tmp_path, "folder"),
        (tmp_path / "a.txt", "not a JPEG, PNG"),
        (tmp_path / "empty.png", "not a JPEG, PNG"),
        ("a\0b.png", "null"),
        (b"", "not a JPEG"),
        ("/dev/zero", "not a JPEG"),
    ):
        with pytest.raises(FileError, match=words) as caught:
            load(source)
        assert "\n" not in str(caught.value)
    for source in (None, 3, io.StringIO("text"), np.zeros((2, 2))):
        with pytest.raises(InputError):
            load(source)


def test_wrong_images_are_refused_and_nothing_is_written(tmp_path):
    for picture in (np.zeros((0, 3)), np.full((2, 2), np.nan), np.full((2, 2), 9.0), "a.png"):
        with pytest.raises(InputError):
            save(tmp_path / "a.png", picture)
    for name in ("a", "a.gif", "a.png.bak"):
        with pytest.raises(FileError, match=r"\.png"):
            save(tmp_path / name, smooth((4, 4, 3)))
    with pytest.raises(FileError, match="65500"):
        save(tmp_path / "a.jpg", np.zeros((1, 65501), np.uint8))
    with pytest.raises(InputError, match="path"):
        save(io.BytesIO(), smooth((4, 4, 3)))
    assert list(tmp_path.iterdir()) == []


def test_wholly_transparent_images_can_be_saved():
    assert not load(encode(np.zeros((4, 4, 4), np.uint8), ".png")).any()
