"""TensorFlow-Hub modules and SavedModels as feature extractors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ..errors import FileError, InputError, MissingDependencyError
from .base import FeatureExtractor, Features


class HubModule(FeatureExtractor):
    """Endpoints of a module that ``tensorflow_hub.load`` can load (not ``hub.KerasLayer``).

    Parameters
    ----------
    handle
        URL of a module or path of a SavedModel directory.
    layers
        Names of endpoints. A module whose call takes ``return_endpoints=True`` offers all of its
        endpoints; otherwise they are the outputs of ``signature``.
    signature
        Name of the signature to call where there is no ``return_endpoints``.
    preprocess
        From sRGB in [0, 1] to the module's input; by default the values are handed on, as Hub's
        convention for image modules has it.

    Examples
    --------
    >>> @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3])])
    ... def halved(images):
    ...     return {"halved": 0.5 * images}
    >>> module = tf.Module()
    >>> module.halved = halved
    >>> tf.saved_model.save(module, str(folder), signatures=module.halved)
    >>> extractor = HubModule(str(folder), ["halved"], minimum_size=8)
    >>> float(tf.reduce_max(extractor(tf.ones([1, 8, 8, 3]))["halved"]))
    0.5
    """

    def __init__(
        self,
        handle: str,
        layers: Sequence[str],
        *,
        signature: str = "serving_default",
        preprocess: Callable[[tf.Tensor], tf.Tensor] | None = None,
        minimum_size: int = 32,
        padding: int = 0,
    ) -> None:
        super().__init__(layers, padding)
        try:
            import tensorflow_hub
        except ImportError as error:
            raise MissingDependencyError("HubModule needs tensorflow-hub; install it") from error
        try:
            self._module = tensorflow_hub.load(str(handle))
        except Exception as error:  # whatever the resolver, the download or the loader raise
            raise FileError(f"cannot load the module {handle}") from error
        self._call = self._endpoints(signature)
        self._preprocess = preprocess or (lambda images: images)
        self.minimum_size = minimum_size
        missing = set(self.layers) - set(self.features(tf.zeros([1, *[2 * minimum_size] * 2, 3])))
        if missing:
            raise InputError(f"the module has no endpoint {', '.join(sorted(missing))}")

    def _endpoints(self, signature: str) -> Callable[[tf.Tensor], dict[str, Any]]:
        call: Any = getattr(self._module, "__call__", None)  # noqa: B004
        specification = getattr(call, "function_spec", None)
        names = specification.fullargspec.args if specification else []
        if call is not None and not specification:
            names = list(inspect.signature(call).parameters)
        if "return_endpoints" in names:
            return lambda images: call(images, return_endpoints=True)
        if signature not in self._module.signatures:
            known = ", ".join(self._module.signatures) or "none"
            raise InputError(f"the module has no signature {signature!r}; it has: {known}")
        function = self._module.signatures[signature]
        (argument,) = function.structured_input_signature[1]
        return lambda images: function(**{argument: images})

    def features(self, images: tf.Tensor) -> Features:
        outputs = self._call(self._preprocess(images))
        return {name: outputs[name] for name in self.layers if name in outputs}
