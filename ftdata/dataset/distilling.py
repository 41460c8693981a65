"""The methods that turn logged answers into a training set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.errors import InputError, RowError, UsageError, option
from ftdata.verbs import verb
from ftdata.verbs.types import Answers, By, PathLike, Reasoning, Share, Trained, Verdicts, Wrong

if TYPE_CHECKING:
    from ftdata.report.saved import Saved
    from ftdata.tokens.stats import StatsOptions


class Distilling(Planned):
    """Turn transcripts into a training set: select answers, and merge calls into conversations."""

    @verb(metavars={"reasons": "A,B|any"})
    def finished(self, *reasons: str) -> Self:
        """Keep answers with one of these finish reasons, such as ``"stop", "tool_calls"``; ``"any"`` keeps all.

        This replaces the default for transcripts, which drops `length`, `content_filter` and `error`.

        Args:
            reasons: Keep answers with these finish reasons, such as stop,tool_calls. Defaults to all but length,
                content_filter and error.

        Raises:
            UsageError: If "any" is combined with other reasons.
        """
        from ftdata.steps.finished import Finished

        return self._with(Finished(reasons))

    @verb(metavars={"teacher": "MODEL", "since": "DATE", "until": "DATE", "score": "NAME|EXPR"})
    def select(
        self,
        *,
        status: int | Sequence[int] = (),
        teacher: str | Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        min_score: float | None = None,
        score: str = "score",
        tags: Sequence[str] = (),
        not_tags: Sequence[str] = (),
        keep_unknown: bool = False,
    ) -> Self:
        """Select answers by their metadata. Answers that lack the information are dropped too, with that reason.

        Args:
            status: Keep answers with these HTTP statuses.
            teacher: Keep answers of these models, such as gpt-4.1 (with its snapshots) or gpt-4*.
            since: Keep answers given at this time or later: ISO 8601, in UTC unless a zone is given.
            until: Keep answers given at this time or earlier. A date includes the whole day.
            min_score: Keep answers with at least this score.
            score: The score to use: the name of a score, or an expression.
            tags: Keep answers with one of these tags.
            not_tags: Drop answers with one of these tags.
            keep_unknown: Keep answers that lack the field used to select them, such as model or score.

        Raises:
            UsageError: If no option is given, or a date or expression is invalid.
        """
        from ftdata.steps.selecting import Select

        return self._with(
            Select(
                (status,) if isinstance(status, int) else tuple(status),
                _names(teacher),
                since,
                until,
                min_score,
                score,
                _names(tags),
                _names(not_tags),
                keep_unknown,
            )
        )

    def valid(self) -> Self:
        """Keep answers that have the requested form; answers without a requested form stay.

        The form is JSON by the request's ``response_format``, calls of defined functions with arguments that match
        their parameters, and a call if ``tool_choice`` required one. Reasoning before an answer is ignored.
        """
        from ftdata.steps.valid import Valid

        return self._with(Valid())

    @verb(metavars={"test": "EXPR|WAY", "pass_rate": "MIN..MAX"})
    def verify(
        self,
        test: Verdicts,
        *,
        wrong: Wrong = "drop",
        pass_rate: str | None = None,
        keep_unknown: bool = False,
    ) -> Self:
        """Keep correct answers. Each gets its ``verdict``, and the ``pass_rate`` of its prompt, as metadata.

        Args:
            test: Keep correct answers, for which this is true, such as 'answer.queue == expected'. Or one of
                exact, number, boxed, json, set and calls, which compare the answer with ``expected``. In Python also a
                function of the example that returns True or False, or None if it cannot tell.
            wrong: What to do with wrong answers. Pairs of correct and wrong answers need both.
            pass_rate: Keep prompts whose answers are correct this often, such as 0.1..0.9. Prompts that are always or
                never answered correctly teach little.
            keep_unknown: Keep answers that lack what the expression names.

        Raises:
            UsageError: If the expression or the range is invalid.
        """
        from ftdata.expressions import Predicate
        from ftdata.steps.keys import label_of
        from ftdata.steps.verifying import PassRate, Verify, between

        least, most = between(pass_rate) if pass_rate is not None else (0.0, 1.0)
        why = test.source if isinstance(test, Predicate) else label_of(test)
        return self._with(Verify(test, keep_unknown))._with(PassRate(why, wrong, least, most))

    @verb(metavars={"by": "EXPR"})
    def vote(self, by: By, *, min_agreement: Share | None = None) -> Self:
        """Keep one answer per prompt, by majority vote, with its ``agreement`` as metadata.

        Args:
            by: Keep one answer per prompt, by majority vote on this value of the answers, such as last_number. Ties go
                to the earliest.
            min_agreement: Keep the winner of a vote only if at least this share of the answers agree.

        Raises:
            UsageError: If the expression or the share is invalid.
        """
        from ftdata.steps.voting import Vote
        from ftdata.verbs.kinds import share

        return self._with(Vote(by, 0.0 if min_agreement is None else share(min_agreement)))

    @verb(metavars={"column": "COLUMN|EXPR"})
    def edits(self, column: By) -> Self:
        """Make preference pairs of human edits and the original answers.

        Args:
            column: Make pairs of the edited answers in this column and the model's own. Answers that were not edited
                are dropped.

        Raises:
            UsageError: If the expression is invalid.
        """
        from ftdata.steps.edits import EditPairs

        return self._with(EditPairs(column))

    @verb(examples=("ftdata grade answers.jsonl --grader grader.json -o graded.jsonl",))
    def grade(self, grader: PathLike | dict[str, Any]) -> Self:
        """Grade answers as reinforcement fine-tuning would, and check that rows have the fields that the grader uses.

        The score goes into the metadata, among the ``scores`` under the grader's name. String checks, similarities
        (fuzzy_match, rouge) and multi graders of these are computed locally; ``item`` is a row's other keys and its
        metadata, ``sample`` its last answer. A row that lacks a field used by the grader is rejected: services may
        silently score it 0. Rows without an answer are only checked.

        Args:
            grader: The grader's JSON file. In Python also a dict.

        Raises:
            InputError: If the file cannot be read.
            UsageError: If it is not a grader, or not one that ftdata can compute.
        """
        from ftdata.steps.grading import Grade, grader_bytes

        return self._with(Grade(grader_bytes(grader_of(grader))))

    def reasoning(self, how: Reasoning) -> Self:
        """Keep, drop or move the reasoning before answers.

        Args:
            how: What to do with reasoning, in a field or between <think> tags: keep it, drop it, keep it in the last
                answer only, or move it into the text for targets without a field.

        Raises:
            UsageError: If the choice is unknown.
        """
        from ftdata.steps.reasoning import Reasoning

        return self if how == "keep" else self._with(Reasoning(how))

    @verb(metavars={"score": "NAME|EXPR"})
    def choices(self, how: Answers, *, score: str = "score", margin: float = 0.0) -> Self:
        """Keep one of several answers to each request (n > 1), or make pairs of them.

        Args:
            how: Which answers to keep if a request has several (n > 1). ``majority`` is the most frequent, ``best``
                that with the highest score; ``pairs`` makes a preference pair of the best and the worst. Ties go to the
                earliest; equal scores make no pair.
            score: What the score is: a name among the scores, or an expression, such as verdict or "not refusal".
            margin: Make pairs only if the scores differ by at least this much.

        Raises:
            UsageError: If the choice is unknown.
        """
        return self._chosen(how, "request", score, margin)

    @verb(metavars={"score": "NAME|EXPR"})
    def repeats(self, how: Answers, *, score: str = "score", margin: float = 0.0) -> Self:
        """Keep one answer to each prompt that was asked several times, or make pairs of them.

        Prompts are the same if the turns before the last answer and the functions are; or the custom_id, if
        `requests` derived it from the prompt.

        Args:
            how: Which answers to keep of a prompt that was asked several times, as for `choices`.
            score: What the score is: a name among the scores, or an expression, such as verdict or "not refusal".
            margin: Make pairs only if the scores differ by at least this much.

        Raises:
            UsageError: If the choice is unknown.
        """
        return self._chosen(how, "prompt", score, margin)

    def _chosen(self, how: Answers, among: str, score: str, margin: float) -> Self:
        from ftdata.steps.choosing import Choose

        return self if how == "all" else self._with(Choose(how, among, score, margin))

    @verb(metavars={"by": "session|trace|parent|prefix|EXPR"})
    def merge_calls(self, by: By = "session", *, train: Trained = "all") -> Self:
        """Merge the calls of each conversation into one example, if each call repeats the previous turns.

        A call whose messages are a prefix of another's is merged into it. If a conversation branches, each branch is
        kept. The metadata is that of the last call, plus ``calls``, the number of calls merged.

        Args:
            by: Merge calls into one conversation if they share this: session, trace, parent, any expression, or prefix
                (everything up to the first user turn). Calls without it are left as they are.
            train: Train all answers of a merged conversation, or only those whose own call was selected. The others get
                weight 0.

        Raises:
            UsageError: If the expression is invalid.
        """
        from ftdata.steps.merging import MergeCalls

        return self._with(MergeCalls(by, train))

    def drop_few_shot(self, share: float = 0.9) -> Self:
        """Drop few-shot examples from prompts.

        These are exchanges right after the system prompt that are the same in this share of the chats with that system
        prompt, and are followed by at least ten different questions.

        Args:
            share: Above 0.5, at most 1.

        Raises:
            UsageError: If the share is out of range.
        """
        from ftdata.steps.fewshot import DropFewShot

        return self._with(DropFewShot(share))

    @verb(metavars={"model": "NAME", "place": "PLACE", "epochs": "N|auto", "price_in": "USD", "price_out": "USD",
                    "teacher": "NAME"},
          flags={"place": "--for"}, hidden=("before",))  # fmt: skip
    def saved(
        self,
        before: Planned,
        model: str | None = None,
        *,
        place: str | None = None,
        epochs: int | str = "auto",
        teacher: str | None = None,
        price_in: float | None = None,
        price_out: float | None = None,
        workers: int | None = None,
    ) -> Saved:
        """Compare these shorter examples with the original ones: tokens, running cost, and the break-even.

        Args:
            before: The examples before they were shortened.
            model: The model to train. Defaults to the first one that remains available.
            place: The place to train at, such as azure.
            epochs: Number of epochs. Defaults to OpenAI's heuristic.
            teacher: The model that answered so far, if its price is known.
            price_in: The teacher's price in USD per million input tokens.
            price_out: The teacher's price in USD per million output tokens.
            workers: Worker processes. By default one for each processor, and none for small input.

        Raises:
            UsageError: If the model or place is unknown, or only one of the two prices is given.
        """
        from ftdata.engines.plan import Outcome
        from ftdata.report.saved import Saved
        from ftdata.tokens.survey import TokenSurvey

        asked = asked_of(model, epochs, teacher, price_in, price_out, place)
        asked.warn()
        engine, counting = self.engine(workers), partial(TokenSurvey, [asked.profile])
        plan, _ = engine.flow(before.plan(), Outcome())
        counted = engine.survey(plan, counting, Outcome())
        if self.source is before.source and self.steps[: len(before.steps)] == before.steps:
            # What stands before is done once.
            shorter = replace(plan, steps=(*plan.steps, *self.steps[len(before.steps) :]))
        else:
            shorter = self.plan()
        return Saved.of(asked, counted, engine.survey(shorter, counting, Outcome()))


def grader_of(given: PathLike | dict[str, Any]) -> dict[str, Any]:
    """Return a grader, reading it from a file if necessary.

    Raises:
        InputError: If the file cannot be read.
        UsageError: If it is not a JSON object.
    """
    if isinstance(given, dict):
        return given
    from ftdata.codec import decode

    path = os.fspath(given)
    try:
        found = decode(Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise InputError(f"the grader cannot be read: {error.strerror}", path=path) from None
    except RowError as error:
        raise InputError(f"the grader: {error.message}", hint=error.hint, path=path) from None
    if not isinstance(found, dict):
        raise UsageError("a grader must be a JSON object", path=path)
    return found


def asked_of(
    model: str | None,
    epochs: int | str,
    teacher: str | None,
    price_in: float | None,
    price_out: float | None,
    place: str | None = None,
) -> StatsOptions:
    """The arguments of `Dataset.saved`, validated.

    Raises:
        UsageError: If the model or place is unknown, only one of the two prices is given, or the epochs are invalid.
    """
    from ftdata.facts import clock
    from ftdata.tokens.models import Model, Prices, model_table
    from ftdata.tokens.models.lives import chosen
    from ftdata.tokens.stats import asked_for

    if (price_in is None) != (price_out is None):
        raise UsageError(f"{option('price_in')} and {option('price_out')} go together; give both prices of the teacher")
    known = chosen(model_table(), clock.today(), model, place or "")
    asked = asked_for(model=known.name, place=known.place or None, epochs=epochs,
                      teacher=teacher if price_in is None else None)  # fmt: skip
    if price_in is None:
        return asked
    prices = Prices(input=price_in, output=price_out)
    of_teacher = Model(name=teacher or "the teacher", tokenizer="", base_prices=prices)
    return replace(asked, teacher=of_teacher)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
