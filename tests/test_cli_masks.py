"""Masks, regions and tints on the command line."""

import re

import numpy as np
import pytest
from test_cli import COLOR, folder, refused, run  # noqa: F401

from colortransfer import images
from colortransfer.transforms import MaskedTransform, Transform

COLORS = np.array([0x5B, 0x86, 0xB4]) / 255


@pytest.fixture
def masks(folder, photo):  # noqa: F811
    """The folder with a mask, labels, and a grey photograph."""
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[:, 25:] = 255
    images.save("mask.png", mask)
    images.save("labels.png", np.where(mask > 0, 3, 1).astype(np.uint8))
    images.save("grey.png", photo[..., 0])
    return mask > 0


def test_a_mask(masks, run, photo):  # noqa: F811
    words = ["transfer", "a.png", "-c", COLOR, "-o", "b.png", "--mask", "mask.png"]
    status, out, err = run(*words, "--save-transform", "edit.npz")
    assert (status, err) == (0, "")
    assert re.search(r"colour error 0\.00\d{3}", out)
    result = np.asarray(images.load("b.png"))
    np.testing.assert_array_equal(result[~masks], photo[~masks])
    np.testing.assert_allclose(result[masks].mean(0) / 255, COLORS, atol=1 / 255)
    assert isinstance(Transform.load("edit.npz"), MaskedTransform)
    assert run("apply", "edit.npz", "a.png", "-o", "c.png")[0] == 0
    np.testing.assert_array_equal(np.asarray(images.load("c.png")), result)


def test_regions_and_what_is_protected(masks, run, photo):  # noqa: F811
    words = ["transfer", "a.png", "-o", "b.png", "--labels", "labels.png"]
    status, out, err = run(*words, "--region", f"3={COLOR}", "--region", "1=#806040")
    assert (status, err) == (0, "")
    assert "colour error" in out
    result = np.asarray(images.load("b.png"))
    np.testing.assert_allclose(result[masks].mean(0) / 255, COLORS, atol=1 / 255)
    status, _, err = run("transfer", "a.png", "-c", COLOR, "-o", "b.png", "--protect", "mask.png")
    assert (status, err) == (0, "")
    np.testing.assert_array_equal(np.asarray(images.load("b.png"))[masks], photo[masks])


def test_a_tint_that_keeps_luminance(masks, run, photo):  # noqa: F811
    words = ["transfer", "grey.png", "-c", "#7f7a60", "-o", "b.png", "--tint", "--keep-luminance"]
    status, _, err = run(*words)
    assert (status, err) == (0, "")
    result = np.asarray(images.load("b.png")).astype(float)
    assert result.shape == photo.shape
    luma = result @ [0.2126, 0.7152, 0.0722]
    assert np.abs(luma - photo[..., 0]).max() < 1
    assert np.ptp(result, axis=2).mean() > 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--region 1=teal", "leave out -c"),
        ("--region 1", "not LABEL=COLOR"),
        ("--labels labels.png", "add --region"),
        ("--mask mask.png --method shift", "feature-matching"),
        ("--mask mask.png --cube a.cube", "has no places"),
        ("--keep-luminance --mean-space linear", "leave out --mean-space"),
        ("--mask b.png", "overwrite an input"),
    ],
)
def test_contradictions(masks, run, folder, words, message):  # noqa: F811
    refused(folder, run, f"transfer a.png -c teal -o b.png {words}", message)


@pytest.mark.parametrize("words", ["--mask mask.png", "--tint", "--keep-luminance"])
def test_they_are_about_a_colour(masks, run, folder, words):  # noqa: F811
    refused(folder, run, f"transfer a.png -o b.png {words}", "add -c COLOR")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-c teal --mask small.png", "give one of its size"),
        ("-c teal --mask none.png", "no such file"),
        ("-c teal --mask a.png", "has colours"),
        ("--region 7=teal --labels labels.png", "there are 1, 3"),
    ],
)
def test_masks_that_do_not_fit(masks, run, folder, words, message):  # noqa: F811
    images.save("small.png", np.ones((3, 4), np.uint8))
    refused(folder, run, f"transfer a.png -o b.png {words}", message, status=1)
