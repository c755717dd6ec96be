"""The library's own errors: one line each, with the remedy."""


class ColorTransferError(Exception):
    """Base of every error that this library raises on purpose.

    Examples
    --------
    >>> from colortransfer.colors import parse_color
    >>> try:
    ...     parse_color("blurple")
    ... except ColorTransferError as error:
    ...     print(error)
    not a colour: 'blurple'; give '#5b86b4', 'steelblue' or 'rgb(91 134 180)'
    """


class InputError(ColorTransferError, ValueError):
    """An argument (image, colour, option) that cannot be used as it is.

    Examples
    --------
    >>> from colortransfer.colors import parse_color
    >>> try:
    ...     parse_color("#5b86b4ff")
    ... except ValueError as error:
    ...     print(error)
    a target colour has no alpha: '#5b86b4ff'; give '#rrggbb'
    """


class FileError(ColorTransferError, OSError):
    """A file that cannot be read or written.

    Examples
    --------
    >>> from colortransfer import images
    >>> try:
    ...     images.load("missing.jpg")
    ... except OSError as error:
    ...     print(error)
    cannot read missing.jpg: there is no such file
    """


class MissingDependencyError(ColorTransferError, ImportError):
    """An optional package that the call needs is not installed.

    Examples
    --------
    >>> try:
    ...     raise MissingDependencyError("HubModule needs tensorflow-hub; install it")
    ... except ImportError as error:
    ...     print(error)
    HubModule needs tensorflow-hub; install it
    """


class ColorTransferWarning(UserWarning):
    """Base of every warning of this library: one line, of which the command line makes a remark.

    Examples
    --------
    >>> issubclass(LossWarning, ColorTransferWarning)
    True
    """


class LossWarning(ColorTransferWarning):
    """A file holds, or a photograph came with, what is not carried on.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warnings.warn("only the first picture is read", LossWarning)
    >>> caught[0].category.__name__
    'LossWarning'
    """
