"""N/compress: gzip and archives."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.account import filetypes
from emulator.errors import NetSuiteError
from emulator.scripts.execution import Execution

Args = dict[str, Any]
_TAR = {"TAR": "w", "TGZ": "w:gz", "TBZ2": "w:bz2"}


class Compress:
    """Compression for scripts; results are base 64."""

    def gzip(self, _: Execution, args: Args) -> str:
        """A file compressed."""
        data = gzip.compress(_bytes(args["file"]), args["level"], mtime=0)
        return base64.b64encode(data).decode()

    def gunzip(self, _: Execution, args: Args) -> str:
        """A file decompressed, in the form of its type. COMPRESS_API_DECOMPRESS_ERROR."""
        try:
            data = gzip.decompress(_bytes(args["file"]))
        except (OSError, EOFError, zlib.error) as error:
            raise NetSuiteError(
                "COMPRESS_API_DECOMPRESS_ERROR", "The file cannot be decompressed."
            ) from error
        return filetypes.to_text(filetypes.by_name(args["name"]), None, data)

    def archive(self, _: Execution, args: Args) -> str:
        """Files in one archive: ZIP, TAR, TGZ or TBZ2."""
        out = io.BytesIO()
        entries = [(entry["path"], _bytes(entry["file"])) for entry in args["entries"]]
        if args["type"] == "ZIP":
            _zip(out, entries)
        else:
            _tar(out, entries, _TAR[args["type"]])
        return base64.b64encode(out.getvalue()).decode()


def _bytes(file: Mapping[str, Any]) -> bytes:
    return filetypes.to_bytes(file["type"], file["encoding"], file["text"])


def _zip(out: io.BytesIO, entries: Sequence[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in entries:
            archive.writestr(path, data)


def _tar(out: io.BytesIO, entries: Sequence[tuple[str, bytes]], mode: Any) -> None:
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for path, data in entries:
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
