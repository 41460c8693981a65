"""Verbs: what can be done with data, declared once.

A method of `Dataset` is the declaration: its signature (names, types, defaults) and its docstring say what the verb is,
and `@verb` says beside it what its options need. The command line, recipes and the reference are read from that:

- `kinds`: how values of each type are written in text, on a command line or in a recipe;
- `docstrings`: what a docstring says of the verb and of each option;
- `declaration`: the two records, `Verb` and `Option`, and what reads them from a method;
- `composing`: verbs that are made of others;
- `conditions`: what options need, and the one place that refuses what does not apply.
"""

from ftdata.verbs.composing import VerbPart, VerbParts, composed
from ftdata.verbs.conditions import Apart, Condition, Given, Needs, OneOf
from ftdata.verbs.declaration import Option, Verb, declared, verb
from ftdata.verbs.kinds import Kind

__all__ = [
    "Apart",
    "Condition",
    "Given",
    "Kind",
    "Needs",
    "OneOf",
    "Option",
    "Verb",
    "VerbPart",
    "VerbParts",
    "composed",
    "declared",
    "verb",
]  # fmt: skip
