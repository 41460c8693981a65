"""Exports of help desks, chats and trackers: how each is known, and where its messages, their authors and times are.

A record an export. What columns are for is told by their names and values, in the ways that all exports share
(`SAID`, `UNSAID`, `PUBLIC`, …); a record says only what differs. Names are plain: see `ftdata.facts.columns.plain`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ftdata.classes import dataclass, field


@dataclass(frozen=True)
class Export:
    """How one kind of export is known and read.

    Attributes:
        name: Whose it is, and of what kind.
        source: Where the facts come from.
        has: Paths that some of its rows have, all of them; alternatives stand between bars. Lists are passed through.
        explode: Where a row holds messages, as `explode` takes it; none where rows are messages. ``comment*`` are the
            columns of that name, however many there are.
        group: What the messages of a conversation share; by default told by the names that all exports use.
        author: Who speaks, where no column says their role.
        asker: Who asked, among the columns of the message's row: who speaks under that name is the user.
        roles: What words mean here that mean something else elsewhere.
        text: What is said, the plainest form first.
        time: When.
        where: Further conditions on messages; ``{type}`` is the column of that name, without which there is none.
        columns: Columns to set, by templates; ``{type}`` is the column of that name, or none.
        gap: The pause behind which another conversation begins, where nothing else parts them.
    """

    name: str
    source: str
    has: tuple[str, ...]
    explode: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    asker: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    gap: str = ""


EXPORTS: tuple[Export, ...] = (
    Export(
        "Intercom's conversations (JSON)",
        "Intercom's API reference: the conversation and conversation part models",
        ("conversation_parts.conversation_parts|conversation_parts.part_type", "source|conversation_message"),
        explode=("source", "conversation_message", "conversation_parts.conversation_parts", "conversation_parts"),
    ),
    Export(
        "Intercom's conversation parts",
        "Intercom's API reference: the conversation part model; its data exports",
        ("part_type", "author_type|author.type", "body|part_body|message_body"),
    ),
    Export(
        "Zendesk's tickets with their comments (JSON)",
        "Zendesk's API reference: tickets, ticket comments; its JSON export of tickets",
        ("comments.author_id|comments.author.id", "comments.public|comments.is_public", "requester_id|requester.id"),
        explode=("comments",),
        author=("author_id",),
        asker=("parent_requester_id",),
        text=("plain_body", "body", "html_body"),
    ),
    Export(
        "Zendesk's ticket comments",
        "Zendesk's API reference: ticket comments",
        ("ticket_id", "public|is_public|comment_public", "author_id|author|author_name|author_role|comment_author_id"),
        author=("author_id", "author", "comment_author_id"),
        asker=("requester_id", "requester", "submitter_id"),
        text=("plain_body", "body", "comment_body", "comment", "html_body"),
    ),
    Export(
        "Freshdesk's tickets with their conversations (JSON)",
        "Freshdesk's API reference: tickets with include=conversations",
        ("conversations.incoming", "description|description_text"),
        explode=("$", "conversations"),
        columns={
            "said": '{{ row.body_text|default(none) or row.description_text|default(none) or row.body|default(none) '
                    'or row.description|default(none) }}',
            "who": '{{ "assistant" if row.incoming|default(none) is false else "user" }}',
        },
        author=("who",),
        text=("said",),
    ),
    Export(
        "Freshdesk's conversations",
        "Freshdesk's API reference: conversations",
        ("ticket_id", "incoming", "private"),
        text=("body_text", "body"),
    ),
    Export(
        "Front's conversations with their messages (JSON)",
        "Front's API reference: conversations, messages",
        ("messages.is_inbound",),
        explode=("messages",),
        text=("text", "body"),
        where=('not row.is_draft|default(none)',),
    ),
    Export(
        "Front's messages (JSON)",
        "Front's API reference: messages",
        ("is_inbound", "_links.related.conversation"),
        explode=("$",),
        group=("links_related_conversation",),
        text=("text", "body"),
        where=('not row.is_draft|default(none)',),
    ),
    Export(
        "Help Scout's conversations with their threads (JSON)",
        "Help Scout's API reference: conversations with embedded threads; the thread object",
        ("_embedded.threads.type|threads.type", "_embedded.threads.body|threads.body"),
        explode=("_embedded.threads", "threads"),
        author=("created_by_type",),
        roles={"user": "assistant", "team": "assistant"},
        where=('row.state|default(none) not in ["draft", "hidden"]',),
    ),
    Export(
        "HubSpot's conversations with their messages (JSON)",
        "HubSpot's API reference: conversations, inbox and messages",
        ("messages.direction|messages.results.direction|results.direction",
         "messages.text|messages.results.text|results.text"),
        explode=("messages", "messages.results", "results"),
        text=("text", "rich_text"),
        where=('row.type|default(none) == "MESSAGE"',),
    ),
    Export(
        "HubSpot's messages",
        "HubSpot's API reference: conversations, inbox and messages",
        ("direction", "conversations_thread_id|thread_id", "text|rich_text", "senders|channel_id"),
        text=("text", "rich_text"),
        where=('row.type|default(none) == "MESSAGE"',),
    ),
    Export(
        "Slack's channels",
        "Slack's help: how to read data exports; its API reference: message events",
        ("ts", "text", "user|bot_id"),
        columns={"conversation": '{{ row.thread_ts|default(none) or row.ts|default(none) }}'},
        group=("conversation",),
        author=("user",),
        asker=("*",),
        text=("text",),
        time=("ts",),
        where=(
            'row.type|default(none) == "message"', 'row.subtype|default(none) in [none, "", "thread_broadcast"]',
            'not row.bot_id|default(none)',
        ),
    ),
    Export(
        "Discord's channels (DiscordChatExporter, JSON)",
        "DiscordChatExporter's JSON writer",
        ("messages.author.isBot|messages.author.name", "messages.content", "channel|guild"),
        explode=("messages",),
        author=("author_id", "author_name"),
        asker=("*",),
        text=("content",),
        time=("timestamp",),
        where=('row.type|default(none) in [none, "Default", "Reply"]', 'not row.author_isBot|default(none)'),
        gap="1h",
    ),
    Export(
        "Discord's channels (DiscordChatExporter, CSV)",
        "DiscordChatExporter's CSV writer",
        ("author_id|authorid", "author", "date", "content", "attachments", "reactions"),
        columns={"chat": "all"},
        group=("chat",),
        author=("author_id", "authorid", "author"),
        asker=("*",),
        text=("content",),
        time=("date",),
        gap="1h",
    ),
    Export(
        "Telegram's chats (JSON)",
        "Telegram Desktop: the machine-readable export of chats",
        ("messages.from|messages.from_id", "messages.date", "messages.text|messages.text_entities"),
        explode=("messages",),
        columns={
            "said": "{% if text is string %}{{ text }}{% else %}{% for part in text or [] %}"
                    "{{ part if part is string else part.text }}{% endfor %}{% endif %}",
        },
        author=("from_id", "from"),
        asker=("*",),
        text=("said",),
        time=("date_unixtime", "date"),
        where=('row.type|default(none) == "message"', 'not row.via_bot|default(none)'),
        gap="6h",
    ),
    Export(
        "WeChat's messages (CSV)",
        "WeChatMsg's export of chats",
        ("is_sender|issender", "str_content|strcontent", "create_time|createtime|str_time"),
        columns={"chat": "all"},
        group=("talker_id", "nick_name", "remark", "chat"),
        author=("is_sender", "issender"),
        roles={"1": "assistant", "0": "user"},
        text=("str_content", "strcontent"),
        time=("create_time", "createtime"),
        where=('{type}|string in ["1", "文本"]',),
        gap="6h",
    ),
    Export(
        "GitHub's issues with their comments (JSON)",
        "GitHub's API reference: issues, issue comments; gh issue list --json",
        ("title", "body", "comments.body", "comments.author.login|comments.user.login"),
        explode=("$", "comments"),
        author=("author_login", "user_login"),
        asker=("parent_author_login", "parent_user_login"),
        text=("body",),
        where=('not (row.author_login|default(none) or row.user_login|default("")).endswith("[bot]")',),
    ),
    Export(
        "Jira's issues with their comments (JSON)",
        "Jira's API reference: issues, the comment field",
        ("fields.comment.comments", "fields.description"),
        explode=("$", "fields.comment.comments"),
        columns={
            "said": '{{ row.body|default(none) or row.fields_description|default(none) }}',
            "at": "{{ row.created|default(none) or row.fields_created|default(none) }}",
            "who": '{{ "user" if (row.author_accountId|default(none) or row.author_name|default(none)) in '
                   '[none, row.parent_fields_reporter_accountId|default(""), '
                   'row.parent_fields_reporter_name|default("")] '
                   'else "assistant" }}',
        },
        group=("parent_key", "conversation"),
        author=("who",),
        text=("said",),
        time=("at",),
        where=('row.jsdPublic|default(none) is not false',),
    ),
    Export(
        "Jira's issues with their comments (CSV)",
        "Jira's export of a filter as CSV, all fields: a column for each comment, with its time, author and text",
        ("issue_key", "summary", "reporter", "comment", "description"),
        explode=("$", "comment*"),
        columns={
            "said": "{{ row.text|default(none) or {description} }}",
            "at": "{{ row.time|default(none) or {created} }}",
            "who": '{{ "user" if row.speaker|default(none) in [none, {parent_reporter_id}, {parent_reporter}] '
                   'else "assistant" }}',
        },
        group=("parent_issue_key", "conversation"),
        author=("who",),
        text=("said",),
        time=("at",),
    ),
)  # fmt: skip

SAID = frozenset((
    "comment", "comments", "message", "reply", "conversation", "initial", "email", "chat", "customer", "public",
    "public reply", "public comment", "response", "answer", "text", "default", "sms", "whatsapp", "user message",
    "agent message", "beaconchat", "phone", "inbound", "outbound", "incoming", "outgoing", "customer message",
    "agent reply", "user", "visitor message", "operator message", "source", "quick reply", "web", "ticket", "question",
    "description", "first message", "msg", "客户消息", "客服消息", "文本", "消息",
))  # fmt: skip
"""What messages are called that one side wrote to the other, in a column of kinds; in small letters."""
UNSAID = frozenset((
    "note", "notes", "internal", "internal note", "private", "private note", "internal comment", "assignment",
    "assign", "assigned", "close", "closed", "open", "opened", "reopened", "snoozed", "unsnoozed", "system", "event",
    "events", "lineitem", "status", "status change", "statuschange", "rating", "tag", "tagged", "automation",
    "workflow",
    "joined", "left", "join", "leave", "channel join", "channel leave", "participant added", "participant removed",
    "away mode assignment", "default assignment", "conversation rating changed", "conversation attribute updated",
    "assign and unsnooze", "note and reopen", "timer unsnooze", "language detection details", "custom action started",
    "custom action finished", "draft", "thread status update", "welcome message", "call", "missed call", "activity",
    "assignment update", "trigger", "macro", "log", "audit", "change", "merged", "merge", "forwardparent",
    "forwardchild", "fin guidance applied", "operator workflow event", "quick reply options", "satisfaction", "survey",
    "csat", "auto reply", "autoreply", "automatic", "service", "内部备注", "备注", "系统", "系统消息", "内部", "notiz",
    "interne notiz", "nota interna", "note interne",
))  # fmt: skip
"""What is called otherwise: notes of one side to itself, events, what machines say."""
KINDS = ("part_type", "message_type", "type", "kind", "event_type", "entry_type", "comment_type", "activity_type",
         "action",
         "event", "thread_type", "msg_type", "消息类型", "类型")  # fmt: skip
"""Columns that say what a row is, the likeliest first."""

PUBLIC = ("public", "is_public", "comment_public", "jsd_public", "customer_visible", "visible_to_customer")
PRIVATE = ("private", "is_private", "internal", "is_internal", "internal_note", "is_note", "is_internal_note",
           "note", "private_note", "内部", "是否内部", "intern")  # fmt: skip
VISIBILITY = ("visibility", "privacy", "access", "scope", "audience", "可见性")
"""Columns that say who may read a message."""
YES = ("true", "1", "1.0", "yes", "y", "t", "ja", "oui", "是", "wahr")
PUBLIC_WORDS = ("public", "external", "customer", "everyone", "all", "visible", "公开", "öffentlich", "extern")
PRIVATE_WORDS = ("private", "internal", "agents", "staff", "team", "hidden", "agent only", "内部", "intern", "privat")

BOTS = ("is_bot", "author_is_bot", "bot", "from_bot", "is_automated", "is_automated_message", "automated")
"""Columns that say that a machine wrote a message."""
MACHINES = frozenset((
    "bot", "chatbot", "system", "automation", "workflow", "autoresponder", "trigger", "app", "integration", "fin",
    "operator bot", "机器人", "系统", "robot",
))  # fmt: skip
"""Who speaks and is nobody, where people answer too."""

INCOMING = ("direction", "is_inbound", "inbound", "incoming", "is_incoming", "from_customer", "is_customer",
            "by_customer",
            "from_me", "is_sender", "is_agent", "from_agent", "outgoing", "方向")  # fmt: skip
"""Columns that say which way a message went."""
WAYS: Mapping[str, str] = {
    **dict.fromkeys(("in", "inbound", "incoming", "received", "from customer", "customer to agent", "接收", "收到"),
                    "user"),
    **dict.fromkeys(("out", "outbound", "outgoing", "sent", "to customer", "agent to customer", "reply", "发送",
                     "发出"),
                    "assistant"),
}  # fmt: skip
FROM_AGENT = ("from_me", "is_sender", "is_agent", "from_agent", "outgoing")
"""Those of them in which yes means the side that answers."""

GROUPS = (
    "conversation_id", "ticket_id", "thread_id", "case_id", "chat_id", "conversations_thread_id", "session_id",
    "conversation", "ticket", "ticket_number", "case_number", "thread", "issue_key", "issue_id", "issue_number",
    "conversation_number", "convo_id", "dialog_id", "dialogue_id", "case", "room_id", "talk_id", "session",
    "interaction_id", "request_id", "parent_id", "会话_id", "会话id", "工单编号", "工单号", "会话",
)  # fmt: skip
TIMES = (
    "created_at", "created", "created_time", "create_time", "sent_at", "timestamp", "date", "time", "message_date",
    "sent_date", "date_created", "created_on", "datetime", "posted_at", "ts", "send_time", "message_time", "创建时间",
    "发送时间", "时间", "datum", "zeit", "fecha",
)  # fmt: skip
TEXTS = (
    "plain_body", "body_text", "plain_text", "text", "message", "content", "body", "message_body", "comment_body",
    "part_body", "comment", "message_text", "message_content", "html_body", "body_html", "rich_text", "extract",
    "description", "utterance", "消息内容", "内容", "消息", "nachricht", "mensaje",
)  # fmt: skip
AUTHORS = (
    "author_type", "author_role", "sender_type", "user_type", "from_type", "role", "created_by_type", "actor_type",
    "participant_type", "speaker_type", "sender_role", "sender", "author", "speaker", "from", "author_name",
    "sender_name", "user", "user_name", "username", "name", "from_name", "created_by", "actor", "agent_or_customer",
    "who",
    "author_id", "user_id", "sender_id", "from_id", "发送者", "发送方", "角色", "发言人",
)  # fmt: skip
