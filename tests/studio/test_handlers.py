"""What the page does, without gradio: components are names, updates are dictionaries."""

from types import SimpleNamespace

import numpy as np
import pytest

from colortransfer import images
from colortransfer.errors import InputError
from colortransfer.studio import Session
from colortransfer.studio import _handlers as module
from colortransfer.studio._handlers import WISH, Handlers, Sessions

GRADIO = SimpleNamespace(update=lambda **changes: changes, skip=lambda: "skip")
DEFAULTS = {"method": "shift", "strength": 100, "color": "#6a7080"}


class Names(SimpleNamespace):
    """Every component stands for its own name."""

    def __getattr__(self, name):
        return name


@pytest.fixture
def session(tmp_path):
    return Session(tmp_path / "session")


@pytest.fixture
def handlers(tmp_path, photo):
    images.save(tmp_path / "hill.png", photo)
    offered = {"hill.png": tmp_path / "hill.png"}
    return Handlers(GRADIO, Names(), Sessions(tmp_path), offered)


@pytest.fixture
def upload(tmp_path, photo):
    def write(name="sea.png", content=None):
        path = tmp_path / "uploads" / name
        path.parent.mkdir(exist_ok=True)
        if content is None:
            images.save(path, photo)
        else:
            path.write_bytes(content)
        return str(path)

    return write


def values(**given):
    return [{**DEFAULTS, **given}.get(name) for name in WISH]


def test_uploads_are_shown_and_what_is_refused_is_told(handlers, session, upload):
    found = handlers.add(session, [upload(), upload("bad<b>.png", b"nothing")])
    assert found["files"] is None
    assert found["name"]["value"] == "sea.png"
    assert not found["name"]["visible"]
    assert 'role="alert"' in found["status"]
    assert "bad&lt;b&gt;.png" in found["status"]
    assert "uploads" not in found["status"]
    found = handlers.offer(session, "hill.png")
    assert found["name"]["choices"] == ["sea.png", "hill.png"]
    assert found["everything"]["visible"]
    for name in ("../hill.png", None):
        with pytest.raises(InputError, match="not in the folder"):
            handlers.offer(session, name)
    assert handlers.add(session, [])["files"] is None


def test_a_fit_from_steps_to_files(handlers, session, upload):
    handlers.add(session, [upload()])
    *_, last = handlers.fit(session, *values(name="sea.png"))
    assert [path.rpartition(".")[2] for path in last["downloads"]] == ["png", "npz", "cube"]
    assert "Done." in last["status"]
    assert "#6a7080" in last["figures"]
    assert 'METHODS["shift"]' in last["lines"]
    with pytest.raises(InputError, match="add a photograph"):
        list(handlers.fit(session, *values()))


def test_all_photographs_with_one_edit(handlers, session, upload):
    handlers.add(session, [upload(), upload("b.jpg"), upload("c.tif")])
    *_, last = handlers.fit_all(session, *values(name="b.jpg"))
    names = [path.rpartition("/")[2] for path in last["downloads"]]
    assert names[3:] == ["sea_6a7080.png", "c_6a7080.tif"]
    assert "3 photographs" in last["status"]


def test_colours_from_everywhere(handlers, session, upload, photo):
    assert handlers.choose(session, " teal ") == {"color": "#008080", "picker": "#008080"}
    assert handlers.choose(session, "") == {"color": ""}
    with pytest.raises(InputError, match="not a colour"):
        handlers.choose(session, "<b>")
    handlers.another(session, upload("other.png"))
    place = SimpleNamespace(index=(30, 22))
    found = handlers.pick(session, place, photo)["color"]
    mean = photo[20:25, 28:33].reshape(-1, 3).mean(0)
    wanted = [int(found[i : i + 2], 16) for i in (1, 3, 5)]
    np.testing.assert_allclose(wanted, mean, atol=0.51)
    *_, last = handlers.preview(session, *values(name="", color="")).values()
    assert last == "skip"


def test_numbers_as_people_write_them(handlers, session):
    _, wish = handlers.wish(
        session, values(saturation="1,2", hue=" -10 ", contrast="", strength=40)
    )
    assert wish.statistics == {"saturation": 1.2, "hue": -10.0}
    assert wish.strength == 0.4
    with pytest.raises(InputError, match="brightness is no number: 'dark'"):
        handlers.wish(session, values(brightness="dark"))


def test_stop_is_for_the_tab_that_asked(handlers, session, tmp_path):
    other = Session(tmp_path / "other")
    handlers.stop(session)
    assert session.stop.is_set()
    assert not other.stop.is_set()


def test_tabs_have_sessions_of_their_own(tmp_path, monkeypatch):
    sessions = Sessions(tmp_path)
    one = sessions.of("a")
    assert sessions.of("a") is one
    assert sessions.of("b").folder != one.folder
    sessions.end("a")
    sessions.end("a")
    assert not one.folder.exists()
    monkeypatch.setattr(module, "SESSIONS", 1)
    with pytest.raises(InputError, match="too many pages"):
        sessions.of("c")
