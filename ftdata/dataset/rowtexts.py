"""The verbs on what rows say: conversations in one row, HTML, mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from ftdata.dataset.rowing import RowVerbs
from ftdata.verbs import verb
from ftdata.verbs.types import Links


class RowTexts(RowVerbs):
    """What is done with the texts of rows: each method returns a new dataset."""

    @verb()
    def explode(self, *columns: str) -> Self:
        r"""Make a row of each message, where a row holds a whole conversation.

        A column holds a list of messages, its JSON text, or a dialogue as text, such as ``[10:02] Ann: …``. Several are
        taken one after another. A path such as ``parts.items`` leads into objects; ``$`` is the row itself as a
        message. Each message gets the columns ``conversation`` (the row's id, or what stands for one) and ``turn`` (its
        number), and those of its row under ``parent_…``. Objects become columns: ``author_name``. The turns of a
        dialogue have ``speaker``, ``time`` and ``text``.

        Args:
            columns: Make one row per message in these columns, which hold lists, their JSON text, or dialogues as text.
                '$' is the row itself. Adds conversation, turn and parent_… columns.

        Raises:
            UsageError: A column is not there, or none is named.

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
        r"""Make text of HTML: paragraphs and breaks are lines, lists and tables stay, scripts and hidden parts go.

        Text without tags keeps its lines; entities in it are decoded.

        Args:
            columns: Convert HTML in these columns to text; '*' for all.
            links: What to keep of links: their text only, or the text followed by the target.

        Raises:
            MissingPackageError: The package that reads HTML is not installed.
            UsageError: A column is not there.

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
        r"""Take away what mails carry along: quoted mails, signatures and small print.

        A text of which nothing would be left stays as it is.

        Args:
            columns: Remove quoted replies, signatures and legal notices of e-mails from these columns.
            parts: The parts to remove: quoted, signature, legal. By default all three.

        Raises:
            UsageError: A column or a part is not there.

        Examples:
            >>> import ftdata
            >>> rows = ftdata.read([{"q": "Is it open?\n\nSent from my iPhone", "a": "Yes."}]).strip_mail("q")
            >>> rows.to_chat(user="q", assistant="a").head(1)[0]["messages"][0]["content"]
            'Is it open?'
        """
        from ftdata.rows.mail import StripMail, kinds_of

        return self._rowed(StripMail(columns or ("*",), kinds_of(parts)))
