"""XMP of a photograph whose further pictures are not carried."""

import pytest
from image_samples import smooth

from colortransfer.errors import LossWarning
from colortransfer.images import SUFFIXES, Metadata, Photograph, encode, load, losses

ULTRA_HDR = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
    xmlns:C="http://ns.google.com/photos/1.0/container/"
    xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
    xmlns:GCamera='http://ns.google.com/photos/1.0/camera/'
    xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" hdrgm:Version="1.0" xmp:Rating="4"
    GCamera:MotionPhoto="1" GCamera:SpecialTypeID="a > b"><C:Directory><rdf:Seq>
    <rdf:li rdf:parseType="Resource"><C:Item Item:Semantic="Primary"/></rdf:li>
    <rdf:li rdf:parseType="Resource"><C:Item Item:Semantic="GainMap" Item:Length="9"/></rdf:li>
    </rdf:Seq></C:Directory><hdrgm:BaseRenditionIsHDR>False</hdrgm:BaseRenditionIsHDR
    ><xmp:Label> hdrgm:Version="1.0" \xc3\xa4</xmp:Label></rdf:Description></rdf:RDF></x:xmpmeta>"""
WITHOUT_GAIN_MAP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
   \n   \n    xmlns:GCamera='http://ns.google.com/photos/1.0/camera/'
   \n    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
   \x20GCamera:SpecialTypeID="a > b"><xmp:Label> hdrgm:Version="1.0" \xc3\xa4</xmp:Label>\
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def ultra_hdr(packet):
    """As phones write it: XMP and a multi-picture index lead to a second JPEG with the gain map."""
    first = encode(Photograph(smooth((20, 30, 3)), Metadata(xmp=packet)), ".jpg")
    return first + encode(smooth((10, 15)), ".jpg")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_xmp_does_not_name_a_gain_map_that_is_not_carried(suffix):
    with pytest.warns(LossWarning, match=r"1 other picture, what its XMP says of them"):
        photograph = load(ultra_hdr(ULTRA_HDR))
    again = load(encode(photograph, suffix))
    assert " ".join(again.metadata.xmp.decode().split()) == " ".join(
        WITHOUT_GAIN_MAP.decode().split()
    )
    assert losses(again, suffix) == ()


def test_xmp_of_a_single_picture_and_what_cannot_be_parsed_stay():
    alone = Photograph(smooth((20, 30, 3)), Metadata(xmp=ULTRA_HDR))
    assert load(encode(alone, ".jpg")).metadata.xmp == ULTRA_HDR
    for packet in (
        WITHOUT_GAIN_MAP,
        ULTRA_HDR[:400],
        ULTRA_HDR.decode().encode("utf-16"),
        b"\0",
        b"<x/>",
    ):
        with pytest.warns(LossWarning, match="without 1 other picture$"):
            assert load(ultra_hdr(packet)).metadata.xmp == packet
