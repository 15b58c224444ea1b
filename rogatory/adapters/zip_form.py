"""The form of a ZIP that may be opened: every entry harmless, every byte accounted for.

A ZIP says everything twice, in a header before each entry and in a directory at its end. Readers that believe different
halves see different files, and what lies between entries is seen by none: both are refused here.
"""

import stat
import struct
import zipfile
from typing import BinaryIO

from rogatory.custody.names import UnsafeNameError, collision_key, safe_name, safe_path
from rogatory.custody.package import MIMETYPE
from rogatory.errors import IntegrityError

MAX_ENTRIES = 10_000
MAX_RATIO = 200
"""Of a compressed entry; more is a bomb."""
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")


def check_form(file: BinaryIO, size: int, limit: int) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """The archive and its entries by path, in order. Raises IntegrityError saying what is wrong with it."""
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
        _check_entries(entries, limit)
        _check_layout(file, size, archive, entries)
    except IntegrityError:
        raise
    except Exception as fault:  # hostile bytes: the parser may fail in any way, and each means "no package"
        raise IntegrityError("This is not a whole package.", "Ask its sender for it again.") from fault
    return archive, {entry.filename: entry for entry in entries}


def _check_entries(entries: list[zipfile.ZipInfo], limit: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _refused(f"it has more than {MAX_ENTRIES} files")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename  # zipfile itself cuts a name at a NUL: judge what is written
        try:
            safe_path(name)
        except UnsafeNameError as fault:
            raise _refused(f"a path is not safe: {fault}") from fault
        key = collision_key(name)
        if key in seen:
            raise _refused(f"two files share the path {safe_name(name)}")
        seen.add(key)
        if entry.flag_bits & ~0x800 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _refused(f"{safe_name(name)} is encrypted, streamed or compressed in an unusual way")
        if entry.external_attr >> 16 and not stat.S_ISREG(entry.external_attr >> 16):
            raise _refused(f"{safe_name(name)} is a link or no ordinary file")
        if entry.file_size > (1 << 20) and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise _refused(f"{safe_name(name)} unpacks to more than {MAX_RATIO} times its size")
    if any(key.rpartition("/")[0] in seen for key in seen):
        raise _refused("a path is both a file and a folder")
    if sum(entry.file_size for entry in entries) > limit:
        raise _refused(f"its files have more than {limit} bytes together")
    unusual = any(e.reserved or e.volume or e.comment or e.create_version != e.extract_version for e in entries)
    if unusual or len({(e.date_time, e.create_system, e.external_attr, e.internal_attr) for e in entries}) > 1:
        raise _refused("its entries are not of one making")


def _check_layout(file: BinaryIO, size: int, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    position = 0
    for entry in entries:
        if entry.header_offset != position:
            raise _refused("bytes lie between its entries")
        file.seek(position)
        mark, version, flags, method, _, _, crc, packed, plain, name_size, extra_size = _LOCAL.unpack(
            file.read(_LOCAL.size)
        )
        name = file.read(name_size)
        large = packed == plain == 0xFFFFFFFF  # the sizes then stand in the ZIP64 extra field
        said = (entry.extract_version, entry.flag_bits, entry.compress_type, entry.CRC)
        sizes_agree = large or (packed, plain) == (entry.compress_size, entry.file_size)
        if mark != b"PK\x03\x04" or (version, flags, method, crc) != said or not sizes_agree:
            raise _refused("an entry's header and the directory disagree")
        if name != entry.orig_filename.encode() or (extra_size and not large):
            raise _refused("an entry's header and the directory disagree")
        position += _LOCAL.size + name_size + extra_size + entry.compress_size
    _check_times(file, entries)
    _check_directory(file, archive.start_dir, entries)
    if archive.start_dir != position or archive.comment:
        raise _refused("bytes lie behind its entries")
    if not entries or entries[0].filename != "mimetype" or archive.read("mimetype") != MIMETYPE.encode():
        raise _refused("it is not an ASiC-E container")
    file.seek(size - _END.size)
    _, disk, start_disk, here, total, directory_size, start, comment = _END.unpack(file.read(_END.size))
    small = (0, 0, len(entries), len(entries), size - _END.size - position, position, 0)
    if start != 0xFFFFFFFF and (disk, start_disk, here, total, directory_size, start, comment) != small:
        raise _refused("its end and its directory disagree")


def _check_directory(file: BinaryIO, position: int, entries: list[zipfile.ZipInfo]) -> None:
    """Lengths written in the directory, which zipfile does not hold against what follows them."""
    for entry in entries:
        file.seek(position + 28)
        lengths = struct.unpack("<3H", file.read(6))
        if lengths != (len(entry.orig_filename.encode()), len(entry.extra), 0):
            raise _refused("its directory is malformed")
        position += 46 + lengths[0] + lengths[1]
    file.seek(position)
    if file.read(4) not in {b"PK\x05\x06", b"PK\x06\x06"}:
        raise _refused("bytes lie behind its directory")


def _check_times(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        file.seek(entry.header_offset + 10)
        time, day = struct.unpack("<2H", file.read(4))
        year, month, date, hour, minute, second = entry.date_time
        if (day, time) != ((year - 1980) << 9 | month << 5 | date, hour << 11 | minute << 5 | second // 2):
            raise _refused("an entry's header and the directory disagree")


def _refused(why: str) -> IntegrityError:
    return IntegrityError(f"The package is refused: {why}.", "Ask its sender how it was made.")
