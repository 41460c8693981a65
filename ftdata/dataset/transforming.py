"""The verbs that change examples one by one: strip, system, weights, tools, turns, text, redact."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from ftdata.dataset.plans import Planned
from ftdata.engines.flow import Decided
from ftdata.engines.plan import Outcome
from ftdata.errors import UsageError
from ftdata.expressions import Predicate

if TYPE_CHECKING:
    from ftdata.report.savings import Savings
    from ftdata.steps.calling import Style, Undeclared
    from ftdata.steps.cleaning import Think
    from ftdata.steps.cutting import Cut
    from ftdata.steps.measuring import TokenCounter
    from ftdata.steps.prompting import Edit
    from ftdata.steps.pruning import Pruning
    from ftdata.steps.turning import Earlier
    from ftdata.steps.weighting import Train

# Each verb imports its own steps: all of them together take longer than many a run.
PathLike = str | os.PathLike[str]


class Transforming(Planned):
    """What is done with each example: each method returns a new dataset, and counts what it changes."""

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
        """The examples with function definitions that take fewer tokens; see `savings` for how many.

        Args:
            descriptions: Remove the descriptions of functions and, at every depth, of parameters.
            function_descriptions: Remove only those of functions.
            parameter_descriptions: Remove only those of parameters.
            properties: Empty the parameters' properties.
            functions: Remove the functions altogether.
            keep_functions: Functions to keep; all others are removed.
            unused: Remove the functions that no example of the whole dataset calls.
            schema_extras: Remove titles, defaults, examples and the like.

        Raises:
            UsageError: Nothing is asked for.
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
        if step == Strip() and not unused:
            raise UsageError(
                "say what to strip, such as descriptions=True", hint="savings() tells what each way saves."
            )
        return self._with(StripUnused(step) if unused else step)

    def savings(
        self, model: str = "gpt-4.1-mini", *, epochs: int | str = "auto", workers: int | None = None
    ) -> Savings:
        """Tokens and money that each way to strip would save.

        Args:
            model: The model that shall be trained.
            epochs: How often the examples are trained; by default as the guide's heuristic has it.
            workers: Worker processes; by default as many as there are processors, and none for small input.

        Raises:
            UsageError: There is no such model.
        """
        from ftdata.report.savings import Savings, Way
        from ftdata.steps.savings import WAYS, SavedTokens
        from ftdata.tokens.models import model_table
        from ftdata.tokens.money import epochs_for, training_cost

        known = model_table()[model]
        found = self._engine(workers).survey(self.plan(), partial(SavedTokens, counter_for(model)), Outcome())
        number = epochs_for(epochs, found.examples)
        saved = {name: found.saved[name] for name in (*WAYS, "functions")} | {"unused": found.unused}
        ways = [
            Way(name, count, training_cost(known, tokens=count, epochs=number).usd) for name, count in saved.items()
        ]
        return Savings(
            known.name, found.examples, found.tokens, found.definitions, number, tuple(ways), tuple(found.called.unused)
        )

    def pruning(self, *, workers: int | None = None) -> Pruning:
        """What `strip` and `system` do here, to be done to live requests by `ftdata.prune`.

        The examples are looked at, if that decides something.
        """
        from ftdata.steps.prompting import System
        from ftdata.steps.pruning import Pruning
        from ftdata.steps.stripping import Strip

        steps = self._engine(workers).decided(self.plan())
        decided = [step.decision if isinstance(step, Decided) else step for step in steps]
        return Pruning(tuple(step for step in decided if isinstance(step, Strip | System)))

    def system(
        self,
        text: str | None = None,
        *,
        add: str | None = None,
        remove: bool = False,
        replace: Mapping[str, str] | None = None,
        pattern: Mapping[str, str] | None = None,
        shorten: PathLike | Iterable[Mapping[str, str]] | None = None,
        from_user: str | None = None,
        replace_all: bool = False,
    ) -> Self:
        r"""The examples with another system prompt.

        Args:
            text: The prompt that every example gets.
            add: The prompt for examples that have none.
            remove: Whether examples lose theirs.
            replace: Text inside prompts and what takes its place.
            pattern: The same with regular expressions; groups are ``\1``.
            shorten: A YAML or JSON file of rules, or rules: ``prompt`` (the whole one) or ``pattern``, and ``short``.
            from_user: A regular expression: what it matches in the first user turn moves to the system prompt.
            replace_all: Whether several distinct prompts may be replaced, removed, or left without a rule.

        Raises:
            UsageError: Nothing is asked for, or a pattern cannot be read. When the dataset is run: the examples have
                several distinct prompts, and `replace_all` is off; with their table.
        """
        from ftdata.steps.prompting import System, SystemSurveyed
        from ftdata.steps.shortening import rules_of

        edits = _edits(replace, pattern)
        step = System(from_user, edits, rules_of(shorten) if shorten is not None else (), text, remove, add)
        return self._with(SystemSurveyed(step, replace_all) if step.replaces else step)

    def weights(
        self,
        train: Train = "all",
        *,
        names: Sequence[str] = (),
        index: Sequence[int] = (),
        where: str | Predicate | None = None,
        calling: bool | None = None,
    ) -> Self:
        """The chats with weights that say which of the assistant's messages are trained.

        The messages that are meant are those that all of the following describe, or all. A chat of which nothing is
        trained is dropped.

        Args:
            train: "all" or "last" of the messages that are meant and no others; or "none" of them.
            names: Messages with one of these names.
            index: Their numbers among the assistant's messages, from 0, or from -1 at the end.
            where: An expression over ``content``, ``name``, ``tool``, ``calls``, ``index``, ``last``, ``trained`` and
                metadata.
            calling: Whether they call functions.

        Raises:
            UsageError: An option cannot be meant.
        """
        from ftdata.steps.weighting import Weights

        test = Predicate(where) if isinstance(where, str) else where
        return self._with(Weights(train, tuple(names), tuple(index), test, calling))

    def tools(
        self,
        *,
        style: Style | None = None,
        undeclared: Undeclared | None = None,
        ids: bool = False,
        arguments: bool = False,
        shorten_results: int = 0,
    ) -> Self:
        """The examples with their calls and definitions put right.

        Args:
            style: "tools", or the deprecated "functions".
            undeclared: Calls of functions without a definition: "define" them or "drop" the calls.
            ids: Whether calls get new ids, unique and short.
            arguments: Whether arguments are written canonically.
            shorten_results: Characters that a result may have.

        Raises:
            UsageError: Nothing is asked for.
        """
        from ftdata.steps.calling import Tools

        return self._with(Tools(style, undeclared, ids, arguments, shorten_results))

    def per_turn(self, *, earlier: Earlier = "untrained") -> Self:
        """A chat for each trained assistant message, which ends it; earlier turns are "untrained" or left "out"."""
        from ftdata.steps.turning import PerTurn

        return self._with(PerTurn(earlier))

    def last_turns(self, count: int) -> Self:
        """The chats with their system prompt and the last exchanges: a user's turn and what follows."""
        from ftdata.steps.turning import LastTurns

        return self._with(LastTurns(count))

    def fit(
        self,
        limit: int | None = None,
        *,
        model: str | None = None,
        tokenizer: PathLike | None = None,
        cut: Cut = "start",
    ) -> Self:
        """The chats cut to a number of tokens; the last trained answer stays, and calls keep their results.

        Args:
            limit: Tokens; by default as many as the model takes in training.
            model: The model that counts them.
            tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder.
            cut: From the "start", the "middle", or into "windows".

        Raises:
            UsageError: There is no limit, or no such model or tokenizer.
        """
        from ftdata.steps.cutting import Fit
        from ftdata.tokens.models import model_table

        known = limit or (model_table()[model].limit if model else None)
        if not known:
            raise UsageError("fit needs a limit in tokens, or a model whose limit is known")
        return self._with(Fit(known, counter_for(model, tokenizer), cut))

    def merge_turns(self) -> Self:
        """The examples with consecutive messages of one role made one."""
        from ftdata.steps.turning import MergeTurns

        return self._with(MergeTurns())

    def drop_trailing(self) -> Self:
        """The chats without the user's messages behind the last answer."""
        from ftdata.steps.turning import DropTrailing

        return self._with(DropTrailing())

    def text(
        self,
        *,
        white_space: bool = False,
        unicode: str | None = None,
        zero_width: bool = False,
        quotes: bool = False,
        html: bool = False,
        mojibake: bool = False,
        replace: Mapping[str, str] | None = None,
        pattern: Mapping[str, str] | None = None,
        think: Think | None = None,
        think_field: str = "reasoning_content",
        roles: Sequence[str] = (),
    ) -> Self:
        """The examples with the text of their messages changed; see `ftdata text` for what each option does.

        Raises:
            UsageError: Nothing is asked for, or a pattern cannot be read.
            MissingPackageError: mojibake needs ftfy.
        """
        from ftdata.steps.cleaning import Text

        edits = _edits(replace, pattern)
        return self._with(
            Text(mojibake, html, unicode, zero_width, quotes, white_space, edits, think, think_field, tuple(roles))
        )

    def redact(
        self,
        kinds: Sequence[str] | None = None,
        *,
        stand_ins: Mapping[str, str] | None = None,
        metadata: bool = False,
        language: str = "en",
    ) -> Self:
        """The examples with what identifies people replaced, in content, arguments and results.

        Args:
            kinds: What is replaced: email, phone, card, iban, id (Chinese identity numbers), ip, key; and name. By
                default all but names.
            stand_ins: What takes its place, by kind, with ``{n}`` for its number.
            metadata: Whether the metadata is redacted too.
            language: The language of the names.

        Raises:
            UsageError: There is no such kind.
            MissingPackageError: Names need presidio.
        """
        from ftdata.steps.private import FINDERS
        from ftdata.steps.redacting import Redact

        return self._with(Redact(tuple(FINDERS if kinds is None else kinds), dict(stand_ins or {}), metadata, language))


def _edits(replace: Mapping[str, str] | None, pattern: Mapping[str, str] | None) -> tuple[Edit, ...]:
    from ftdata.steps.prompting import Edit

    plain = [Edit(old, new) for old, new in (replace or {}).items()]
    return (*plain, *(Edit(old, new, is_pattern=True) for old, new in (pattern or {}).items()))


def counter_for(model: str | None = None, tokenizer: PathLike | None = None) -> TokenCounter:
    """What counts a model's tokens; those of o200k_base, if none is named.

    Raises:
        UsageError: There is no such model or tokenizer.
    """
    from ftdata.tokens.counting import counter_of
    from ftdata.tokens.stats import asked_for

    asked = asked_for(model=model, tokenizer=os.fspath(tokenizer) if tokenizer is not None else None)
    counter: TokenCounter = counter_of(asked.profile)
    return counter
