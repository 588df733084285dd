"""The zip file a .docx is: the same parts give the same bytes, whatever the clock says."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

DATED = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 50 * 2**20  # unpacked; a letter with a logo has less than one


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return a package of parts by name, in the order given."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, DATED)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return made.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return parts by name. Raises BadZipFile (also for more than a letter can hold), or what a damaged part raises."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        if sum(info.file_size for info in package.infolist()) > MOST_BYTES:
            raise zipfile.BadZipFile("too large")
        return {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
