"""The methods that change the text of rows: conversations in one row, HTML, mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from ftdata.dataset.rowing import RowVerbs
from ftdata.verbs import verb
from ftdata.verbs.types import Links


class RowTexts(RowVerbs):
    """Change the text of rows. Each method returns a new dataset."""

    @verb()
    def explode(self, *columns: str) -> Self:
        r"""Make one row per message from rows that hold a whole conversation.

        A column holds a list of messages, its JSON text, or a dialogue as text, such as ``[10:02] Ann: …``. Several are
        read one after another. A path such as ``parts.items`` reaches into objects; ``$`` is the row itself as a
        message. Each message gets the columns ``conversation`` (the row's id, or a substitute) and ``turn`` (its
        number), and those of its row under ``parent_…``. Objects become columns: ``author_name``. The turns of a
        dialogue have ``speaker``, ``time`` and ``text``.

        Args:
            columns: Make one row per message in these columns, which hold lists, their JSON text, or dialogues as text.
                '$' is the row itself. Adds conversation, turn and parent_… columns.

        Raises:
            UsageError: If a column does not exist, or none is named.

        Examples:
            >>> import ftdata
            >>> rows = ftdata.read([{"id": 7, "talk": "[10:02] Ann: Hi\n[10:03] Agent Bob: Hello"}]).explode("talk")
            >>> rows.columns()
            ('speaker', 'time', 'text', 'conversation', 'turn', 'parent_id')
        """
        from ftdata.rows.explode import Explode

        return self._rowed(Explode(columns))

    @verb()
    def html_to_text(self, *columns: str, links: Links = "text") -> Self:
        r"""Convert HTML to text: keeps paragraphs, lists and tables, removes scripts and hidden parts.

        Text without tags keeps its lines; entities in it are decoded.

        Args:
            columns: Convert HTML in these columns to text; '*' for all.
            links: What to keep of links: their text only, or the text followed by the target.

        Raises:
            MissingPackageError: If the package that reads HTML is not installed.
            UsageError: If a column does not exist.

        Examples:
            >>> import ftdata
            >>> rows = ftdata.read([{"q": "<p>Hi,</p><p>2 + 2?</p>", "a": "4"}]).html_to_text("q")
            >>> rows.to_chat(user="q", assistant="a").head(1)[0]["messages"][0]["content"]
            'Hi,\n\n2 + 2?'
        """
        from ftdata.rows.html import HtmlToText

        return self._rowed(HtmlToText(columns or ("*",), links))

    @verb()
    def strip_mail(self, *columns: str, parts: Sequence[str] = ()) -> Self:
        r"""Remove quoted replies, signatures and legal notices from mails.

        A text that would become empty stays as it is.

        Args:
            columns: Remove quoted replies, signatures and legal notices of e-mails from these columns.
            parts: The parts to remove: quoted, signature, legal. By default all three.

        Raises:
            UsageError: If a column or part does not exist.

        Examples:
            >>> import ftdata
            >>> rows = ftdata.read([{"q": "Is it open?\n\nSent from my iPhone", "a": "Yes."}]).strip_mail("q")
            >>> rows.to_chat(user="q", assistant="a").head(1)[0]["messages"][0]["content"]
            'Is it open?'
        """
        from ftdata.rows.mail import StripMail, kinds_of

        return self._rowed(StripMail(columns or ("*",), kinds_of(parts)))
