"""Importing the package: fast, silent, without traces; TensorFlow without its greetings."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import colortransfer
from colortransfer.cli.tensorflow_log import without_greetings

ROOT = Path(__file__).resolve().parents[1]


def python(program, folder, **environment):
    """Run a program in ``folder``, which is its home too; what it prints."""
    kept = {k: v for k, v in os.environ.items() if k not in ("HOME", "TF_CPP_MIN_LOG_LEVEL")}
    variables = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**kept, **variables, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )


def test_import_takes_at_most_0_3_seconds_and_prints_nothing(tmp_path):
    program = (
        "import sys, time; began = time.perf_counter(); import colortransfer;"
        "print(time.perf_counter() - began);"
        "assert {'numpy', 'tensorflow'}.isdisjoint(sys.modules)"
    )
    done = [python(program, tmp_path) for _ in range(3)]
    assert min(float(d.stdout) for d in done) < 0.3  # stdout holds one number and nothing else
    assert all(d.stderr == "" for d in done)
    assert os.listdir(tmp_path) == []


def test_import_leaves_the_process_as_it_was(tmp_path):
    program = """
import logging, os, signal, sys, threading
def state():
    handlers = [len(logging.getLogger(n).handlers) for n in ("tifffile", "PIL", "imageio", None)]
    threads = threading.active_count()
    return dict(os.environ), list(sys.meta_path), os.listdir("/dev/fd"), handlers, threads
before = state()
import colortransfer
assert state() == before
import colortransfer.images, colortransfer.losses, warnings
after = state()
assert after[0].get("TF_CPP_MIN_LOG_LEVEL") is None and after[3] == before[3]
assert not [f for f in sys.meta_path if type(f).__module__.startswith("colortransfer")]
"""
    python(program, tmp_path)


COMMAND_LINE = "import sys; from colortransfer.cli import tensorflow_log; tensorflow_log.silence();"


def test_tensorflow_is_silent_in_the_command_line(tmp_path):
    program = (
        f"{COMMAND_LINE} import tensorflow as tf;"
        "tf.function(lambda x: x + 1)(tf.zeros([2]));"
        "assert 'QuietLoader' not in repr(tf.__spec__.loader);"
        "print('mine', file=sys.stderr)"
    )
    assert python(program, tmp_path).stderr == "mine\n"


def test_a_level_that_the_user_has_set_stays(tmp_path):
    program = (
        f"{COMMAND_LINE} import os; print(os.environ['TF_CPP_MIN_LOG_LEVEL']);"
        "print([f for f in sys.meta_path if 'TensorFlow' in type(f).__name__])"
    )
    assert python(program, tmp_path, TF_CPP_MIN_LOG_LEVEL="0").stdout == "0\n[]\n"


def test_a_crash_during_the_import_is_not_swallowed(tmp_path):
    """As on a processor that lacks what TensorFlow was compiled for."""
    (tmp_path / "tensorflow.py").write_text(
        "import os; os.write(2, b'compiled to use AVX instructions\\n'); os.abort()"
    )
    program = f"sys = __import__('sys'); sys.path.insert(0, '.'); {COMMAND_LINE} import tensorflow"
    with pytest.raises(subprocess.CalledProcessError) as caught:
        python(program, tmp_path)
    assert caught.value.returncode == -signal.SIGABRT
    assert caught.value.stderr == "compiled to use AVX instructions\n"


def test_only_greetings_are_held_back(capfd):
    with without_greetings():
        for line in (
            "WARNING: All log messages before absl::InitializeLog() is called are written to X",
            "I0000 00:00:1795374855.433790    7619 port.cc:153] oneDNN custom operations are on.",
            "E0000 00:00:1795374855.433790    7619 cuda.cc:7] the card is on fire",
            "To enable the following instructions: AVX2 FMA, in other operations, rebuild.",
            "Illegal instruction",
        ):
            os.write(2, f"{line}\n".encode())
    os.write(2, b"afterwards\n")
    written = capfd.readouterr().err.splitlines()
    assert [line[:5] for line in written] == ["E0000", "Illeg", "after"]


def test_an_error_during_the_import_leaves_standard_error_as_it_was(capfd):
    def import_it():
        with without_greetings():
            os.write(2, b"before it failed\n")
            raise ImportError

    with pytest.raises(ImportError):
        import_it()
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "before it failed\nafterwards\n"


def test_every_public_name_can_be_imported():
    for name in colortransfer.__all__:
        assert getattr(colortransfer, name) is not None
    assert set(colortransfer.__all__) <= set(dir(colortransfer))
