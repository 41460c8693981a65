"""What mails carry along, in many languages; and what only looks so."""

from __future__ import annotations

import pytest

from ftdata.facts.mail import Kind, begin_of

FOUND: dict[str, tuple[Kind, str]] = {
    "Yes.\n\nOn Mon, Jan 1, 2024 at 10:00 AM Ann Lee <ann@x.example> wrote:\n\n> Is it?": ("quoted", "Yes."),
    "Yes.\n\nOn Mon, Jan 1, 2024 at 10:00 AM Ann <ann@x.example>\nwrote:\n\nIs it?": ("quoted", "Yes."),
    "Ja.\n\nAm 01.01.2024 um 10:00 schrieb Ann <a@x.example>:\n> Ist es?": ("quoted", "Ja."),
    "Ja.\n\nAm Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Ann <a@x.example>:\n> Ist es?": ("quoted", "Ja."),
    "Oui.\n\nLe lun. 1 janv. 2024 à 10:00, Ann <a@x.example> a écrit :\n> x": ("quoted", "Oui."),
    "Sí.\n\nEl lun, 1 ene 2024 a las 10:00, Ann (<a@x.example>) escribió:\n> x": ("quoted", "Sí."),
    "好的。\n\n在 2024年1月1日，10:00，Ann <a@x.example> 写道：\n> 什么": ("quoted", "好的。"),
    "好的\n\nAnn <a@x.example> 于2024年1月1日周一 10:00写道：\n> x": ("quoted", "好的"),
    "好的。\n\n------------------ 原始邮件 ------------------\n发件人: Ann": ("quoted", "好的。"),
    "Ok\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\n\nhello": ("quoted", "Ok"),
    "Ok\n\nFrom: Ann Lee\nSent: Monday, January 1, 2024 10:00 AM\nTo: Bob\nSubject: x\n\nhello": ("quoted", "Ok"),
    "Ok\n________________________________\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x": ("quoted", "Ok"),
    "Thanks!\n\nSent from my iPhone": ("signature", "Thanks!"),
    "Danke\n\nVon meinem iPhone gesendet": ("signature", "Danke"),
    "Danke\nGesendet mit der GMX Mail App": ("signature", "Danke"),
    "Merci\n\nEnvoyé de mon iPhone": ("signature", "Merci"),
    "Gracias\n\nEnviado desde mi iPhone": ("signature", "Gracias"),
    "Grazie\n\nInviato da iPhone": ("signature", "Grazie"),
    "Dank\nVerstuurd vanaf mijn iPhone": ("signature", "Dank"),
    "谢谢\n\n发自我的iPhone": ("signature", "谢谢"),
    "ありがとう\niPhoneから送信": ("signature", "ありがとう"),
    "Thx\n\nGet Outlook for iOS": ("signature", "Thx"),
    "Thx\nSent from Outlook for Android <https://aka.example/x>": ("signature", "Thx"),
    "Hi\n-- \nBob\nSales Ltd": ("signature", "Hi"),
    "Hi\n\nThis e-mail is confidential and intended solely for the addressee.": ("legal", "Hi"),
    "Hi\n\nCONFIDENTIALITY NOTICE: this message is …": ("legal", "Hi"),
    "Hi\nDiese E-Mail enthält vertrauliche Informationen.": ("legal", "Hi"),
    "Hi\n\nPlease consider the environment before printing": ("legal", "Hi"),
}


@pytest.mark.parametrize("text", FOUND)
def test_what_a_mail_carries_along_is_found_where_it_begins(text: str) -> None:
    kind, head = FOUND[text]
    at = begin_of(text, kind)
    assert at is not None
    assert text[:at].rstrip() == head


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nx",
        "From: and To: are headers of a mail.\nSee RFC 5322.",
        "I sent from my phone a mail to you yesterday, and nobody has answered it yet",
        "int x = a--;\nreturn x;",
        "This message is short.",
        "Am Montag kommt das Paket.",
    ],
)
@pytest.mark.parametrize("kind", ["quoted", "signature", "legal"])
def test_plain_words_are_none_of_it(text: str, kind: Kind) -> None:
    assert begin_of(text, kind) is None
