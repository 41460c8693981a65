"""Zip archives, spreadsheets among them: what a damaged one raises, at whatever part of it, is an error of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ftdata.errors import FtdataError, InputError

if TYPE_CHECKING:
    import zipfile


def no_spreadsheet(error: BaseException, path: str) -> InputError:
    """What a damaged spreadsheet is told as."""
    hint = "It may be truncated, password-protected, or another kind of file."
    return InputError(f"cannot be read as a spreadsheet: {error}", hint=hint, path=path)


@contextmanager
def understood(told: Callable[[Exception], InputError]) -> Iterator[None]:
    """Turn what zipfile and its decompressors raise at damaged bytes into an error of the file.

    Args:
        told: The error of the file.

    Raises:
        InputError: If the archive is damaged, locked, or compressed in a way that is not known.
    """
    import struct
    import zipfile
    import zlib
    from lzma import LZMAError

    # A locked member is a RuntimeError, an unknown compression a NotImplementedError, an offset of damaged bytes one of
    # ValueError, OverflowError and OSError.
    damage = (zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError)
    try:
        yield
    except FtdataError:
        raise
    except (*damage, RuntimeError, ValueError, OverflowError, OSError) as error:
        raise told(error) from None


@contextmanager
def spreadsheet(source: Any, path: str) -> Iterator[zipfile.ZipFile]:
    """The parts of a spreadsheet.

    Raises:
        InputError: If it is damaged, wherever that is met.
    """
    import zipfile

    with understood(lambda error: no_spreadsheet(error, path)), zipfile.ZipFile(source) as archive:
        yield archive
