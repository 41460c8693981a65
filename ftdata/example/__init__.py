"""An example: one training record in ftdata's own shape, a plain dict, exactly as in the file.

`shapes` has the types, `parts` reads an example, `author` creates one, `content` defines equality.
"""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.example.author import assistant, chat, developer, preference, system, tool_call, tool_result, user
    from ftdata.example.content import content_hash
    from ftdata.example.identities import identity
    from ftdata.example.parts import answer, answers, kind_of, messages, prompt, system_prompt, text_of, tools, trained
    from ftdata.example.shapes import (
        AssistantMessage,
        ChatExample,
        CompletionExample,
        ContentPart,
        DeveloperMessage,
        FunctionCall,
        FunctionDefinition,
        FunctionMessage,
        ImagePart,
        Message,
        PreferenceExample,
        ReinforcementExample,
        SystemMessage,
        TextPart,
        Tool,
        ToolCall,
        ToolMessage,
        UserMessage,
    )
    from ftdata.example.tooling import tool
    from ftdata.example.words import Example, Kind

__getattr__ = names_of(
    globals(),
    {
        "ftdata.example.author": (
            "assistant",
            "chat",
            "developer",
            "preference",
            "system",
            "tool_call",
            "tool_result",
            "user",
        ),
        "ftdata.example.content": ("content_hash",),
        "ftdata.example.identities": ("identity",),
        "ftdata.example.parts": (
            "answer",
            "answers",
            "kind_of",
            "messages",
            "prompt",
            "system_prompt",
            "text_of",
            "tools",
            "trained",
        ),
        "ftdata.example.words": ("Example", "Kind"),
        "ftdata.example.shapes": (
            "AssistantMessage",
            "ChatExample",
            "CompletionExample",
            "ContentPart",
            "DeveloperMessage",
            "FunctionCall",
            "FunctionDefinition",
            "FunctionMessage",
            "ImagePart",
            "Message",
            "PreferenceExample",
            "ReinforcementExample",
            "SystemMessage",
            "TextPart",
            "Tool",
            "ToolCall",
            "ToolMessage",
            "UserMessage",
        ),
        "ftdata.example.tooling": ("tool",),
    },
)

__all__ = [
    "AssistantMessage",
    "ChatExample",
    "CompletionExample",
    "ContentPart",
    "DeveloperMessage",
    "Example",
    "FunctionCall",
    "FunctionDefinition",
    "FunctionMessage",
    "ImagePart",
    "Kind",
    "Message",
    "PreferenceExample",
    "ReinforcementExample",
    "SystemMessage",
    "TextPart",
    "Tool",
    "ToolCall",
    "ToolMessage",
    "UserMessage",
    "answer",
    "answers",
    "assistant",
    "chat",
    "content_hash",
    "developer",
    "identity",
    "kind_of",
    "messages",
    "preference",
    "prompt",
    "system",
    "system_prompt",
    "text_of",
    "tool",
    "tool_call",
    "tool_result",
    "tools",
    "trained",
    "user",
]
