"""The sound files that `fuzz` mangles, and how each kind is read and, pictures, written again."""

from __future__ import annotations

import functools
import io
import itertools
import random
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Samples = dict[str, bytes]  # contents by a name that begins with the kind: "png uint8 RGBA"
OLD = b"the old content"


def pictures() -> Samples:
    """A small file of every format, with all metadata that it holds."""
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
        photoshop=b"8BIM\x04\x08\x03abc\0\0\0\x03xyz\0",
        private=(("APP4", b"The camera's"), ("oFFs", bytes(9))),
    )
    found = {}
    for dtype, channels in itertools.product(("uint8", "uint16", "float32"), (1, 3, 4)):
        scale = {"uint8": 1, "uint16": 257, "float32": 1 / 255}[dtype]
        image = (pixels[..., :channels].astype(float) * scale).astype(dtype)
        for kind in ("jpg", "png", "webp", "tif"):
            if kind != "jpg" or channels < 4:
                name = f"{kind} {dtype} {channels}"
                found[name] = encode(Photograph(image, metadata), f".{kind}")
    pages = [Photograph(pixels, metadata), Photograph(255 - pixels, metadata)]
    found |= {f"{kind} of two": encode_all(pages, f".{kind}") for kind in ("png", "webp", "tif")}
    for kind, data in (
        (b"gAMA", b"\0\1\x86\xa0"),
        (b"cICP", b"\x0c\x0d\0\1"),
        (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
    ):
        plain = found["png uint8 3"]
        found[f"png {kind.decode()}"] = plain[:33] + png_chunk(kind, data) + plain[33:]
    return found | _from_elsewhere(pixels) | _raw(pixels)


def _from_elsewhere(pixels: np.ndarray) -> Samples:
    """As other programs write them; without those that this environment cannot write."""
    import PIL.Image
    import tifffile

    try:
        import pillow_heif

        pillow_heif.register_heif_opener()
    except ImportError:
        pass
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    picture, found = PIL.Image.fromarray(pixels[..., :3]), {}
    PIL.Image.init()
    for kind in ("GIF", "BMP", "AVIF", "HEIF", "MPO", "JPEG", "TIFF", "PNG", "WEBP"):
        if kind not in PIL.Image.SAVE:
            continue
        file, options = io.BytesIO(), {} if kind in ("GIF", "BMP") else {"exif": exif}
        frames = {"save_all": True, "append_images": [picture.rotate(180)]}
        of = picture.quantize(9) if kind in ("GIF", "PNG") else picture
        of.save(file, kind, **options, **(frames if kind in ("MPO", "GIF") else {}))
        name = {"JPEG": "jpg", "TIFF": "tif"}.get(kind, kind.lower())
        found[f"{name} of Pillow"] = file.getvalue()
    cmyk = picture.convert("CMYK")
    for kind in ("jpg", "tif"):
        file = io.BytesIO()
        cmyk.save(file, {"jpg": "JPEG", "tif": "TIFF"}[kind])
        found[f"{kind} CMYK"] = file.getvalue()
    big = io.BytesIO()
    with tifffile.TiffWriter(big, bigtiff=True) as writer:
        writer.write(pixels[..., :3], tile=(16, 16), photometric="rgb", compression="lzw")
    return found | {"tif big": big.getvalue()}


def _raw(pixels: np.ndarray) -> Samples:
    """A digital negative (DNG) with a mosaic of a sensor, where rawpy is there to develop it."""
    try:
        import rawpy  # noqa: F401
    except ImportError:
        return {}
    import tifffile

    file, sensor = io.BytesIO(), np.tile(pixels[..., 0].astype(np.uint16) * 200, (8, 8))
    matrix = (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)
    tags = [
        (33421, 3, 2, (2, 2), True),
        (33422, 1, 4, bytes([0, 1, 1, 2]), True),
        (50706, 1, 4, bytes([1, 4, 0, 0]), True),
        (50708, 2, None, "Maker", True),
        (50721, 10, 9, matrix, True),
    ]
    with tifffile.TiffWriter(file) as writer:
        writer.write(sensor, photometric=32803, extratags=tags)
    return {"dng": file.getvalue()}


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def edits() -> Samples:
    """Saved transforms."""
    from colortransfer.transforms import AffineTransform, BilateralGridTransform, Lut3D

    transforms = (
        AffineTransform(np.eye(3), np.zeros(3)),
        Lut3D(np.zeros((2, 2, 2, 3))),
        BilateralGridTransform(np.zeros((2, 2, 2, 3, 4))),
    )
    return {f"npz {edit.kind}": _saved(edit.save, "edit.npz") for edit in transforms}


def cubes() -> Samples:
    """Look-up tables in their dialects."""
    from colortransfer.transforms import Lut3D

    table = _saved(functools.partial(Lut3D(np.zeros((3, 3, 3, 3))).to_cube, size=3), "a.cube")
    curve = b"LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 2\n0 0 0\n1 1 1\n"
    domain = b"# A comment\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n" + table
    both = curve[:14] + table + curve[14:]
    return {"cube 3D": table, "cube 1D": curve, "cube both": both, "cube domain": domain}


def checkpoints() -> Samples:
    """What trainings leave: a checkpoint, a log, a saved generator, weights of a network."""
    from importlib import resources

    from colortransfer import ColorGAN

    with tempfile.TemporaryDirectory() as folder:
        _train(Path(folder), 2)
        found = {
            "checkpoint": (Path(folder) / "checkpoint.npz").read_bytes(),
            "log": (Path(folder) / "log.csv").read_bytes(),
        }
    found["generator"] = _saved(ColorGAN().save, "generator.npz")
    weights = resources.files("colortransfer") / "data" / "plain.npz"
    return found | {"weights": weights.read_bytes()}


def containers() -> Samples:
    """Training images: the two files of a container, an archive."""
    from colortransfer.images import encode

    chance = np.random.default_rng(0)
    files = [encode(chance.integers(0, 256, (8, 8, 3), np.uint8), ".png") for _ in range(3)]
    index, archive = io.BytesIO(), io.BytesIO()
    np.savez(index, offsets=np.cumsum([0, *map(len, files)]), labels=np.arange(3))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for number, content in enumerate(files):
            file.writestr(f"a/{number}.png", content)
    return {"bin": b"".join(files), "index": index.getvalue(), "zip": archive.getvalue()}


def _saved(save: Callable[[Path], Any], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder) / name)
        return (Path(folder) / name).read_bytes()


def _train(folder: Path, steps: int) -> None:
    import tensorflow as tf

    from colortransfer.training import Options, Phase, train

    x = tf.Variable(tf.zeros((2, 2)))

    def step(number: Any, factor: Any, batch: Any) -> dict[str, Any]:
        return {"loss": tf.reduce_sum(x.assign_add(batch))}

    train(
        [Phase("all", steps, step)],
        lambda start, stop: [tf.ones((2, 2))] * (stop - start),
        {"x": x},
        Options(folder=folder),
    )


def read_picture(path: Path, samples: Samples) -> None:
    """Load it, all of its pictures, and save it over another file."""
    from colortransfer.errors import ColorTransferError
    from colortransfer.images import load, load_all, save

    photograph = load(path)
    chance = random.Random(path.stat().st_size)
    target = path.with_name("saved" + chance.choice((".jpg", ".png", ".tif", ".webp")))
    target.write_bytes(OLD)
    try:
        save(target, photograph)
    except ColorTransferError:
        assert target.read_bytes() == OLD, "a failure left something else than the old file"
        raise
    finally:
        assert not list(path.parent.glob(".colortransfer-*")), "a temporary file is left"
    assert load(target).shape[:2] == photograph.shape[:2], "another size was saved"
    if photograph.metadata.pictures > 1:
        load_all(path)


def read_edit(path: Path, samples: Samples) -> None:
    """Load it as a transform, and apply it."""
    from colortransfer.transforms import Transform

    suffix = ".cube" if "cube" in path.name else ".npz"
    Transform.load(path.rename(path.with_suffix(suffix))).apply(np.zeros((4, 5, 3), np.uint8))


def read_checkpoint(path: Path, samples: Samples) -> None:
    """Resume the training, or load the generator or the network's weights."""
    from colortransfer import ColorGAN
    from colortransfer.feature_extractors import PlainNet

    if "generator" in path.name:
        ColorGAN.load(path)
        return
    if "weights" in path.name:
        PlainNet(weights=path)
        return
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for kind, name in (("checkpoint", "checkpoint.npz"), ("log", "log.csv")):
            content = path.read_bytes() if kind in path.name else samples[kind]
            (Path(folder) / name).write_bytes(content)
        _train(Path(folder), 3)


def read_container(path: Path, samples: Samples) -> None:
    """Load its images."""
    from colortransfer.datasets import load_images

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        names = {"bin": "a.bin", "index": "a.npz", "zip": "a.zip"}
        for kind, name in names.items():
            content = path.read_bytes() if kind in path.name else samples[kind]
            (Path(folder) / name).write_bytes(content)
        load_images(Path(folder) / ("a.zip" if "zip" in path.name else "a.bin"))


Reader = tuple[Callable[[], Samples], Callable[[Path, Samples], None]]
READERS: dict[str, Reader] = {
    "pictures": (pictures, read_picture),
    "edits": (edits, read_edit),
    "cubes": (cubes, read_edit),
    "checkpoints": (checkpoints, read_checkpoint),
    "containers": (containers, read_container),
}
