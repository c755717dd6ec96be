"""Statistics and palettes on the command line."""

import numpy as np
import pytest
from test_cli import COLOR, content, folder, run  # noqa: F401

from colortransfer import images
from colortransfer.colors import LUMA
from colortransfer.transforms import PaletteTransform, Transform


def test_numbers_without_a_colour(folder, run, photo):  # noqa: F811
    words = ["transfer", "a.png", "-o", "b.png", "--brightness", "0.4", "--hue", "20"]
    status, _, err = run(*words)
    assert (status, err) == (0, "")
    result = np.asarray(images.load("b.png"))
    assert abs((result / 255 @ LUMA).mean() - 0.4) < 1e-3
    assert not np.array_equal(result, photo)


@pytest.mark.slow
def test_a_palette(folder, run):  # noqa: F811
    words = ["transfer", "a.png", "-o", "b.png", "--palette", "#3f2c20=#20303f"]
    status, _, err = run(*words, "--save-transform", "edit.npz")
    assert (status, err) == (0, "")
    assert isinstance(Transform.load("edit.npz"), PaletteTransform)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--saturation", "1.2", "--method", "shift", "-c", COLOR], "leave out --method"),
        (["--contrast", "1.2", "--tint", "-c", COLOR], "leave out masks"),
        (["--contrast", "1.2", "--mask", "a.png", "-c", COLOR], "leave out masks"),
        (["--brightness", "0.4", "-c", COLOR], "has a brightness already"),
        (["--sharpness", "2", "--cube", "a.cube"], "knows no neighbours"),
        (["--palette", "teal", "--palette", "red=blue"], "OLD=COLOR each time"),
        (["--palette", "teal", "-c", COLOR], "leave out -c"),
        (["--palette", "teal", "--method", "gan"], "feature-matching"),
        (["--palette", "tael"], "tael"),
        (["--reference-as", "moments", "-c", COLOR], "with --reference FILE"),
        (["--reference", "a.png", "--reference-as", "palette", "--hue", "9"], "leave out more"),
        (["--reference", "a.png", "--reference-as", "palette", "--tint"], "leave out the rest"),
        ([], "say which colours"),
    ],
)
def test_what_cannot_be_asked_together(folder, run, words, message):  # noqa: F811
    status, _, err = run("transfer", "a.png", "-o", "b.png", *words)
    assert status in (1, 2)
    assert message in err
    assert "b.png" not in content(folder)
