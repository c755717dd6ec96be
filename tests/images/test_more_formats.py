"""GIF, BMP, JFIF, AVIF and HEIC; WebP without loss."""

import io

import numpy as np
import PIL.Image
import pytest
from image_samples import exif_block, noise, pillow, pillow_bytes, smooth

from colortransfer.cli import main
from colortransfer.errors import FileError
from colortransfer.images import READ_ONLY, encode, load, save

SHIFT = ["--method", "shift", "-c", "#5b86b4"]


def picture():
    return PIL.Image.fromarray(smooth((20, 30, 3)))


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_bmp_and_gif(mode):
    source = picture().convert(mode)
    for kind in ("BMP", "GIF"):
        if (kind, mode) == ("GIF", "RGB"):
            continue
        again = load(pillow_bytes(source, kind))
        assert again.metadata.format == kind
        expected = np.asarray(source.convert("RGB"))
        grey = again.ndim == 2
        np.testing.assert_array_equal(
            again if not grey else again[..., None], expected[..., :1] if grey else expected
        )


def test_a_gif_with_transparency_and_a_comment():
    source = picture().quantize(8)
    source.putpixel((0, 0), 3)
    content = pillow_bytes(source, "GIF", transparency=3, comment=b"A comment")
    photograph = load(content)
    assert photograph.shape == (20, 30, 4)
    assert photograph[0, 0, 3] == 0
    assert photograph.metadata.comments == (b"A comment",)


def test_jfif_is_jpeg(tmp_path):
    save(tmp_path / "a.jfif", smooth((20, 30, 3)))
    assert pillow((tmp_path / "a.jfif").read_bytes()).format == "JPEG"
    assert main(["transfer", str(tmp_path), *SHIFT, "--in-place"]) == 0
    assert load(tmp_path / "a.jfif").metadata.format == "JPEG"


def avif(**options):
    features = pytest.importorskip("PIL.features")
    if not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    return pillow_bytes(picture(), "AVIF", quality=95, **options)


def test_avif():
    photograph = load(avif(exif=exif_block(orientation=1)))
    assert photograph.metadata.format == "AVIF"
    assert np.abs(photograph.astype(int) - smooth((20, 30, 3))).mean() < 3
    assert b"Maker of cameras" in photograph.metadata.exif


def heic():
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(file, quality=95)
    return file.getvalue()


def test_heic():
    photograph = load(heic())
    assert photograph.metadata.format == "HEIF"
    assert np.abs(photograph.astype(int) - smooth((20, 30, 3))).mean() < 3


def test_heic_without_its_extra_is_one_clear_error(monkeypatch):
    content = heic()
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    with pytest.raises(FileError, match=r"pip install 'colortransfer\[heif\]'"):
        load(content)


@pytest.mark.parametrize(
    ("start", "name"), [(b"v/1\x01\x02\0\0\0", "an OpenEXR"), (b"#?RADIANCE\n", "a Radiance HDR")]
)
def test_scene_linear_files_are_one_clear_error(tmp_path, start, name):
    (tmp_path / "a.tif").write_bytes(start + bytes(60))
    with pytest.raises(FileError, match=rf"a\.tif: it is {name} file; convert it to a TIFF .*"):
        load(tmp_path / "a.tif")


def test_what_is_only_read_becomes_png_in_a_folder(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.GIF").write_bytes(pillow_bytes(picture().quantize(8), "GIF"))
    (folder / "b.bmp").write_bytes(pillow_bytes(picture(), "BMP"))
    assert main(["transfer", str(folder), *SHIFT, "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "b.png"]
    capsys.readouterr()
    before = (folder / "b.bmp").read_bytes()
    assert main(["transfer", str(folder / "b.bmp"), *SHIFT, "--in-place"]) == 2
    assert "not written" in capsys.readouterr().err
    assert (folder / "b.bmp").read_bytes() == before
    (folder / "c.NEF").write_bytes(before)
    assert main(["transfer", str(folder / "c.NEF"), *SHIFT, "--in-place"]) == 2
    assert "must end in one of" in capsys.readouterr().err
    assert main(["transfer", str(folder / "c.NEF"), *SHIFT, "-o", f"{tmp_path}/out/"]) == 0
    assert (tmp_path / "out" / "c.png").exists()
    assert set(READ_ONLY) >= {".gif", ".bmp", ".heic", ".avif"}


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp_without_loss_stays_so(tmp_path, mode):
    pixels = noise((20, 30, len(mode)), "uint8")
    path = tmp_path / "a.webp"
    PIL.Image.fromarray(pixels).save(path, lossless=True, exact=True)
    photograph = load(path)
    assert photograph.metadata.lossless
    save(path, photograph)
    np.testing.assert_array_equal(load(path), pixels)
    assert load(path).metadata == photograph.metadata
    lossy = encode(pixels[..., :3], ".webp")
    assert not load(lossy).metadata.lossless
    assert len(encode(load(lossy), ".webp")) < 1.2 * len(lossy)
