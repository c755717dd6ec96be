"""studio.Wish: what is asked for, what is refused, and the Python lines that do the same."""

import numpy as np
import pytest

from colortransfer import images
from colortransfer.errors import InputError
from colortransfer.studio import CHOICES, Wish
from colortransfer.studio._wish import fitted

HALF = np.repeat(np.array([[0, 255]], np.uint8), 4, 0)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish(), "choose a colour"),
        (Wish(color="blurple"), "not a colour"),
        (Wish(color="teal", method="nonsense"), "no method"),
        (Wish(color="teal", method="reinhard"), "add another photograph"),
        (Wish(color="teal", method="gan", hue=20.0), "choose another method"),
        (Wish(color="teal", method="shift", mask=HALF), "choose another method"),
        (Wish(color="teal", hue=20.0, mask=HALF), "leave them or the mask out"),
        (Wish(keep_luminance=True), "choose a colour"),
        (Wish(mask=HALF), "choose a colour"),
        (Wish(hue=2.0, tint=True), "leave them or the mask out"),
    ],
)
def test_what_cannot_be_asked_for(wish, message):
    with pytest.raises(InputError, match=message) as error:
        wish.check()
    assert "\n" not in str(error.value)


def test_the_published_method_is_for_small_photographs():
    with pytest.raises(InputError, match="1 megapixel"):
        Wish(color="teal", method="paper").fit(np.zeros((2000, 2000, 3), np.uint8))


def test_masks_are_scaled_to_the_photograph():
    assert fitted(HALF, (4, 2)) is HALF
    scaled = fitted(HALF, (40, 60))
    assert scaled.shape == (40, 60)
    assert (scaled[:, :10] == 0).all()
    assert (scaled[:, -10:] == 255).all()


WISHES = [
    Wish(color="#6a7080", method="shift", strength=0.4),
    Wish(color="#6a7080", method="midtone"),
    Wish(color="#6a7080", method="gan"),
    Wish(method="reinhard"),
]
FITS = [
    Wish(color="#6a7080"),
    Wish(color="#6a7080", method="paper"),
    Wish(color="#6a7080", mask=HALF, keep_luminance=True),
    Wish(color="#6a7080", saturation=1.2, strength=0.5),
    Wish(brightness=0.4, hue=10.0),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.method)
def test_the_lines_do_the_same(wish, photo, tmp_path, monkeypatch):
    check_lines(wish, photo, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("wish", FITS, ids=str)
def test_the_lines_of_a_fit_do_the_same(wish, photo, tmp_path, monkeypatch):
    check_lines(wish, photo, tmp_path, monkeypatch)


def check_lines(wish, photo, folder, monkeypatch):
    monkeypatch.chdir(folder)
    images.save('sea "1".png', photo)
    images.save("other.png", photo[::-1, ::-1])
    if wish.mask is not None:
        images.save("mask.png", fitted(wish.mask, photo.shape[:2]))
    if CHOICES[wish.method].reference:
        wish = Wish(method=wish.method, reference=folder / "other.png")
    expected = wish.fit(images.load('sea "1".png')).image
    exec(wish.lines('sea "1".png', "result.png"), {})
    np.testing.assert_array_equal(images.load("result.png"), expected)


def test_every_method_has_a_title_and_lines():
    assert len({choice.title for choice in CHOICES.values()}) == len(CHOICES)
    for name in CHOICES:
        compile(Wish(color="teal", method=name).lines("a.jpg", "b.jpg"), name, "exec")
        assert Wish(color="teal", method=name).suffix.isalnum()
