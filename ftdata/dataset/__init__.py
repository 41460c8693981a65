"""The public `Dataset`, and the functions that create one."""

from ftdata.dataset.dataset import Dataset
from ftdata.dataset.reading import read, read_splits
from ftdata.findings import Tally
from ftdata.writing import Result

__all__ = ["Dataset", "Result", "Tally", "read", "read_splits"]
