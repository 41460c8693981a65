"""The methods that add a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from ftdata.classes import replace
from ftdata.dataset.plans import Other, Planned
from ftdata.errors import UsageError, option
from ftdata.verbs import Apart, Needs, verb
from ftdata.verbs.types import (
    Consecutive,
    Expression,
    FirstAssistant,
    FirstSpeaker,
    LastUser,
    PathLike,
    Roles,
    Template,
)

if TYPE_CHECKING:
    from ftdata.authoring.mapping import Mapping
    from ftdata.steps.user import Map, OnError, UserAuthor, UserMap

    Authored = Mapping | dict[str, Any] | PathLike | Map | UserAuthor


class Shaping(Planned):
    """Make and change examples. Each method returns a new dataset."""

    @verb(
        *(Apart(("map", name), "a mapping or a function defines everything", "Put everything into the mapping.")
          for name in ("user", "assistant", "chosen", "rejected", "system", "metadata")),
        Apart(("assistant", "chosen"), "a pair has two answers", "Leave assistant out."),
        Apart(("assistant", "rejected"), "a pair has two answers", "Leave assistant out."),
        metavars=dict.fromkeys(("user", "assistant", "chosen", "rejected"), "COLUMN|TEMPLATE"),
        old={"mapping_or_function": "map"},
    )  # fmt: skip
    def to_chat(
        self,
        map: Authored | None = None,
        *,
        user: Template = "",
        assistant: Template = "",
        chosen: Template = "",
        rejected: Template = "",
        system: Template = "",
        metadata: Sequence[str] = (),
        allow_empty: bool = False,
    ) -> Self:
        """Make an example of each row: from columns and templates, a mapping, or a function.

        Args:
            map: A mapping file, for what columns and templates cannot express. In Python also a `Mapping`, the same as
                a
                dict, or a function from a row to an example, a list of examples, or a Drop.
            user: The user's turn: a column, or a template such as '{{ subject }}: {{ body }}'.
            assistant: The answer: a column, or a template.
            chosen: The better of two answers, for preference examples: a column, or a template.
            rejected: The worse one.
            system: The system prompt: text or a template. Empty for none.
            metadata: Columns to carry along in each example's metadata.
            allow_empty: Keep examples with an empty user turn or answer. By default their rows are rejected.

        Raises:
            UsageError: If a column does not exist, or a turn uses none.
            RecipeError: If the mapping is invalid.
        """
        from ftdata.dataset.naming import columns_of

        if map is not None:
            return self.as_rows("a mapping or a function makes them")._mapped(map, allow_empty)
        if chosen or rejected:
            return self.as_rows("columns make pairs from them")._paired(
                user, chosen, rejected, system, metadata, allow_empty
            )
        if not (user and assistant):
            lacking = " and ".join(
                option(name) for name, text in (("user", user), ("assistant", assistant)) if not text
            )
            raise UsageError(f"a chat of columns needs {lacking}", hint=f"The columns are {', '.join(self.columns())}.")
        if self.is_void:
            return self
        from ftdata.authoring.columns import Columns

        columns = Columns(user, assistant, system, tuple(columns_of(metadata)), allow_empty)
        return self.as_rows("columns make chats from them")._with(columns.bound(self.columns()))

    def as_rows(self, makes: str) -> Self:
        """Return the dataset for a method that makes examples of rows itself.

        Args:
            makes: The method, in the words of the message.

        Raises:
            UsageError: If a format was given for reading, which would be ignored.
        """
        of_lines = self.reads and self.reads.name == "completion"
        if self.reads is not None and not (
            of_lines and any(file.container.name == "txt" for file in self.source.files)
        ):
            asked = option("role_map") if self.reads.name == "dialogue" else option("format", flag="--from")
            raise UsageError(f"{asked} is for rows that are examples; here {makes}", hint="Remove it.")
        for name in self.logs.chosen():
            asked = option(name, getattr(self.logs, name))
            raise UsageError(f"{asked} is for logs of calls; here {makes}", hint="Remove it.")
        return self

    def _paired(
        self, user: str, chosen: str, rejected: str, system: str, metadata: Sequence[str], allow_empty: bool
    ) -> Self:
        from ftdata.dataset.naming import columns_of

        given = {"user": user, "chosen": chosen, "rejected": rejected}
        if lacking := [option(name) for name, text in given.items() if not text]:
            hint = f"The columns are {', '.join(self.columns())}."
            raise UsageError(f"a pair of columns needs {' and '.join(lacking)}", hint=hint)
        if self.is_void:
            return self
        from ftdata.authoring.pairing import Pairing

        pairing = Pairing(user, chosen, rejected, system, tuple(columns_of(metadata)), allow_empty)
        return self._with(pairing.bound(self.columns()))

    def _mapped(self, by: Authored, allow_empty: bool) -> Self:
        from ftdata.authoring.mapping import Mapping
        from ftdata.dataset.naming import warn_of_hidden
        from ftdata.steps.user import Author, Map

        if isinstance(by, Map):
            return self._with(Author(by.function, by.label))
        if callable(by):
            return self._with(Author(cast("UserMap", by)))
        if not isinstance(by, Mapping):
            by = Mapping(by) if isinstance(by, dict) else Mapping.load(by)
        warn_of_hidden(by.hidden)
        if self.is_void:
            return self
        return self._with(by.bound(self.columns(), allow_empty=allow_empty))

    @verb(metavars=dict.fromkeys(
        ("order_by", "role_column", "content_column", "name_column", "tool_calls_column", "tool_call_id_column",
         "weight_column"), "COLUMN") | {"gap": "TIME"})  # fmt: skip
    def gather_messages(
        self,
        *,
        group_by: str | Sequence[str],
        order_by: str = "",
        role_column: str = "role",
        content_column: str = "content",
        role_map: Roles | None = None,
        system: Template = "",
        metadata: Sequence[str] = (),
        consecutive: Consecutive = "join",
        first_assistant: FirstAssistant = "keep",
        last_user: LastUser = "drop",
        allow_empty: bool = False,
        name_column: str = "",
        tool_calls_column: str = "",
        tool_call_id_column: str = "",
        weight_column: str = "",
        gap: str = "",
        first_speaker: FirstSpeaker = "mapped",
    ) -> Self:
        """Gather rows with one message each into conversations.

        Rows can be in any order, and there can be more of them than fit in memory. If one cannot be used, all
        rows of its conversation are rejected.

        Args:
            group_by: The columns that the messages of one conversation share.
            order_by: The column to sort them by: numbers or ISO times. Defaults to the order in the file.
            role_column: The column with the role or speaker.
            content_column: The column with the content.
            role_map: Who is who, such as agent=assistant; ``drop`` leaves rows or turns out. A ``*`` stands for any
                text: 'Agent *=assistant,*=user'. Names win over patterns.
            system: A template for conversations without a system message of their own. Its columns must not vary
                within a conversation.
            metadata: Columns to carry along: the first value in a conversation that is not empty.
            consecutive: What to do with consecutive turns of one role: join them with a newline, keep them, or reject
                the conversation.
            first_assistant: What to do with an assistant turn before the first user turn: keep it, drop it, or reject
                the conversation.
            last_user: What to do with a final user turn without an answer: drop it, keep it, or reject the
                conversation.
            allow_empty: Keep conversations with an empty message. Else they are rejected.
            name_column: The column with the speakers' names.
            tool_calls_column: The column with the assistant's calls: a list or its JSON text.
            tool_call_id_column: The column with the id of the call that a tool's message answers.
            weight_column: The column with the weights of the assistant's messages: 0 or 1.
            gap: Start a new conversation after a pause of this length, such as 2h, by the times of `order_by`.
            first_speaker: Treat whoever speaks first in a conversation as the user or the assistant, whatever their
                name. Exact names in the role map take precedence; its patterns apply to the others.

        Raises:
            UsageError: If a column, role or choice does not exist.
        """
        from ftdata.dataset.naming import columns_of, keys_of
        from ftdata.dataset.ordering import in_order
        from ftdata.expressions import Template
        from ftdata.rows.explode import numbered
        from ftdata.steps.conversations import GatherMessages
        from ftdata.steps.turns import Arrangement

        step = GatherMessages(
            group_by=keys_of(group_by, self.columns()),
            order_by=order_by,
            role_column=role_column,
            content_column=content_column,
            role_map=dict(role_map or {}),
            system=Template(system),
            metadata=tuple(columns_of(metadata)),
            arrangement=Arrangement(consecutive, first_assistant, last_user),
            allow_empty=allow_empty,
            name_column=name_column,
            tool_calls_column=tool_calls_column,
            tool_call_id_column=tool_call_id_column,
            weight_column=weight_column,
            gap=gap,
            first_speaker="" if first_speaker == "mapped" else first_speaker,
            number=numbered(self.row_steps, group_by, self.columns),
        )
        if self.is_void:
            return self
        step.checked(self.columns())
        data, step = in_order(self.as_rows("rows are messages"), step)
        return data._with(step)

    @verb(old={"columns": "columns_from"})
    def join(
        self,
        requests: Other,
        *,
        errors: Other | None = None,
        columns_from: Other | None = None,
        batches: Other | None = None,
    ) -> Self:
        """Join logged answers with their requests from other files, by id.

        This works for OpenAI's Batch files (``custom_id``), stored completions and their messages, and loose chunks. A
        request that failed or was not answered is dropped. An answer without a request is a reject, and so are all rows
        of an id that several requests have.

        Args:
            requests: The requests of these answers, joined by id; or the messages of stored completions.
            errors: The error files of batches.
            columns_from: The columns that `ftdata requests` remembered, which become metadata again. Files that are
                named so (.metadata.jsonl) are taken for that among `requests` too.
            batches: OpenAI's batch objects, which tell which files belong together. By default, files are paired by
                name (in-1 with out-1); otherwise ids must be unique across all files.

        Raises:
            InputError: If a file cannot be read.
            UsageError: If a file belongs to no batch, or both batch objects and columns are given.

        Examples:
            >>> import ftdata
            >>> asked = [{"custom_id": "a", "body": {"messages": [{"role": "user", "content": "2 + 2?"}]}}]
            >>> body = {"choices": [{"message": {"role": "assistant", "content": "4"}, "finish_reason": "stop"}]}
            >>> answers = ftdata.read([{"custom_id": "a", "response": {"status_code": 200, "body": body}}])
            >>> answers.join(ftdata.read(asked)).head(1)[0]["messages"][-1]
            {'role': 'assistant', 'content': '4'}
        """
        from ftdata.dataset.joins import apart, together
        from ftdata.files.source import Source
        from ftdata.steps.joining import Join

        if self.reads and not self.reads.name.startswith("openai-batch"):
            self.as_rows("answers are joined with their requests")
        if not self.logs.redact:
            given = option("redact", False)
            raise UsageError(f"{given} is for agents' sessions; these rows are answers", hint="Remove it.")
        if self.row_steps:
            first = self.row_steps[0].name
            raise UsageError(f"{first} is for rows of one kind; here answers are joined with their requests")
        given = self._other(columns_from)
        asked, remembered = apart(self._other(requests).source, None if given is None else given.source)
        sources = [asked, self.source, *([self._other(errors).source] if errors is not None else [])]
        scopes = together(sources, remembered, self._other(batches))
        files = tuple(file for source in (*sources, remembered) if source for file in source.files)
        return replace(
            self, source=Source(files), steps=(Join(scopes, asked=self.logs), *self.steps), reads=None, _shared={}
        )

    @verb(Needs(("judge_score",), ("judged",)))
    def join_scores(
        self,
        scores: Other | None = None,
        traces: Other | None = None,
        *,
        judged: Other | None = None,
        judge_score: Expression = "answer.score",
    ) -> Self:
        """Add the scores of calls to their examples, and facts about their traces.

        A score is matched by the id of its call (``observation_id``, ``run_id``, ``request_id``, …; a plain table's
        ``id``), by ``custom_id``, or by its trace (``trace_id``) or session (``session_id``), whatever vendor logged
        them. With a ``choice`` it applies to that one of several answers. A score of the call takes precedence over one
        of its trace. Of several scores with the same name, the latest counts; if they differ and have no times, they
        are rejected. Scores without an example are dropped.

        Args:
            scores: The scores of these answers, traces or sessions: one row each, with its name, its value and the id
                of what was scored.
            traces: The traces of these calls: session, tags, user and metadata.
            judged: What a judge answered: the output of a batch that `requests` asked with its `judge`. The score is
                called ``judge``.
            judge_score: The part of the judge's answer that is the score. Several answers are averaged.

        Raises:
            InputError: If a file cannot be read.
            UsageError: If there is nothing to join, or an earlier step combines examples.

        Examples:
            >>> import ftdata
            >>> said = [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]
            >>> calls = ftdata.read([{"messages": said, "metadata": {"id": "a"}}])
            >>> calls.join_scores(ftdata.read([{"id": "a", "score": 0.9}])).head(1)[0]["metadata"]
            {'id': 'a', 'scores': {'score': 0.9}, 'score': 0.9}
        """
        from ftdata.dataset.joins import noted
        from ftdata.files.source import Source
        from ftdata.steps.judged import ReadJudged
        from ftdata.steps.scores import Noted, ReadScores, ReadTraces, levels_of

        if scores is None and traces is None and judged is None:
            raise UsageError("join_scores needs scores, traces or what a judge said")
        rows, joins = noted(self)
        given, told, said = self._other(scores), self._other(traces), self._other(judged)
        levels = levels_of(() if given is None or given.is_void else given.columns())
        noting = [(given, ReadScores(levels)), (told, ReadTraces()), (said, ReadJudged(judge_score))]
        parts = [rows, *(replace(part, steps=(step,)) for part, step in noting if part is not None)]
        files = tuple(file for part in parts for file in part.source.files)
        steps = (*joins, *(Noted(level) for level in (*([] if said is None else ["judged"]), *levels)))
        return replace(
            self, source=Source(files), steps=steps, row_steps=(), reads=None, parts=tuple(parts), _shared={}
        )

    def _other(self, given: Other | None) -> Any:
        """Another dataset, read if necessary."""
        if given is None or isinstance(given, Planned):
            return given
        from ftdata.dataset.reading import read

        return read(given)

    def map(self, function: UserMap | Map, *, on_error: OnError = "stop") -> Self:
        """Apply a function to each example. It returns an example, a list of examples, or a Drop.

        Args:
            function: The function, plain or decorated with `ftdata.step`.
            on_error: What to do if it raises: "stop" the run, with the example's location, or "reject" the example.
        """
        from ftdata.steps.user import Map

        step = function if isinstance(function, Map) else Map(function)
        return self._with(replace(step, on_error=on_error) if on_error != step.on_error else step)
