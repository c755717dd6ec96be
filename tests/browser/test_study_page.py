"""The page of a study in a real browser, opened from a file."""

import json

import pytest

from colortransfer import images, study
from colortransfer.methods import METHODS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_path(tmp_path_factory, photo):
    folder, folders = tmp_path_factory.mktemp("pairs"), []
    for name, picture in (("sea", photo), ("hill", photo[:, ::-1]), ("face", photo[::-1])):
        (folder / name).mkdir()
        images.save(folder / name / "original.png", picture)
        for method, options in (("additive", {}), ("midtone", {"form": "midtone"})):
            edit = METHODS["shift"](**options).fit(picture, "#6a7080")
            images.save(folder / name / f"{method}.png", edit.image)
        folders.append(folder / name)
    study.make(folders, folder / "study", repeats=1, traps=2, orders=3)
    return folder / "study" / "index.html"


OF = 3 + 1 + 2  # pairs, a repeat, traps


def begin(tab, path):
    tab.goto(path.as_uri())
    tab.get_by_role("button", name="I agree, begin").click()


def downloaded(tab, folder):
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download my answers").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_from_consent_to_file_by_keys(tab, page_path, tmp_path):
    begin(tab, page_path)
    keys = ["ArrowLeft", "ArrowRight"] * OF
    for n, key in enumerate(keys):
        assert tab.inner_text("#progress") == f"pair {n // 2 + 1} of {OF}"
        shown = tab.eval_on_selector_all("#pictures img", "e => e.map(i => i.naturalWidth)")
        assert "1." in tab.inner_text("#ask") if n % 2 == 0 else "2." in tab.inner_text("#ask")
        tab.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        assert len(shown) == 3
        tab.keyboard.press(key)
    assert tab.inner_text("#done") == f"{OF} of {OF} pairs are answered."
    _, choices = study.read(downloaded(tab, tmp_path))
    assert [choice.n for choice in choices] == list(range(1, OF + 1))
    assert {(choice.natural, choice.faults) for choice in choices} == {("left", "right")}
    assert {choice.photograph for choice in choices} == {"sea", "hill", "face"}
    assert sum(choice.is_trap for choice in choices) == 2
    assert all({c.left, c.right} <= {"additive", "midtone", "trap"} for c in choices)
    assert all(0 <= choice.seconds < 60 for choice in choices)
    assert all(url.startswith(("file:", "blob:")) for url in tab.asked)


def test_touch_on_a_narrow_screen(chromium, page_path, tmp_path):
    context = chromium.new_context(viewport={"width": 400, "height": 700}, has_touch=True)
    tab = context.new_page()
    tab.goto(page_path.as_uri())
    tab.get_by_role("button", name="I agree, begin").tap()
    for _ in range(OF):
        for name in ("right", "left"):
            assert tab.evaluate("document.documentElement.scrollWidth") <= 400
            button = tab.get_by_role("button", name=name)
            box = button.bounding_box()
            assert box["height"] >= 44, "a finger is no needle"
            assert box["y"] + box["height"] <= 700, "no scrolling to the buttons"
            button.tap()
    _, choices = study.read(downloaded(tab, tmp_path))
    assert {(choice.natural, choice.faults) for choice in choices} == {("right", "left")}
    context.close()


def test_closing_the_browser_loses_nothing(chromium, page_path, tmp_path):
    """Also of an answer whose second half is missing; and the order stays the same."""
    kind = chromium.browser_type
    options = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
    options = {**options, "accept_downloads": True}
    with kind.launch_persistent_context(tmp_path / "profile", **options) as context:
        tab = context.new_page()
        begin(tab, page_path)
        for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
            tab.keyboard.press(key)
        before = tab.eval_on_selector_all("#pictures img", "e => e.map(i => i.src)")
    with kind.launch_persistent_context(tmp_path / "profile", **options) as context:
        tab = context.new_page()
        tab.goto(page_path.as_uri())
        assert tab.inner_text("#progress") == f"pair 3 of {OF}"
        assert "2." in tab.inner_text("#ask"), "the first half was kept"
        assert tab.eval_on_selector_all("#pictures img", "e => e.map(i => i.src)") == before
        tab.keyboard.press("ArrowRight")
        tab.get_by_role("button", name="stop here").click()
        _, choices = study.read(downloaded(tab, tmp_path))
        given = [(choice.natural, choice.faults) for choice in choices]
        assert given == [("left", "right"), ("right", "left"), ("left", "right")]
        tab.get_by_role("button", name="Go on").click()
        assert tab.inner_text("#progress") == f"pair 4 of {OF}"


def test_going_back_and_starting_anew(tab, page_path, tmp_path):
    begin(tab, page_path)
    for key in ("ArrowLeft", "ArrowLeft", "Backspace", "Backspace", "ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
    tab.get_by_role("button", name="stop here").click()
    _, choices = study.read(downloaded(tab, tmp_path))
    assert [(choice.natural, choice.faults) for choice in choices] == [("right", "right")]
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Erase and start anew").click()
    assert tab.get_by_role("button", name="I agree, begin").is_visible()
    assert tab.evaluate("localStorage.length") == 0


def test_answers_hold_nothing_about_the_observer(tab, page_path, tmp_path):
    begin(tab, page_path)
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    tab.get_by_role("button", name="stop here").click()
    file = json.loads(downloaded(tab, tmp_path).read_text("utf-8"))
    assert sorted(file) == ["answers", "format", "observer", "of", "order", "study"]
    (row,) = file["answers"]
    names = ["faults", "left", "n", "natural", "photograph", "right", "seconds"]
    assert sorted(row) == names


def test_everyone_can_use_it(tab, page_path, axe, findings):
    tab.goto(page_path.as_uri())
    assert findings(tab, axe) == []
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert findings(tab, axe) == []
    assert tab.locator("#trial").is_visible()
    tab.get_by_role("button", name="stop here").click()
    assert findings(tab, axe) == []
