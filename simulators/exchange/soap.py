"""EWS requests read and answered: folders, their changes, items, letters that are sent (peers of Exchange 2016)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from simulators.exchange.office import TOP, Folder, Letter, Office
from simulators.exchange.outgoing import sent_letter

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_M, _T = f"{{{MESSAGES}}}", f"{{{TYPES}}}"
_HEAD = (
    f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">'
    '<s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507"'
    ' MinorBuildNumber="6" Version="V2017_07_11"/></s:Header><s:Body>'
)
_FOOT = "</s:Body></s:Envelope>"


def answer(office: Office, request: Element) -> str:
    """The envelope that answers a request's envelope."""
    [call] = list(request.find(f"{{{SOAP}}}Body") or ())
    name = call.tag.removeprefix(_M)
    return (
        envelope(name, "".join(CALLS[name](office, call)))
        if name in CALLS
        else fault("ErrorInvalidRequest", "")
    )


def envelope(name: str, messages: str) -> str:
    """Messages in an answer."""
    return f"{_HEAD}<m:{name}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{name}Response>{_FOOT}"


def fault(code: str, more: str) -> str:
    """A refusal of a whole request."""
    return (
        f"{_HEAD}<s:Fault><faultcode>s:Server</faultcode><faultstring>{code}</faultstring><detail>"
        '<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">'
        f"{code}</e:ResponseCode>"
        f'<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">{code}</e:Message>'
        f"<t:MessageXml>{more}</t:MessageXml></detail></s:Fault>{_FOOT}"
    )


def busy(seconds: float) -> str:
    """The throttling policy asks to come back later."""
    return fault(
        "ErrorServerBusy", f'<t:Value Name="BackOffMilliseconds">{int(seconds * 1000)}</t:Value>'
    )


def said(name: str, body: str) -> str:
    """One good message of an answer."""
    return (
        f'<m:{name}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
        f"{body}</m:{name}ResponseMessage>"
    )


def _refused(name: str, code: str) -> str:
    empty = (
        "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
        if name.startswith("Sync")
        else ""
    )
    return (
        f'<m:{name}ResponseMessage ResponseClass="Error"><m:MessageText>{code}</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{empty}"
        f"</m:{name}ResponseMessage>"
    )


def _asked(office: Office, call: Element) -> Iterator[Folder | str | None]:
    """The folders a call names; the code of the refusal for those it may not see."""
    for one in call.iter():
        if one.tag == f"{_T}FolderId":
            yield office.by_id(one.get("Id", ""))
        elif one.tag == f"{_T}DistinguishedFolderId":
            address = (one.findtext(f"{_T}Mailbox/{_T}EmailAddress") or "").lower()
            if address in office.forbidden:
                yield "ErrorAccessDenied"
            elif address not in office.boxes:
                yield "ErrorNonExistentMailbox"
            else:
                yield office.boxes[address].get(one.get("Id", ""))


def _folder(folder: Folder, office: Office) -> str:
    told = (
        f"<t:DistinguishedFolderId>{folder.distinguished}</t:DistinguishedFolderId>"
        if folder.distinguished
        else ""
    )
    children = sum(1 for _ in office.below(folder))
    kind = f"<t:FolderClass>{folder.kind}</t:FolderClass>" if folder.kind else ""
    above = (
        f'<t:ParentFolderId Id={quoteattr(folder.parent)} ChangeKey="AQ=="/>'
        if folder.parent
        else ""
    )
    tag = "CalendarFolder" if folder.kind == "IPF.Appointment" else "Folder"
    return (
        f'<t:{tag}><t:FolderId Id={quoteattr(folder.id)} ChangeKey="AQ=="/>{above}{kind}'
        f"<t:DisplayName>{escape(folder.name)}</t:DisplayName><t:TotalCount>{len(folder.items)}</t:TotalCount>"
        f"<t:ChildFolderCount>{children}</t:ChildFolderCount>{told}</t:{tag}>"
    )


def _get_folder(office: Office, call: Element) -> Iterator[str]:
    for found in _asked(office, call):
        if isinstance(found, Folder):
            yield said("GetFolder", f"<m:Folders>{_folder(found, office)}</m:Folders>")
        else:
            yield _refused("GetFolder", found or "ErrorFolderNotFound")


def _find_folder(office: Office, call: Element) -> Iterator[str]:
    for found in _asked(office, call):
        if not isinstance(found, Folder):
            yield _refused("FindFolder", found or "ErrorFolderNotFound")
            continue
        below = list(office.below(found))
        told = "".join(_folder(one, office) for one in below)
        yield said(
            "FindFolder",
            f'<m:RootFolder TotalItemsInView="{len(below)}" IncludesLastItemInRange="true" '
            f'IndexedPagingOffset="{len(below)}"><t:Folders>{told}</t:Folders></m:RootFolder>',
        )


def _sync(office: Office, call: Element) -> Iterator[str]:
    limit = int(call.findtext(f"{_M}MaxChangesReturned") or 100)
    for found in _asked(office, call):
        if not isinstance(found, Folder):
            yield _refused("SyncFolderItems", found or "ErrorFolderNotFound")
            continue
        told = office.changes(found, call.findtext(f"{_M}SyncState") or "", limit)
        if told is None:
            yield _refused("SyncFolderItems", "ErrorInvalidSyncStateData")
            continue
        changes = "".join(_change(office, kind, item) for kind, item in told.changes)
        yield said(
            "SyncFolderItems",
            f"<m:SyncState>{told.state}</m:SyncState><m:IncludesLastItemInRange>{str(told.last).lower()}"
            f"</m:IncludesLastItemInRange><m:Changes>{changes}</m:Changes>",
        )


def _change(office: Office, kind: str, item: str) -> str:
    own = f'<t:ItemId Id={quoteattr(item)} ChangeKey="CQ=="/>'
    letter = office.letter(item) if kind == "create" else None
    return (
        f"<t:Delete>{own}</t:Delete>"
        if letter is None
        else f"<t:Create><t:Message>{own}{_heads(letter)}</t:Message></t:Create>"
    )


def _heads(letter: Letter) -> str:
    named = (
        f"<t:InternetMessageId>&lt;{escape(letter.message_id)}&gt;</t:InternetMessageId>"
        if letter.message_id
        else ""
    )
    at = f"{letter.at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<t:ItemClass>{'REPORT.IPM.Note.NDR' if letter.nature == 'bounce' else 'IPM.Note'}</t:ItemClass>"
        f"<t:Subject>{escape(letter.subject)}</t:Subject><t:DateTimeReceived>{at}</t:DateTimeReceived>"
        f"<t:Size>{len(letter.raw)}</t:Size><t:DateTimeSent>{at}</t:DateTimeSent>"
        f'<t:ConversationId Id="{letter.number // 4:08x}"/>'
        f"<t:From><t:Mailbox><t:Name>{escape(letter.name)}</t:Name><t:EmailAddress>{escape(letter.sender)}"
        f"</t:EmailAddress></t:Mailbox></t:From>{named}"
    )


def _get_item(office: Office, call: Element) -> Iterator[str]:
    for one in call.iter(f"{_T}ItemId"):
        item = one.get("Id", "")
        letter = office.letter(item)
        if letter is None:
            yield _refused("GetItem", "ErrorItemNotFound")
        elif item in office.unreadable:
            yield _refused("GetItem", "ErrorMimeContentConversionFailed")
        else:
            mime = base64.b64encode(letter.raw).decode()
            yield said(
                "GetItem",
                f'<m:Items><t:Message><t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>'
                f'<t:ItemId Id={quoteattr(item)} ChangeKey="CQ=="/></t:Message></m:Items>',
            )


def _find_item(office: Office, call: Element) -> Iterator[str]:
    """Items by Message-ID, the one restriction that is asked for."""
    wanted = next((one.get("Value", "") for one in call.iter(f"{_T}Constant")), "").strip("<>")
    for found in _asked(office, call):
        if not isinstance(found, Folder):
            yield _refused("FindItem", found or "ErrorFolderNotFound")
            continue
        items = office.found(found, wanted)
        told = "".join(
            f'<t:Message><t:ItemId Id={quoteattr(one)} ChangeKey="CQ=="/></t:Message>'
            for one in items
        )
        yield said(
            "FindItem",
            f'<m:RootFolder TotalItemsInView="{len(items)}" IncludesLastItemInRange="true" '
            f'IndexedPagingOffset="{len(items)}"><t:Items>{told}</t:Items></m:RootFolder>',
        )


def _create_item(office: Office, call: Element) -> Iterator[str]:
    """Letters given as MIME are sent from the mailbox of the folder their copies go to."""
    places = [one for one in _asked(office, call) if isinstance(one, Folder)]
    address = places[0].id.partition("/")[0]
    for one in call.iter(f"{_T}MimeContent"):
        letter, to = sent_letter(base64.b64decode(one.text or ""))
        if office.send(address, letter, to):
            yield said("CreateItem", "<m:Items/>")
        else:
            yield _refused("CreateItem", "ErrorInvalidRecipients")


def _subscribe(office: Office, call: Element) -> Iterator[str]:
    """A subscription to the mailbox of the folders it names, from now on."""
    places = [one for one in _asked(office, call) if isinstance(one, Folder)]
    address = places[0].id.partition("/")[0]
    subscription = f"{address}|{len(office.heard)}"
    office.heard[subscription] = office.arrivals.get(address, 0)
    yield said("Subscribe", f"<m:SubscriptionId>{subscription}</m:SubscriptionId>")


CALLS: Mapping[str, Callable[[Office, Element], Iterator[str]]] = MappingProxyType(
    {
        "GetFolder": _get_folder,
        "FindFolder": _find_folder,
        "SyncFolderItems": _sync,
        "GetItem": _get_item,
        "FindItem": _find_item,
        "CreateItem": _create_item,
        "Subscribe": _subscribe,
    }
)
__all__ = ["CALLS", "TOP", "answer", "busy", "envelope", "fault"]
