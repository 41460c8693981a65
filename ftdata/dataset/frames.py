"""Convert examples for other libraries: pandas and Polars DataFrames, a Hugging Face Dataset."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.errors import InputError, MissingPackageError, OutputError, shown
from ftdata.example import parts
from ftdata.example.parts import kind_of
from ftdata.files.columnar import pyarrow
from ftdata.files.tables import SeenColumns, arrow_table

if TYPE_CHECKING:
    from datasets import Dataset as HFDataset
    from pandas import DataFrame
    from polars import DataFrame as PolarsFrame

    from ftdata.example.words import Example


def frame_of(examples: Iterable[Example]) -> DataFrame:
    """Return a DataFrame of the examples' keys; see `Dataset.to_pandas`."""
    try:
        import pandas
    except ImportError:
        raise MissingPackageError("to_pandas()", "pandas") from None
    columns: dict[str, list[Any]] = {}
    count = 0
    for count, example in enumerate(examples, 1):
        for name, value in _flat(example).items():
            if name not in columns:
                columns[name] = [None] * (count - 1)
            columns[name].append(value)
        for column in columns.values():
            column.extend([None] * (count - len(column)))
    # Python's own objects: pandas would turn whole numbers with a gap among them into floats.
    series = {name: _inferred(pandas, values) for name, values in columns.items()}
    return pandas.DataFrame(series, index=range(count))


def _inferred(pandas: Any, values: list[Any]) -> Any:
    plain = None not in values and len({type(value) for value in values}) == 1
    return pandas.Series(values) if plain else pandas.Series(values, dtype=object)


def _flat(example: Example) -> dict[str, Any]:
    """The example's keys and those of its metadata."""
    row = {key: value for key, value in example.items() if key != "metadata"}
    carried = example.get("metadata")
    for name, value in (carried if isinstance(carried, dict) else {}).items():
        row[f"metadata.{name}" if name in row else name] = value
    return row


def hf_dataset(examples: Iterable[Example], *, raw: bool) -> HFDataset:
    """Return a Hugging Face Dataset of the examples; see `Dataset.to_hf`."""
    return hub_package("to_hf()").Dataset(_table(examples, raw=raw))


def hub_package(feature: str) -> Any:
    """Import Hugging Face's datasets.

    Raises:
        MissingPackageError: If it is not installed.
    """
    try:
        import datasets
    except ImportError:
        raise MissingPackageError(feature, "datasets", "hub") from None
    return datasets


def pushed(data: Any, repository: str, **how: Any) -> str:
    """Upload a Hugging Face Dataset or DatasetDict. Return the URL of the commit.

    Raises:
        OutputError: If the Hub refuses.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return str(data.push_to_hub(repository, **how).commit_url)
    except (HfHubHTTPError, HFValidationError, OSError, RuntimeError) as error:
        raise OutputError(f"the hub refuses: {str(error).splitlines()[0]}", path=repository) from error


def polars_frame(examples: Iterable[Example], *, raw: bool) -> PolarsFrame:
    """Return a Polars DataFrame of the examples; see `Dataset.to_polars`."""
    try:
        import polars
    except ImportError:
        raise MissingPackageError("to_polars()", "polars") from None
    made = polars.from_arrow(_table(examples, raw=raw))
    assert isinstance(made, polars.DataFrame)  # noqa: S101 - a table is a frame
    return made


def _table(examples: Iterable[Example], *, raw: bool) -> Any:
    """An Arrow table with typed columns, or with each example as JSON text."""
    if raw:
        return arrow_table(map(encode, examples))
    rows = []
    kinds: set[str] = set()
    for number, example in enumerate(examples, 1):
        kinds.add(str(parts.kind_of(example)))
        if len(kinds) > 1:
            several = " and ".join(sorted(kinds))
            raise InputError(f"the dataset mixes kinds of examples: {several}", hint="Filter them, or use raw=True.")
        rows.append(_typed(example, number))
    rows = _as_texts(rows)
    return pyarrow().Table.from_pylist(rows, _schema(rows))


def _as_texts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, with JSON text in columns whose values have no common type."""
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None and name not in _TEXTS:
                kinds.setdefault(name, set()).add(_kind(value))
    mixed = {name for name, found in kinds.items() if list in found or (len(found) > 1 and found != {int, float})}
    if not mixed:
        return rows
    return [
        {name: encode(value).decode() if name in mixed and value is not None else value for name, value in row.items()}
        for row in rows
    ]


def _kind(value: Any) -> type:
    """The type of a column that holds such a value; None for lists, objects, and numbers over 53 bits."""
    if isinstance(value, list | dict) or (type(value) is int and abs(value) >= 1 << 53):
        return list
    return type(value)


def _typed(example: Example, number: int) -> dict[str, Any]:
    row = _flat(example)
    kind = kind_of(example)
    holder = row.pop("input") if kind == "preference" else row
    if kind == "preference":
        row["prompt"] = holder["messages"]
        row["chosen"], row["rejected"] = row.pop("preferred_output"), row.pop("non_preferred_output")
    for name in ("tools", "functions") if kind != "completion" else ():
        if holder.get(name) is not None:
            row[name] = holder[name]
    for name in _MESSAGES:
        for index, message in enumerate(_messages(row, name)):
            _refuse_untyped(message, f"$.{name}[{index}]", number)
    return row


_MESSAGES = ("messages", "prompt", "chosen", "rejected")
_TEXTS = (*_MESSAGES, "completion")
"""The examples' own columns, whose types do not depend on their values."""


def _refuse_untyped(message: dict[str, Any], path: str, number: int) -> None:
    """Refuse values that typed columns could hold only by changing them."""
    content = message.get("content")
    unknown = set(message) - {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "refusal"}
    if not isinstance(content, str | None) or unknown:
        what = f"the keys {', '.join(map(shown, sorted(unknown)))}" if unknown else "content of several parts"
        raise InputError(
            f"example {number} has {what}, which has no type that fits all examples",
            hint="Use raw=True.",
            json_path=path,
        )


def _schema(rows: list[dict[str, Any]]) -> Any:
    """Arrow's schema, by what the columns are, never inferred from the first rows."""
    pa = pyarrow()
    text = pa.string()
    call = pa.struct([("id", text), ("type", text), ("function", pa.struct([("name", text), ("arguments", text)]))])
    known = {"role": text, "content": text, "name": text, "weight": pa.int64(), "refusal": text,
             "tool_calls": pa.list_(call), "tool_call_id": text}  # fmt: skip
    columns, plain = dict.fromkeys(name for row in rows for name in row), SeenColumns()
    used = {key for row in rows for name in _MESSAGES for message in _messages(row, name) for key in message}
    message = pa.struct([(name, kind) for name, kind in known.items() if name in used])
    for row in rows:
        plain.add({name: value for name, value in row.items() if not isinstance(value, list)})
    types = {field.name: field.type for field in plain.schema()}
    lists = {name for row in rows for name in _MESSAGES if _messages(row, name)}
    return pa.schema([(name, pa.list_(message) if name in lists else types.get(name, text)) for name in columns])


def _messages(row: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = row.get(name)
    return value if isinstance(value, list) else []
