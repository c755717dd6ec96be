"""Pictures of the page: reduced ones, their colours, what is said of them, what was drawn."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from .. import images
from ..colors import lab_to_srgb, srgb_to_lab, to_hex
from ..colors.dominant import clusters
from ..errors import InputError, LossWarning
from ..evaluation import black_point_error, new_clipping, white_tint_change

SHOWN = 1024  # longest side, in pixels, of what the page shows
COLORS = 8  # of a palette
READ = {*images.SUFFIXES, *images.READ_ONLY}


def palette_of(picture: np.ndarray) -> list[str]:
    """The most frequent colours of a picture (h, w, 3), uint8, the largest share first.

    Examples
    --------
    >>> palette_of(np.array([[[255, 0, 0], [255, 0, 0], [0, 0, 255]]], np.uint8))
    ['#ff0000', '#0000ff']
    """
    from scipy.cluster import vq

    pixels = picture.reshape(-1, 3) / 255
    lab = srgb_to_lab(pixels[:: max(1, len(pixels) // 8192)])
    centres = clusters(lab, COLORS, 0)
    counts = np.bincount(vq.vq(lab, centres)[0], minlength=len(centres))
    found = lab_to_srgb(centres[np.argsort(-counts, kind="stable")]).clip(0, 1)
    return list(dict.fromkeys(to_hex(color) for color in found))


def safe_name(name: str) -> str:
    """Letters, digits, dots and hyphens of a file's name.

    Examples
    --------
    >>> safe_name("../my sea.JPG")
    'my_sea.jpg'
    """
    path = Path(re.sub(r"[^\w.-]+", "_", Path(name).name).lstrip(".") or "photograph")
    suffix = path.suffix.lower() if path.suffix.lower() in READ else ".png"
    return f"{path.stem[:80]}{suffix}"


def load(path: Path) -> images.Photograph:
    """A photograph; that a file holds more pictures is no news to whoever looks at a page."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LossWarning)
        return images.load(path)


def reduced(image: Any, size: int = SHOWN) -> np.ndarray:
    """A picture (h, w, 3), uint8, of at most ``size`` pixels a side; hidden pixels are white."""
    pixels = np.asarray(image)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype != np.uint8:
        pixels = np.rint(255 * pixels.clip(0, 1)).astype(np.uint8)
    picture = Image.fromarray(pixels.squeeze())
    picture.thumbnail((size, size), Image.Resampling.BOX, reducing_gap=2.0)
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return np.asarray(picture.convert("RGB"))


def suffix_of(name: str) -> str:
    """Of the result: the photograph's own format, or PNG where that is only read."""
    suffix = Path(name).suffix.lower()
    return suffix if suffix in images.SUFFIXES else ".png"


def figures(before: np.ndarray, after: np.ndarray, edit: Any) -> dict[str, str]:
    """What is said under the picture; all but the first two are of the reduced one."""
    error = "not asked for" if edit.color is None else f"{255 * edit.color_error:.2f} of 255 levels"
    values = {
        "Whites tinted by": (white_tint_change(before, after), "{:.1f} of CIELAB"),
        "Blacks moved by": (black_point_error(before, after), "{:.1f} of CIELAB"),
        "New clipping": (100 * new_clipping(before, after), "{:.1f} % of the pixels"),
    }
    told = {
        name: form.format(value) if np.isfinite(value) else "there are none"
        for name, (value, form) in values.items()
    }
    mean = to_hex(images.as_canvas(edit.image).mean_color("srgb"))
    return {"Mean colour": mean, "Colour error": error, **told}


def color_at(picture: np.ndarray, x: int, y: int, *, radius: int = 2) -> str:
    """The colour around a place of a picture (h, w, 3), uint8: an eyedropper."""
    height, width = picture.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        raise InputError("that is outside of the picture; choose a place in it")
    around = picture[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1]
    return to_hex(around.reshape(-1, 3).mean(0) / 255)


def mask_of(layers: Sequence[np.ndarray] | None) -> np.ndarray | None:
    """What was drawn on layers (h, w, 4), uint8, over each other; None where nothing was."""
    drawn = [np.asarray(layer)[..., 3] for layer in layers or [] if np.asarray(layer).ndim == 3]
    mask = np.max(drawn, axis=0) if drawn else None
    return mask if mask is not None and mask.any() else None
