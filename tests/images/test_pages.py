"""Several pictures in a file: pages, frames, reduced copies, gain maps, raw data."""

import io

import numpy as np
import PIL.Image
import pytest
import tifffile
from image_samples import noise, pillow, pillow_bytes, smooth

from colortransfer.cli import main
from colortransfer.errors import FileError, InputError, LossWarning
from colortransfer.images import Metadata, Photograph, encode, encode_all, load, load_all, save

COLORS = [(200, 30, 60), (30, 200, 60), (60, 30, 200)]
SHIFT = ["--method", "shift", "-c", "#5b86b4"]


def frames(mode="RGB"):
    return [PIL.Image.new(mode, (12, 8), (*color, 255)[: len(mode)]) for color in COLORS]


def several(kind, **options):
    if kind == "TIFF":
        file = io.BytesIO()
        with tifffile.TiffWriter(file) as writer:
            for frame in frames():
                writer.write(np.asarray(frame), photometric="rgb")
        return file.getvalue()
    first, *others = frames()
    return pillow_bytes(first, kind, save_all=True, append_images=others, **options)


def gain_map_jpeg():
    return encode(smooth((20, 30, 3)), ".jpg") + encode(smooth((10, 15)), ".jpg")


MANY = {
    "m.webp": lambda: several("WEBP", duration=[40, 80, 120], loop=2, lossless=True),
    "m.png": lambda: several("PNG", duration=[40, 80, 120], loop=2),
    "m.tif": lambda: several("TIFF"),
    "m.jpg": lambda: several("MPO"),
    "gain.jpg": gain_map_jpeg,
}


@pytest.mark.parametrize("name", MANY)
def test_the_first_is_read_with_a_warning(name):
    with pytest.warns(LossWarning, match="other picture"):
        photograph = load(MANY[name]())
    assert photograph.metadata.pictures == (2 if name == "gain.jpg" else 3)


@pytest.mark.parametrize("name", MANY)
def test_a_file_whose_other_pictures_would_be_lost_is_not_replaced(name, tmp_path, capsys):
    path = tmp_path / name
    path.write_bytes(MANY[name]())
    before = path.read_bytes()
    assert main(["transfer", str(path), *SHIFT, "--in-place"]) == 1
    assert "other picture" in (text := capsys.readouterr().err)
    assert "-o" in text
    assert "--pages all" in text
    with pytest.warns(LossWarning):
        photograph = load(path)
    with pytest.raises(FileError, match="would be lost"):
        save(path, photograph)
    assert path.read_bytes() == before
    other = tmp_path / f"other{path.suffix}"
    assert main(["transfer", str(path), *SHIFT, "-o", str(other)]) == 0
    assert "only the first picture" in capsys.readouterr().err
    assert load(other).metadata.pictures == 1


@pytest.mark.parametrize("name", ["m.webp", "m.png", "m.tif"])
def test_all_pages_get_one_transform(name, tmp_path):
    path, edit = tmp_path / name, tmp_path / "edit.npz"
    path.write_bytes(MANY[name]())
    before = load_all(path)
    arguments = [*SHIFT, "--in-place", "--pages", "all"]
    assert main(["transfer", str(path), *arguments]) == 0
    after = load_all(path)
    assert len(after) == 3
    changes = [(new.astype(int) - old)[0, 0, :3] for old, new in zip(before, after, strict=True)]
    assert np.abs(after[0][..., :3].mean((0, 1)) - [0x5B, 0x86, 0xB4]).max() < 1
    unclipped = [  # where adding the first page's change leaves the range, it is clipped
        np.clip(old[0, 0, :3].astype(int) + changes[0], 0, 255) - old[0, 0, :3] for old in before
    ]
    assert np.abs(np.subtract(changes, unclipped)).max() <= 1
    if name != "m.tif":
        assert [page.metadata.duration for page in after] == [40, 80, 120]
        assert {page.metadata.loop for page in after} == {2}
    assert not edit.exists()


def test_apply_edits_all_pages(tmp_path):
    edit = tmp_path / "edit.npz"
    save(tmp_path / "one.png", smooth((8, 12, 3)))
    one = [str(tmp_path / "one.png"), *SHIFT, "-o", str(tmp_path / "out.png")]
    assert main(["transfer", *one, "--save-transform", str(edit)]) == 0
    (tmp_path / "m.tif").write_bytes(several("TIFF"))
    target = str(tmp_path / "n.webp")
    assert main(["apply", str(edit), str(tmp_path / "m.tif"), "-o", target, "--pages", "all"]) == 0
    assert len(load_all(target)) == 3


def test_pages_that_are_no_sequence_are_refused(tmp_path, capsys):
    path = tmp_path / "m.jpg"
    path.write_bytes(several("MPO"))
    assert main(["transfer", str(path), *SHIFT, "--in-place", "--pages", "all"]) == 1
    assert "no sequence" in capsys.readouterr().err
    with pytest.raises(FileError, match="one picture"):
        encode_all(load_all(several("TIFF")), ".jpg")
    with pytest.raises(InputError, match="at least one"):
        encode_all([], ".tif")


def test_a_file_with_one_picture_is_a_sequence_of_one():
    for suffix in (".jpg", ".png", ".tif", ".webp"):
        assert len(load_all(encode(smooth((8, 12, 3)), suffix))) == 1


def test_pages_of_every_depth_keep_their_metadata():
    pages = [
        Photograph(noise((5, 7, 3), "uint16"), Metadata(dpi=(300.0, 300.0), xmp=b"<x:xmpmeta/>")),
        Photograph(noise((4, 6), "float32"), Metadata(iptc=b"\x1c\x02\x05\0\1a")),
    ]
    again = load_all(encode_all(pages, ".tif"))
    for old, new in zip(pages, again, strict=True):
        np.testing.assert_array_equal(old, new)
        assert (new.metadata.xmp, new.metadata.iptc) == (old.metadata.xmp, old.metadata.iptc)


def tiff(*pages):
    """A TIFF file: each page an array, and options for tifffile."""
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for pixels, options in pages:
            writer.write(pixels, **{"photometric": "rgb", **options})
    return file.getvalue()


def test_a_reduced_picture_in_front_is_not_the_photograph():
    small, full = smooth((12, 16, 3)), smooth((120, 160, 3))
    for content in (
        tiff((small, {"subfiletype": 1}), (full, {})),
        tiff((small, {"subfiletype": 1, "subifds": 1}), (full, {"subfiletype": 0})),
        tiff((full, {}), (small, {"subfiletype": 1})),
        tiff((small, {"subfiletype": 1}), (full, {"subfiletype": 1})),
    ):
        photograph = load(content)
        np.testing.assert_array_equal(photograph, full)
        assert photograph.metadata.pictures == 1


def test_what_a_container_says_in_front_is_about_the_full_picture():
    tags = [(274, 3, 1, 6, True), (271, 2, None, "Maker", True)]
    first = (smooth((12, 16, 3)), {"subfiletype": 1, "extratags": tags})
    photograph = load(tiff(first, (smooth((120, 160, 3)), {})))
    assert photograph.shape == (160, 120, 3)
    assert b"Maker" in photograph.metadata.exif


CFA = {"photometric": 32803, "extratags": [(33421, 3, 2, (2, 2), True)]}


def raw_files():
    small, sensor = smooth((12, 16, 3)), smooth((120, 160)).astype(np.uint16)
    inside = tiff((small, {"subfiletype": 1, "subifds": 1}), (sensor, {**CFA, "subfiletype": 0}))
    dng = tiff((small, {"extratags": [(50706, 1, 4, bytes([1, 4, 0, 0]), True)]}))
    return [
        inside,
        dng,
        tiff((sensor, CFA)),
        b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(40),
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(40),
        b"FUJIFILMCCD-RAW 0201" + bytes(40),
        b"IIRO\x08\0\0\0" + bytes(40),
        b"IIU\0\x18\0\0\0" + bytes(40),
    ]


def test_raw_data_are_one_clear_error(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rawpy", None)
    for content in raw_files():
        with pytest.raises(FileError, match=r"raw data .* develop .*colortransfer\[raw\]"):
            load(content)


def test_raw_data_are_developed_or_are_one_error():
    pytest.importorskip("rawpy")
    for content in raw_files():
        message = ""
        try:
            assert load(content).metadata.format == "RAW"
        except FileError as error:
            message = str(error)
        assert "\n" not in message


@pytest.mark.parametrize("channels", [1, 3])
def test_raw_data_are_developed_where_rawpy_is_installed(monkeypatch, channels):
    developed = noise((6, 8, channels), "uint16")

    class File:
        class sizes:
            width, height = 8, 6

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def postprocess(self, **options):
            assert options == {"use_camera_wb": True, "output_bps": 16}
            return developed

    module = type("rawpy", (), {"imread": staticmethod(lambda file: File())})
    monkeypatch.setitem(__import__("sys").modules, "rawpy", module)
    photograph = load(raw_files()[0])
    np.testing.assert_array_equal(photograph, developed if channels == 3 else developed[..., 0])
    assert photograph.metadata.format == "RAW"


def test_animations_keep_transparency(tmp_path):
    first, *others = frames("RGBA")
    first.putpixel((0, 0), (0, 0, 0, 0))
    content = pillow_bytes(first, "PNG", save_all=True, append_images=others, duration=50)
    pages = load_all(content)
    assert [page.shape for page in pages] == [(8, 12, 4)] * 3
    assert pages[0][0, 0, 3] == 0
    assert getattr(pillow(encode_all(pages, ".png")), "n_frames", 1) == 3
