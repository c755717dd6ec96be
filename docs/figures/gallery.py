"""The published methods beside `FeatureMatcher`: ``docs/images/gallery_*.jpg``.

What the results measure goes to ``benchmarks/results/gallery_*.json``, which the tables are made
of (`tables`). The photographs are in the public domain (CC0): the package's own, and
scikit-image's coffee, chelsea and rocket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import skimage.data
from PIL import Image, ImageDraw

from benchmarks.common import record
from colortransfer import classical, colors, evaluation, images
from colortransfer.cli.demo import bundled_photograph
from colortransfer.methods import METHODS, Method

from . import PICTURES

LONGEST_SIDE = 480
SHEETS = {"color": (4, 280), "reference": (3, 360), "colorization": (3, 360)}  # columns, width
# Colour for the closed forms; photograph for the methods that take a reference.
TARGETS = {"seeding": "#4a5a80", "coffee": "#6f6a84", "chelsea": "#8a9a6c", "rocket": "#6b4b52"}
REFERENCES = {"seeding": "coffee", "coffee": "chelsea", "chelsea": "rocket", "rocket": "seeding"}
MEASURES = (
    "color_error",
    "contrast_structure",
    "new_clipping",
    "white_tint",
    "black_point_error",
    "chroma_noise",
    "halo",
    "largest_local_change",
    "multiscale_sliced_wasserstein",
    "colorfulness",
)
# Strokes on the grey photographs, as corners (x, y). Each has one colour, the mean of what it
# covers in the original.
STROKE = 4  # pixels wide
STROKES = {
    "coffee": [
        [(8, 12), (50, 22)],  # the dark corner
        [(30, 105), (60, 70), (130, 25)],  # the table
        [(12, 165), (45, 150)],
        [(15, 250), (55, 230)],
        [(15, 295), (70, 305)],
        [(340, 20), (450, 60)],
        [(390, 120), (465, 160)],
        [(395, 240), (465, 270)],
        [(340, 305), (440, 300)],
        [(392, 175), (385, 225), (360, 265)],
        [(355, 70), (385, 105)],
        [(55, 140), (56, 190)],
        [(112, 80), (90, 110), (80, 150)],  # the saucer
        [(80, 190), (110, 245), (160, 275)],
        [(170, 292), (240, 299), (300, 288)],
        [(345, 100), (365, 160), (350, 210)],
        [(150, 250), (190, 265), (240, 265)],  # in the shadow
        [(148, 135), (175, 170)],  # the cup outside
        [(230, 182), (290, 170)],
        [(165, 225), (178, 205)],
        [(144, 75), (147, 105), (165, 140)],  # its rim
        [(180, 28), (230, 17), (285, 30)],
        [(230, 162), (290, 148)],
        [(185, 65), (240, 50), (295, 80)],  # inside
        [(190, 95), (230, 85), (270, 93)],  # the coffee
        [(185, 140), (230, 125), (275, 135)],
        [(270, 240), (285, 215), (310, 225)],  # the spoon
        [(325, 60), (332, 70)],
        [(300, 185), (306, 178)],
    ],
    "chelsea": [
        [(150, 112), (153, 130), (185, 136)],  # the eyes
        [(301, 132), (304, 148)],
        [(327, 122), (332, 132), (324, 150)],
        [(168, 116), (172, 122)],
        [(313, 130), (313, 140)],
        [(247, 234), (268, 238), (280, 234)],  # the nose
        [(52, 15), (72, 15)],  # the ears
        [(345, 5), (385, 5)],
        [(357, 20), (358, 55)],
        [(105, 20), (190, 25)],  # the fur
        [(100, 65), (170, 72)],
        [(225, 55), (275, 60)],
        [(215, 75), (217, 95)],
        [(300, 70), (340, 85)],
        [(85, 105), (125, 130), (110, 145)],
        [(60, 160), (110, 178), (180, 185)],
        [(228, 175), (233, 205), (260, 205)],
        [(240, 223), (262, 225), (280, 222)],
        [(262, 130), (272, 180)],
        [(300, 180), (340, 170)],
        [(180, 215), (195, 240), (160, 235)],
        [(12, 200), (12, 290)],
        [(222, 110), (232, 140)],
        [(50, 240), (110, 260), (180, 280)],  # chin and throat
        [(215, 250), (240, 268), (275, 265)],
        [(10, 20), (12, 90)],  # what is behind
        [(410, 20), (435, 70)],
        [(375, 140), (440, 150)],
        [(345, 205), (390, 215)],
        [(425, 190), (435, 250)],
        [(300, 285), (370, 265)],
    ],
}
Figures = dict[str, dict[str, float]]  # by title, then by measure
COLORIZATION = {"Levin": "levin", "Huang": "huang", "Yatziv and Sapiro": "yatziv_sapiro"}


def photographs() -> dict[str, np.ndarray]:
    """The four photographs, reduced, by name."""
    found = {
        "seeding": np.asarray(bundled_photograph()),
        "coffee": skimage.data.coffee(),
        "chelsea": skimage.data.chelsea(),
        "rocket": skimage.data.rocket(),
    }
    for name, photo in found.items():
        picture = Image.fromarray(photo)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        found[name] = np.asarray(picture)
    return found


def to_a_color() -> dict[str, Method]:
    """Methods that take a colour, by their titles."""
    shift: Any = METHODS["shift"]
    return {
        "shift (the mean shift)": shift(),
        "shift, gain": shift(form="gain"),
        "shift, gamma": shift(form="gamma"),
        "shift, midtone": shift(form="midtone"),
        "shift, in linear light": shift(space="linear"),
        "shift, in Oklab": shift(space="oklab"),
        "FeatureMatcher": METHODS["feature-matching"](),
    }


def to_a_reference() -> dict[str, Method]:
    """Methods that take another photograph; FeatureMatcher takes its mean colour."""
    found = {n.replace("-", "_"): m() for n, m in METHODS.items() if "reference" in m.takes}
    return {**found, "FeatureMatcher": METHODS["feature-matching"]()}


def mean_of(image: np.ndarray) -> tuple[float, ...]:
    """The mean colour of an 8-bit photograph."""
    return tuple(colors.mean_color(image / 255.0))


def save_sheet(kind: str, name: str, shown: Mapping[str, np.ndarray]) -> None:
    """Write pictures with their titles as one."""
    columns, width = SHEETS[kind]
    sheet = evaluation.contact_sheet(
        list(shown.values()), list(shown), columns=columns, width=width
    )
    images.save(PICTURES / f"gallery_{kind}_{name}.jpg", sheet, quality=85)
    print(f"docs/images/gallery_{kind}_{name}.jpg")


def transfer(
    kind: str, photos: Mapping[str, np.ndarray], methods: Mapping[str, Method]
) -> list[Figures]:
    """Write the sheets of a transfer; return the measures of each method on each photograph."""
    rows = []
    for name, photo in photos.items():
        begin: dict[str, Any] = {"original": photo}
        color: Any = TARGETS[name]
        goal = color
        if kind == "reference":
            goal = begin["reference"] = photos[REFERENCES[name]]
            color = mean_of(goal)
        results = {
            title: method.fit(photo, color if method.takes == "color" else goal).image
            for title, method in methods.items()
        }
        save_sheet(kind, name, {**begin, **results})
        rows.append({title: evaluation.evaluate(photo, r, color) for title, r in results.items()})
    return rows


def scribbled(photo: np.ndarray, strokes: list[list[tuple[int, int]]]) -> tuple[np.ndarray, ...]:
    """The photograph in grey (H, W, 3), and the same with the strokes drawn on it."""
    gray = np.asarray(Image.fromarray(photo).convert("L").convert("RGB"))
    drawn = gray.copy()
    for corners in strokes:
        covered = Image.new("1", photo.shape[1::-1])
        ImageDraw.Draw(covered).line(corners, fill=1, width=STROKE, joint="curve")
        drawn[np.asarray(covered)] = np.rint(photo[np.asarray(covered)].mean(0))
    return gray, drawn


def colorization(photos: Mapping[str, np.ndarray]) -> Figures:
    """Write the sheets of colorization; return how far the results are from the originals."""
    found: Figures = {title: {} for title in ("grey", *COLORIZATION)}
    for name, strokes in STROKES.items():
        grey, drawn = scribbled(photos[name], strokes)
        colored = {
            title: getattr(classical, function)(grey, drawn)
            for title, function in COLORIZATION.items()
        }
        begin = {"original": photos[name], "grey": grey, "scribbles": drawn}
        save_sheet("colorization", name, {**begin, **colored})
        for title, picture in {"grey": grey, **colored}.items():
            ciede2000, decibel = difference(photos[name], picture)
            found[title] |= {f"{name}, CIEDE2000": ciede2000, f"{name}, dB": decibel}
    return found


def difference(original: np.ndarray, result: np.ndarray) -> tuple[float, float]:
    """Mean CIEDE2000, and the peak signal-to-noise ratio in dB."""
    lab = (colors.srgb_to_lab(image / 255.0) for image in (original, result))
    error = np.mean((original.astype(float) - result) ** 2)
    return float(evaluation.ciede2000(*lab).mean()), float(10 * np.log10(255**2 / error))


def means(rows: list[Figures]) -> Figures:
    """Means over the photographs on which a measure is defined."""
    return {
        title: {m: float(np.nanmean([row[title][m] for row in rows])) for m in MEASURES}
        for title in rows[0]
    }


def main() -> None:
    photos = photographs()
    record("gallery_color", {"figures": means(transfer("color", photos, to_a_color()))})
    record("gallery_reference", {"figures": means(transfer("reference", photos, to_a_reference()))})
    record("gallery_colorization", {"figures": colorization(photos)})
