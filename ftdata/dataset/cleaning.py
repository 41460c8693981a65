"""The methods that change what messages say: text, redact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from ftdata.dataset.plans import Planned
from ftdata.verbs import Needs, OneOf, verb
from ftdata.verbs.types import Text, Think

# Each verb imports its own steps: all of them together take longer than many a run.


class Cleaning(Planned):
    """Clean and redact text. Each method returns a new dataset and counts its changes."""

    @verb(
        OneOf(
            ("white_space", "unicode", "zero_width", "quotes", "html", "mojibake", "replace", "pattern", "think"),
            "what to clean",
        ),
        Needs(("think_field",), ("think",)),
        metavars={"pattern": "REGEX=>NEW", "think_field": "NAME"},
        examples=("ftdata text train.jsonl -o out.jsonl --white-space --unicode NFC --roles user",),
    )
    def text(
        self,
        *,
        white_space: bool = False,
        unicode: Literal["NFC", "NFKC"] | None = None,
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
        r"""Clean text: whitespace, Unicode, entities, find and replace, reasoning tags.

        Only the content of messages is changed, never tool calls.

        Args:
            white_space: Normalize line endings, trailing spaces and blank lines.
            unicode: Normalize to this Unicode form.
            zero_width: Remove invisible characters.
            quotes: Replace typographic quotes and dashes with plain ones.
            html: Decode entities such as &amp;amp;.
            mojibake: Repair mojibake such as "Ã¤" (needs ftdata[text]).
            replace: Replace text.
            pattern: Replace what a regular expression matches. Groups are ``\1``.
            think: Move <think> into a field or back into the text, or keep it in the last answer only.
            think_field: The field that `think` uses.
            roles: Clean only messages of these roles.

        Raises:
            UsageError: If no option is given, or a pattern is invalid.
            MissingPackageError: If `mojibake` is used and ftfy is not installed.
        """
        from ftdata.dataset.transforming import edits_of
        from ftdata.steps.cleaning import Text as TextStep

        edits = edits_of(replace, pattern)
        return self._with(
            TextStep(mojibake, html, unicode, zero_width, quotes, white_space, edits, think, think_field, tuple(roles))
        )

    @verb(
        Needs(("language",), ("kinds",)),
        metavars={"stand_ins": "KIND=TEXT", "language": "CODE"},
        old={"stand_in": "stand_ins"},
        examples=(
            "ftdata redact train.jsonl -o out.jsonl",
            'ftdata redact train.jsonl -o out.jsonl --kinds email,phone --stand-ins "email=user{n}@example.com"',
        ),
    )
    def redact(
        self,
        kinds: Sequence[str] | None = None,
        *,
        stand_ins: Mapping[str, Text] | None = None,
        metadata: bool = False,
        language: str = "en",
        consistent: Text | None = None,
    ) -> Self:
        """Replace personal data and secrets with placeholders.

        E-mail addresses, phone, card, identity and IP numbers and keys are found by patterns in content, call arguments
        and results. The same value gets the same placeholder within an example. Review the result.

        Args:
            kinds: Kinds to replace: email, phone, card, iban, id (Chinese identity numbers), ip, key, and name, which
                needs ftdata[names]. Defaults to all but names.
            stand_ins: The placeholder of a kind, with {n} for its number.
            metadata: Also redact the metadata.
            language: The language of names.
            consistent: A secret. With it, the same value gets the same placeholder in all examples, such as
                [EMAIL_7f3a…], which cannot be traced back without the secret.

        Raises:
            UsageError: If the kind is unknown.
            MissingPackageError: If names are redacted and presidio is not installed.
        """
        from ftdata.facts.personal import FINDERS
        from ftdata.steps.redacting import Redact

        chosen = tuple(FINDERS if kinds is None else kinds)
        return self._with(Redact(chosen, dict(stand_ins or {}), metadata, language, consistent or ""))
