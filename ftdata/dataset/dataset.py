"""The public Dataset class: lazy, immutable, re-iterable. It only delegates."""

from __future__ import annotations

from ftdata.dataset.choosing import Choosing
from ftdata.dataset.cleaning import Cleaning
from ftdata.dataset.completing import Completing
from ftdata.dataset.differing import DiffVerbs
from ftdata.dataset.distilling import Distilling
from ftdata.dataset.labelling import Labelling
from ftdata.dataset.looking import Looking
from ftdata.dataset.outputs import Outputs
from ftdata.dataset.pictured import Pictured
from ftdata.dataset.placing import Placing
from ftdata.dataset.reports import Reports
from ftdata.dataset.reviewing import ReviewVerbs
from ftdata.dataset.rowtexts import RowTexts
from ftdata.dataset.shaping import Shaping
from ftdata.dataset.tokenizing import Tokenizing
from ftdata.dataset.transforming import Transforming
from ftdata.dataset.turning import Turning
from ftdata.dataset.whole import WholeVerbs


class Dataset(
    RowTexts,
    Shaping,
    Labelling,
    Completing,
    Tokenizing,
    Transforming,
    Cleaning,
    Turning,
    Choosing,
    Distilling,
    WholeVerbs,
    DiffVerbs,
    ReviewVerbs,
    Looking,
    Reports,
    Placing,
    Pictured,
    Outputs,
):
    """A lazy, immutable sequence of examples: they are read, changed and written on demand.

    Create one with `ftdata.read`. Every method returns a new dataset or a result; nothing changes in place.
    """
