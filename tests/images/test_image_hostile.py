"""Damaged, unfinished and hostile files: one clear error each, nothing printed, no harm done."""

import functools
import io
import struct
import subprocess
import sys
import threading
import warnings
import zlib

import numpy as np
import PIL.Image
import pytest
import tifffile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from image_samples import DISPLAY_P3, GREY_GAMMA_1, exif_block, noise, png_chunk, png_file

from colortransfer.errors import ColorTransferError, FileError
from colortransfer.images import SUFFIXES, Metadata, Photograph, encode, encode_all, load, load_all

resource = pytest.importorskip("resource")  # measures memory; not on Windows
modest = settings(max_examples=300, deadline=None)
# What damage leaves may have a further picture, or data for which a format has no place.
losses_are_told = pytest.mark.filterwarnings("ignore::colortransfer.errors.LossWarning")


@functools.cache
def samples():
    """Small files of every format, depth and kind of pixels, with all metadata."""
    files = []
    for dtype in ("uint8", "uint16", "float32"):
        for shape in ((9, 13), (9, 13, 3), (9, 13, 4)):
            profile = GREY_GAMMA_1 if len(shape) == 2 else DISPLAY_P3
            metadata = Metadata(exif=exif_block(orientation=6), icc_profile=profile, dpi=(96, 96))
            photograph = Photograph(noise(shape, dtype), metadata)
            for suffix in (".jpg", ".png", ".webp", ".tif"):
                if suffix != ".jpg" or shape[2:] != (4,):
                    files.append(encode(photograph, suffix))
    rgb = PIL.Image.fromarray(noise((9, 13, 3), "uint8"))
    pictures = [rgb.quantize(9), rgb.convert("1"), rgb.convert("LA"), rgb.convert("CMYK")]
    for picture in pictures:
        for kind, options in (
            ("JPEG", {"progressive": True}),
            ("PNG", {"transparency": 3} if picture.mode == "P" else {}),
            ("TIFF", {"compression": "packbits"}),
        ):
            if (kind, picture.mode == "CMYK") in (("JPEG", True), ("PNG", False), ("TIFF", True)):
                file = io.BytesIO()
                picture.save(file, kind, **options)
                files.append(file.getvalue())
    for options in ({"compression": "lzw", "tile": (16, 16)}, {"compression": "jpeg"}):
        file = io.BytesIO()
        dtype = "uint8" if options["compression"] == "jpeg" else "uint16"
        tifffile.imwrite(file, noise((33, 20, 3), dtype), photometric="rgb", **options)
        files.append(file.getvalue())
    return files


@st.composite
def mangled(draw):
    content = bytearray(draw(st.sampled_from(samples())))
    for _ in range(draw(st.integers(0, 6))):
        if not content:
            break
        # Headers are where it hurts.
        near = draw(st.booleans())
        position = draw(st.integers(0, min(len(content) - 1, 300 if near else len(content))))
        position = min(position, len(content) - 1)
        if draw(st.booleans()):
            content[position] ^= 1 << draw(st.integers(0, 7))
        else:
            length = draw(st.integers(0, 6))
            inserted = draw(
                st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
                | st.binary(max_size=5)
            )
            content[position : position + length] = inserted
    if draw(st.integers(0, 3)) == 0:
        del content[draw(st.integers(0, len(content))) :]
    mended = draw(st.booleans())
    return _with_checksums(bytes(content)) if mended else bytes(content)


def _with_checksums(content):
    """A PNG with its checksums set right, so that decoders look at what was damaged."""
    if content[:4] != b"\x89PNG":
        return content
    result, position = content[:8], 8
    while position + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, position)
        if position + 12 + length > len(content):
            break
        result += png_chunk(
            content[position + 4 : position + 8], content[position + 8 : position + 8 + length]
        )
        position += 12 + length
    return result + content[position:]


def two_pages():
    page = Photograph(noise((9, 13, 3), "uint8"), Metadata(iptc=b"\x1c\x02\x05\0\1a"))
    return encode_all([page, page], ".tif")


@losses_are_told
def test_mangled_files_give_photographs_or_our_errors(capfd):
    outcomes = set()

    @modest
    @given(mangled(), st.sampled_from(sorted(SUFFIXES)))
    @example(two_pages(), ".webp")
    def run(content, suffix):
        message = ""
        try:
            load_all(content)
            photograph = load(content)
            outcomes.add("photograph")
            assert photograph.dtype.name in ("uint8", "uint16", "float32")
            assert photograph.ndim == 2 or photograph.shape[2] in (3, 4)
            encode(photograph, suffix)
        except ColorTransferError as error:
            message = str(error)
            outcomes.add("error")
        assert "\n" not in message

    run()
    assert outcomes == {"error", "photograph"}
    assert capfd.readouterr() == ("", "")


def test_every_sample_is_a_photograph():
    for content in samples():
        assert load(content).size


def test_unfinished_files_are_refused():
    refused = total = 0
    for content in samples():
        # WebP and TIFF may have nothing but metadata at the end, JPEG and PNG an end mark.
        for length in {0, 3, 20, len(content) // 3, len(content) // 2, len(content) * 9 // 10}:
            total += 1
            try:
                again = load(content[:length])
            except FileError:
                refused += 1
            else:  # allowed only if every pixel is there
                np.testing.assert_array_equal(again, load(content))
    assert refused > 0.9 * total


def test_a_jpeg_without_its_second_half_is_not_half_grey():
    content = encode(noise((300, 200, 3), "uint8"), ".jpg")
    with pytest.raises(FileError, match="truncated"):
        load(content[: len(content) // 2])


@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_with_too_few_pixels_is_refused(depth):
    rows = np.zeros((5, 7 * depth // 8), np.uint8)
    assert load(png_file(rows, 7, depth=depth, color_type=0)).shape == (5, 7)
    with pytest.raises(FileError, match="fewer pixels"):
        load(png_file(rows, 7, height=6, depth=depth, color_type=0))


def test_a_png_with_wrong_checksums_is_refused():
    content = bytearray(encode(noise((9, 13, 3), "uint8"), ".png"))
    content[content.index(b"IDAT") + 20] ^= 1
    with pytest.raises(FileError, match="checksum"):
        load(bytes(content))


def test_interlaced_pngs_are_whole():
    # One pixel of 16 bits is pass 1 of 7; Pillow writes no interlaced files to compare with.
    content = png_file(np.full((1, 2), 9, np.uint8), 1, depth=16, color_type=0)
    interlaced = bytearray(content)
    interlaced[28] = 1
    np.testing.assert_array_equal(load(_with_checksums(bytes(interlaced))), load(content))


def huge_png():
    return png_file(np.zeros((1, 10), np.uint8), 60_000, height=60_000, depth=8, color_type=2)


def huge_jpeg():
    content = bytearray(encode(noise((9, 13, 3), "uint8"), ".jpg"))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", 60_000, 60_000)
    return bytes(content)


def huge_tiff(dtype="uint16"):
    content = bytearray(encode(noise((9, 13, 3), dtype), ".tif"))
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            tag = file.pages.first.tags[name]
            struct.pack_into("<HHII", content, tag.offset, tag.code, 4, 1, 60_000)
    return bytes(content)


def huge_webp():
    # An extended header with a canvas of 16384 x 16384, and an image of another size.
    content = encode(noise((9, 13, 3), "uint8"), ".webp")
    canvas = struct.pack("<I", 16_383)[:3] * 2
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0) + canvas + content[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("make", [huge_png, huge_jpeg, huge_tiff, huge_webp])
def test_sizes_are_checked_before_memory_is_taken(make, tmp_path):
    path = tmp_path / "huge"
    path.write_bytes(make())
    with pytest.raises(FileError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    if make is not huge_webp:
        assert "megapixels" in str(caught.value)
    script = (
        "import resource, sys, colortransfer.images as images\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: images.load(sys.argv[1])\n"
        "except OSError: pass\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
    if sys.platform == "linux":
        assert int(result.stdout) < 100  # megabytes


def test_just_below_and_above_the_limit(monkeypatch):
    monkeypatch.setattr("colortransfer.images.raster.MAX_PIXELS", 9 * 13)
    for content in samples()[:4]:
        assert load(content).size
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        with pytest.raises(FileError, match="10 x 13"):
            load(encode(noise((13, 10), "uint8"), suffix))


def test_what_pillow_only_warns_of_is_silent(monkeypatch):
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 100)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert load(encode(noise((9, 13, 3), "uint8"), ".png")).size
        with pytest.raises(FileError, match="megapixels"):
            load(encode(noise((20, 20, 3), "uint8"), ".png"))
    assert caught == []


@functools.cache
def bomb():
    return zlib.compress(bytes(200_000_000), 9)


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
@pytest.mark.parametrize("depth", [8, 16])
def test_compressed_metadata_do_not_explode(kind, depth):
    data = {b"iTXt": b"x\0\1\0\0\0"}.get(kind, b"x\0\0") + bomb()
    rows = np.zeros((5, 7 * depth // 8), np.uint8)
    content = png_file(rows, 7, depth=depth, color_type=0, before=png_chunk(kind, data))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileError):
        load(content)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 100 * 1024  # Linux counts in kilobytes


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_floats_are_refused(value):
    pixels = noise((5, 7, 3), "float32")
    pixels[2, 3, 1] = value
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, photometric="rgb")
    with pytest.raises(FileError, match="infinite"):
        load(file.getvalue())


def test_a_tiff_with_a_missing_strip_is_refused():
    file = io.BytesIO()
    tifffile.imwrite(file, noise((40, 40, 3), "uint16"), photometric="rgb", rowsperstrip=8)
    content = bytearray(file.getvalue())
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        position = tiff.pages.first.tags["StripOffsets"].valueoffset
        code = {3: "<H", 4: "<I"}[tiff.pages.first.tags["StripOffsets"].dtype]
    struct.pack_into(code, content, position, 0)
    with pytest.raises(FileError):
        load(bytes(content))


def test_threads_do_not_disturb_each_other_or_the_warning_filters():
    filters = list(warnings.filters)
    content = encode(noise((64, 64, 3), "uint8"), ".png")
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(load(content).sum() for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert len(set(results)) == 1
    assert warnings.filters == filters


def test_pages_that_lead_back_are_read_once():
    """The second directory's link leads to the first: 10,000 pages took 2 seconds."""
    content = bytearray(encode_all([noise((4, 5, 3), "uint8")] * 2, ".tif"))
    first = struct.unpack_from("<I", content, 4)[0]
    position = first
    for _ in range(2):
        entries = struct.unpack_from("<H", content, position)[0]
        link = position + 2 + 12 * entries
        position = struct.unpack_from("<I", content, link)[0]
    struct.pack_into("<I", content, link, first)
    assert len(load_all(bytes(content))) == 2
