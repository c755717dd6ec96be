"""The smallest inputs that showed a fault in 0.1, run as their finder ran them; see `field`.

Each runs in an empty folder, and says whether it gives what is wanted.
"""

from __future__ import annotations

import io
import pickle
import struct
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import tifffile

from colortransfer import classical, colors, images
from colortransfer.cli import main as command_line
from colortransfer.datasets import load_container
from colortransfer.errors import ColorTransferError
from colortransfer.evaluation import color_error
from colortransfer.feature_matcher import FeatureMatcher
from colortransfer.optimizers import LBFGS
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


def scribbles_of_a_jpeg() -> bool:
    gray = np.repeat(np.linspace(40, 210, 120).astype(np.uint8)[None, :, None], 96, 0)
    gray = np.repeat(gray + np.random.default_rng(0).integers(0, 8, gray.shape, np.uint8), 3, -1)
    drawn = gray.copy()
    drawn[30:42, 20:100] = 180, 90, 60
    PIL.Image.fromarray(drawn).save("scribbles.jpg", quality=90)
    result = np.asarray(classical.levin(gray, images.load("scribbles.jpg")), int)
    return bool(np.ptp(result, -1)[60:].mean() > 10)


def xmp_and_comments() -> bool:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    metadata = images.Metadata(xmp=packet, comments=(b"a comment",))
    images.save("a.jpg", images.Photograph(PIXELS, metadata))
    status, _ = run("transfer", "a.jpg", *SHIFT, "--in-place")
    found = images.load("a.jpg").metadata
    run("transfer", "a.jpg", *SHIFT, "--in-place", "--strip-metadata")
    nothing = images.load("a.jpg").metadata
    return status == 0 and (found.xmp, found.comments, nothing.xmp) == (
        packet,
        (b"a comment",),
        None,
    )


def refused_in_one_line(call: Any, word: str) -> bool:
    try:
        call()
    except ColorTransferError as error:
        return word in str(error) and "\n" not in str(error)
    return False


def words_of_errors() -> bool:
    matcher = FeatureMatcher()
    planes = PIXELS.transpose(2, 0, 1)
    return (
        all(
            refused_in_one_line(lambda image=image: matcher.fit(image, "#5b86b4"), "images.load")  # type: ignore[misc]
            for image in ("a.jpg", b"...", io.BytesIO())
        )
        and refused_in_one_line(lambda: matcher.fit(planes, "#5b86b4"), "transpose(1, 2, 0)")
        and refused_in_one_line(lambda: classical.shift(PIXELS, "#5b86b4", strength="0.5"), "0.5")
        and refused_in_one_line(lambda: matcher.fit(PIXELS, "#5b86b4", callbacks=print), "a list")
        and refused_in_one_line(lambda: FeatureMatcher(optimizer=LBFGS), "LBFGS()")  # type: ignore[arg-type]
        and len(images.encode(PIXELS, ".jpg", quality=np.int64(90))) > 0
    )


def too_many_pixels() -> bool:
    from .fuzz_samples import png_chunk

    content = images.encode(PIXELS, ".png")
    header = png_chunk(b"IHDR", struct.pack(">II", 60_000, 60_000) + content[24:29])
    huge = content[:8] + header + content[33:]
    return refused_in_one_line(lambda: images.load(huge), "it declares more than 178 megapixels")


def folders_and_missing_folders() -> bool:
    Path("photos/album.jpg").mkdir(parents=True)
    images.save("photos/a.png", PIXELS)
    first = run("transfer", "photos", *SHIFT, "-o", "out")
    second = run("transfer", "photos/a.png", *SHIFT, "-o", "missing/b.png")
    return (first[0], second[0]) == (0, 1) and "missing" in second[1]


def other_channels_of_tiff() -> bool:
    pixels = np.dstack([PIXELS, PIXELS[..., :1]])
    tifffile.imwrite("four.tif", pixels, photometric="rgb", extrasamples=["unspecified"])
    status, words = run("transfer", "four.tif", *SHIFT, "--in-place")
    return status == 1 and "channels beyond the colours" in words


def short_results() -> bool:
    result = FeatureMatcher(working_size=32, optimizer=LBFGS(steps=2)).fit(PIXELS, "#5b86b4")
    return len(repr(result)) < 200 and result._repr_html_().count("<tr>") == 5
