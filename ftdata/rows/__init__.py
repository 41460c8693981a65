"""Rows before examples: what is done with the rows of files before a format, columns or a mapping read them.

A row step takes a row and gives a row, a Drop with its reason, or several rows. It knows nothing of files, formats or
chats. Row steps stand in front of all others in a plan, in the order in which they were asked for; the engine does them
where rows leave the reader (`ftdata.engines.rowing`), so whatever reads rows reads them as they were left.

How a row verb is added:

1. Write the step: a frozen dataclass here that satisfies `RowStep`. Its fields are its options. It is called with a row
   that it must not change: it returns the same dict where nothing is to be done, so that lines stay as they were read.
   What happened is counted under the step's `name`: drops by reason, changes by phrase (have `counting` in place of
   `__call__`, as any CountingStep), rejects by the RowError that it raises.
   A step that must see all rows first is a survey (`survey`, `decide`), as in `ftdata.steps.primitives`; its decision
   may be a `Sequential`, which goes through each block in order.
2. Give it `bulk` if it can be done for whole columns of text at once: that is what keeps a table's road fast.
3. Declare the verb: a method of `ftdata.dataset.rowing.RowVerbs` that returns ``self._rowed(Step(...))``. Signature and
   docstring are all there is to the command's options, the recipe's keys and the reference.
4. Add it as a `VerbPart` to `ftdata.dataset.rowed.ROWED`, where the parts stand in the order in which a command does
   them, and say there what its options are called beside those of the others. `convert`, `look`, `head`, `requests`
   and sources of recipes have them then.
"""
