"""The methods that write."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError, option
from ftdata.verbs import verb
from ftdata.verbs.types import Bytes, Count

if TYPE_CHECKING:
    from datasets import Dataset as HFDataset
    from pandas import DataFrame
    from polars import DataFrame as PolarsFrame

    from ftdata.engines.cluster.protocol import Cluster
    from ftdata.engines.local import Local
    from ftdata.example.words import Example
    from ftdata.files.given import ArrowData
    from ftdata.formats import Format
    from ftdata.writing import OnReject, Result
log = logging.getLogger("ftdata")

PathLike = str | os.PathLike[str]


class Outputs(Planned):
    """Write examples to files, or hand them to other libraries."""

    @verb(
        metavars={"format": "FORMAT", "rejects": "PATH|none", "max_rejects": "N|P%", "workers": "N"},
        flags={"path": "-o/--output", "format": "--to", "max_bytes": "--max-size",
               "allow_empty": "--allow-empty-output"},
        hidden=("on_progress", "engine"),
    )  # fmt: skip
    def write(
        self,
        path: PathLike,
        *,
        format: str | None = None,
        force: bool = False,
        rejects: PathLike | None = None,
        max_rejects: int | str = 0,
        strict: bool = False,
        max_rows: int = 0,
        max_bytes: Bytes = 0,
        allow_empty: bool = False,
        workers: Count | None = None,
        manifest: bool = False,
        parts: bool = False,
        merge_parts: bool = False,
        engine: str | Local | Cluster | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Result:
        """Write the examples, all or nothing, and account for every row.

        Args:
            path: The output, such as train.jsonl, a URL (s3://, gs://, az://, hf://datasets/owner/name/train.jsonl), or
                '-' for stdout. The extension chooses: .gz and .zst compress,
                .parquet and .arrow hold each example as JSON text with its metadata in separate columns, .csv and
                .xlsx are for review, with columns for system, prompt, answer and metadata. ``{stem}`` makes one
                output per input; ``{n}`` numbers the parts that `max_rows` or `max_bytes` make.
            format: The format to write. By default the one that was read, and ``openai`` (``ftdata`` if there is
                metadata) for examples that were made from columns.
            force: Replace an existing output.
            rejects: Where to write rejected rows.
            max_rejects: The number of rejected rows to allow, or a share such as 1%. Beyond it nothing is
                written.
            strict: Stop at the first rejected row and write nothing.
            max_rows: Rows per numbered part.
            max_bytes: Size per numbered part before compression, such as 500MB.
            allow_empty: Write an empty output if no examples remain.
            workers: Worker processes. By default one for each processor, and none for small input.
            manifest: Also write OUT.manifest.json: inputs and outputs with their hashes, the steps and the account.
            parts: Let each worker write numbered parts such as train-00000-of-00012.jsonl. When all are complete,
                list them in train.parts.json.
            merge_parts: Let each worker write parts, then put them together in one file.
            engine: The engine to run on; see `on`.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            EmptyOutputError: If no example came out; nothing was written or replaced.
            RejectedRows: If more rows were rejected than allowed; nothing was written.
            OutputError: If the output exists and `force` is off, or cannot be written.
            UsageError: If an output is an input, or another output.
            StepError: If one of your functions failed; nothing was written.
        """
        from ftdata.dataset.holding import of_rows
        from ftdata.manifest import noting
        from ftdata.steps.primitives import NotingStep
        from ftdata.writing import Writing, limit_of, write_all

        if engine is not None:
            self = self.on(engine)
        plan = self.plan(_format(os.fspath(path), format, of_rows(self.steps, None)))
        asked = Writing(
            force=force,
            rejects=os.fspath(rejects) if rejects is not None else None,
            limit=limit_of(max_rejects),
            strict=strict,
            max_rows=max_rows,
            max_bytes=max_bytes,
            allow_empty=allow_empty,
            on_progress=on_progress,
            manifest=manifest,
            parts=parts,
            merge_parts=merge_parts,
        )
        names = [step.name for step in self.steps]
        with noting(manifest, os.fspath(path), (file.name for file in self.source.files), names) as noted:
            result = write_all(self._engine(workers), plan, (os.fspath(path),), asked)
            noted.append(result)
        for step in self.steps:
            for note in step.notes(result.tally) if isinstance(step, NotingStep) else ():
                log.warning("%s", note)
        return result

    def to_list(self, *, on_reject: OnReject | None = None, max_rejects: int | str | None = None) -> list[Example]:
        """Return all examples, in one pass.

        Args:
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow; see `examples`.

        Raises:
            RejectedRows: If more rows were rejected than `max_rejects` allows.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        return [*self.examples(on_reject=on_reject, max_rejects=max_rejects)]

    def to_arrow(self, *, on_reject: OnReject | None = None, max_rejects: int | str | None = None) -> ArrowData:
        """Return a pyarrow Table: one column with each example as JSON text, and its metadata in separate columns.

        Args:
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow; see `examples`.

        Raises:
            MissingPackageError: If pyarrow is not installed.
            RejectedRows: If more rows were rejected than `max_rejects` allows.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        from ftdata.codec import encode
        from ftdata.files.tables import arrow_table

        table: ArrowData = arrow_table(map(encode, self.examples(on_reject=on_reject, max_rejects=max_rejects)))
        return table

    def to_pandas(self, *, on_reject: OnReject | None = None, max_rejects: int | str | None = None) -> DataFrame:
        """Return a pandas DataFrame: the examples' keys as columns of Python objects, and one column per metadata key.

        Args:
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow; see `examples`.

        Raises:
            MissingPackageError: If pandas is not installed.
            RejectedRows: If more rows were rejected than `max_rejects` allows.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        from ftdata.dataset.frames import frame_of

        return frame_of(self.examples(on_reject=on_reject, max_rejects=max_rejects))

    def to_hf(
        self, *, raw: bool = False, on_reject: OnReject | None = None, max_rejects: int | str | None = None
    ) -> HFDataset:
        """Return a Hugging Face Dataset, for TRL and similar trainers.

        Chats have a typed column ``messages``, and ``tools`` as JSON text; preference examples have ``prompt``,
        ``chosen`` and ``rejected``; completions ``prompt`` and ``completion``. Metadata keys are separate columns;
        one whose values have several types, or are lists or objects, contains JSON text.

        Args:
            raw: One column ``example`` with the JSON text instead, which loses nothing: datasets fills keys that only
                some messages have with null, and cannot type content of several parts.
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow; see `examples`.

        Raises:
            InputError: If the examples are of several kinds, or of one that datasets cannot type.
            MissingPackageError: If datasets is not installed.
            RejectedRows: If more rows were rejected than `max_rejects` allows.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        from ftdata.dataset.frames import hf_dataset

        return hf_dataset(self.examples(on_reject=on_reject, max_rejects=max_rejects), raw=raw)

    def to_polars(
        self, *, raw: bool = False, on_reject: OnReject | None = None, max_rejects: int | str | None = None
    ) -> PolarsFrame:
        """Return a Polars DataFrame with the same columns as `to_hf`.

        Args:
            raw: One column ``example`` with the JSON text instead, which loses nothing, and metadata beside it.
            on_reject: Gets each row that cannot become an example.
            max_rejects: The number of such rows to allow; see `examples`.

        Raises:
            InputError: If the examples are of several kinds, or no type fits all of them.
            MissingPackageError: If polars or pyarrow is not installed.
            RejectedRows: If more rows were rejected than `max_rejects` allows.
            RowError: At the first row that cannot become an example, if neither option is given.
        """
        from ftdata.dataset.frames import polars_frame

        return polars_frame(self.examples(on_reject=on_reject, max_rejects=max_rejects), raw=raw)

    def push_to_hub(
        self,
        repository: str,
        *,
        split: str = "train",
        private: bool | None = None,
        raw: bool = False,
        token: str | None = None,
        max_rejects: int | str | None = None,
    ) -> str:
        """Upload the examples to a dataset repository on the Hugging Face Hub, in the form of `to_hf`.

        The repository is created if necessary. `datasets` uploads parquet files and a dataset card. To
        upload JSON lines instead, use ``write("hf://datasets/owner/name/train.jsonl")``.

        Args:
            repository: ``owner/name``.
            split: The name of the split.
            private: Make a new repository private. By default the owner's settings decide.
            raw: Upload one column of JSON text.
            token: An access token. By default that of ``hf auth login`` or ``HF_TOKEN``.
            max_rejects: The number of rows to allow that cannot become examples; see `examples`.

        Returns:
            The URL of the commit.

        Raises:
            InputError: If no type fits all examples; use `raw`.
            MissingPackageError: If datasets is not installed.
            OutputError: If the Hub refuses.
            RejectedRows: If more rows were rejected than `max_rejects` allows; nothing was uploaded.
            RowError: At the first row that cannot become an example, if `max_rejects` is not given.
        """
        from ftdata.dataset.frames import pushed

        made = self.to_hf(raw=raw, max_rejects=max_rejects)
        return pushed(made, repository, private=private, token=token, split=split)


def _format(path: str, asked: str | None, rows: Format | None) -> Format | None:
    """The format to write. Tables keep the metadata; review tables are made from ftdata's own examples.

    Args:
        path: The output.
        asked: The format's name, if given.
        rows: The format of the rows that a step makes, if one does.

    Raises:
        UsageError: If a table for review is requested in a format, or for rows that are not examples.
    """
    from ftdata.files.extensions import is_review, is_table
    from ftdata.formats import FORMATS, named

    if rows is not None and is_review(path):
        raise UsageError(f"a review table holds examples, but these are {rows.name}",
                         hint="Write JSON lines, Parquet or Arrow.", path=path)  # fmt: skip
    if rows is not None and asked in (None, rows.name):
        return rows
    if asked == "tokens":
        raise UsageError("tokens need a tokenizer, and none is given",
                         hint=f"Add {option('tokenizer', 'DIR')}, or call tokenize() before.")  # fmt: skip
    if is_review(path):
        if asked and asked != "ftdata":
            raise UsageError("a table for review is in no format", hint="Leave the format (--to) out.", path=path)
        return FORMATS["ftdata"]
    if asked:
        return named(FORMATS, asked)
    return FORMATS["ftdata"] if is_table(path) else None
