"""A fork after TensorFlow was used is one clear error, not a process that waits for ever."""

import os
import subprocess
import sys
import textwrap

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    "call",
    [
        'colortransfer.FeatureMatcher().fit(photo, "#5b86b4")',
        'colortransfer.ColorGAN.pretrained().fit_edit(photo, "#5b86b4")',
    ],
)
def test_a_child_is_told(call):
    script = f"""
        import os, warnings
        import numpy
        import colortransfer
        from colortransfer.errors import InputError

        warnings.simplefilter("ignore")
        photo = numpy.random.default_rng(0).random((40, 50, 3), numpy.float32)
        {call}
        child = os.fork()
        if not child:
            try:
                {call}
            except InputError as error:
                os._exit(7 if "spawn" in str(error) else 1)
            os._exit(2)
        _, status = os.waitpid(child, 0)
        raise SystemExit(os.waitstatus_to_exitcode(status))
        """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 7, result.stderr.decode()[-2000:]
