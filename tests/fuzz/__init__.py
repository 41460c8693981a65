"""The laws over all that is registered, tried on mutants.

Run the quick share with the suite, or alone::

    pytest tests/fuzz

Run the long one before a release, or after work on readers, writers or steps::

    python -m tests.fuzz --rows 1000000 --seed 1
    python -m tests.fuzz --only commands,methods --minutes 5

It walks the registries: formats and their variants, containers, commands with each of their options, the public
methods of `Dataset`, rules and fixes, expressions. A new one is tried from its first day. Two things it cannot guess,
and asks for by failing:

- A new format needs a golden row. Add one to ``tests/formats/test_golden.py`` or, for a vendor's log, to
  ``tests/formats/transcripts/rows/NAME.jsonl``.
- A new option needs a good value, unless its type gives one (choices, numbers, flags). Add it to ``TABLE`` in
  ``options.py``; a parameter of the library to ``TABLE`` in ``verbs.py``.

Failures are grouped by their place: the exception's type and the innermost line in ftdata, or the law that is broken.
Each is told with the smallest rows that were found, and with its law and number, such as ``commands 103``. The seed
and the number make the case again, whatever else runs::

    python -m tests.fuzz --seed 1 --case commands:103

The exit code is 1 if anything failed. The modules: `golden` and `mutants` make rows, `options`, `verbs` and `files`
say with what they are tried, `laws` says what must hold, `failures` makes inputs small, `running` and `long` run it.
"""
