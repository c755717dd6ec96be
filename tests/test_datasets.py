"""Training images from every kind of source."""

import io
import zipfile

import numpy as np
import PIL.Image
import pytest

from colortransfer import images as image_files
from colortransfer.datasets import load_container, load_images
from colortransfer.errors import FileError, InputError


@pytest.fixture
def pictures():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (10, 10 + 2 * i, 3), dtype=np.uint8) for i in range(3)]


def encoded(image):
    buffer = io.BytesIO()
    PIL.Image.fromarray(image).save(buffer, "png")
    return buffer.getvalue()


def test_folders_with_their_folders(tmp_path, pictures):
    (tmp_path / "sub").mkdir()
    for name, picture in zip(("a.png", "sub/b.png", "c.png"), pictures, strict=True):
        (tmp_path / name).write_bytes(encoded(picture))
    (tmp_path / "notes.txt").write_text("no photograph")
    (tmp_path / "._a.png").write_bytes(b"another program's notes")
    found = load_images(tmp_path, size=10)
    assert found.shape == (3, 10, 10, 3)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found[0], pictures[0])
    np.testing.assert_array_equal(found[1], pictures[2][:, 2:12])  # c before sub/b; the middle
    with pytest.raises(InputError, match="differ in size"):
        load_images(tmp_path)


def test_zip_archives(tmp_path, pictures):
    path = tmp_path / "images.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index, picture in enumerate(pictures):
            archive.writestr(f"folder/{index}.png", encoded(picture))
        archive.writestr("readme.md", "no photograph")
    assert load_images(path, size=5).shape == (3, 5, 5, 3)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FileError):
        load_images(path, size=5)


def test_an_archive_with_a_damaged_stream_is_one_error(tmp_path):
    path = tmp_path / "images.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(1000))
        start = archive.getinfo("a.png").header_offset + 30 + len("a.png")
    content = bytearray(path.read_bytes())
    content[start : start + 4] = b"\xff" * 4
    path.write_bytes(content)
    with pytest.raises(FileError, match="not a readable zip archive"):
        load_images(path, size=5)


def test_a_damaged_photograph_is_named(tmp_path, pictures):
    (tmp_path / "good.png").write_bytes(encoded(pictures[0]))
    (tmp_path / "bad.png").write_bytes(encoded(pictures[0])[:60])
    with pytest.raises(FileError, match=r"bad\.png"):
        load_images(tmp_path, size=8)


def test_arrays_and_lists(pictures):
    array = np.stack([pictures[0]] * 2)
    np.testing.assert_array_equal(load_images(array), array)
    floats = load_images([picture / 255.0 for picture in pictures], size=10)
    np.testing.assert_array_equal(floats[0], pictures[0])
    grey = load_images([pictures[0][..., 0]])
    assert grey.shape == (1, 10, 10, 3)


def test_reduction_takes_area_means():
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2] = [[[0], [100]], [[100], [200]]]
    assert load_images([image], size=2)[0, 0, 0].tolist() == [100] * 3


def test_containers(tmp_path, pictures):
    content = [encoded(pictures[0]), encoded(pictures[0][::-1])]
    (tmp_path / "x.bin").write_bytes(b"".join(content))
    offsets = np.cumsum([0, *map(len, content)])
    np.savez(tmp_path / "x.npz", offsets=offsets, labels=np.array([3, 4]))
    images, labels = load_container(tmp_path / "x")
    np.testing.assert_array_equal(images[1], pictures[0][::-1])
    assert labels.tolist() == [3, 4]
    np.testing.assert_array_equal(load_images(tmp_path / "x.bin"), images)
    with pytest.raises(FileError, match="no folder and no container"):
        load_images(tmp_path / "y.bin")


def container(folder, pictures, name="x", **index):
    content = [encoded(picture) for picture in pictures]
    (folder / f"{name}.bin").write_bytes(b"".join(content))
    offsets = np.cumsum([0, *map(len, content)])
    index = {"offsets": offsets, "labels": np.arange(len(content)), **index}
    np.savez(folder / f"{name}.npz", **index)
    return folder / name


def test_names_with_dots(tmp_path, pictures):
    path = container(tmp_path, pictures[:1], "tiny.v2")
    for name in ("tiny.v2", "tiny.v2.bin", "tiny.v2.npz"):
        assert load_images(path.with_name(name)).shape == (1, 10, 10, 3)


DAMAGE = {
    "labels longer than offsets": {"labels": np.arange(9)},
    "offsets that go back": {"offsets": np.array([0, 900, 2])},
    "offsets below zero": {"offsets": np.array([-9, 5, 9])},
    "offsets behind the end": {"offsets": np.array([0, 5, 10**9])},
    "offsets between pictures": {"offsets": np.array([0, 5, 9])},
    "fractions": {"offsets": np.array([0.5, 5, 9])},
    "words": {"labels": np.array(["a", "b"])},
    "no images": {"offsets": np.array([0]), "labels": np.array([], int)},
    "empty": {"offsets": np.array([], int), "labels": np.array([], int)},
    "a single number": {"offsets": np.array(3), "labels": np.array(2)},
}


@pytest.mark.parametrize("index", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_containers(tmp_path, pictures, index):
    path = container(tmp_path, [pictures[0]] * 2, **index)
    with pytest.raises(FileError, match="x"):
        load_container(path)


def test_containers_that_lack_something(tmp_path, pictures):
    path = container(tmp_path, [pictures[0]] * 2)
    content = path.with_suffix(".bin").read_bytes()
    path.with_suffix(".bin").write_bytes(content[:-20])
    with pytest.raises(FileError, match="cut short"):
        load_container(path)
    path.with_suffix(".bin").write_bytes(b"")
    with pytest.raises(FileError, match="cut short"):
        load_container(path)
    np.savez(tmp_path / "x.npz", offsets=[0])
    with pytest.raises(FileError, match="lacks"):
        load_container(path)
    path.with_suffix(".npz").unlink()
    with pytest.raises(FileError, match="no such file"):
        load_container(path)
    with pytest.raises(FileError, match="differ in size"):
        load_container(container(tmp_path, pictures))


def test_cifar10_comes_from_keras(monkeypatch):
    import keras

    batch = np.zeros((3, 32, 32, 3), np.uint8)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: ((batch, None), (None, None)))
    assert load_images("cifar10").shape == (3, 32, 32, 3)

    def fail():
        raise OSError("no network")

    monkeypatch.setattr(keras.datasets.cifar10, "load_data", fail)
    with pytest.raises(FileError, match="no network"):
        load_images("cifar10")


@pytest.mark.parametrize("source", [3, None, [], np.zeros((4, 4, 3), np.uint8)])
def test_other_sources_are_refused(source):
    with pytest.raises((InputError, FileError)):
        load_images(source)


def test_an_empty_folder_and_a_missing_one(tmp_path):
    with pytest.raises(FileError, match="no photographs"):
        load_images(tmp_path)
    with pytest.raises(FileError):
        load_images(tmp_path / "missing")
    with pytest.raises(FileError, match="no folder and no container"):
        load_images(tmp_path / "missing")
    with pytest.raises(InputError, match="size"):
        load_images(tmp_path, size=0)
    assert image_files.SUFFIXES
