"""Mangled files for every reader: only the library's own errors, in little time and memory.

``python -m benchmarks.fuzz --files 10000 --seed 0`` prints one line per kind of reader, and a line
for each file that broke a promise; such files are kept in ``--keep FOLDER``. Each batch runs in a
process of its own whose memory is limited. Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import collections
import io
import itertools
import logging
import multiprocessing
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SECONDS, GIGABYTES = 2.0, 1.0  # a file
BATCH = 200
# Lengths, counts and offsets that programs trip over.
NUMBERS = (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff", b"\0\1", b"inf")


def pictures() -> dict[str, bytes]:
    """A small file of every format, with all metadata that it holds."""
    import PIL.Image

    from colortransfer.images import Metadata, Photograph, encode, encode_all

    pixels = np.random.default_rng(0).integers(0, 256, (9, 13, 4), np.uint8)
    metadata = Metadata(
        dpi=(96.0, 96.0),
        xmp=b'<r tiff:Orientation="6"/>',
        iptc=b"\x1c\x02\x78\0\7A title",
        comments=(b"A comment",),
        png_texts=(
            (b"iTXt", b"Title\0\0\0\0\0x"),
            (b"tEXt", b"Raw profile type exif\0\nexif\n4\nff"),
        ),
        geotiff=((33550, 12, 3, bytes(24)),),
    )
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    found = {}
    for dtype, channels in itertools.product(("uint8", "uint16", "float32"), (1, 3, 4)):
        scale = {"uint8": 1, "uint16": 257, "float32": 1 / 255}[dtype]
        image = (pixels[..., :channels].astype(float) * scale).astype(dtype)
        photograph = Photograph(image, metadata)
        for suffix in (".jpg", ".png", ".webp", ".tif"):
            if suffix != ".jpg" or channels < 4:
                found[f"{dtype}{channels}{suffix}"] = encode(photograph, suffix)
    pages = [Photograph(pixels, metadata), Photograph(255 - pixels, metadata)]
    found |= {f"pages{s}": encode_all(pages, s) for s in (".png", ".webp", ".tif")}
    rgb = PIL.Image.fromarray(pixels[..., :3])
    for kind in ("GIF", "BMP", "AVIF", "MPO", "JPEG", "TIFF", "PNG", "WEBP"):
        file, options = io.BytesIO(), {"exif": exif} if kind not in ("GIF", "BMP") else {}
        picture = rgb.quantize(9) if kind in ("GIF", "PNG") else rgb
        picture.save(file, kind, **options)
        found[kind] = file.getvalue()
    chunk = found["uint83.png"]
    for kind, data in (
        (b"gAMA", b"\0\1\x86\xa0"),
        (b"cICP", b"\x0c\x0d\0\1"),
        (b"cHRM", bytes(32)),
    ):
        found[f"{kind!r}.png"] = chunk[:33] + png_chunk(kind, data) + chunk[33:]
    return found


def png_chunk(kind: bytes, data: bytes) -> bytes:
    import struct
    import zlib

    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def edits() -> dict[str, bytes]:
    """Saved transforms, and look-up tables."""
    import tempfile

    from colortransfer.transforms import AffineTransform, BilateralGridTransform, Lut3D

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for transform in (
            AffineTransform(np.eye(3), np.zeros(3)),
            Lut3D(np.zeros((2, 2, 2, 3))),
            BilateralGridTransform(np.zeros((2, 2, 2, 3, 4))),
        ):
            path = Path(folder) / "edit.npz"
            transform.save(path)
            found[f"{transform.kind}.npz"] = path.read_bytes()
        Lut3D(np.zeros((3, 3, 3, 3))).to_cube(path.with_suffix(".cube"), 3)
        found["table.cube"] = path.with_suffix(".cube").read_bytes()
    curve = b"LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 2\n0 0 0\n1 1 1\n"
    return found | {"curve.cube": curve, "both.cube": curve[:14] + found["table.cube"] + curve[14:]}


def read_picture(path: Path) -> None:
    from colortransfer.images import encode, load, load_all

    photograph = load(path)
    encode(photograph, random.Random(path.stat().st_size).choice((".jpg", ".png", ".tif", ".webp")))
    if photograph.metadata.pictures > 1:
        load_all(path)


def read_edit(path: Path) -> None:
    from colortransfer.transforms import Transform

    Transform.load(path).apply(np.zeros((4, 5, 3), np.uint8))


READERS: dict[str, tuple[Callable[[], dict[str, bytes]], Callable[[Path], None]]] = {
    "pictures": (pictures, read_picture),
    "edits": (edits, read_edit),
}


def mangled(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bits, numbers or stretches changed, often near the start, or cut."""
    result = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        end = min(len(result), 300 if chance.random() < 0.6 else len(result))
        place = chance.randrange(max(1, end))
        if chance.random() < 0.5 and place < len(result):
            result[place] ^= 1 << chance.randrange(8)
        else:
            new = chance.choice((*NUMBERS, chance.randbytes(chance.randint(0, 6))))
            result[place : place + chance.choice((len(new), len(new), 0, 9))] = new
    if chance.random() < 0.2:
        del result[chance.randrange(len(result) + 1) :]
    return mended(bytes(result)) if chance.random() < 0.5 else bytes(result)


def mended(content: bytes) -> bytes:
    """A PNG with its checksums set right, so that decoders look at what was damaged."""
    if content[:4] != b"\x89PNG":
        return content
    result, place = content[:8], 8
    while place + 12 <= len(content):
        end = place + 8 + int.from_bytes(content[place : place + 4], "big")
        if end + 4 > len(content):
            break
        result += png_chunk(content[place + 4 : place + 8], content[place + 8 : end])
        place = end + 4
    return result + content[place:]


def batch(reader: str, seed: int, files: int, folder: str, queue: Any) -> None:
    """Read so many files; puts (outcome, name, text) of each that broke a promise, then counts."""
    import resource

    from colortransfer.errors import ColorTransferError

    warnings.simplefilter("ignore")
    logging.disable()
    make, read = READERS[reader]
    samples, chance = make(), random.Random(seed)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
    resource.setrlimit(resource.RLIMIT_AS, (used + int(GIGABYTES * 2**30),) * 2)
    counts: collections.Counter[str] = collections.Counter()
    for number in range(files):
        name = chance.choice(sorted(samples))
        path = Path(folder) / f"{seed}-{number}-{name.replace('/', '_')}"
        path.write_bytes(mangled(samples[name], chance))
        queue.put(("reading", path.name, ""))
        began = time.perf_counter()
        try:
            read(path)
            outcome, text = "read", ""
        except ColorTransferError as error:
            outcome, text = "refused", str(error)
            if "\n" in text:
                outcome = "error of several lines"
        except BaseException:
            outcome, text = "foreign error", traceback.format_exc()
        if time.perf_counter() - began > SECONDS:
            outcome, text = "slow", f"{time.perf_counter() - began:.1f} s"
        counts[outcome] += 1
        if outcome in ("read", "refused"):
            path.unlink()
        else:
            queue.put((outcome, path.name, text))
    queue.put(("done", "", dict(counts)))


def run(reader: str, seed: int, files: int, folder: str) -> collections.Counter[str]:
    """One batch in a process of its own: a crash or a hang is an outcome too."""
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    process = context.Process(target=batch, args=(reader, seed, files, folder, queue))
    process.start()
    counts: collections.Counter[str] = collections.Counter()
    last, heard = "", time.monotonic()
    while True:
        if queue.empty():
            if process.is_alive() and time.monotonic() - heard < 60:
                time.sleep(0.01)
                continue
            process.kill()
            print(f"{reader}: crash or hang at {last}", flush=True)
            counts["crash or hang"] += 1
            return counts
        outcome, name, text = queue.get()
        last, heard = name, time.monotonic()
        if outcome == "done":
            process.join()
            return counts + collections.Counter(text)
        if outcome != "reading":
            print(f"{reader}: {outcome}: {name}\n{text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", choices=READERS, action="append")
    parser.add_argument("--keep", default="fuzz-findings", help="folder for files that broke it")
    options = parser.parse_args()
    Path(options.keep).mkdir(parents=True, exist_ok=True)
    readers = options.reader or list(READERS)
    totals = {reader: collections.Counter[str]() for reader in readers}
    for number in range(-(-options.files // BATCH)):
        reader = readers[number % len(readers)]
        totals[reader] += run(reader, options.seed + number, BATCH, options.keep)
    for reader, counts in totals.items():
        print(f"{reader}: {counts.total()} files, seed {options.seed}: {dict(counts)}")
    return int(any(set(counts) - {"read", "refused"} for counts in totals.values()))


if __name__ == "__main__":
    sys.exit(main())
