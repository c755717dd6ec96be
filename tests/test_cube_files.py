"""`.cube` tables of other programs, read as transforms."""

import itertools

import numpy as np
import pytest
from scipy.interpolate import interpn

from colortransfer.cli import main
from colortransfer.errors import FileError
from colortransfer.images import load, save
from colortransfer.transforms import CurvesTransform, Lut3D, ShapedLut, Transform

COLORS = np.random.default_rng(0).random((50, 3)).astype(np.float32)


def table(size, function):
    """Lines of a 3D table over [0, 1], red quickest."""
    axis = np.linspace(0, 1, size)
    points = [(r, g, b) for b, g, r in itertools.product(axis, repeat=3)]
    colors = (function(np.array(point)) for point in points)
    return "\n".join(" ".join(f"{value:.9f}" for value in color) for color in colors)


def look(rgb):
    r, g, b = rgb
    return np.array([0.8 * r + 0.1 * g, g * b, 0.5 + 0.4 * b - 0.2 * r])


def written(tmp_path, text, name="look.cube"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_table_after_adobe_and_iridas(tmp_path):
    head = (
        '# made by a test\nTITLE "A # look"\n\nLUT_3D_SIZE 5\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n'
    )
    transform = Transform.load(written(tmp_path, head + table(5, look)))
    assert isinstance(transform, Lut3D)
    axis = np.linspace(0, 1, 5)
    grid = np.array([look(p) for p in itertools.product(axis, repeat=3)]).reshape(5, 5, 5, 3)
    expected = interpn((axis, axis, axis), grid, COLORS)
    np.testing.assert_allclose(transform.map_colors(COLORS), expected, atol=1e-6)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_comments_and_other_words(tmp_path, ending, start):
    text = (
        "TITLE x\nLUT_IN_VIDEO_RANGE\n  LUT_3D_SIZE\t2  # two\n"
        + table(2, lambda p: p)
        + "\n# end\n"
    )
    path = written(tmp_path, start + text.replace("\n", ending).encode(), "A.CUBE")
    np.testing.assert_allclose(Transform.load(path).map_colors(COLORS), COLORS, atol=1e-6)


def test_curves(tmp_path):
    text = "LUT_1D_SIZE 3\n0 0 1\n0.25 0.5 0.5\n1 1 0\n"
    transform = Transform.load(written(tmp_path, text))
    assert isinstance(transform, CurvesTransform)
    result = transform.map_colors(np.array([[0.25, 0.25, 0.25], [0.75, 0.5, 1]], np.float32))
    np.testing.assert_allclose(result, [[0.125, 0.25, 0.75], [0.625, 0.5, 0]], atol=1e-6)


@pytest.mark.parametrize(
    "words", ["DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 3 3 3", "LUT_1D_INPUT_RANGE -1 3"]
)
def test_curves_over_another_domain(tmp_path, words):
    text = f"LUT_1D_SIZE 3\n{words}\n-1 -1 -1\n2 2 2\n3 3 3\n"
    transform = Transform.load(written(tmp_path, text))
    expected = np.interp(COLORS, [-1, 1, 3], [-1, 2, 3])
    np.testing.assert_allclose(transform.map_colors(COLORS), expected, atol=1e-6)


@pytest.mark.parametrize(
    "words", ["DOMAIN_MIN -1 0 -1\nDOMAIN_MAX 3 1 1", "LUT_3D_INPUT_RANGE -1 3"]
)
def test_a_table_over_another_domain(tmp_path, words):
    text = f"LUT_3D_SIZE 5\n{words}\n{table(5, look)}\n"
    transform = Transform.load(written(tmp_path, text))
    low, high = (-1.0, 3.0) if "3D" in words else (np.array([-1, 0, -1]), np.array([3, 1, 1]))
    axis = np.linspace(0, 1, 5)
    grid = np.array([look(p) for p in itertools.product(axis, repeat=3)]).reshape(5, 5, 5, 3)
    expected = interpn((axis, axis, axis), grid, (COLORS - low) / (high - low))
    np.testing.assert_allclose(transform.map_colors(COLORS), expected, atol=1e-6)


def test_curves_and_a_table_as_resolve_writes_them(tmp_path):
    curves = "\n".join(f"{v**0.5:.9f} " * 3 for v in np.linspace(0, 2, 1001))
    text = (
        "LUT_1D_SIZE 1001\nLUT_1D_INPUT_RANGE 0.0 2.0\nLUT_3D_SIZE 5\nLUT_3D_INPUT_RANGE 0.0 1.5\n"
        f"{curves}\n{table(5, lambda p: p * 0.5)}\n"
    )
    transform = Transform.load(written(tmp_path, text))
    assert isinstance(transform, ShapedLut)
    expected = np.sqrt(COLORS) / 1.5 * 0.5
    np.testing.assert_allclose(transform.map_colors(COLORS), expected, atol=2e-3)
    transform.save(tmp_path / "edit.npz")
    assert Transform.load(tmp_path / "edit.npz") == transform
    shifted = transform.shifted(np.array([0.1, 0, 0])).map_colors(COLORS)
    np.testing.assert_allclose(
        shifted - transform.map_colors(COLORS), [[0.1, 0, 0]] * 50, atol=1e-6
    )


def test_what_we_write_is_what_we_read(tmp_path):
    transform = Lut3D.sample(lambda colors: colors**2, 17)
    transform.to_cube(tmp_path / "a.cube", 17)
    again = Transform.load(tmp_path / "a.cube")
    np.testing.assert_allclose(again.map_colors(COLORS), transform.map_colors(COLORS), atol=1e-6)


def test_on_the_command_line(tmp_path):
    save(tmp_path / "a.png", np.full((4, 5, 3), 100, np.uint8))
    path = written(tmp_path, "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n")
    assert main(["apply", str(path), str(tmp_path / "a.png"), "-o", str(tmp_path / "b.png")]) == 0
    assert (load(tmp_path / "b.png") == 155).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "LUT_3D_SIZE"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "1 colours, and says 8"),
        ("LUT_3D_SIZE 1000\n", "from 2 to 256"),
        ("LUT_3D_SIZE inf\n", "whole number"),
        ("LUT_3D_SIZE nan\n", "whole number"),
        ("LUT_1D_SIZE two\n", "line 1"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1\n", "three finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 nan\n", "three finite"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1x\n", "numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\nDOMAIN_MIN 0 0 0\n1 1 1\n", "line 3"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 1 1 1\n0 0 0\n1 1 1\n", "extent"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 0\n0 0 0\n1 1 1\n", "three numbers"),
        ("LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0\n0 0 0\n1 1 1\n", "two numbers"),
        (bytes(range(256)) * 9, "not a .cube table"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path, text, words):
    with pytest.raises(FileError, match=words) as caught:
        Transform.load(written(tmp_path, text))
    assert "\n" not in str(caught.value)
    with pytest.raises(FileError, match="No such file"):
        Transform.load(tmp_path / "none.cube")
