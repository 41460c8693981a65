"""Mappings: how rows become examples, where a template for each turn is not enough.

`models` is what a mapping file can say, `loading` reads one, `reading`, `turns` and `making` compile it.
"""

from ftdata.authoring.mapping.mapping import Mapping, MapRows
from ftdata.authoring.mapping.models import schema

__all__ = ["MapRows", "Mapping", "schema"]
