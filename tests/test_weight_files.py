"""Weights from files that may be anything, and the ones that the package brings."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer.errors import FileError, InputError
from colortransfer.feature_extractors import InceptionV1
from colortransfer.feature_extractors.weights import (
    bundled_weights,
    byte_planes,
    from_byte_planes,
    load_weights,
)


def archive(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


KERNEL = np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype(np.float32)
SOUND = archive(**{"edges/kernel": KERNEL.astype(np.float16), "edges/bias": np.zeros(4)})


def test_weights_are_read_as_float32(tmp_path):
    (tmp_path / "net.npz").write_bytes(SOUND)
    weights = load_weights(tmp_path / "net.npz")
    assert set(weights) == {"edges/kernel", "edges/bias"}
    assert all(value.dtype == np.float32 for value in weights.values())
    np.testing.assert_allclose(weights["edges/kernel"], KERNEL, rtol=1e-3)


class _Trap:
    def __reduce__(self):
        return print, ("a pickle was run",)


def single_array():
    buffer = io.BytesIO()
    np.save(buffer, KERNEL)
    return buffer.getvalue()


def boastful():
    """An array that claims to have 4 TB."""
    header = np.lib.format.magic(1, 0)
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("edges/kernel.npy", header + len(text).to_bytes(2, "little") + text)
    return buffer.getvalue()


BAD_FILES = {
    "empty": b"",
    "text": b"weights",
    "truncated": SOUND[: len(SOUND) // 2],
    "pickled": archive(**{"edges/kernel": np.array([_Trap()], object)}),
    "NaN": archive(**{"edges/kernel": np.array([1.0, np.nan])}),
    "infinite": archive(**{"edges/kernel": np.array([1.0, np.inf])}),
    "strings": archive(**{"edges/kernel": np.array(["one"])}),
    "single array": single_array(),
    "more than memory": boastful(),
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_weight_files(tmp_path, content, capsys):
    (tmp_path / "net.npz").write_bytes(content)
    with pytest.raises(FileError, match=r"net\.npz") as caught:
        load_weights(tmp_path / "net.npz")
    assert "\n" not in str(caught.value)
    assert capsys.readouterr().out == ""


def test_missing_weight_files(tmp_path):
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(FileError, match="cannot read"):
            InceptionV1(path)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_mangled_weight_files(tmp_path_factory, data):
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "mangled.npz"
    path.write_bytes(content)
    try:
        weights = load_weights(path)
    except FileError:
        return
    assert all(np.isfinite(value).all() for value in weights.values())


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose only bundled network is called 'small'."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "small.npz").write_bytes(SOUND)
    record = {"small.npz": hashlib.sha256(SOUND).hexdigest()}
    (data / "sha256.json").write_text(json.dumps(record))
    monkeypatch.setattr("importlib.resources.files", lambda name: tmp_path)
    return data


def test_bundled_weights(package):
    np.testing.assert_allclose(bundled_weights("small")["edges/kernel"], KERNEL, rtol=1e-3)


def test_planes_of_bytes_hold_every_value_of_16_bits():
    every = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(16, 4096)
    planes = byte_planes(every)
    assert planes.shape == (2, 16, 4096)
    assert from_byte_planes(planes).tobytes() == every.tobytes()
    assert from_byte_planes(KERNEL) is KERNEL


def test_bundled_weights_of_another_release(package):
    (package / "small.npz").write_bytes(archive(**{"edges/kernel": KERNEL + 1}))
    with pytest.raises(FileError, match="damaged; reinstall colortransfer"):
        bundled_weights("small")


def test_unknown_bundled_weights(package):
    with pytest.raises(InputError, match="'large'; there are: small"):
        bundled_weights("large")
