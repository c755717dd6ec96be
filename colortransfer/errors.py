"""The library's own errors: one line each, with the remedy."""


class ColorTransferError(Exception):
    """Base of every error that this library raises on purpose."""


class InputError(ColorTransferError, ValueError):
    """An argument (image, colour, option) that cannot be used as it is."""


class FileError(ColorTransferError, OSError):
    """A file that cannot be read or written."""


class MissingDependencyError(ColorTransferError, ImportError):
    """An optional package that the call needs is not installed."""


class ColorTransferWarning(UserWarning):
    """Base of every warning of this library: one line, of which the command line makes a remark."""


class LossWarning(ColorTransferWarning):
    """A file holds, or a photograph came with, what is not carried on."""
