"""``colortransfer train-gan``: what it says of options that do not go together, and a training."""

import numpy as np
import pytest

from colortransfer import cli, images
from colortransfer.gan import CycleGAN


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        photos = np.random.default_rng(0).integers(0, 256, (2, 18, 18, 3), dtype=np.uint8)
        for number, photo in enumerate(photos):
            images.save(tmp_path / name / f"{number}.png", photo)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a", "--kind", "cyclegan"), "takes 2 SOURCE"),
        (("a", "b"), "takes 1 SOURCE"),
        (("a", "--kind", "dcgan", "--paper"), "--paper is for --kind color"),
        (("a", "--kind", "dcgan", "--residual"), "--residual is for --kind cyclegan or dualgan"),
        (("a", "--average", "0.9"), "--average is for --kind cyclegan or dualgan"),
    ],
)
def test_what_does_not_go_together_is_one_line(words, message, capsys, folders):
    assert cli.main(["train-gan", *words, "-o", "run"]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (folders / "run").exists()


@pytest.mark.slow
def test_a_translation_is_trained_with_its_options(folders):
    words = ["a", "b", "--kind", "cyclegan", "--size", "16", "--steps", "1", "-o", "run"]
    assert cli.main(["train-gan", *words, "--residual", "--average", "0.5"]) == 0
    options = CycleGAN.load("run/generator.npz").options
    assert (options["residual"], options["average"]) == (True, 0.5)
