"""A page of blind choices: pictures with names that tell nothing, and one HTML file."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from ..core.atomic import write_atomically
from ..core.folders import make_folder
from ..errors import InputError
from ..images import encode
from ._pairs import ORIGINAL, TRAP, Photographed, load_pairs, spoiled
from ._plan import Comparison, Trial, plan

TITLE = "Which looks more like a photograph?"
CONSENT = (
    "Taking part is voluntary, and you can stop at any time. No name, address or other personal "
    "data is asked for or stored: only your choices and how long they took, under a random number."
)
Pictures = dict[tuple[str, str], np.ndarray]  # by photograph and method


def make(
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    compare: Sequence[tuple[str, str]] | None = None,
    each: int | None = None,
    size: int = 640,
    repeats: int = 2,
    traps: int = 4,
    orders: int = 16,
    seed: int = 0,
    title: str = TITLE,
    consent: str = CONSENT,
) -> int:
    """Write the page of a study and its pictures into a new folder.

    The page asks, of each pair, which looks more like an unedited photograph and which has fewer
    faults. It opens from a file in any browser, keeps answers there, and gives them as one file.
    No name of a method is shown, nor in the name of a file; the page holds them encoded, so that
    they are in the answers.

    Parameters
    ----------
    folders
        One for each photograph, as `load_pairs` reads them.
    out
        A folder that is made: ``index.html`` and ``pictures``.
    compare
        Pairs of methods; by default all of each photograph.
    each
        How many pairs an observer sees, beside repeats and traps; by default all. Every order draws
        its own, evenly of all pairs of methods.
    size
        Longest side of the pictures, in pixels.
    repeats
        How many pairs of each comparison are shown twice, for consistency.
    traps
        How many pairs have a result with gross patches, for attention.
    orders
        How many seeded orders there are; each observer gets one of them at random.
    seed
        Of sides, orders, repeats and traps.
    title, consent
        Texts of the first page.

    Returns
    -------
    int
        How many pairs each observer sees.

    Raises
    ------
    InputError
        If there is nothing to compare, a number is out of range, `load_pairs` refuses a folder, or
        ``out`` exists and is not empty.
    FileError
        If files cannot be read, or the folder cannot be written.

    Examples
    --------
    >>> from colortransfer import images
    >>> (folder / "sea").mkdir()
    >>> for name, picture in (("original", photo), ("ours", photo), ("shift", photo[::-1])):
    ...     images.save(folder / "sea" / f"{name}.png", picture)
    >>> make([folder / "sea"], folder / "study", repeats=1, traps=1)
    3
    """
    if orders < 1 or repeats < 0 or traps < 0 or size < 16:
        raise InputError("orders is at least 1, repeats and traps at least 0, size at least 16")
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is there already; choose a new folder")
    photographed = load_pairs(folders, size=size)
    comparisons = _comparisons(photographed, compare)
    rng = np.random.default_rng(seed)
    # One result of each photograph can be spoiled: nobody sees the same trap twice.
    spoilt = {c.photograph: Comparison(c.photograph, c.one, TRAP) for c in comparisons}
    caught = [list(spoilt.values())[i] for i in rng.permutation(len(spoilt))[:traps]]
    pictures = _pictures(photographed, comparisons, caught)
    numbers = dict(zip(pictures, (int(n) for n in rng.permutation(len(pictures))), strict=True))
    plans = [
        plan(_drawn(comparisons, each, rng), repeats=repeats, traps=caught, seed=int(s))
        for s in rng.integers(2**32, size=orders)
    ]
    files = {f"{numbers[key]:04d}.png": encode(p, ".png") for key, p in pictures.items()}
    folder = make_folder(out / "pictures")
    for name in sorted(files):
        write_atomically(folder / name, files[name])
    content = _content(plans, numbers, files, title, consent)
    write_atomically(out / "index.html", _page(content).encode())
    return len(plans[0])


def _comparisons(
    photographed: Sequence[Photographed], compare: Sequence[tuple[str, str]] | None
) -> list[Comparison]:
    found = []
    for photo in photographed:
        pairs = itertools.combinations(photo.results, 2) if compare is None else compare
        for one, other in pairs:
            missing = {one, other} - set(photo.results)
            if missing or one == other:
                has = ", ".join(photo.results)
                raise InputError(f"{photo.name} has no pair of {one} and {other}; it has {has}")
            found.append(Comparison(photo.name, one, other))
    found = list({(c.photograph, c.methods): c for c in found}.values())
    if not found:
        raise InputError("there is nothing to compare; give at least one pair of methods")
    return found


def _drawn(
    comparisons: Sequence[Comparison], each: int | None, rng: np.random.Generator
) -> list[Comparison]:
    """``each`` of them, as many of every two methods as there are of the others."""
    kinds = list(dict.fromkeys(comparison.methods for comparison in comparisons))
    if each is None:
        return list(comparisons)
    if each < len(kinds):
        raise InputError(f"each is at least {len(kinds)}, the number of pairs of methods")
    found = []
    for kind in kinds:
        group = [comparison for comparison in comparisons if comparison.methods == kind]
        found += [group[i] for i in rng.permutation(len(group))[: each // len(kinds)]]
    return found


def _pictures(
    photographed: Sequence[Photographed],
    comparisons: Sequence[Comparison],
    traps: Sequence[Comparison],
) -> Pictures:
    """What is shown, and nothing else."""
    by_name = {photo.name: photo for photo in photographed}
    found: Pictures = {}
    for name, one, other in comparisons:
        photo = by_name[name]
        found[name, ORIGINAL] = photo.original
        found |= {(name, method): photo.results[method] for method in (one, other)}
    for name, one, other in traps:
        found[name, other] = spoiled(found[name, one])
    return found


def _content(
    plans: Sequence[Sequence[Trial]],
    numbers: dict[tuple[str, str], int],
    files: dict[str, bytes],
    title: str,
    consent: str,
) -> dict[str, Any]:
    """What the page's program reads."""
    orders = [
        [[numbers[t.photograph, name] for name in (ORIGINAL, t.left, t.right)] for t in trials]
        for trials in plans
    ]
    key = {str(number): name for name, number in numbers.items()}
    digest = hashlib.sha256(json.dumps([orders, key], sort_keys=True).encode())
    for name in sorted(files):
        digest.update(files[name])
    return {
        "study": digest.hexdigest()[:16],
        "title": title,
        "consent": consent,
        "orders": orders,
        # Encoded so that nobody reads it by chance; whoever wants to know can.
        "key": base64.b64encode(json.dumps(key).encode()).decode(),
    }


def _page(content: dict[str, Any]) -> str:
    """The template with its data: no script can end early, whatever a name holds."""
    page = (resources.files("colortransfer") / "data" / "study.html").read_text("utf-8")
    data = json.dumps(content).replace("<", "\\u003c")
    return page.replace("{{title}}", html.escape(content["title"])).replace("{{data}}", data)
