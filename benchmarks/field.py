"""What other people's files broke in 0.1, tried again: ``python -m benchmarks.field``.

Each check is the smallest input that showed a fault, run as its finder ran it. Prints a line for
each; exit status 1 if one does not give what is wanted. Forks, signals and crashes are tried by the
tests (``tests/core/test_forks.py``, ``tests/training``, ``tests/test_cli_process.py``).
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import tempfile
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import PIL.Image
import tifffile

from colortransfer import colors, images
from colortransfer.cli import main as command_line
from colortransfer.datasets import load_container
from colortransfer.errors import ColorTransferError
from colortransfer.evaluation import color_error
from colortransfer.feature_matcher import FeatureMatcher
from colortransfer.transforms import AffineTransform, Transform

SHIFT = ("--method", "shift", "-c", "#5b86b4")
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)


def run(*arguments: str | Path) -> tuple[int, str]:
    """Exit status and words of a command line."""
    words = io.StringIO()
    with redirect_stdout(words), redirect_stderr(words):
        status = command_line([str(argument) for argument in arguments])
    return status, words.getvalue()


def frames_are_kept() -> bool:
    picture = PIL.Image.fromarray(PIXELS)
    others = [picture.rotate(angle) for angle in (90, 180)]
    picture.save("m.webp", save_all=True, append_images=others)
    status, words = run("transfer", "m.webp", *SHIFT, "--in-place")
    refused = status == 1 and "--pages all" in words and PIL.Image.open("m.webp").n_frames == 3
    status, _ = run("transfer", "m.webp", *SHIFT, "--in-place", "--pages", "all")
    return refused and status == 0 and PIL.Image.open("m.webp").n_frames == 3


def full_picture_of_a_container() -> bool:
    with tifffile.TiffWriter("a.tif") as writer:
        writer.write(np.zeros((12, 16, 3), np.uint8), photometric="rgb", subfiletype=1)
        writer.write(np.zeros((1200, 1600, 3), np.uint8), photometric="rgb")
    return images.load("a.tif").shape == (1200, 1600, 3)


def linear_png() -> bool:
    from .fuzz_samples import png_chunk

    content = images.encode(np.full((4, 5, 3), 128, np.uint8), ".png")
    gamma = png_chunk(b"gAMA", struct.pack(">I", 100_000))
    return bool((images.load(content[:33] + gamma + content[33:]) == 188).all())


def light_outside_the_range() -> bool:
    tifffile.imwrite("hdr.tif", np.linspace(-0.01, 1.3, 36, dtype=np.float32).reshape(3, 4, 3))
    refused = run("transfer", "hdr.tif", *SHIFT, "-o", "b.tif")
    kept = run("transfer", "hdr.tif", *SHIFT, "-o", "b.tif", "--range", "keep")
    return refused[0] == 1 and "--range" in refused[1] and kept[0] == 0


def erased_channels_are_named() -> bool:
    images.save("a.png", PIXELS)
    status, words = run("transfer", "a.png", "--method", "shift", "-c", "teal", "-o", "b.png")
    return status == 0 and "red at 0" in words and "nearest colour" in words


def inputs_are_protected() -> bool:
    images.save("orig.jpg", PIXELS)
    before = Path("orig.jpg").read_bytes()
    first = run("transfer", "orig.jpg", *SHIFT, "-o", "nosuch/../orig.jpg")
    images.save("a.png", PIXELS)
    options = ("--method", "reinhard", "--reference", "orig.jpg", "-o", "orig.jpg")
    second = run("transfer", "a.png", *options)
    return first[0] == second[0] == 2 and Path("orig.jpg").read_bytes() == before


def damaged_containers() -> bool:
    one = images.encode(PIXELS, ".png")
    Path("tiny.v2.bin").write_bytes(one)
    np.savez("tiny.v2.npz", offsets=np.array([0, len(one)]), labels=np.array([1]))
    whole = load_container("tiny.v2")[0].shape == (1, 40, 60, 3)
    Path("tiny.v2.bin").write_bytes(one[:50])
    try:
        load_container("tiny.v2")
    except ColorTransferError:
        return whole
    return False


def grey_photographs() -> bool:
    images.save("grey.png", PIXELS[..., 0])
    status, words = run("transfer", "grey.png", *SHIFT, "-o", "b.png")
    error = color_error(images.load("b.png"), "#5b86b4")
    return status == 0 and "stays grey" in words and error < 1 / 255


def values() -> bool:
    one, other = (AffineTransform(np.eye(3), np.full(3, x)) for x in (0.0, 0.1))
    pickle.loads(pickle.dumps(FeatureMatcher()))
    return one != other and isinstance(hash(one), int)


def formats() -> bool:
    picture = PIL.Image.fromarray(PIXELS)
    for name in ("a.gif", "a.bmp"):
        picture.save(name)
    picture.save("a.jfif", "JPEG")
    picture.save("lossless.webp", lossless=True)
    found = [images.load(name).shape for name in ("a.gif", "a.bmp", "a.jfif")]
    same = images.encode(images.load("lossless.webp"), ".webp")
    AffineTransform(np.eye(3), np.zeros(3)).to_cube("x.cube")
    Transform.load("x.cube")
    return set(found) == {(40, 60, 3)} and bool((images.load(same) == PIXELS).all())


def colours_of_css() -> bool:
    known = [colors.parse_color(text) for text in ("rgb(91 134 180)", "oklch(0.6 0.1 250)")]
    return bool(np.allclose(known[0], colors.parse_color("#5b86b4"))) and len(known) == 2


CHECKS: tuple[Callable[[], bool], ...] = (
    frames_are_kept,
    full_picture_of_a_container,
    linear_png,
    light_outside_the_range,
    erased_channels_are_named,
    inputs_are_protected,
    damaged_containers,
    grey_photographs,
    values,
    formats,
    colours_of_css,
)


def main() -> int:
    failed, back = 0, os.getcwd()
    warnings.simplefilter("ignore")
    for check in CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                good = bool(check())
            finally:
                os.chdir(back)
        failed += not good
        print(f"{check.__name__.replace('_', ' ')}: {'as wanted' if good else 'NOT as wanted'}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
