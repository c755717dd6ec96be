"""XMP, IPTC, comments, texts, GeoTIFF's tags: through every format, or named in a warning.

The table in docs/files.md is made here: ``python tests/images/test_metadata_carried.py`` writes it
anew.
"""

import binascii
import io
import re
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import tifffile
from image_samples import (
    DISPLAY_P3,
    PREFIX,
    exif_block,
    noise,
    pillow,
    pillow_bytes,
    png_chunk,
    smooth,
)

from colortransfer.cli import main
from colortransfer.errors import LossWarning
from colortransfer.images import Metadata, Photograph, encode, load, losses, save

DOCS = Path(__file__).resolve().parents[2] / "docs" / "files.md"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>\xc3\xa4</rdf:RDF></x:xmpmeta>"
IPTC = b"\x1c\x02\x78\x00\x07A title\x1c\x02\x50\x00\x06Author"
PHOTOSHOP = b"8BIM\x04\x08\x03abc\0\0\0\x03xyz\0"  # guides
TEXTS = ((b"tEXt", b"Title\0A title"), (b"iTXt", b"Author\0\0\0\0\0\xc3\xa4"))
GEO = (
    (33550, 12, 3, struct.pack("<3d", 0.5, 0.5, 0)),
    (33922, 12, 6, struct.pack("<6d", 0, 0, 0, 440720, 3751320, 0)),
    (34735, 3, 4, struct.pack("<4H", 1, 1, 0, 0)),
    (34737, 2, 6, b"WGS84\0"),
)
KINDS = {
    "EXIF": {"exif": exif_block()},
    "colour profile": {"icc_profile": DISPLAY_P3},
    "resolution": {"dpi": (300.0, 150.0)},
    "XMP": {"xmp": XMP},
    "IPTC": {"iptc": IPTC},
    "Photoshop's other blocks": {"photoshop": PHOTOSHOP},
    "comments": {"comments": (b"First \xc3\xa4", b"Second")},
    "PNG texts": {"png_texts": TEXTS},
    "PNG colour chunks": {"png_color": ((b"gAMA", struct.pack(">I", 100_000)),)},
    "GeoTIFF tags": {"geotiff": GEO},
    "private segments of JPEG": {"private": (("APP4", b"The camera's"), ("APP12", b"More of it"))},
    "private chunks of PNG": {"private": (("oFFs", struct.pack(">iiB", 3, 4, 0)),)},
}
SUFFIXES = (".jpg", ".png", ".tif", ".webp")


def result_of(kind, suffix):
    """ "yes" if it is there byte for byte, "in another form", or "a warning"."""
    fields = dict(KINDS[kind])
    if kind == "PNG colour chunks":
        content = encode(smooth((20, 30, 3)), ".png")
        fields = vars(
            load(content[:33] + png_chunk(*fields["png_color"][0]) + content[33:]).metadata
        )
        fields = {name: fields[name] for name in ("png_color", "icc_profile")}
    photograph = Photograph(smooth((20, 30, 3)), Metadata(**fields))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        again = load(encode(photograph, suffix)).metadata
    if caught:
        assert {warning.category for warning in caught} == {LossWarning}
        assert losses(photograph, suffix)
        return "a warning"
    assert losses(photograph, suffix) == ()
    if kind == "resolution":
        np.testing.assert_allclose(again.dpi, fields["dpi"], atol=0.02)
        return "in another form" if again.exif else "yes"
    if kind == "EXIF":
        assert b"Maker of cameras" in again.exif
        return (
            "yes"
            if again.exif == load(encode(photograph, ".png")).metadata.exif
            else ("in another form")
        )
    name = next(iter(fields))
    if getattr(again, name) == fields[name]:
        return "yes"
    if kind == "comments":
        assert len(again.png_texts) == 2
    if kind == "PNG colour chunks":
        assert again.icc_profile == fields["icc_profile"]
    return "in another form"


def table():
    lines = ["| | JPEG | PNG | TIFF | WebP |", "|---|---|---|---|---|"]
    for kind in KINDS:
        lines.append(f"| {kind} | " + " | ".join(result_of(kind, s) for s in SUFFIXES) + " |")
    return "\n".join(lines) + "\n"


PLACE = re.compile(r"(?<=<!-- made by the test -->\n\n)(?:\|.*\n)+")


def test_the_table_in_the_docs():
    assert PLACE.search(DOCS.read_text("utf-8"))[0] == table()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_came_with_stays_byte_for_byte(kind, suffix):
    """From a format that has a place for it back to that format, all metadata together."""
    if result_of(kind, suffix) != "yes":
        pytest.skip("no place")
    fields = {}
    for name in KINDS:
        if result_of(name, suffix) == "yes" and name != "PNG colour chunks":
            fields |= KINDS[name]
    first = load(encode(Photograph(smooth((20, 30, 3)), Metadata(**fields)), suffix))
    again = load(encode(first, suffix))
    assert again.metadata == first.metadata


def test_in_jpeg_as_others_write_it():
    picture = PIL.Image.fromarray(smooth((20, 30, 3)))
    content = pillow_bytes(picture, "JPEG", comment=b"A comment", xmp=XMP)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    guides = b"8BIM\x04\x08\x03abc" + struct.pack(">I", 2) + b"\0\1"
    thumbnail = b"8BIM\x04\x0c\0\0" + struct.pack(">I", 3) + b"abc\0"
    block = b"Photoshop 3.0\0" + guides + thumbnail + block
    content = content[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + content[2:]
    metadata = load(content).metadata
    assert (metadata.xmp, metadata.iptc, metadata.comments) == (XMP, IPTC, (b"A comment",))
    again = pillow(encode(load(content), ".jpg"))
    assert again.info["comment"] == b"A comment"
    assert again.info["xmp"] == XMP
    assert again.info["photoshop"] == {0x0404: IPTC, 0x0408: b"\0\1"}


def raw_profile(name, data):
    text = f"\n{name}\n{len(data):8}\n{binascii.hexlify(data).decode()}\n".encode()
    return png_chunk(b"zTXt", f"Raw profile type {name}".encode() + b"\0\0" + zlib.compress(text))


def with_chunks(content, *chunks):
    return content[:33] + b"".join(chunks) + content[33:]


def test_in_png_as_imagemagick_writes_it():
    content = with_chunks(
        encode(smooth((20, 30, 3)), ".png"),
        raw_profile("exif", PREFIX + exif_block(orientation=6, size=(20, 30))),
        raw_profile("iptc", b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC),
        raw_profile("xmp", XMP),
    )
    photograph = load(content)
    assert photograph.shape == (30, 20, 3)
    assert b"Maker of cameras" in photograph.metadata.exif
    assert (photograph.metadata.iptc, photograph.metadata.xmp) == (IPTC, XMP)
    again = load(encode(photograph, ".png"))
    assert again.shape == (30, 20, 3)
    assert again.metadata == photograph.metadata


@pytest.mark.parametrize("name", ["APP1", "app1"])
def test_raw_profiles_of_segments(name):
    content = encode(smooth((20, 30, 3)), ".png")
    for data, field in ((PREFIX + exif_block(), "exif"), (XMP, "xmp")):
        metadata = load(with_chunks(content, raw_profile(name, data))).metadata
        assert getattr(metadata, field)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_in_tiff_of_both_orders_and_sizes(order, bigtiff):
    file = io.BytesIO()
    tags = [(274, 3, 1, 6, True), (271, 2, None, "Maker of cameras", True)]
    tags += [(700, 1, len(XMP), XMP, True), (33723, 7, len(IPTC), IPTC, True)]
    for code, kind, count, value in GEO:
        unpacked = {12: "d", 3: "H"}.get(kind)
        value = value if unpacked is None else struct.unpack(f"<{count}{unpacked}", value)
        tags.append((code, kind, count, value, True))
    tifffile.imwrite(
        file,
        noise((20, 30, 3), "uint8"),
        photometric="rgb",
        extratags=tags,
        bigtiff=bigtiff,
        byteorder=order,
    )
    photograph = load(file.getvalue())
    assert photograph.shape == (30, 20, 3)
    assert b"Maker of cameras" in photograph.metadata.exif
    assert (photograph.metadata.xmp, photograph.metadata.iptc) == (XMP, IPTC)
    assert photograph.metadata.geotiff == GEO
    content = encode(photograph, ".tif")
    with tifffile.TiffFile(io.BytesIO(content)) as again:
        assert again.pages.first.tags[33550].value == (0.5, 0.5, 0)
        assert again.geotiff_metadata["ModelTiepoint"][3:5] == [440720, 3751320]
    assert load(content).metadata.geotiff == GEO


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "form",
    ['tiff:Orientation="6"', "tiff:Orientation='6'", "<tiff:Orientation>6</tiff:Orientation>"],
)
def test_an_orientation_that_only_xmp_tells(form, suffix):
    words = form.encode()
    words = b"<r>" + words + b"</r>" if form[0] == "<" else b"<r " + words + b"/>"
    content = encode(Photograph(smooth((20, 30, 3)), Metadata(xmp=words)), suffix)
    photograph = load(content)
    assert photograph.shape == (30, 20, 3)
    assert b"6" not in photograph.metadata.xmp
    assert load(encode(photograph, suffix)).shape == (30, 20, 3)


def test_exif_has_the_last_word_on_the_orientation():
    metadata = Metadata(xmp=b'<r tiff:Orientation="6"/>', exif=exif_block(orientation=1))
    assert load(encode(Photograph(smooth((20, 30, 3)), metadata), ".jpg")).shape == (20, 30, 3)


def test_too_long_for_jpeg_is_named():
    photograph = Photograph(smooth((20, 30, 3)), Metadata(xmp=bytes(70_000), iptc=bytes(140_000)))
    assert losses(photograph, ".jpg") == ("its XMP",)
    with pytest.warns(LossWarning, match="cannot hold its XMP"):
        content = encode(photograph, ".jpg")
    assert load(content).metadata.iptc == bytes(140_000)  # Photoshop's blocks go on in segments


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_of_it_can_be_left_out(suffix, tmp_path):
    everything = {name: value for fields in KINDS.values() for name, value in fields.items()}
    del everything["png_color"]
    photograph = Photograph(smooth((20, 30, 3)), Metadata(**everything))
    path, other = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    save(path, photograph, strip_metadata=True)
    nothing = load(encode(np.asarray(photograph), suffix)).metadata
    assert (nothing.xmp, nothing.iptc, nothing.icc_profile, nothing.geotiff) == (
        None,
        None,
        None,
        (),
    )
    assert load(path).metadata == nothing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LossWarning)
        save(other, photograph)
    arguments = ["-c", "#5b86b4", "--method", "shift", "--in-place", "--strip-metadata"]
    assert main(["transfer", str(other), *arguments]) == 0
    assert load(other).metadata == nothing


def test_the_command_line_names_what_is_lost(tmp_path, capsys):
    path = tmp_path / "a.tif"
    save(path, Photograph(smooth((20, 30, 3)), Metadata(geotiff=GEO, iptc=IPTC)))
    arguments = ["transfer", str(path), "-c", "#5b86b4", "--method", "shift", "-o"]
    assert main([*arguments, str(tmp_path / "b.webp")]) == 0
    assert "WEBP cannot hold its IPTC data, its GeoTIFF tags" in capsys.readouterr().err
    assert main([*arguments, str(tmp_path / "c.webp"), "--strip-metadata"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("suffix", "change", "words"),
    [
        (".jpg", lambda c: c[:2] + b"\xff\xeb\0\x0aJP\0\1jumb" + c[2:], "APP11"),
        (".jpg", lambda c: c + b"\0\0\0\x18ftypmp42" + bytes(40), "what follows it (a video"),
        (".png", lambda c: with_chunks(c, png_chunk(b"caBX", b"jumb")), "its chunk caBX"),
        (".webp", lambda c: appended_chunk(c, b"C2PA", b"jumb"), "its chunk C2PA"),
        (".tif", lambda c: layered(), "its private tags (ImageSourceData)"),
    ],
)
def test_what_cannot_be_carried_is_named_and_not_overwritten(
    suffix, change, words, tmp_path, capsys
):
    path = tmp_path / f"a{suffix}"
    content = change(encode(smooth((20, 30, 3)), suffix))
    path.write_bytes(content)
    arguments = ["transfer", str(path), "-c", "#5b86b4", "--method", "shift"]
    assert main([*arguments, "--in-place"]) == 1
    assert words in capsys.readouterr().err
    assert path.read_bytes() == content
    assert main([*arguments, "-o", str(tmp_path / f"b{suffix}")]) == 0
    assert words in capsys.readouterr().err


def appended_chunk(webp, kind, data):
    size = struct.unpack_from("<I", webp, 4)[0] + 8 + len(data)
    return (
        webp[:4] + struct.pack("<I", size) + webp[8:] + kind + struct.pack("<I", len(data)) + data
    )


def layered():
    """As Photoshop writes its layers into TIFF files."""
    file = io.BytesIO()
    tags = [(37724, 7, 8, b"Adobe Ph", True)]
    tifffile.imwrite(file, smooth((20, 30, 3)), photometric="rgb", extratags=tags)
    return file.getvalue()


def test_padding_after_a_picture_is_no_loss():
    content = encode(smooth((20, 30, 3)), ".jpg") + bytes(512)
    assert load(content).metadata.left_out == ()


def test_extended_xmp_stays_in_jpeg():
    content = encode(smooth((20, 30, 3)), ".jpg")
    data = b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + b"<more/>"
    content = content[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + content[2:]
    photograph = load(content)
    assert data in encode(photograph, ".jpg")
    assert losses(photograph, ".png") == ("its private data (APP1)",)


def test_windows_words_and_ratings_stay_in_tiff():
    exif = PIL.Image.Exif()
    words = {40091: "A title\0".encode("utf-16-le"), 18246: 4, 269: "A document", 316: "A host"}
    for tag, value in words.items():
        exif[tag] = value
    content = pillow_bytes(PIL.Image.fromarray(smooth((20, 30, 3))), "JPEG", exif=exif)
    photograph = load(encode(load(content), ".tif"))
    again = PIL.Image.Exif()
    again.load(load(encode(photograph, ".jpg")).metadata.exif)
    assert {tag: again[tag] for tag in words} == words
    assert losses(photograph, ".tif") == ()


def test_damaged_texts_do_not_stop_a_photograph():
    content = encode(smooth((20, 30, 3)), ".png")
    for kind, data in (
        (b"zTXt", b"Raw profile type exif\0\0nonsense"),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 4\nzz"),
        (b"tEXt", b"Raw profile type iptc\0"),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0nonsense"),
        (b"iTXt", b"XML:com.adobe.xmp"),
    ):
        assert load(with_chunks(content, png_chunk(kind, data))).shape == (20, 30, 3)


if __name__ == "__main__":
    DOCS.write_text(PLACE.sub(lambda _: table(), DOCS.read_text("utf-8")), "utf-8")
