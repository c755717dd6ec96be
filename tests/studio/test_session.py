"""studio.Session: files in, files out, and nothing left behind."""

import numpy as np
import pytest
from PIL import Image

from colortransfer import images
from colortransfer.errors import ColorTransferError, InputError
from colortransfer.studio import Session, Wish
from colortransfer.studio import _session as module
from colortransfer.studio._pictures import color_at, mask_of, palette_of, reduced, safe_name
from colortransfer.transforms import Transform

SHIFT = Wish(color="#6a7080", method="shift")


@pytest.fixture
def session(tmp_path):
    return Session(tmp_path / "session")


@pytest.fixture
def sea(photo, tmp_path):
    exif = Image.Exif()
    exif[270] = "the sea"
    metadata = images.Metadata(format="PNG", exif=exif.tobytes(), dpi=(300.0, 300.0))
    path = tmp_path / "sea.png"
    images.save(path, images.Photograph(np.uint16(photo) * 257, metadata))
    return path


def test_a_photograph_keeps_its_depth_and_metadata(session, sea):
    name = session.add(sea)
    made = session.fit(name, SHIFT)
    result = images.load(made.files[0])
    assert made.files[0].name == "sea_6a7080.png"
    assert result.dtype == np.uint16
    assert b"the sea" in result.metadata.exif
    wanted = np.array([0x6A, 0x70, 0x80]) / 255
    np.testing.assert_allclose(np.asarray(result).mean((0, 1)) / 65535, wanted, atol=1e-4)
    again = Transform.load(made.files[1]).apply(images.load(sea))
    np.testing.assert_array_equal(again, result)
    assert [path.suffix for path in made.files] == [".png", ".npz", ".cube"]
    assert made.figures["Mean colour"] == "#6a7080"
    assert made.figures["Colour error"].startswith("0.0")
    assert "sea.png" in made.lines
    assert made.remarks == ()


def test_nothing_is_left(session, sea):
    upload = sea.with_name("upload.png")
    upload.write_bytes(sea.read_bytes())
    session.fit(session.add(upload, keep=False), SHIFT)
    assert not upload.exists()
    assert session.folder.is_dir()
    session.close()
    assert not session.folder.exists()
    assert session.stop.is_set()
    assert session.names == []


def test_what_cannot_be_read_is_not_kept(session, tmp_path):
    for content in (b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(40)):
        path = tmp_path / "hostile.png"
        path.write_bytes(content)
        with pytest.raises(ColorTransferError):
            session.add(path, keep=False)
        assert not path.exists()
        path.write_bytes(content)
        with pytest.raises(ColorTransferError):
            session.set_reference(path)
        assert not path.exists()
    assert session.names == []
    assert list(session.folder.iterdir()) == []


def test_names_are_free_and_harmless(session, sea, monkeypatch):
    assert [session.add(sea) for _ in range(3)] == ["sea.png", "sea-2.png", "sea-3.png"]
    assert safe_name("../../etc/passwd") == "passwd.png"
    assert safe_name("..") == "photograph.png"
    assert safe_name('a b"<c>.JPEG') == "a_b_c_.jpeg"
    assert safe_name(".jpg") == "jpg.png"
    assert len(safe_name("x" * 500 + ".tif")) == 84
    monkeypatch.setattr(module, "MOST", 3)
    with pytest.raises(InputError, match="3 photographs"):
        session.add(sea)


def test_old_results_go(session, sea, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 4)
    name = session.add(sea)
    for _ in range(6):
        session.preview(name, SHIFT)
    assert len(list(session.folder.iterdir())) == 1 + 4
    assert session.fit(name, SHIFT).files[0].is_file(), "the photograph itself stays"


def test_previews_say_what_a_fit_will_be_like(session, sea):
    name = session.add(sea)
    wanted = [0x6A, 0x70, 0x80]
    for method in ("default", "gan", "shift"):
        path = session.preview(name, Wish(color="#6a7080", method=method))
        np.testing.assert_allclose(np.asarray(Image.open(path)).mean((0, 1)), wanted, atol=0.6)
    mask = np.zeros((20, 28), np.uint8)
    mask[:10] = 255
    shown = np.asarray(Image.open(session.preview(name, Wish(color="#6a7080", mask=mask))))
    np.testing.assert_array_equal(shown[22:], session.shown(name)[22:])
    assert (shown[:18] != session.shown(name)[:18]).any()
    assert session.preview(name, Wish(saturation=1.2)) is None
    half = session.preview(name, Wish(color="#6a7080", method="shift", strength=0.0))
    np.testing.assert_array_equal(np.asarray(Image.open(half)), session.shown(name))


def test_several_photographs_with_one_edit(session, sea, photo):
    images.save(sea.with_name("hill.jpg"), photo[:, ::-1])
    first, other = session.add(sea), session.add(sea.with_name("hill.jpg"))
    made = session.fit(first, SHIFT)
    (path,) = session.apply_to_others(first, SHIFT, made.files[1])
    assert path.name == "hill_6a7080.jpg"
    transform = Transform.load(made.files[1])
    expected = transform.apply(images.load(sea.with_name("hill.jpg")))
    difference = np.asarray(images.load(path), float) - expected
    assert np.abs(difference).mean() < 3, "but for JPEG"
    assert other in session.names


@pytest.mark.slow
def test_a_fit_tells_its_steps_and_can_be_stopped(session, sea):
    name, steps = session.add(sea), []

    def progress(step):
        steps.append(step.number)
        if step.number == 2:
            session.stop.set()

    made = session.fit(name, Wish(color="#6a7080"), progress=progress)
    assert steps == [1, 2]
    assert made.figures["Colour error"].startswith("0.0")
    assert made.files[0].is_file()


def test_what_is_shown_is_reduced():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (300, 2100, 3), dtype=np.uint8)
    assert reduced(picture).shape == (146, 1024, 3)
    assert reduced(np.uint16(picture) * 257)[0, 0].tolist() == reduced(picture)[0, 0].tolist()
    assert reduced(picture[..., 0]).shape == (146, 1024, 3)
    clear = np.zeros((8, 8, 4), np.uint8)
    assert (reduced(clear) == 255).all()
    assert (reduced(np.full((8, 8, 3), 0.5, np.float32)) == 128).all()


def test_colours_of_a_picture(photo):
    found = palette_of(photo)
    assert len(found) == 8
    assert found == palette_of(photo)
    assert palette_of(np.full((5, 5, 3), [106, 112, 128], np.uint8)) == ["#6a7080"]
    picture = np.zeros((9, 9, 3), np.uint8)
    picture[:, 4:] = [200, 100, 50]
    assert color_at(picture, 7, 4) == "#c86432"
    assert color_at(picture, 0, 8) == "#000000"
    for x, y in ((9, 0), (-1, 0), (0, 9)):
        with pytest.raises(InputError, match="outside"):
            color_at(picture, x, y)


def test_masks_are_what_was_drawn():
    layer = np.zeros((4, 5, 4), np.uint8)
    assert mask_of(None) is None
    assert mask_of([]) is None
    assert mask_of([layer]) is None
    other = layer.copy()
    layer[0, 0], other[1, 1] = [255, 0, 0, 255], [255, 0, 0, 128]
    mask = mask_of([layer, other])
    assert mask.tolist()[0][0] == 255
    assert mask.tolist()[1][1] == 128
    assert np.count_nonzero(mask) == 2
