"""File types of the File Cabinet: by extension, text or binary, and how their contents become bytes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

# Types whose contents scripts see as text; the others are base 64 (help topic section_4223861820).
TEXT = frozenset(
    """
    APPCACHE CONFIG CSV FREEMARKER HTMLDOC JAVASCRIPT JSON MESSAGERFC PLAINTEXT POSTSCRIPT RTF SCSS
    SMS STYLESHEET SVG WEBAPPPAGE WEBAPPSCRIPT XMLDOC XSD
    """.split()  # noqa: SIM905 - a list of twenty lines says no more
)
_EXTENSIONS: Mapping[str, str] = {
    ".bmp": "BMPIMAGE",
    ".csv": "CSV",
    ".css": "STYLESHEET",
    ".doc": "WORD",
    ".docx": "WORD",
    ".ftl": "FREEMARKER",
    ".gif": "GIFIMAGE",
    ".gz": "GZIP",
    ".htm": "HTMLDOC",
    ".html": "HTMLDOC",
    ".ico": "ICON",
    ".jpeg": "JPGIMAGE",
    ".jpg": "JPGIMAGE",
    ".js": "JAVASCRIPT",
    ".json": "JSON",
    ".mp3": "MP3",
    ".pdf": "PDF",
    ".png": "PNGIMAGE",
    ".ppt": "POWERPOINT",
    ".pptx": "POWERPOINT",
    ".rtf": "RTF",
    ".scss": "SCSS",
    ".ss": "WEBAPPSCRIPT",
    ".ssp": "WEBAPPPAGE",
    ".svg": "SVG",
    ".tar": "TAR",
    ".tif": "TIFFIMAGE",
    ".txt": "PLAINTEXT",
    ".xls": "EXCEL",
    ".xlsx": "EXCEL",
    ".xml": "XMLDOC",
    ".xsd": "XSD",
    ".zip": "ZIP",
}
MIME: Mapping[str, str] = {
    "BMPIMAGE": "image/bmp",
    "CSV": "text/csv",
    "EXCEL": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "GIFIMAGE": "image/gif",
    "GZIP": "application/gzip",
    "HTMLDOC": "text/html",
    "JAVASCRIPT": "text/javascript",
    "JPGIMAGE": "image/jpeg",
    "JSON": "application/json",
    "PDF": "application/pdf",
    "PNGIMAGE": "image/png",
    "STYLESHEET": "text/css",
    "SVG": "image/svg+xml",
    "TAR": "application/x-tar",
    "WORD": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "XMLDOC": "text/xml",
    "ZIP": "application/zip",
}
# Names of file.Encoding to Python's.
_CODECS: Mapping[str, str] = {
    "UTF-8": "utf-8",
    "windows-1252": "cp1252",
    "ISO-8859-1": "latin-1",
    "GB18030": "gb18030",
    "SHIFT_JIS": "shift_jis",
    "MacRoman": "mac_roman",
    "GB2312": "gb2312",
    "Big5": "big5",
}


def by_name(name: str) -> str:
    """The type of a file by its extension, PLAINTEXT where that says nothing."""
    dot = name.rfind(".")
    return _EXTENSIONS.get(name[dot:].lower(), "PLAINTEXT") if dot >= 0 else "PLAINTEXT"


def is_text(type_: str) -> bool:
    """Whether scripts see the contents as text."""
    return type_ in TEXT


def to_bytes(type_: str, encoding: str | None, text: str) -> bytes:
    """
    The contents as a reader outside the account gets them.

    A character that the encoding does not have becomes a question mark. Base 64 is read as far as
    it is some.
    """
    if not is_text(type_):
        try:
            return base64.b64decode(text)
        except binascii.Error:
            return base64.b64decode(text.rstrip("=")[: len(text.rstrip("=")) // 4 * 4])
    return text.encode(_CODECS.get(encoding or "UTF-8", "utf-8"), "replace")


def to_text(type_: str, encoding: str | None, data: bytes) -> str:
    """The contents as scripts see them; bytes that are no text in the encoding are replaced."""
    if not is_text(type_):
        return base64.b64encode(data).decode()
    return data.decode(_CODECS.get(encoding or "UTF-8", "utf-8"), "replace")
