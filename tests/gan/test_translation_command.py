"""``colortransfer transfer --method translation``: a trained CycleGAN or DualGAN, by its file."""

import numpy as np
import pytest

from colortransfer import cli, images
from colortransfer.gan import DCGAN, CycleGAN, DualGAN, Translation

COMMAND = ("transfer", "a.png", "-o", "b.png", "--method", "translation")
NETWORKS = {
    "cyclegan": lambda: CycleGAN(size=16, width=4, blocks=1),
    "dualgan": lambda: DualGAN(size=16, width=4),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, photo):
    monkeypatch.chdir(tmp_path)
    images.save("a.png", photo)
    return tmp_path


@pytest.mark.parametrize(("kind", "to"), [("cyclegan", "a"), ("dualgan", "b")])
def test_the_file_says_which_networks_and_the_command_where_to(kind, to, photo, capsys):
    networks = NETWORKS[kind]()
    networks.save("gan.npz")
    assert type(Translation.load("gan.npz")) is type(networks)
    assert cli.main([*COMMAND, "--weights", "gan.npz", "--to", to]) == 0
    assert "colour error" not in capsys.readouterr().out
    np.testing.assert_array_equal(images.load("b.png"), networks.translate(photo, to=to))


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ((), 2, "needs --weights"),
        (("--weights", "none.npz"), 1, "no such file"),
        (("--weights", "dcgan.npz"), 1, "holds a 'dcgan', not a 'cyclegan' or 'dualgan'"),
        (("--weights", "a.png"), 1, "not a readable .npz"),
        (("--weights", "gan.npz", "-c", "teal"), 2, "takes no colours"),
        (("--weights", "gan.npz", "--saturation", "1.2"), 2, "takes no colours"),
        (("--weights", "gan.npz", "--save-transform", "x.npz"), 2, "no transform"),
        (("--weights", "gan.npz", "--method", "shift", "-c", "teal"), 2, "--weights is for"),
        (("--to", "a", "--method", "gan", "-c", "teal"), 2, "--to is for --method translation"),
        (("--weights", "b.png"), 2, "overwrite"),
    ],
)
def test_what_cannot_be_done_is_one_line(words, status, message, capsys, folder):
    DCGAN(size=16, width=4).save("dcgan.npz")
    NETWORKS["cyclegan"]().save("gan.npz")
    assert cli.main([*COMMAND, *words]) == status
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (folder / "b.png").exists()


def test_a_folder_is_translated_too(folder, capsys):
    networks = NETWORKS["cyclegan"]()
    networks.save("gan.npz")
    words = ("batch", "a.png", "-o", "new", "--method", "translation", "--workers", "1")
    assert cli.main([*words, "--weights", "gan.npz"]) == 0
    found = images.load("new/a.png")
    np.testing.assert_array_equal(found, networks.translate(images.load("a.png")))
