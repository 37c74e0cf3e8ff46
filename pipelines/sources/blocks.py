"""A text file as blocks of whole lines, so that a file of any size is read in little memory."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from pipelines.sources.unreadable import Unreadable

BLOCK_BYTES = 8 * 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024


def line_blocks(
    file: BinaryIO, encoding: str = "utf-8", size: int = BLOCK_BYTES
) -> Iterator[tuple[int, bytes]]:
    """Blocks of whole lines as UTF-8 with ``\\n`` ends: (number of the first line, bytes).

    A byte-order mark is dropped, ``\\r\\n`` becomes ``\\n``, and the last line gets its end.

    Raises:
        Unreadable: for a binary file, an unknown encoding, or a line without end.
    """
    line, rest, first = 1, b"", True
    for read in _utf8(file, encoding, size):
        chunk = read.removeprefix(codecs.BOM_UTF8) if first else read
        first = False
        if b"\0" in chunk:
            raise Unreadable(
                "the file holds bytes that no text has: it is binary, or in another encoding "
                "(set 'encoding' for the source)",
                line=line,
            )
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        block, rest = text[:cut], text[cut:]
        if len(rest) > LONGEST_LINE:
            raise Unreadable("a line has no end", line=line + block.count(b"\n"))
        if block:
            if b"\r" in block:
                block = block.replace(b"\r\n", b"\n")
            yield line, block
            line += block.count(b"\n")
    if rest:
        yield line, rest.removesuffix(b"\r") + b"\n"


def lines_in(block: bytes, first: int) -> Iterator[tuple[int, str]]:
    """The lines of a block that hold anything, with their numbers; ``first`` is the block's."""
    for number, text in enumerate(block.decode(errors="replace").split("\n")[:-1], start=first):
        if text.strip():
            yield number, text


def _utf8(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    try:
        codec = codecs.lookup(encoding)
    except LookupError:
        raise Unreadable(f"encoding '{encoding}' is not known") from None
    if codec.name == "utf-8":
        while chunk := file.read(size):
            yield chunk
        return
    decoder = codec.incrementaldecoder(errors="replace")
    while chunk := file.read(size):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
