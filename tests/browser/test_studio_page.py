"""The studio in a real browser: from a file that is dropped to one that is downloaded."""

import http.client
import re
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np
import pytest
from PIL import Image

from colortransfer import images
from colortransfer.cli.demo import bundled_photograph

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
from image_samples import DISPLAY_P3, MAKER_NOTE, exif_block, png_file

pytestmark = pytest.mark.browser
FIT = 120_000  # milliseconds; the first of a process compiles its graph


@pytest.fixture(scope="module")
def jpeg(tmp_path_factory):
    """The bundled photograph, small, lying on its side, in Display P3, with EXIF data."""
    path = tmp_path_factory.mktemp("photographs") / "sea.jpg"
    picture = Image.fromarray(np.asarray(bundled_photograph())[::2, ::2])
    picture = picture.transpose(Image.Transpose.ROTATE_90)
    exif = exif_block(orientation=6, size=picture.size[::-1])  # as the upright one has it
    picture.save(path, quality=95, icc_profile=DISPLAY_P3, exif=b"Exif\0\0" + exif)
    return path


@pytest.fixture(scope="module")
def png(tmp_path_factory):
    path = tmp_path_factory.mktemp("photographs") / "hill.png"
    images.save(path, np.asarray(bundled_photograph())[::3, ::3])
    return path


def opened(tab, studio, *paths):
    tab.goto(studio.address)
    tab.wait_for_selector("#recolour")
    if paths:
        tab.set_input_files("#files input[type=file]", [str(path) for path in paths])
        tab.wait_for_function(
            "document.querySelector('#status').innerText.includes('choose a colour')"
        )


def type_color(tab, text):
    tab.fill("#color textarea, #color input", text)
    tab.keyboard.press("Enter")


def wait_for_color(tab, color):
    field = "document.querySelector('#color textarea, #color input')"
    tab.wait_for_function(f"color => {field}.value == color", arg=color)


def choose_method(tab, title):
    tab.locator("#method input").click()
    tab.get_by_role("option", name=title).click()


def recolour(tab):
    tab.click("#recolour")
    tab.wait_for_selector("#status >> text=/Fitting|Done/")
    tab.wait_for_selector("#status >> text=Done.", timeout=FIT)


def download(tab, suffix, folder):
    """The first file of the results that ends so."""
    link = tab.locator(f"#downloads a[download$='{suffix}']").first
    with tab.expect_download() as found:
        link.click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def mean_of(path):
    return np.asarray(images.load(path)).reshape(-1, 3).mean(0)


def line(tab):
    return tab.inner_text("#status").strip()


def test_from_upload_to_download(tab, studio, jpeg, tmp_path):
    opened(tab, studio, jpeg)
    type_color(tab, "#6a7080")
    tab.wait_for_selector("#status >> text=quick preview")
    recolour(tab)
    assert "#6a7080" in tab.inner_text("#figures")
    path = download(tab, ".jpg", tmp_path)
    assert path.name == "sea_6a7080.jpg"
    np.testing.assert_allclose(mean_of(path), [0x6A, 0x70, 0x80], atol=1)
    before, after = images.load(jpeg), images.load(path)
    assert after.shape == before.shape, "upright"
    assert MAKER_NOTE in after.metadata.exif
    assert after.metadata.exif == before.metadata.exif
    assert after.metadata.icc_profile == DISPLAY_P3
    assert download(tab, ".npz", tmp_path).stat().st_size > 1000
    assert "LUT_3D_SIZE" in download(tab, ".cube", tmp_path).read_text("utf-8")
    assert "FeatureMatcher().fit(photo" in tab.inner_text("#lines")
    assert tab.asked
    here = (studio.address, "data:", f"blob:{studio.address}")
    assert [url for url in tab.asked if not url.startswith(here)] == []
    move_the_slider(tab)


def move_the_slider(tab):
    """By the mouse, then by keys."""
    handle = tab.get_by_role("slider", name="before and after")
    handle.scroll_into_view_if_needed()
    assert handle.get_attribute("aria-valuenow") == "50"
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 120, y, steps=5)
    tab.mouse.up()
    moved = int(handle.get_attribute("aria-valuenow"))
    assert moved > 60
    hidden = "document.querySelector('#slider img.fixed').style.clipPath"
    before = tab.evaluate(hidden)
    handle.focus()
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    assert int(handle.get_attribute("aria-valuenow")) in range(moved - 12, moved - 7)
    assert tab.evaluate(hidden) != before


def test_a_colour_from_another_photograph(tab, studio, png, tmp_path):
    other = np.zeros((100, 200, 3), np.uint8)
    other[:, :100], other[:, 100:] = [70, 100, 60], [150, 110, 90]
    images.save(tmp_path / "other.png", other)
    opened(tab, studio, png)
    tab.get_by_role("button", name="A colour from another photograph").click()
    tab.set_input_files("#other input[type=file]", str(tmp_path / "other.png"))
    picture = tab.locator("#eyedropper img")
    picture.wait_for()
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.5})
    wait_for_color(tab, "#966e5a")
    choose_method(tab, "Mean shift")
    recolour(tab)
    np.testing.assert_allclose(mean_of(download(tab, ".png", tmp_path)), [150, 110, 90], atol=1)
    choose_method(tab, "Means and deviations")
    recolour(tab)
    # "Done." may still be that of the shift.
    shown = "document.querySelector('#lines').innerText.includes('METHODS[\"reinhard\"]')"
    tab.wait_for_function(shown, timeout=FIT)


def test_a_colour_of_the_photograph_itself(tab, studio, png):
    opened(tab, studio, png)
    choice = tab.locator("#palette input[type=radio]").nth(3)
    choice.check()
    value = choice.get_attribute("value")
    wait_for_color(tab, value)


def test_a_mask_is_drawn(tab, studio, png, tmp_path):
    opened(tab, studio, png)
    type_color(tab, "#6a7080")
    tab.get_by_role("button", name="Only a part").click()
    canvas = tab.locator("#editor canvas").first
    canvas.wait_for()
    tab.wait_for_timeout(1500)  # the editor fits its canvas to the picture
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    y = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + box["width"] * 0.3, y)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.6, y, steps=15)
    tab.mouse.up()
    tab.wait_for_timeout(800)
    recolour(tab)
    mask = np.asarray(images.load(download(tab, "mask.png", tmp_path)))
    result = np.asarray(images.load(download(tab, "6a7080.png", tmp_path)))
    original = np.asarray(images.load(png))
    assert mask.shape == original.shape[:2]
    assert 0.003 < (mask > 0).mean() < 0.5
    np.testing.assert_array_equal(result[mask == 0], original[mask == 0])
    within = (result * (mask[..., None] / 255)).sum((0, 1)) / (mask / 255).sum()
    np.testing.assert_allclose(within, [0x6A, 0x70, 0x80], atol=1)


HOSTILE = {
    "empty.jpg": b"",
    "text.png": b"<script>alert(1)</script>",
    "cut.jpg": None,
    "huge.png": png_file(np.zeros((2, 6), np.uint8), 60_000, depth=8, color_type=2, height=60_000),
    "large.png": "200 megapixels",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_one_line(tab, studio, jpeg, png, tmp_path, name):
    path = tmp_path / name
    content = HOSTILE[name]
    if content == "200 megapixels":
        Image.new("L", (20_000, 10_000)).save(path)
    else:
        path.write_bytes(jpeg.read_bytes()[:3000] if content is None else content)
    opened(tab, studio)
    tab.set_input_files("#files input[type=file]", str(path))
    alert = tab.locator("#status [role=alert]")
    alert.wait_for()
    assert name in line(tab)
    assert "\n" not in line(tab)
    assert "tmp" not in line(tab), "the server's folders are its own"
    tab.set_input_files("#files input[type=file]", str(png))
    tab.wait_for_selector("#status >> text=choose a colour")


def test_mistakes_are_one_line(tab, studio, png):
    opened(tab, studio)
    tab.click("#recolour")
    tab.wait_for_selector("#status >> text=add a photograph first")
    opened(tab, studio, png)
    type_color(tab, "blurple")
    tab.wait_for_selector("#status >> text=not a colour: 'blurple'")
    type_color(tab, "teal")
    tab.wait_for_selector("#status >> text=quick preview")
    choose_method(tab, "Means and deviations")
    tab.click("#recolour")
    tab.wait_for_selector("#status >> text=add another photograph")


def test_tabs_do_not_mix(chromium, studio, png, jpeg, tmp_path):
    colors = {"#6a7080": png, "#706a60": jpeg, "#507050": png, "#8a6a5a": jpeg, "#606060": png}
    contexts = [chromium.new_context() for _ in colors]
    tabs = [context.new_page() for context in contexts]
    for tab, (color, path) in zip(tabs, colors.items(), strict=True):
        opened(tab, studio, path)
        choose_method(tab, "Mean shift")
        type_color(tab, color)
    for tab in tabs:
        tab.wait_for_selector("#status >> text=quick preview")
        tab.click("#recolour")
    for tab, (color, path) in zip(tabs, colors.items(), strict=True):
        tab.wait_for_selector("#status >> text=Done.", timeout=FIT)
        found = download(tab, path.suffix, tmp_path)
        assert found.name == f"{path.stem}_{color[1:]}{path.suffix}"
        wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        np.testing.assert_allclose(mean_of(found), wanted, atol=1)
    for context in contexts:
        context.close()


def test_files_go_when_the_page_is_closed(chromium, studio, png):
    before = set(studio.sessions())
    context = chromium.new_context()
    tab = context.new_page()
    opened(tab, studio, png)
    (folder,) = set(studio.sessions()) - before
    assert list(folder.rglob("*.png"))
    uploads = [p for p in studio.temporary.rglob("hill.png") if folder not in p.parents]
    assert uploads == [], "an upload is moved into the session"
    context.close()
    for _ in range(100):
        if not folder.exists():
            break
        time.sleep(0.2)
    assert not folder.exists()


def status_of(studio, path, headers, method="GET"):
    place = urlsplit(studio.address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def test_other_sites_are_refused(studio):
    assert status_of(studio, "/", {})[0] == 200
    for headers in (
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        for path in ("/", "/config", "/gradio_api/upload", "/gradio_api/queue/join"):
            method = "POST" if "api" in path else "GET"
            status, body = status_of(studio, path, headers, method)
            assert status == 403, (headers, path)
            assert body.count(b"\n") == 1


def test_other_files_are_not_served(studio, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    here = Path(__file__).resolve()
    paths = ["/etc/passwd", secret, here, here.parents[2] / "setup.cfg", "setup.cfg"]
    paths += ["../../../../etc/passwd", f"{studio.temporary}/../secret.txt"]
    for path in paths:
        for form in (str(path), quote(str(path), safe="")):
            status, body = status_of(studio, f"/gradio_api/file={form}", {})
            assert status in (403, 404), path
            assert b"secret\n" not in body
            assert b"root:" not in body


@pytest.mark.parametrize("width", [1280, 400])
def test_everyone_can_use_it(chromium, studio, png, axe, findings, width):
    context = chromium.new_context(viewport={"width": width, "height": 800})
    tab = context.new_page()
    opened(tab, studio, png)
    choose_method(tab, "Mean shift")
    type_color(tab, "#6a7080")
    recolour(tab)
    for title in ("A colour from another", "Saturation, brightness", "Only a part"):
        tab.get_by_role("button", name=re.compile(title)).click()
    tab.wait_for_timeout(1500)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(tab, axe) == []
    context.close()
