"""The method that renders examples as tokens."""

from __future__ import annotations

import os
from typing import Literal, Self

from ftdata.dataset.plans import Planned
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike


class Tokenizing(Planned):
    """Tokens for training open models."""

    @verb(
        metavars={"tokenizer": "DIR|NAME", "template": "FILE|NAME"},
        examples=("ftdata convert train.jsonl -o tokens.parquet --to tokens --tokenizer ./Qwen3-8B --max-tokens 4096",),
    )
    def tokenize(
        self,
        tokenizer: PathLike,
        *,
        template: PathLike | None = None,
        shape: Literal["trl", "together", "tinker", "fireworks"] = "trl",
        max_tokens: Count | None = None,
        over: Literal["reject", "drop", "cut"] = "reject",
    ) -> Self:
        """Render examples as tokens with their chat template, and mark which are trained.

        Trained tokens are those that the template marks with ``{% generation %}``, else what follows each answer's
        prompt; never an answer of weight 0. Rows are written as they are: JSON lines, or Parquet and Arrow with columns
        of numbers.

        Args:
            tokenizer: An open model: a folder, or a name in the Hugging Face cache. Its chat template makes the tokens.
                The folder has tokenizer.json, tokenizer_config.json and chat_template.jinja.
            template: A chat template to use instead of the tokenizer's: a file, or a name such as qwen3. A name is one
                of the model's own templates or of a family that ftdata knows.
            shape: The keys of the rows. For trl and together: input_ids, attention_mask and labels (-100 where nothing
                is trained), or prompt_ids, chosen_ids and rejected_ids for pairs. For tinker: tokens and weights. For
                fireworks: token_ids, decoded_tokens and token_weights.
            max_tokens: The maximum number of tokens in a row.
            over: What to do with longer rows: reject them, drop them, or truncate them to the limit.

        Raises:
            InputError: If a file cannot be read, or there is no chat template.
            MissingPackageError: If the package tokenizers is not installed.
            UsageError: If the tokenizer or template is unknown.
        """
        from ftdata.steps.tokenizing import Tokenize
        from ftdata.tokens.renderer import RendererOptions, renderer_of

        options = RendererOptions(os.fspath(tokenizer), os.fspath(template or ""))
        renderer_of(options)  # what cannot be loaded is said before any work
        return self._with(Tokenize(options, shape, max_tokens, over))
