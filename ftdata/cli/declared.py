"""Commands made of declarations: the options that a verb has, those of reading and writing, and the way through.

A command says which method it is, and what is done with the dataset that comes of it; see `command`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import click
from click.core import ParameterSource

from ftdata.classes import dataclass, field
from ftdata.cli import OK
from ftdata.cli.claiming import NOWHERE, OUTPUTS
from ftdata.cli.sections import Sectioned, in_section
from ftdata.engines.asked import running_on
from ftdata.errors import UsageError, shown
from ftdata.files.rehearsal import dry_run
from ftdata.verbs import Kind, Option, Verb, VerbParts
from ftdata.verbs import declared as declaration_of
from ftdata.verbs.conditions import check
from ftdata.verbs.kinds import TEXT

_OLD = "old:"

SAID = "ftdata.said"
"""Where click's context keeps, by option, the name of the file that its text was read from."""


class Typed(click.ParamType[Any]):
    """A value as its kind reads it."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.name = kind.metavar.lower() or "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value; one that cannot be read is told with the option."""
        if not isinstance(value, str):
            return value
        if self.kind.reads == "template" and value.startswith("@") and ctx is not None and param is not None:
            ctx.meta.setdefault(SAID, {})[str(param.name).rpartition(":")[2]] = value
        try:
            return self.kind.read(value)
        except UsageError as error:
            self.fail(error.reason, param, ctx)
        except ValueError:
            self.fail(f"expected {self.kind.metavar}; got {shown(value)}", param, ctx)


class Word(click.Choice[Any]):
    """One of the words of a kind."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.choices)
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What the word stands for."""
        return self.kind.read(super().convert(value, param, ctx)) if isinstance(value, str) else value


@dataclass
class Invocation:
    """A command as it was called.

    Attributes:
        ctx: Click's.
        verb: What the command does.
        inputs: The files.
        values: The verb's options that were given, as the method takes them.
        options: All options, by name: those of reading and writing too, and what only this command has.
        said: The names of those that were given.
        reading: The options of reading that were given, as `ftdata.read` takes them.
        writing: Those of writing, as `Dataset.write` takes them.
        rowing: Those of the verbs on rows that were given, where the command has them: see `ftdata.dataset.rowed`.
    """

    ctx: click.Context
    verb: Verb
    inputs: tuple[str, ...]
    values: dict[str, Any]
    options: dict[str, Any]
    said: frozenset[str]
    reading: dict[str, Any]
    writing: dict[str, Any]
    rowing: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.options[name]

    @property
    def quiet(self) -> bool:
        """Whether only what is wrong is to be said."""
        return bool(self.options.get("quiet"))


Body = Callable[[Invocation], int]


def command(
    declaration: Verb | Callable[..., Any],
    body: Body,
    *,
    inputs: Sequence[click.Parameter] | None = None,
    reads: bool = True,
    writes: bool = True,
    output: bool = True,
    extra: Iterable[click.Parameter] = (),
    without: Container[str] = (),
    lenient: bool = False,
    optional: Container[str] = (),
    help_of: Mapping[str, str] | None = None,
    reports: Container[str] = ("workers",),
    sections: Mapping[str, str] = MappingProxyType({}),
    rows: bool = False,
    rehearses: bool = False,
) -> click.Command:
    """The command of a verb.

    Args:
        declaration: The verb, or the method or function that declares it.
        body: What it does; it returns the exit code.
        inputs: Its arguments, if they are not one or more files.
        reads: Whether it has the options of reading.
        writes: Whether it has those of writing; if not, it reports.
        output: Whether it must be told where to write.
        extra: Options that only the command has.
        without: Options of the method or of writing that the command does not have.
        optional: Options that the method needs and the command does not.
        lenient: Leave it to the body and the method to refuse what does not go together.
        reports: Options of a method that reports that say how, in place of what.
        sections: By the name of an option: the heading that it is folded under, where the verb has none for it.
        help_of: Help texts that only the command can say, by the name of the option.
        rows: Whether it has the options of the verbs on rows.
        rehearses: Whether a dry run without an output is something of its own, which the body does.
    """
    from ftdata.cli.sharing import reading, reporting, rowing, writing

    verb = declaration if isinstance(declaration, Verb) else declaration_of(declaration)
    own = [one for one in verb if one.name not in without]
    names, worded = {one.name for one in own}, dashed(verb)
    shared = [one for one in own if not writes and one.name in reports]
    params: list[click.Parameter] = [*(inputs if inputs is not None else [_files()])]
    for one in own:
        if one not in shared:
            about = (help_of or {}).get(one.name, one.help)
            title = sections.get(one.name, one.section)
            params += in_section(title, [_option(one, worded(about), one.required and one.name not in optional)])
    params += extra
    params += rowing() if rows else []
    params += in_section("Input", reading(names) if reads else [])
    last = writing(without, required=output) if writes else [*map(option_of, shared), *reporting()]
    params += in_section("", [one for one in last if one.required])
    params += in_section("Output", [one for one in last if not one.required])
    params += in_section("Output", [_as_recipe()] if writes and "as_recipe" not in without else [])
    if any(one.name in OUTPUTS for one in params) and all(one.name != "dry_run" for one in params):
        params += in_section("Output", [rehearsing()])
    runs = any(one.name == "workers" for one in params)
    params += in_section("Output", [engine()] if runs else [])
    params += [old for one in own for old in _old_names(one)]

    def called(**options: Any) -> None:
        ctx = click.get_current_context()
        asked = options.pop("as_recipe", False)
        if not rehearses:
            _refuse_rehearsal(ctx, options)
        with running_on(options.get("engine")):
            code = _done(_call(ctx, verb, options, lenient=lenient), body, as_recipe=asked)
        if code != OK:
            ctx.exit(code)

    return Sectioned(verb, params=params, callback=called, short_help=verb.summary, help=_help(verb))


def _done(call: Invocation, body: Body, *, as_recipe: bool) -> int:
    """Do what is asked for, perhaps only as a rehearsal; or tell how a recipe says it, on stdout or in the manifest."""
    if call.options.get("dry_run") and _names_output(call.options):
        with dry_run():
            call.options["dry_run"] = False
            return _done(call, body, as_recipe=as_recipe)
    if not as_recipe and not call.options.get("manifest"):
        return body(call)
    from ftdata.cli import asrecipe

    if as_recipe:
        click.echo(asrecipe.text_of(asrecipe.as_recipe(call), call.verb.name), nl=False)
        return OK
    with asrecipe.noted(call):
        return body(call)


def _option(one: Option, about: str, required: bool) -> click.Option:
    option = option_of(one)
    option.required, option.help = required, about
    return option


def rehearsing() -> click.Option:
    """The option of every command that writes: do all the work, and write nothing."""
    return click.Option(["--dry-run"], is_flag=True, help="Print the same summary, but write nothing.")


def _refuse_rehearsal(ctx: click.Context, options: Mapping[str, Any]) -> None:
    """Refuse a rehearsal where nothing would be written.

    Raises:
        UsageError: If it is asked for, and no output is named.
    """
    if options.get("dry_run") and not _names_output(options):
        flag = next(one.opts[0] for one in ctx.command.params if one.name in OUTPUTS)
        raise UsageError(f"--dry-run is for {flag}, which was not given", hint=f"Add {flag} PATH, or leave it out.")


def _names_output(options: Mapping[str, Any]) -> bool:
    return any(options.get(name) not in (None, False, (), *NOWHERE) for name in OUTPUTS if name != "rejects")


def _as_recipe() -> click.Option:
    return click.Option(["--as-recipe"], is_flag=True, help="Print the command as a recipe without running it.")


def engine() -> click.Option:
    """The option of every command that reads in blocks."""
    return click.Option(["--engine"], metavar="ENGINE", help="Run on ray, ray://HOST:PORT or another installed engine.")


def _files() -> click.Argument:
    return click.Argument(["inputs"], nargs=-1, required=True, metavar="FILE...")


def option_of(one: Option, *, flag: str = "", old: bool = False) -> click.Option:
    """Click's option."""
    flags = [flag] if flag else list(one.spelled)
    kind = one.kind
    if kind.flag:
        return _flag(one, flags[-1], old)
    # A default of None would be as good as given, and the option no longer missed.
    default: dict[str, Any] = {} if one.required or kind.repeated else {"default": one.default}
    return click.Option(
        [*flags, one.name],
        type=Word(kind) if kind.choices else Typed(kind),
        required=one.required,
        **default,
        multiple=kind.repeated,
        metavar=kind.metavar or TEXT.metavar,
        show_default=_shows_default(one),
        help=one.help,
    )


def _flag(one: Option, flag: str, old: bool) -> click.Option:
    """``--x``; ``--no-x`` where it is done by default (old names said that in a word); both where the data tells it."""
    off = f"--no-{flag.removeprefix('--')}"
    if one.default is True:
        off = flag if old else off
        return click.Option([off, one.name], is_flag=True, flag_value=False, default=True, help=one.help)
    names = flag if one.default is False else f"{flag}/{off}"
    return click.Option([names, one.name], is_flag=True, default=one.default, help=one.help)


def _shows_default(one: Option) -> bool:
    told = isinstance(one.default, str | int | float) and one.default not in ("", 0, "beside", "unused")
    return told and not one.kind.repeated


def _old_names(one: Option) -> list[click.Option]:
    """Hidden options that were called otherwise; they are understood, and it is said how they are called now."""
    made = []
    for old in one.old:
        hidden = option_of(one, flag="--" + old.replace("_", "-"), old=True)
        hidden.name, hidden.hidden, hidden.required, hidden.default = f"{_OLD}{old}:{one.name}", True, False, None
        made.append(hidden)
    return made


def _call(ctx: click.Context, verb: Verb, options: dict[str, Any], *, lenient: bool) -> Invocation:
    from ftdata.cli.sharing import READ, WRITE, given, given_of_rows

    inputs = options.pop("inputs", ())
    said = {name for name in options if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE}
    for name in [name for name in options if name.startswith(_OLD)]:
        value, (_, old, now) = options.pop(name), name.split(":")
        if name in said:
            click.echo(f"note: --{old.replace('_', '-')} is now {verb[now].spelled[-1]}", err=True)
            options[now] = value
            said = said - {name} | {now}
    values = {one.name: _value(one, options[one.name]) for one in verb if one.name in said}
    own = {one.name for one in verb}
    reading, writing = given(READ, options, said - own), given(WRITE, options, said - own | {"workers"} & said)
    # What reading knows too is the verb's where it makes examples of rows; else it is of the rows that are read.
    parts = [one for one in verb.conditions if isinstance(one, VerbParts)]
    for name in {one.name for one in declaration_of(READ)} & values.keys() if parts else ():
        if parts[0].maker(values) is None:
            reading[name] = values.pop(name)
    if not lenient:
        check(verb.conditions, values)
    if options.get("output", "") is None:
        _refuse_unwritten(writing, options)
    rowing = given_of_rows(options, said - own)
    return Invocation(ctx, verb, inputs, values, options, frozenset(said), reading, writing, rowing)


_ELSEWHERE = ("report", "html", "columns_out", "write_baseline")
"""Other outputs than examples, which ``--force`` replaces too."""


def _refuse_unwritten(writing: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Refuse options of writing where nothing is written.

    Raises:
        UsageError: If one is given.
    """
    from ftdata.cli.sharing import WRITE

    for one in declaration_of(WRITE):
        needless = one.name == "workers" or (one.name == "force" and any(options.get(name) for name in _ELSEWHERE))
        if one.name in writing and not needless:
            raise UsageError(f"{one.spelled[-1]} is for -o, which is missing", hint="Add -o OUT.jsonl, or remove it.")


def _value(one: Option, given: Any) -> Any:
    """What the method takes: one value made of the parts of an option that was given several times."""
    return one.kind.join(list(given)) if one.kind.repeated else given


def _help(verb: Verb) -> str:
    """The text above the options."""
    paragraphs = [verb.summary, *map(dashed(verb), verb.about)]
    if verb.examples:
        paragraphs.append("\b\n" + "\n".join(f"  {line}" for line in verb.examples))
    return "\n\n".join(paragraphs)


def dashed(verb: Verb) -> Callable[[str], str]:
    """Puts ``--near`` for `near` in a text, where that is an option."""
    names = {f"`{one.name}`": one.spelled[0] for one in verb}

    def dashed(text: str) -> str:
        for name, flag in names.items():
            text = text.replace(name, flag)
        return text.replace("``", "").replace("`", "")

    return dashed
