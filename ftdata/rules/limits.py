"""Files as a whole, and how many examples there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.rules.images import images_of
from ftdata.rules.registry import Found, Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.formats.targets import Target
    from ftdata.rules.look import RowLook

_GUIDE = "OpenAI's guide"


@dataclass(frozen=True)
class FileLook:
    """A file as a whole.

    Attributes:
        name: As the user named it.
        container: What it is read as, such as jsonl.
        encoding: What its text is encoded in.
        mark: Whether it begins with a byte order mark.
        size: Bytes, None for a stream.
        memory: Whether it is no file but rows from memory.
    """

    name: str
    container: str
    encoding: str
    mark: bool
    size: int | None
    memory: bool = False


@dataclass(frozen=True)
class Totals:
    """What is known once all rows were seen."""

    kind: Kind
    target: Target
    rows: int
    budget: Any = None
    graded: frozenset[str] = frozenset()

    @property
    def bounds(self) -> tuple[int, int | None]:
        """The least and the most examples: the model's, or else the service's."""
        own = self.budget.bounds.get(self.kind) if self.budget is not None else None
        return own or self.target.bounds_of(self.kind)


@rule(
    "byte-order-mark", "warning", "The file begins with a byte order mark",
    over="file",
    why="It is said to make the first line unreadable; Azure takes one, other services may not.",
    fix="Write the file without it: --fix does.",
    source="a third party's report ('Line 1 is not a dictionary'); OpenAI's answer is not verified",
)  # fmt: skip
def byte_order_mark(file: FileLook, target: Target) -> Iterator[Problem]:
    """A mark where the target is not known to take one."""
    if file.mark and not target.takes_mark and file.encoding == "utf-8":
        yield Problem("", "a byte order mark at the beginning")


@rule(
    "not-json-lines", "error", "The file is not JSON lines",
    over="file",
    why="The server takes one JSON object a line; an array, a pretty-printed object or a table is refused.",
    fix="Write it as JSON lines: --fix does, or ftdata convert.",
    source="OpenAI: 'Expected file to have JSONL format, where every line is a JSON dictionary (HINT: line starts "
    "with: \"{...\")', seen",
)  # fmt: skip
def not_json_lines(file: FileLook, target: Target) -> Iterator[Problem]:
    """Other containers."""
    if file.container not in ("jsonl", "memory", "gathered"):
        what = "a JSON array, or JSON over several lines" if file.container == "json" else f"a {file.container} file"
        yield Problem("", f"expected JSON lines; this is {what}")


@rule(
    "file-encoding", "error", "The file is not UTF-8",
    over="file",
    why="The server reads UTF-8 only.",
    fix="Write it as UTF-8: --fix does, or ftdata convert.",
    source="OpenAI: 'Line 1 is not a dictionary' on wrong encodings, seen",
)  # fmt: skip
def file_encoding(file: FileLook, target: Target) -> Iterator[Problem]:
    """UTF-16 and named encodings."""
    if file.encoding != "utf-8":
        yield Problem("", f"expected UTF-8; this is {file.encoding}")


@rule(
    "file-extension", "warning", "The file's name does not end in .jsonl",
    over="file",
    why="The upload takes .jsonl only; a compressed file must be unpacked first.",
    fix="Rename it, or write it with -o NAME.jsonl.",
    source=f"{_GUIDE}: .jsonl only for the purpose fine-tune; the server's answer is not verified",
)  # fmt: skip
def file_extension(file: FileLook, target: Target) -> Iterator[Problem]:
    """Other extensions; streams and memory have none."""
    if not file.memory and file.name != "-" and not file.name.lower().endswith(".jsonl"):
        yield Problem("", "expected a name that ends in .jsonl")


@rule(
    "file-size", "error", "The file is too large to upload",
    over="file",
    why="A larger file is refused.",
    fix="Write parts: ftdata convert FILE -o 'part-{n}.jsonl' --max-size 500MB.",
    source=f"{_GUIDE}: 8 GB in parts; Azure: 5 GB in parts",
)  # fmt: skip
def file_size(file: FileLook, target: Target) -> Iterator[Problem]:
    """More bytes than the service takes in any way."""
    if file.size is not None and not file.memory and file.size > target.parts_bytes:
        yield Problem("", f"{file.size:,} bytes, and {target.parts_bytes:,} are allowed")


@rule(
    "large-file", "warning", "The file must be uploaded in parts",
    over="file",
    why="The plain upload takes 512 MB; on Azure, files of more than about 150 MB fail later and in silence.",
    fix="Use the interface for uploads in parts, or write smaller files: --max-size 140MB.",
    source=f"{_GUIDE}: 512 MB a file, 8 GB in parts; Azure: about 150 MB, 5 GB in parts",
)  # fmt: skip
def large_file(file: FileLook, target: Target) -> Iterator[Problem]:
    """More bytes than one upload takes."""
    if file.size is not None and not file.memory and target.file_bytes < file.size <= target.parts_bytes:
        yield Problem("", f"{file.size:,} bytes, and {target.file_bytes:,} are allowed at once")


@fixes("byte-order-mark", safe=True)
@fixes("not-json-lines", safe=True)
@fixes("file-encoding", safe=True)
@fixes("blank-line", safe=True)
def written_anew(row: dict[str, Any], kind: str) -> None:
    """Nothing is to be done in the rows: writing the file is the fix."""


# -- the number of examples -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Pictures:
    """How many examples have images; 8 bytes in all."""

    of_images: ClassVar[bool] = True

    examples: int = 0

    def add(self, look: RowLook) -> None:
        """Count a row that has one."""
        if next(images_of(look), None):
            self.examples += 1

    def merge(self, later: Pictures) -> None:
        """Add the later ones."""
        self.examples += later.examples


@rule(
    "too-few-examples", "error", "Fewer examples than a job must have",
    over="set",
    why="The job fails.",
    fix="Add examples.",
    source="OpenAI: 'Training file has 7 example(s), but must have at least 10 examples' (invalid_n_examples), seen",
)  # fmt: skip
def too_few_examples(_: None, totals: Totals) -> Iterator[Found]:
    """Under the least number."""
    least = totals.bounds[0]
    if totals.rows < least:
        yield Found(Problem("", f"{totals.rows} examples, and at least {least} are needed"))


@rule(
    "few-examples", "info", "Few examples to learn from",
    over="set",
    why="Improvements are seen from 50 to 100 examples on.",
    fix="Start with 50 good examples.",
    source=f"{_GUIDE}: start with 50 well-crafted examples; the removed tool prepare_data: num_examples, below 100",
)  # fmt: skip
def few_examples(_: None, totals: Totals) -> Iterator[Found]:
    """Under the advised number."""
    from ftdata.formats.completion.bounds import FEW

    if totals.kind == "completion" and totals.target.advised and totals.target.least <= totals.rows < FEW:
        yield Found(Problem("", f"{totals.rows} examples; the older models want {FEW} at least"))
    elif totals.target.least <= totals.rows < totals.target.advised:
        yield Found(Problem("", f"{totals.rows} examples; {totals.target.advised} to 100 are advised to start with"))


@rule(
    "too-many-examples", "error", "More examples than a job takes",
    over="set",
    why="The job fails.",
    fix="Take a sample.",
    source=f"{_GUIDE}: at most 50,000 examples for reinforcement, 1,000 for testing; Bedrock: 20,000",
)  # fmt: skip
def too_many_examples(_: None, totals: Totals) -> Iterator[Found]:
    """Over the limit."""
    most = totals.bounds[1]
    if most is not None and totals.rows > most:
        yield Found(Problem("", f"{totals.rows:,} examples, and {most:,} are allowed"))


@rule(
    "many-image-examples", "warning", "More examples with images than a file may hold",
    over="set", kinds=("chat",), survey=Pictures,
    why="The job may be refused.",
    fix="Take a sample of the examples with images.",
    source=f"{_GUIDE} to vision fine-tuning: at most 50,000 examples with images",
)  # fmt: skip
def many_image_examples(seen: Pictures, totals: Totals) -> Iterator[Found]:
    """Over the limit."""
    if seen.examples > totals.target.image_examples:
        most = totals.target.image_examples
        yield Found(Problem("", f"{seen.examples:,} examples with images, and {most:,} are allowed"))
