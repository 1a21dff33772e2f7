"""Text becomes UTF-8 exactly or is refused: UTF-8 with or without mark, UTF-16 of both orders, GB18030."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from divrec.errors import InputError

_CHUNK: Final = 1 << 22
_SAMPLE: Final = 1 << 16
_JUDGED: Final = 4000  # characters beyond ASCII that say whether a file is Chinese


@dataclass(frozen=True)
class PlainText:
    """A file of UTF-8 text with one kind of line end: where it is, how it was written, how many lines it has."""

    path: Path
    encoding: str
    lines: int


def plain_text(path: Path, label: str, folder: Path) -> PlainText:
    """Give the file itself where it is UTF-8 with one kind of line end, else a copy of it that is.

    Raises InputError naming the line that cannot be decoded, for zero bytes, and for text of another encoding.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = _marked(sample) or "utf-8"
    if encoding == "utf-8":
        try:
            mixed, lines = _scan(path, label)
        except UnicodeDecodeError as error:
            return _converted(path, label, "gb18030", folder / "decoded", error)
        if mixed:
            return _one_line_end(path, folder / "plain", lines)
        return PlainText(path, "UTF-8 with mark" if sample.startswith(codecs.BOM_UTF8) else "UTF-8", lines)
    return _converted(path, label, encoding, folder / "decoded")


def _marked(sample: bytes) -> str | None:
    """Recognise UTF-16 by its mark, or by zero bytes on nearly none but every other place."""
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 10 or min(even, odd) > max(even, odd) / 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _scan(path: Path, label: str) -> tuple[bool, int]:
    """Read the whole file as UTF-8; say whether line ends are mixed, and how many there are."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    windows = feeds = returns = 0
    open_return = False
    last = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            _check_zero(chunk, label, feeds)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                error.reason = f"line {feeds + 1 + chunk[: error.start].count(10)} cannot be decoded ({error.reason})"
                raise
            windows += chunk.count(b"\r\n") + (open_return and chunk.startswith(b"\n"))
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            last, open_return = chunk[-1:], chunk.endswith(b"\r")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        error.reason = f"line {feeds + 1} cannot be decoded ({error.reason})"
        raise
    mixed = windows > 0 and (windows < feeds or windows < returns)
    return mixed, (feeds or returns) + (last not in b"\r\n")


def _converted(
    path: Path, label: str, encoding: str, place: Path, before: UnicodeDecodeError | None = None
) -> PlainText:
    """Write the text as UTF-8 with plain line ends; ``before`` is why it is not UTF-8 already."""
    if encoding == "utf-32":
        raise InputError(f"{label} is UTF-32; save it as UTF-8 and read it again")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, judged, open_return, last = 0, "", False, "\n"
    with path.open("rb") as file, place.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _undecodable(label, encoding, error, before, lines) from error
            if open_return:
                text = "\r" + text
            open_return = text.endswith("\r") and bool(chunk)
            text = (text[:-1] if open_return else text).replace("\r\n", "\n")
            _check_zero(text.encode(), label, lines)
            lines += text.count("\n")
            if before is not None and len(judged) < _JUDGED:
                judged += "".join(letter for letter in text[:1_000_000] if letter > "\x7f")
            last = text[-1:] or last
            out.write(text.removeprefix("\ufeff") if out.tell() == 0 else text)
            if not chunk:
                break
    if before is not None and not _is_chinese(judged[:_JUDGED]):
        raise InputError(f"{label} is not UTF-8: {before.reason}, nor does it read as GB18030; save it as UTF-8 and "
                         "read it again") from before  # fmt: skip
    return PlainText(place, {"gb18030": "GB18030"}.get(encoding, "UTF-16"), lines + (last != "\n"))


def _undecodable(
    label: str, encoding: str, error: UnicodeDecodeError, before: UnicodeDecodeError | None, lines: int
) -> InputError:
    if before is not None:
        return InputError(f"{label} is not UTF-8: {before.reason}, nor GB18030; save it as UTF-8 and read it again")
    line = lines + 1 + error.object[: error.start].decode(encoding, errors="ignore").count("\n")
    return InputError(f"{label} is not whole {encoding.upper()}: line {line} cannot be decoded ({error.reason}); "
                      "save it as UTF-8 and read it again")  # fmt: skip


def _is_chinese(letters: str) -> bool:
    """Tell Chinese from what merely decodes: nearly all distinct letters are in GB2312, most in its common first part.

    Western letters read as GB18030 give rare characters, since their second byte is an ASCII letter.
    """
    coded = [letter.encode("gb2312", errors="ignore") for letter in sorted(set(letters))]
    known = [code for code in coded if len(code) == 2]
    return len(known) >= 0.9 * len(coded) and sum(code[0] < 0xD8 for code in known) >= 0.6 * len(coded)


def _one_line_end(path: Path, place: Path, lines: int) -> PlainText:
    """Copy with line feeds alone: the parser wants one kind of line end."""
    with path.open("rb") as file, place.open("wb") as out:
        held = b""
        while chunk := file.read(_CHUNK):
            chunk = held + chunk
            held = b"\r" if chunk.endswith(b"\r") else b""
            out.write((chunk[:-1] if held else chunk).replace(b"\r\n", b"\n"))
        out.write(held)
    return PlainText(place, "UTF-8", lines)


def _check_zero(chunk: bytes, label: str, lines: int) -> None:
    if b"\0" in chunk:
        raise InputError(f"{label} is not text: line {lines + 1 + chunk[: chunk.index(0)].count(10)} holds a zero "
                         "byte; expected CSV, JSON, Parquet or Excel")  # fmt: skip
