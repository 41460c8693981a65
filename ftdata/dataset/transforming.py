"""The methods that change what surrounds the conversation: strip, system, weights, tools."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.verbs import Apart, Needs, OneOf, verb
from ftdata.verbs.types import PathLike, Style, Template, Train, Undeclared

if TYPE_CHECKING:
    from ftdata.expressions import Predicate
    from ftdata.report.savings import Savings
    from ftdata.steps.measuring import TokenCounter
    from ftdata.steps.prompting import Edit
    from ftdata.steps.pruning import Pruning

# Each verb imports its own steps: all of them together take longer than many a run.


class Transforming(Planned):
    """Change each example. Each method returns a new dataset and counts its changes."""

    @verb(
        OneOf(
            ("descriptions", "function_descriptions", "parameter_descriptions", "properties", "functions",
             "keep_functions", "unused", "schema_extras"),
            "what to strip",
        ),
        Apart(("functions", "keep_functions"), "one removes all functions, the other keeps some"),
        *(Apart(("descriptions", one), "the first removes these too")
          for one in ("function_descriptions", "parameter_descriptions")),
        examples=(
            "ftdata strip train.jsonl",
            "ftdata strip train.jsonl -o small.jsonl --descriptions --unused --pruning pruning.json",
        ),
    )  # fmt: skip
    def strip(
        self,
        *,
        descriptions: bool = False,
        function_descriptions: bool = False,
        parameter_descriptions: bool = False,
        properties: bool = False,
        functions: bool = False,
        keep_functions: Sequence[str] | None = None,
        unused: bool = False,
        schema_extras: bool = False,
    ) -> Self:
        """Strip descriptions, properties or functions from tool definitions to save tokens.

        Args:
            descriptions: Remove the descriptions of functions and of parameters at every depth.
            function_descriptions: Remove the descriptions of functions only.
            parameter_descriptions: Remove the descriptions of parameters only.
            properties: Empty the parameters' properties.
            functions: Remove all functions, with parallel_tool_calls.
            keep_functions: Remove all functions except these.
            unused: Remove functions that no example calls.
            schema_extras: Remove titles, defaults, examples and other annotations.

        Raises:
            UsageError: If no option is given.
        """
        from ftdata.steps.stripping import Strip, StripUnused

        if isinstance(keep_functions, str):
            raise UsageError(f"keep_functions is a list; got {keep_functions!r}", hint=f"Write [{keep_functions!r}].")
        step = Strip(
            function_descriptions=descriptions or function_descriptions,
            parameter_descriptions=descriptions or parameter_descriptions,
            properties=properties,
            schema_extras=schema_extras,
            functions=functions,
            keep=None if keep_functions is None else tuple(keep_functions),
        )
        return self._with(StripUnused(step) if unused else step)

    def savings(
        self,
        model: str | None = None,
        *,
        place: str | None = None,
        epochs: int | str = "auto",
        workers: int | None = None,
    ) -> Savings:
        """Estimate the tokens and money that each option of `strip` would save.

        Args:
            model: The model to train. Defaults to the first one that remains available, at the place or anywhere.
            place: The place to train at, such as azure.
            epochs: Number of epochs. Defaults to OpenAI's heuristic.
            workers: Worker processes. By default one for each processor, and none for small input.

        Raises:
            UsageError: If the model or place is unknown.
        """
        from ftdata.engines.plan import Outcome
        from ftdata.facts import clock
        from ftdata.report.savings import Savings, Way
        from ftdata.steps.savings import WAYS, SavedTokens
        from ftdata.tokens import counter_of
        from ftdata.tokens.models import model_table
        from ftdata.tokens.models.lives import chosen, warn
        from ftdata.tokens.money import epochs_for, training_cost

        table = model_table()
        known = chosen(table, clock.today(), model, place or "")
        warn(table, known, clock.today())
        found = self._engine(workers).survey(self.plan(), partial(SavedTokens, counter_of(known.profile)), Outcome())
        number = epochs_for(epochs, found.examples)
        saved = {name: found.saved[name] for name in (*WAYS, "functions")} | {"unused": found.unused}
        ways = [
            Way(name, count, training_cost(known, tokens=count, epochs=number).usd) for name, count in saved.items()
        ]
        return Savings(
            known.name,
            table.about(known.place),
            found.examples,
            found.tokens,
            found.definitions,
            number,
            tuple(ways),
            tuple(found.called.unused),
        )

    def pruning(self, *, workers: int | None = None) -> Pruning:
        """Return what `strip` and `system` do here, so that `ftdata.prune` can do it to live requests.

        Reads the examples if a decision depends on them.
        """
        from ftdata.engines.flow import Decided
        from ftdata.steps.prompting import System
        from ftdata.steps.pruning import Pruning
        from ftdata.steps.stripping import Strip

        steps = self._engine(workers).decided(self.plan())
        decided = [step.decision if isinstance(step, Decided) else step for step in steps]
        return Pruning(tuple(step for step in decided if isinstance(step, Strip | System)))

    @verb(
        OneOf(("set", "add", "remove", "replace", "pattern", "shorten", "from_user"), "what to do with system prompts"),
        Apart(("set", "remove", "shorten"), "each replaces the whole prompt"),
        Apart(("set", "add"), "every example gets a prompt, so there is none to add one to"),
        *(
            Apart((whole, part), "a prompt that is removed cannot be edited")
            for whole in ("set", "remove")
            for part in ("replace", "pattern")
        ),
        Needs(("replace_all",), ("set", "remove", "shorten")),
        metavars={"from_user": "REGEX", "shorten": "RULES.yaml", "pattern": "REGEX=>NEW"},
        old={"text": "set"},
        examples=(
            'ftdata system train.jsonl -o out.jsonl --set "You route tickets."',
            "ftdata system train.jsonl -o out.jsonl --shorten rules.yaml --pruning pruning.json",
        ),
    )
    def system(
        self,
        set: Template | None = None,
        *,
        add: Template | None = None,
        remove: bool = False,
        replace: Mapping[str, str] | None = None,
        pattern: Mapping[str, str] | None = None,
        shorten: PathLike | Iterable[Mapping[str, str]] | None = None,
        from_user: str | None = None,
        replace_all: bool = False,
    ) -> Self:
        r"""Set, add, remove, replace or shorten the system prompt.

        If the examples have several system prompts, `set`, `remove` and `shorten` stop with a table of them, unless
        each has a rule or `replace_all` is given.

        Args:
            set: Give every example this system prompt.
            add: Give examples without a system prompt this one.
            remove: Remove system prompts.
            replace: Replace text inside system prompts.
            pattern: Replace what a regular expression matches. Groups are ``\1``.
            shorten: Replace each prompt with a shorter one, by a YAML or JSON file of rules. A rule has ``prompt``
                (the whole one) or ``pattern``, and ``short``.
            from_user: Move what this regular expression matches from the first user turn to the system prompt.
            replace_all: Replace every prompt, even if prompts differ or have no rule.

        Raises:
            UsageError: If no option is given, or a pattern is invalid. When the dataset is run: if the examples have
                several distinct prompts and `replace_all` is off; the message has a table of them.
        """
        from ftdata.steps.prompting import System, SystemSurveyed
        from ftdata.steps.shortening import rules_of

        edits = edits_of(replace, pattern)
        step = System(from_user, edits, rules_of(shorten) if shorten is not None else (), set, remove, add)
        return self._with(SystemSurveyed(step, replace_all) if step.replaces else step)

    @verb(
        metavars={"where": "EXPR"},
        old={"name": "names", "calling": "tool_calls"},
        examples=(
            "ftdata weights train.jsonl -o out.jsonl --train last",
            "ftdata weights train.jsonl -o out.jsonl --train none --where \"'sorry' in content\"",
        ),
    )
    def weights(
        self,
        train: Train = "all",
        *,
        names: Sequence[str] = (),
        index: Sequence[int] = (),
        where: str | Predicate | None = None,
        tool_calls: bool | None = None,
    ) -> Self:
        """Choose which assistant messages are trained.

        The options select the messages that match all of `names`, `index`, `where` and `tool_calls` describe, or all.
        With
        `train` all or last no others are trained; with none these are not, and others stay as they are. An example of
        which nothing is left to train is dropped.

        Args:
            train: Train all selected messages, only the last one, or none.
            names: Select messages with one of these names.
            index: Select assistant messages by position: 0 is the first, -1 the last.
            where: Select messages for which EXPR is true, e.g. 'content|length > 20'. It may use ``content``,
                ``name``, ``tool``, ``calls``, ``index``, ``last``, ``trained`` and metadata.
            tool_calls: Select messages with tool calls, or those without.

        Raises:
            UsageError: If an expression is invalid.
        """
        from ftdata.expressions import Predicate
        from ftdata.steps.weighting import Weights

        test = Predicate(where) if isinstance(where, str) else where
        return self._with(Weights(train, tuple(names), tuple(index), test, tool_calls))

    @verb(
        OneOf(("style", "undeclared", "ids", "arguments", "shorten_results"), "what to repair"),
        examples=("ftdata tools old.jsonl -o new.jsonl --style tools --ids",),
    )
    def tools(
        self,
        *,
        style: Style | None = None,
        undeclared: Undeclared | None = None,
        ids: bool = False,
        arguments: bool = False,
        shorten_results: int = 0,
    ) -> Self:
        """Repair tool calls and definitions: style, ids, arguments and results.

        Args:
            style: Write tools, or the deprecated functions form.
            undeclared: Define functions that are called but not defined, or drop the calls.
            ids: Give calls short, unique ids.
            arguments: Write arguments as canonical JSON: sorted keys, no whitespace.
            shorten_results: Cut results to N characters, at least 40.

        Raises:
            UsageError: If no option is given.
        """
        from ftdata.steps.calling import Tools

        return self._with(Tools(style, undeclared, ids, arguments, shorten_results))


def edits_of(replace: Mapping[str, str] | None, pattern: Mapping[str, str] | None) -> tuple[Edit, ...]:
    """The edits that replace text, and what regular expressions match."""
    from ftdata.steps.prompting import Edit

    plain = [Edit(old, new) for old, new in (replace or {}).items()]
    return (*plain, *(Edit(old, new, is_pattern=True) for old, new in (pattern or {}).items()))


def counter_for(model: str | None = None, tokenizer: PathLike | None = None) -> TokenCounter:
    """The token counter of a model; by default that of o200k_base.

    Raises:
        UsageError: If the model or tokenizer is unknown.
    """
    from ftdata.tokens.counting import counter_of
    from ftdata.tokens.models import model_table, profile_named

    table = model_table()
    known = table[model] if model else None
    named = os.fspath(tokenizer) if tokenizer is not None else None
    counter: TokenCounter = counter_of(profile_named(table, known, named))
    return counter
