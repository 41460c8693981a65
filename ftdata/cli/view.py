"""``ftdata view``."""

from __future__ import annotations

import os
import webbrowser
from typing import TYPE_CHECKING

import click

from ftdata.cli import OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened_each
from ftdata.cli.sharing import lang_of, reading_words
from ftdata.cli.talk import as_json, notices, say
from ftdata.verbs import verb
from ftdata.verbs.types import Count, Lang, PathLike

if TYPE_CHECKING:
    from ftdata.view.opened import OpenFile

__all__ = ["view"]


@verb(
    metavars={"tokenizer": "DIR|NAME", "template": "FILE|NAME", "target": "NAME", "idle": "MINUTES"},
    flags={"target": "--for"},
    examples=(
        "ftdata view train.jsonl",
        "ftdata view train.jsonl edited.jsonl",
        "ftdata view train.jsonl --tokenizer ./Qwen3-8B --lang zh",
    ),
)
def _view(
    port: Count = 0,
    lang: Lang = "en",
    target: str = "openai",
    tokenizer: PathLike | None = None,
    template: PathLike | None = None,
    idle: Count = 0,
    no_open: bool = False,
    workers: Count | None = None,
) -> None:
    """Browse, filter and edit a file in the browser, on a local page.

    The page is served on this machine only, at an address that holds a random token; nothing is sent anywhere. Files
    of any size open at once. Edits, drops, scores and labels are saved beside the file, as FILE.edits.jsonl, and
    `ftdata apply` makes them. A second file is shown beside the first. Stop the server with Ctrl-C.

    Args:
        port: The port of the page. By default a free one.
        lang: Language of the page and of messages: en or zh.
        target: The service or trainer whose rules the page shows, as for `ftdata check`.
        tokenizer: An open model, a folder or a name in the Hugging Face cache: show each example as its chat template
            renders it, token by token.
        template: A chat template in place of the tokenizer's: a file, or a name such as qwen3.
        idle: Stop after so many minutes without a request. By default never.
        no_open: Print the address without opening a browser.
        workers: Worker processes of filters. By default one for each processor, and none for small input.
    """


def _viewed(call: Invocation) -> int:
    from ftdata.dataset.measured import renderer
    from ftdata.formats.targets import target
    from ftdata.view.opened import OpenFile
    from ftdata.view.pages import Desk
    from ftdata.view.server import serving

    options = call.options
    target(options["target"])  # there is one
    names = [call["file"], *([call["other"]] if call["other"] else [])]
    rendering = renderer(options["tokenizer"], options["template"])
    words = reading_words(call.reading)
    with notices(call.quiet):
        opened = zip(names, opened_each(call, [[name] for name in names]), strict=True)
        files = [
            OpenFile(data, [name, *words], number > 0, rendering, options["target"], options["workers"])
            for number, (name, data) in enumerate(opened)
        ]
    _tell(files, call.quiet)

    desk = Desk(files, lang_of(call))

    def ready(address: str) -> None:
        if call["json"]:
            as_json({"address": address, "edits": desk.edits.path})
        else:
            click.echo(address)
        say("Stop with Ctrl-C.", quiet=call.quiet)
        if not options["no_open"]:
            webbrowser.open(address)

    try:
        serving(desk, port=options["port"], idle=60 * options["idle"], ready=ready)
    except KeyboardInterrupt:
        say("", quiet=call.quiet)
    return OK


def _tell(files: list[OpenFile], quiet: bool) -> None:
    for file in files:
        known = None if file.table else file.data.detected().format
        how = f"read as {known.name}" if known else "a table: its rows are shown as they are"
        say(f"{os.path.basename(file.name)}: {how}", quiet=quiet)  # noqa: PTH119 - or no path of this machine


view = command(
    _view,
    _viewed,
    writes=False,
    inputs=[click.Argument(["file"], metavar="FILE"), click.Argument(["other"], metavar="[FILE2]", required=False)],
    sections=dict.fromkeys(("tokenizer", "template"), "Open models"),
)
