"""Writing so that a half-written thing is never readable under its real name, and reading that checks.

A file or folder is written beside its final name, flushed, synced and then renamed. A sealed folder carries
``manifest.json`` with the SHA-256 of its files, because a single flipped bit otherwise loads silently.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final
from uuid import uuid4

import pandas as pd

from divrec.errors import ArtefactError

MANIFEST: Final = "manifest.json"
_TEMPORARY: Final = ".divrec-tmp"
_PREVIOUS: Final = ".divrec-old"


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success sync it and rename it to ``path``.

    On an error the temporary file goes and whatever stood at ``path`` stays. Raises ArtefactError for a full disk.
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(final)
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(final)
        _sync(final.parent)
    except OSError as error:
        raise _explained(error, final) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary folder beside ``path``; on success seal it, sync every file and rename it to ``path``.

    A folder that stood at ``path`` is replaced only after the new one is complete on disk, and is left untouched by an
    error. Raises ArtefactError for a full disk.
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    _restore(final)
    temporary = _beside(final)
    temporary.mkdir()
    try:
        yield temporary
        for file in sorted(temporary.rglob("*")):
            _sync(file)
        seal(temporary)
        _swap(temporary, final)
    except OSError as error:
        raise _explained(error, final) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def seal(folder: str | os.PathLike[str], names: Iterable[str] | None = None) -> None:
    """Write the SHA-256 of the folder's files into its manifest; with ``names``, add or renew only these.

    Adding only the new files keeps the old checksums, so that damage to an old file is still seen.
    """
    root = Path(folder)
    files: dict[str, str] = {} if names is None else dict(_listed(root))
    if names is None:
        names = [file.relative_to(root).as_posix() for file in sorted(root.rglob("*")) if file.is_file()]
    files.update({name: _checksum(root / name) for name in names if name != MANIFEST})
    write_json(root / MANIFEST, {"sha256": files})


def check_manifest(folder: str | os.PathLike[str], names: Iterable[str] | None = None) -> list[str]:
    """Check the folder's files (or only ``names``) against its manifest, and give the names it lists.

    Files that the manifest does not list are not looked at. Raises ArtefactError for a missing folder, manifest or
    file, and for a file that differs from its checksum.
    """
    root = Path(folder)
    _restore(root)
    listed = _listed(root)
    for name in listed if names is None else names:
        if name not in listed:
            raise ArtefactError(f"{root} does not hold {name}; it holds {', '.join(listed) or 'nothing'}")
        if not (root / name).is_file():
            raise ArtefactError(f"{root / name} is missing although the manifest lists it; make the folder again")
        if _checksum(root / name) != listed[name]:
            raise ArtefactError(f"{root / name} differs from its checksum: the file is damaged; make the folder again")
    return list(listed)


def write_json(path: str | os.PathLike[str], value: Any) -> None:  # noqa: ANN401  # any JSON value
    """Write plain JSON values; NaN and infinity are refused with ValueError, as JSON has none."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_json(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401  # any JSON value
    """Read a JSON file. Raises ArtefactError where it is missing or is not JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read as JSON: {error}") from error


def write_parquet(path: str | os.PathLike[str], frame: pd.DataFrame) -> None:
    """Write a table as Parquet; an index that is more than row numbers is kept."""
    with atomic_file(path) as temporary:
        frame.to_parquet(temporary, compression="zstd")


def read_parquet(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a table written by ``write_parquet``. Raises ArtefactError where it is missing or damaged."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read as Parquet: {error}") from error


def remove_leftovers(parent: str | os.PathLike[str]) -> int:
    """Remove what killed writers left directly under ``parent``, and count it.

    Only for a moment when nobody writes there, such as the start of the program.
    """
    left = [path for path in Path(parent).glob(f".*{_TEMPORARY}") if path.is_dir() or path.is_file()]
    for previous in Path(parent).glob(f".*{_PREVIOUS}"):
        final = previous.with_name(previous.name[1 : -len(_PREVIOUS)])
        _restore(final)
        left += [previous] if previous.exists() else []
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(left)


def _beside(final: Path) -> Path:
    return final.with_name(f".{final.name}.{uuid4().hex[:12]}{_TEMPORARY}")


def _previous(final: Path) -> Path:
    return final.with_name(f".{final.name}{_PREVIOUS}")


def _swap(new: Path, final: Path) -> None:
    """Put ``new`` where ``final`` is; folders cannot be exchanged in one step, so the old one waits beside it."""
    while True:
        if final.exists():
            shutil.rmtree(_previous(final), ignore_errors=True)
            final.rename(_previous(final))
        try:
            new.rename(final)
            break
        except OSError as error:
            # a reader restored the old folder between the two renames: move it aside again
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    _sync(final.parent)
    shutil.rmtree(_previous(final), ignore_errors=True)


def _restore(final: Path) -> None:
    """Bring the old folder back where a writer was killed between the two renames of a swap."""
    if not final.exists() and _previous(final).exists():
        _previous(final).rename(final)


def _listed(root: Path) -> dict[str, str]:
    if not root.is_dir():
        raise ArtefactError(f"{root} is not a folder")
    manifest = read_json(root / MANIFEST)
    files = manifest.get("sha256") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or any(".." in PurePosixPath(n).parts or n.startswith("/") for n in files):
        raise ArtefactError(f"{root / MANIFEST} is not a manifest of checksums; make the folder again")
    return files


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explained(error: OSError, final: Path) -> ArtefactError:
    if isinstance(error, ArtefactError):
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArtefactError(f"the disk is full: {final} was not written, what stood there before is unchanged; "
                             "free some space and try again")
    return ArtefactError(f"{final} could not be written: {error}")
