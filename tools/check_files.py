#!/usr/bin/env python3
"""Checks plain rules of all text files that git tracks or would add.

Usage: check_files.py [ROOT]

Prints one line per violation (file:line: rule: how to mend it) and exits with 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

MAX_LINES = 600
# Hand-written files whose length is watched.
SOURCE_SUFFIXES = {".h", ".cc", ".py", ".sh", ".mjs", ".js", ".ts", ".tsx", ".proto", ".cmake"}
# Written by tools.
GENERATED = {"package-lock.json"}
# Kept exactly as they came: samples of foreign formats may have any white space and any line ends.
VERBATIM_SUFFIXES = {".csv", ".tsv", ".txt", ".dtf", ".bin", ".golden", ".seed"}
VERBATIM_FOLDERS = {"fixtures", "testdata", "seeds", "corpus"}

# Names of one machine have no place in the project. Spelt in pieces so that this file passes its own check.
MACHINE_PATHS = re.compile("(?<![A-Za-z0-9_.])/(?:" + "|".join(["wo" + "rk/", "tmp/" + "wt/", "ro" + "ot/", "ho" + "me/[a-z]"]) + ")")


def tracked_files(root):
    """Paths relative to `root`; all files below it if it is no git work tree."""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, check=False)
    if listing.returncode == 0:
        names = {name.decode() for name in listing.stdout.split(b"\0") if name}
    else:
        names = {p.relative_to(root).as_posix() for p in root.rglob("*")}
    return sorted(name for name in names if (root / name).is_file() and not name.startswith("build/"))


def check_file(path, data):
    """Yields (line, rule, message) for one file."""
    pure = pathlib.PurePosixPath(path)
    if b"\0" in data:
        return
    if pure.name == "package-lock.json" and b'"resolved":' in data:
        yield 1, "lock-host", "names the host it was made with; rewrite it with npm config omit-lockfile-registry-resolved"
    text = data.decode("utf-8", errors="replace")
    for number, line in enumerate(text.split("\n"), 1):
        match = MACHINE_PATHS.search(line)
        if match:
            yield number, "machine-path", f"'{match.group()}' is a path of one machine; use a relative path or a setting"
    if pure.name in GENERATED or pure.suffix in VERBATIM_SUFFIXES or VERBATIM_FOLDERS & set(pure.parts):
        return

    lines = text.split("\n")
    if pure.suffix in SOURCE_SUFFIXES and len(lines) - 1 > MAX_LINES:
        yield MAX_LINES + 1, "length", f"{len(lines) - 1} lines, more than {MAX_LINES}: it holds two ideas, split it"
    if data and not data.endswith(b"\n"):
        yield len(lines), "final-newline", "end the file with a line break"
    if data.endswith(b"\n\n"):
        yield len(lines) - 1, "final-newline", "end the file with one line break only"
    for number, line in enumerate(lines, 1):
        if "\r" in line:
            yield number, "line-end", "use LF line ends"
            line = line.rstrip("\r")
        if "\t" in line and pure.name != "Makefile":
            yield number, "tab", "indent with spaces; write \\t inside literals"
        if line != line.rstrip():
            yield number, "trailing-space", "remove the white space at the end of the line"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    count = 0
    for path in tracked_files(root):
        for line, rule, message in check_file(path, (root / path).read_bytes()):
            print(f"{path}:{line}: {rule}: {message}")
            count += 1
    if count:
        print(f"{count} violations of the file rules (tools/check_files.py holds them all)")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
