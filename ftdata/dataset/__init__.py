"""The public `Dataset`, and the functions that create one."""

from typing import TYPE_CHECKING

from ftdata.dataset.dataset import Dataset
from ftdata.dataset.reading import read, read_splits
from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.findings import Tally
    from ftdata.writing import Result

__getattr__ = names_of(globals(), {"ftdata.findings": ("Tally",), "ftdata.writing": ("Result",)})

__all__ = ["Dataset", "Result", "Tally", "read", "read_splits"]
