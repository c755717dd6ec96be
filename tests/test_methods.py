"""The registry of methods: one call for all of them, and what an edit knows."""

import pickle

import numpy as np
import pytest

from colortransfer import Edit, classical, cli, images
from colortransfer.colors import LUMA, parse_color
from colortransfer.errors import InputError
from colortransfer.gan import CycleGAN
from colortransfer.images import as_canvas
from colortransfer.methods import METHODS, Spec, register

COLOR = "#5b86b4"
NAMES = (
    "feature-matching",
    "shift",
    "gan",
    "reinhard",
    "match-histograms",
    "monge-kantorovich",
    "mvgd",
    "distribution-transfer",
    "zeng",
    "translation",
)
BY_COLOR = NAMES[:3]


@pytest.fixture
def target(photo):
    """A target for each kind of method."""
    reference = photo[::-1] // 2
    references = [reference, 255 - photo]
    return {"color": COLOR, "reference": reference, "references": references, "nothing": None}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Each method by its name, made once."""
    weights = tmp_path_factory.mktemp("gan") / "gan.npz"
    CycleGAN(size=16, width=4, blocks=1).save(weights)
    made, options = {}, {"translation": {"weights": str(weights)}}

    def get(name):
        if name not in made:
            made[name] = METHODS[name](**options.get(name, {}))
        return made[name]

    return get


def test_every_method_is_tested():
    assert set(NAMES) <= set(METHODS)
    outside = [n for n in METHODS if n not in NAMES and "colortransfer." in METHODS[n].__module__]
    assert outside == []


@pytest.mark.parametrize("name", NAMES)
def test_every_method_returns_an_edit(name, built, photo, target):
    edit = built(name).fit(photo, target[METHODS[name].takes])
    assert isinstance(edit, Edit)
    assert edit.image.shape == photo.shape
    assert edit.image.dtype == photo.dtype
    assert (edit.transform is not None) == METHODS[name].has_transform
    assert edit.warnings == ()
    if name in BY_COLOR:
        mean = edit.image.mean((0, 1)) / 255
        np.testing.assert_allclose(edit.color, parse_color(COLOR))
        assert edit.color_error == pytest.approx(np.abs(mean - edit.color).max(), abs=1e-6)
        assert edit.color_error < 1 / 255
    else:
        assert (edit.color, edit.errors) == (None, {})


@pytest.mark.parametrize("name", NAMES)
def test_a_weaker_edit_lies_between_and_knows_its_error(name, built, photo, target):
    edit = built(name).fit(photo, target[METHODS[name].takes])
    half = edit.weakened(photo, 0.5)
    middle = (photo.astype(float) + edit.image) / 2
    assert np.abs(half.image - middle).mean() < 2  # levels; the middle of clipped colours differs
    assert edit.weakened(photo, 1.0) is edit
    np.testing.assert_array_equal(edit.weakened(photo, 0).image, photo)
    if name in BY_COLOR:
        off = np.abs(half.image.mean((0, 1)) / 255 - edit.color).max()
        assert half.color_error == pytest.approx(off, abs=1e-6)
        assert half.color_error > 0.05


@pytest.mark.parametrize("strength", ["0.5", None, -0.1, 1.1, float("nan")])
def test_a_strength_that_is_none_is_one_clear_line(strength, photo):
    edit = METHODS["shift"]().fit(photo, COLOR)
    for call in (edit.weakened, edit.transform.apply):
        with pytest.raises(InputError, match="strength must be"):
            call(photo, strength)


def test_the_image_that_was_edited_is_needed_where_there_is_no_transform(photo, target):
    edit = METHODS["zeng"]().fit(photo, target["reference"])
    with pytest.raises(InputError, match="another size"):
        edit.weakened(photo[1:], 0.5)


@pytest.mark.parametrize("name", BY_COLOR)
def test_a_grey_photograph_reaches_the_grey_of_the_colour_and_says_so(name, built, photo):
    edit = built(name).fit(photo[..., 1], COLOR)
    grey = float(LUMA @ parse_color(COLOR))
    np.testing.assert_allclose(edit.color, grey)
    assert edit.image.mean() / 255 == pytest.approx(grey, abs=1 / 255)
    assert edit.color_error < 1 / 255
    (warning,) = [w for w in edit.warnings if "grey" in w]
    assert "stays grey" in warning
    assert "#808080" in warning
    assert not any("grey" in w for w in built(name).fit(photo[..., 1], (0.4, 0.4, 0.4)).warnings)


@pytest.mark.parametrize("name", BY_COLOR)
def test_a_colour_that_erases_a_channel_is_named_with_the_nearest_that_does_not(name, built, photo):
    edit = built(name).fit(photo, "teal")
    (warning,) = edit.warnings
    assert "red at 0" in warning
    assert warning.endswith("#0d8080")
    np.testing.assert_array_equal(edit.image[..., 0], 0)
    better = built(name).fit(photo, "#0d8080")
    assert better.warnings == ()
    assert np.ptp(better.image[..., 0]) > 10
    (warning,) = built(name).fit(photo, "red").warnings
    for end in ("red at 1", "green at 0", "blue at 0", "#f20d0d"):
        assert end in warning


def test_the_error_of_linear_light_is_taken_there(photo):
    edit = METHODS["feature-matching"](mean_space="linear").fit(photo, COLOR)
    for found in (edit, edit.weakened(photo, 0.5)):
        off = np.abs(as_canvas(found.image).mean_color("linear") - edit.color).max()
        assert found.color_error == pytest.approx(off, abs=1e-6)


def test_a_spec_is_plain_data_and_builds_its_method_once(photo):
    spec = Spec("shift", {"form": "midtone"})
    again = pickle.loads(pickle.dumps(spec))
    assert again == spec
    assert hash(again) == hash(spec)
    assert again.build() is spec.build() is not Spec("shift").build()
    expected = classical.shift(photo, COLOR, form="midtone")
    np.testing.assert_array_equal(spec.build().fit(photo, COLOR).image, expected)


def test_a_wrong_spec_is_one_clear_line():
    with pytest.raises(InputError, match="no method 'nonsense'; there are feature-matching, "):
        Spec("nonsense")
    with pytest.raises(InputError, match="not plain data"):
        Spec("shift", {"mask": np.ones((3, 3), bool)})


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_a_method_does_not_have_is_one_clear_line(name):
    with pytest.raises(InputError, match=f"method '{name}' has no option 'nonsense'; it has .*"):
        Spec(name, {"nonsense": 1}).build()


@pytest.fixture
def outsider():
    """A method that another package registers; forgotten after the test."""

    @register
    class Inverted:
        name, takes, has_transform = "inverted", "color", False

        def fit(self, image, target, *, callbacks=()):
            return Edit(255 - image, None, warnings=("the colour was not looked at",))

    yield Inverted
    del METHODS["inverted"]


def test_registration_checks_what_it_is_given(outsider):
    with pytest.raises(InputError, match="a method 'inverted' already"):
        register(outsider)
    with pytest.raises(InputError, match="has no name, takes"):
        register(int)


def test_one_call_brings_a_method_to_specs_and_to_the_command_line(
    outsider, photo, tmp_path, monkeypatch, capsys
):
    np.testing.assert_array_equal(Spec("inverted").build().fit(photo, COLOR).image, 255 - photo)
    monkeypatch.chdir(tmp_path)
    images.save("a.png", photo)
    words = ("transfer", "a.png", "-c", COLOR, "--method", "inverted", "-o", "b.png")
    assert cli.main([*words, "--strength", "0.5"]) == 0
    assert capsys.readouterr().err == "colortransfer: a.png: the colour was not looked at\n"
    assert np.ptp(images.load("b.png")) <= 1
    assert cli.main([*words, "--save-transform", "c.npz"]) == 2
    assert "has no transform" in capsys.readouterr().err
