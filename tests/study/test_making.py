"""study.make: what is written, that it is blind, and what is refused."""

import base64
import json
import re

import numpy as np
import pytest

from colortransfer import images, study
from colortransfer.cli import main
from colortransfer.errors import InputError
from colortransfer.methods import METHODS

COLOR = "#6a7080"
METHOD_OPTIONS = {"additive": {}, "oklab": {"space": "oklab"}, "midtone": {"form": "midtone"}}


@pytest.fixture
def folders(photo, tmp_path):
    """Two photographs, each with three results of one mean colour."""
    found = []
    for name, picture in (("sea", photo), ("hill", photo[:, ::-1])):
        folder = tmp_path / name
        folder.mkdir()
        images.save(folder / "original.png", picture)
        for method, options in METHOD_OPTIONS.items():
            edit = METHODS["shift"](**options).fit(picture, COLOR)
            images.save(folder / f"{method}.png", edit.image)
        found.append(folder)
    return found


def data_of(page):
    text = page.read_text("utf-8")
    (found,) = re.findall(r'<script type="application/json" id="data">(.*)</script>', text)
    return json.loads(found)


def key_of(data):
    return {int(n): tuple(v) for n, v in json.loads(base64.b64decode(data["key"])).items()}


def test_a_page_from_the_command_line(folders, tmp_path, capsys):
    out = tmp_path / "study"
    words = ["study", "make", *map(str, folders), "-o", str(out), "--traps", "1"]
    words += ["--repeats", "1", "--orders", "3", "--title", "Sea & </script> hill"]
    assert main(words) == 0
    assert "index.html: 10 pairs" in capsys.readouterr().out  # 3 of 2 photographs, 3 again, a trap
    data, page = data_of(out / "index.html"), (out / "index.html").read_text("utf-8")
    key = key_of(data)
    assert data["title"] == "Sea & </script> hill"
    assert "Sea &amp; &lt;/script&gt; hill" in page
    assert len(data["orders"]) == 3
    assert all(len(order) == 10 for order in data["orders"])
    names = sorted(path.name for path in (out / "pictures").iterdir())
    assert names == [f"{n:04d}.png" for n in range(2 * 4 + 1)]
    means = {}
    for number, (photograph, method) in key.items():
        picture = images.load(out / "pictures" / f"{number:04d}.png")
        assert not picture.metadata.exif
        assert not picture.metadata.png_texts
        if method != "original":
            means.setdefault(photograph, []).append(np.asarray(picture).mean((0, 1)))
    assert sum(len(found) for found in means.values()) == 7
    for found in means.values():
        assert np.ptp(found, axis=0).max() < 0.5, "also of the trap"
    for order in data["orders"]:
        for original, left, right in order:
            assert key[original][1] == "original"
            assert key[original][0] == key[left][0] == key[right][0]


def test_nothing_to_be_read_names_a_method(folders, tmp_path):
    study.make(folders, tmp_path / "study")
    text = (tmp_path / "study" / "index.html").read_text("utf-8")
    for word in ("additive", "oklab", "midtone", "trap"):
        assert word not in text
    assert not re.search(r"https?:|//\w+\.\w+", text), "nothing comes from elsewhere"


def test_the_same_seed_makes_the_same_study(folders, tmp_path):
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        study.make(folders, tmp_path / name, seed=seed)
    one, same, other = (
        {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "same", "other")
    )
    assert one == same
    assert one != other
    assert (
        data_of(tmp_path / "one/index.html")["study"]
        != (data_of(tmp_path / "other/index.html")["study"])
    )


def test_two_methods_can_be_chosen(folders, tmp_path):
    chosen = [("additive", "midtone"), ("midtone", "additive")]  # one pair, named twice
    count = study.make(folders, tmp_path / "study", compare=chosen, repeats=0, traps=0)
    assert count == 2
    key = key_of(data_of(tmp_path / "study" / "index.html"))
    assert {method for _, method in key.values()} == {"original", "additive", "midtone"}


def test_observers_can_see_a_part(folders, tmp_path):
    count = study.make(folders, tmp_path / "study", each=3, repeats=0, traps=0, orders=20)
    assert count == 3
    data = data_of(tmp_path / "study" / "index.html")
    key = key_of(data)
    for order in data["orders"]:
        kinds = {frozenset((key[left][1], key[right][1])) for _, left, right in order}
        assert len(kinds) == 3, "one of every two methods"
    assert len({key[original][0] for order in data["orders"] for original, _, _ in order}) == 2
    with pytest.raises(InputError, match="at least 3"):
        study.make(folders, tmp_path / "other", each=2)


def test_pictures_are_reduced_and_keep_their_mean(folders):
    (photographed,) = study.load_pairs(folders[:1], size=28)
    assert photographed.original.shape == (20, 28, 3)
    means = [picture.mean((0, 1)) for picture in photographed.results.values()]
    assert np.ptp(means, axis=0).max() < 0.5


def test_another_mean_is_refused(folders, photo, tmp_path):
    images.save(folders[1] / "midtone.png", METHODS["shift"]().fit(photo, "#6a7083").image)
    with pytest.raises(InputError, match=r"hill: the means .* differ by 3\.[01] of 255 levels"):
        study.make(folders, tmp_path / "study")
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "original.png").unlink(), "needs original"),
        (lambda f: [(f / f"{m}.png").unlink() for m in ("midtone", "oklab")], "at least two"),
        (lambda f: (f / "midtone.png").rename(f / "trap.png"), "called 'trap'"),
        (lambda f: images.save(f / "midtone.png", np.zeros((3, 4, 3), np.uint8)), "another size"),
    ],
)
def test_folders_that_cannot_be_compared(folders, tmp_path, spoil, message):
    spoil(folders[0])
    with pytest.raises(InputError, match=message):
        study.make(folders, tmp_path / "study")


def test_what_is_refused(folders, tmp_path, capsys):
    out = str(tmp_path / "study")
    for words, message in (
        (["--compare", "additive"], "two methods"),
        (["--compare", "plain,other"], "has no pair of"),
        (["--size", "3"], "at least 16"),
        (["--orders", "0"], "at least 1"),
        (["--traps", "-1"], "whole number"),
    ):
        assert main(["study", "make", str(folders[0]), "-o", out, *words]) in (1, 2)
        assert message in capsys.readouterr().err
    assert main(["study", "make", str(folders[0]), str(folders[0]), "-o", out]) == 1
    assert "same name" in capsys.readouterr().err
    assert main(["study", "make", str(folders[0]), "-o", str(tmp_path)]) == 1
    assert "choose a new folder" in capsys.readouterr().err
    with pytest.raises(InputError, match="nothing to compare"):
        study.make([], out)
