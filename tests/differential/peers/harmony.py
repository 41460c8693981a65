"""openai-harmony's parser of what gpt-oss says, and its rendering of what it understood."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.differential.peers import RefusedError, rows_of, serve

_RECIPIENT = re.compile(r"(?<=<\|start\|>assistant) to=(\S+?)<\|channel\|>(\w+)")


def main() -> None:
    # Set by the harness: the library would fetch the same vocabulary.
    assert os.environ["TIKTOKEN_ENCODINGS_BASE"]
    import openai_harmony as harmony

    encoding = harmony.load_harmony_encoding(harmony.HarmonyEncodingName.HARMONY_GPT_OSS)
    whole = harmony.RenderConversationConfig(auto_drop_analysis=False)

    def read(path: Path) -> None:
        for row in rows_of(path):
            text = row["text"]
            messages = encoding.parse_messages_from_completion_tokens(encoding.encode(text, allowed_special="all"))
            if len(messages) != text.count("<|start|>"):
                raise RefusedError(f"{len(messages)} messages understood of {text.count('<|start|>')}")
            tokens = encoding.render_conversation(harmony.Conversation.from_messages(messages), whole)
            # It names a call's recipient before the channel, and writes no mark that stops the model.
            back = _RECIPIENT.sub(r"<|channel|>\2 to=\1", encoding.decode_utf8(tokens))
            if back != text.removesuffix("<|return|>") + "<|end|>" * text.endswith("<|return|>"):
                raise RefusedError("is rendered otherwise")

    serve("openai-harmony", read)


if __name__ == "__main__":
    main()
