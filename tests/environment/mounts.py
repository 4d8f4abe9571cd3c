"""Disks that cannot be written or are full: real ones where the tests may mount, else the nearest that can be had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _mount(*arguments: str) -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of some size at a folder; skips the test where none may be mounted."""
    folder.mkdir()
    if not _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip("a small disk can only be mounted by root on Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """The folder, as on a disk that cannot be written: mounted so for root, whom permissions do not bind."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        for path in folder.rglob("*"):
            path.chmod(0o500 if path.is_dir() else 0o400)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
            for path in folder.rglob("*"):
                path.chmod(0o700 if path.is_dir() else 0o600)
        return
    if not _mount("--bind", str(folder), str(folder)):
        pytest.skip("root may write everywhere, and nothing can be mounted here")
    try:
        if not _mount("-o", "remount,bind,ro", str(folder)):
            pytest.skip("nothing can be mounted read-only here")
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
