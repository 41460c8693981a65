"""Mail in texts: where what was quoted begins, signatures, and the small print of companies.

Sources: what Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, QQ and the mail apps of phones put before a quoted message
and under a new one, in the languages that they are used in; RFC 3676, section 4.3, for ``-- ``; help desks' own marks
(Zendesk's "##- Please type your reply above this line -##").
"""

from __future__ import annotations

from typing import Literal

from ftdata.lazily import pattern

Kind = Literal["quoted", "signature", "legal"]
"""What of a mail is no word of who writes it, to whom they write it."""

_ADDRESS = r"[^\n]{0,200}"
_TIME = r"\d{1,2}[:.h]\d{2}"
# Within a line, or over few of them: text may hold any number of empty ones.
_LEAD, _END, _NEXT = r"[> \t]*+", r"[ \t\r]*$", r"[*> \t\r\n]{0,12}"
_WROTE = "|".join((
    "wrote", "writes", "schrieb", "schreef", "a écrit", "a ecrit", "escribió", "escribio", "ha scritto", "scrisse",
    "escreveu", "skrev", "napisał(?:a|\\(a\\))?", "написал(?:а|\\(а\\))?", "пишет", "kirjoitti", "yazdı", "írta",
    "a scris", "napsal(?:a|\\(a\\))?", "написа", "schrieben",
))  # fmt: skip
INTRODUCED = pattern(
    rf"(?im)^{_LEAD}(?=[^\n]*\d)(?:on|am|le|el|em|il(?: giorno)?|op|den|dne|pe|lun|w dniu|dnia|в|от|fr[ea]|mon|tue|"
    rf"wed|thu|fri|sat|sun|\d|в\s)\b[^\n]{{3,160}}(?:\n[^\n]{{0,120}})?\b(?:{_WROTE})\b[^\n:：]{{0,80}}[:：]{_END}"
    rf"|^{_LEAD}(?:在|于)?[ \t]*\d{{4}}[年/.-]\d{{1,2}}[月/.-]\d{{1,2}}{_ADDRESS}(?:\n{_ADDRESS})?"
    rf"写道[ \t]*[:：]?{_END}"
    rf"|^{_LEAD}(?:在|于)[ \t]*{_ADDRESS}写道[ \t]*[:：]?{_END}"
    rf"|^{_LEAD}[^\n<>]{{0,60}}<[^<>\n]{{1,200}}>[ \t]*[于在]?{_ADDRESS}写道[ \t]*[:：]?{_END}"
    rf"|^{_LEAD}\d{{4}}年\d{{1,2}}月\d{{1,2}}日{_ADDRESS}(?:のメール|書きました|wrote)?[ \t]*[:：]{_END}"
    rf"|^{_LEAD}\d{{4}}년 ?\d{{1,2}}월 ?\d{{1,2}}일{_ADDRESS}작성[ \t]*[:：]?{_END}"
)
"""The line before a quoted message: ``On Mon, 1 Jan 2024 at 10:00, Ann <ann@example.org> wrote:``."""

_BEGINS = (
    "original message", "original-nachricht", "ursprüngliche nachricht", "urspruengliche nachricht",
    "originalnachricht", "message d'origine", "message original", "mensaje original", "messaggio originale",
    "mensagem original", "oorspronkelijk bericht", "oprindelig meddelelse", "opprinnelig melding",
    "ursprungligt meddelande", "wiadomość oryginalna", "исходное сообщение", "原始邮件", "邮件原件", "原始郵件",
    "元のメッセージ", "original appointment", "forwarded message", "weitergeleitete nachricht", "message transféré",
    "mensaje reenviado", "messaggio inoltrato", "mensagem encaminhada", "begin forwarded message", "转发邮件",
    "转发的邮件",
    "원본 메시지",
)  # fmt: skip
PARTED = pattern(
    # All dashes are taken at once, and none is given back: two must stand at their end.
    rf"(?im)^{_LEAD}[-_* \t]*+(?:(?<=--)|(?<=--[ \t]))(?:{'|'.join(_BEGINS)})[ \t]*+--[-_* \t\r]*+$"
    rf"|^{_LEAD}(?:begin forwarded message|anfang der weitergeleiteten nachricht)[ \t]*:{_END}"
    rf"|^##-[^\n]{{3,120}}-##{_END}"
    r"|^-{3,}+[ \t]*+(?:please (?:type|write)[^\n]{0,60}(?:above|over) this line)[^\n]*$"
)
"""A line that parts a new message from an old one: ``-----Original Message-----``."""

_FROM = r"(?:from|von|de|da|van|fra|från|od|от|发件人|寄件者|差出人|보낸 사람)"
_SENT = (
    r"(?:sent|date|gesendet|datum|envoy[ée]|enviado(?: el)?|inviato|data|fecha|verzonden|sendt|skickat|wysłano|"
    r"отправлено|дата|发送时间|日期|寄件日期|送信日時|보낸 날짜)"
)
_TO = (
    r"(?:to|an|à|para|a|aan|til|till|do|кому|收件人|宛先|받는 사람|subject|betreff|objet|asunto|oggetto|assunto|"
    r"cc|主题)"
)
HEADED = pattern(
    rf"(?im)^(?:_{{5,}}+[ \t\r]*+\n{{1,3}})?[*> \t]*+{_FROM}[ \t]*[:：]\*?[^\n]{{1,200}}\n{_NEXT}"
    rf"(?:{_SENT}|{_TO})[ \t]*[:：]\*?[^\n]{{1,200}}\n{_NEXT}(?:{_SENT}|{_TO})[ \t]*[:：]"
)
"""Outlook's block of From:, Sent: and To: above a quoted message."""
QUOTES = pattern(r"(?m)^>[^\n]*(?:\n>[^\n]*)*\n?")
"""Lines that begin with the sign of a quote."""

_DEVICE = (
    r"(?:i ?phone|i ?pad|ios|android|galaxy|samsung|huawei|xiaomi|mobile|handy|smartphone|blackberry|outlook|windows|"
    r"pixel|telefon|t[ée]l[ée]phone|m[óo]vil|tablet|phone|mail|protonmail|proton mail|yahoo|gmx|web\.de|手机|携帯)"
)
DEVICES = pattern(
    rf"(?im)^(?:[-–—_*]+\s*)?(?:(?:sent|get|diese nachricht wurde|gesendet|von meinem|envoy[ée]|enviado|inviato|"
    rf"verzonden|verstuurd|sendt|skickat|wysłane|отправлено)\b[^\n]{{0,20}}\b(?:from|via|by|mit|von|vom|gesendet|de|depuis|"
    rf"desde|do|da|dal|vanaf|met|fra|från|z|ze|с|from my|using)\b[^\n]{{0,40}}{_DEVICE}[^\n]{{0,60}}"
    rf"|get outlook for (?:ios|android)[^\n]{{0,40}}|von meinem {_DEVICE} gesendet\.?|发自我的[^\n]{{1,30}}"
    rf"|來自我的[^\n]{{1,30}}|从我的[^\n]{{1,20}}发送|(?:iPhone|iPad|Android)から送信|나의 iPhone에서 보냄)\s*$"
)
"""What a phone's mail app puts under a message: ``Sent from my iPhone``, ``Von meinem iPhone gesendet``."""
DASHES = pattern(r"(?m)^--[ \xa0]?$")
"""The line that parts a signature from a message."""

LEGAL = pattern(
    r"(?im)^[* \t>_-]*+(?:"
    r"(?:this|the information (?:contained )?in this) (?:e-?mail|message|communication|transmission)\b[^\n]{0,160}"
    r"(?:confidential|privileged|intended (?:only|solely|for)|property of)"
    r"|(?:confidentiality (?:notice|note)|disclaimer|legal notice)\s*[:：.-]"
    r"|if you (?:are not|have received)[^\n]{0,60}(?:intended recipient|in error)"
    r"|please consider the environment before"
    r"|diese (?:e-?mail|nachricht)\b[^\n]{0,120}(?:vertraulich|ausschlie(?:ß|ss)lich)"
    r"|wenn sie nicht der (?:richtige|vorgesehene|beabsichtigte)[^\n]{0,20}(?:adressat|empfänger)"
    r"|ce (?:message|courriel|courrier)\b[^\n]{0,160}(?:confidenti|destin)"
    r"|este (?:mensaje|correo|e-?mail)\b[^\n]{0,160}confidencial"
    r"|questo (?:messaggio|e-?mail)\b[^\n]{0,160}(?:riservat|confidenzial)"
    r"|esta (?:mensagem|comunica)[^\n]{0,160}confidencia"
    r"|(?:本邮件|此邮件|此電子郵件|本メール)[^\n]{0,80}(?:保密|机密|機密|秘密)"
    r")"
)
"""The first line of the small print that companies put under their mails."""


def begin_of(text: str, kind: Kind) -> int | None:
    r"""Where what a mail carries along begins; None where there is none. What was quoted may end before the text does.

    Examples:
        >>> begin_of("Yes.\n\nOn Mon, 1 Jan 2024 at 10:00, Ann <a@example.org> wrote:\n> Is it?", "quoted")
        6
        >>> begin_of("Thanks!\n\nSent from my iPhone", "signature")
        9
    """
    if kind == "quoted":
        found = [one.start() for pattern in (INTRODUCED, PARTED, HEADED) if (one := pattern.search(text))]
        return min(found, default=None)
    if kind == "signature":
        found = [one.start() for pattern in (DASHES, DEVICES) if (one := pattern.search(text))]
        return min(found, default=None)
    legal = LEGAL.search(text)
    return legal.start() if legal else None
