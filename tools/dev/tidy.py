#!/usr/bin/env python3
"""Runs clang-tidy over the project's own .cc files, in parallel, and skips files whose last run was clean.

A file is clean for as long as nothing that its result depends on changes: its text, every project header it includes
(directly or not), the proto files if it includes generated headers, its compile command, the .clang-tidy files above it,
the versions of clang-tidy and of the installed libraries. Findings are never cached.
"""

import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"
# The compile commands are g++'s: clang need not know all of its warning flags. Its thread-safety analysis comes with the parse.
# libstdc++ 12 uses within std::stable_sort what it has itself deprecated, which clang says of whoever calls it.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wthread-safety",
         "--extra-arg=-Wno-deprecated-declarations", "--quiet"]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
PRECOMPILED = re.compile(r" -Winvalid-pch| -include \S*cmake_pch\.hxx")  # g++'s, which clang cannot read
CHATTER = re.compile(r"^(\d+ warnings? (and \d+ errors? )?generated|Suppressed \d+|Use -header-filter)|warnings treated as errors?$")


def digest(*parts):
    hasher = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        hasher.update(len(data).to_bytes(8, "little"))
        hasher.update(data)
    return hasher.hexdigest()


class Tree:
    """Texts and include lists of the project's files, each read once."""

    def __init__(self):
        self._files = {}
        self._protos = digest(*[p.read_bytes() for p in sorted((ROOT / "proto").rglob("*.proto"))])

    def _read(self, path):
        if path not in self._files:
            data = path.read_bytes()
            self._files[path] = (digest(data), INCLUDE.findall(data.decode(errors="replace")))
        return self._files[path]

    def fingerprint(self, source):
        """A digest of the text of `source` and of all it includes from the project."""
        seen, queue, parts = {source}, [source], []
        while queue:
            path = queue.pop()
            text, includes = self._read(path)
            parts.append(f"{path} {text}")
            for name in includes:
                if name.endswith(".pb.h"):
                    parts.append(self._protos)
                for candidate in (ROOT / name, path.parent / name):
                    if candidate.is_file():
                        if candidate not in seen:
                            seen.add(candidate)
                            queue.append(candidate)
                        break
        return digest(*sorted(parts))


def config_of(source):
    """The .clang-tidy files that govern `source`, from the root down."""
    folders = [ROOT] + [ROOT / p for p in reversed(source.relative_to(ROOT).parents)]
    return digest(*[(f / ".clang-tidy").read_bytes() for f in folders if (f / ".clang-tidy").is_file()])


def environment():
    """What the result depends on outside the project."""
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    packages = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}\n", "lib*-dev", "libstdc++*"],
                              capture_output=True, check=False).stdout
    return digest(version, packages, " ".join(EXTRA))


def check(source, build):
    run = subprocess.run([TIDY, "-p", str(build), *EXTRA, str(source)], capture_output=True, text=True, check=False)
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line and not CHATTER.search(line)]
    return run.returncode == 0, "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with compile_commands.json")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="only these (default: all)")
    arguments = parser.parse_args()

    build = arguments.build.resolve()
    only = {f.resolve() for f in arguments.files}
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    (cache / "compile_commands.json").write_text(json.dumps(entries))
    commands = {}
    for entry in entries:
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if source.is_relative_to(ROOT) and not source.is_relative_to(ROOT / "build") and (not only or source in only):
            commands[source] = entry["command"]

    tree, outside = Tree(), environment()
    pending = []
    for source, command in sorted(commands.items()):
        key = digest(outside, config_of(source), command, tree.fingerprint(source))
        stamp = cache / digest(str(source))
        if not stamp.is_file() or stamp.read_text() != key:
            pending.append((source, stamp, key))
    # Big files first, so that no processor waits at the end for one of them.
    pending.sort(key=lambda item: -item[0].stat().st_size)
    print(f"    {len(commands)} files, {len(pending)} to check", file=sys.stderr)

    started, failures = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        futures = {pool.submit(check, source, cache): (source, stamp, key) for source, stamp, key in pending}
        for future in concurrent.futures.as_completed(futures):
            source, stamp, key = futures[future]
            clean, output = future.result()
            if clean:
                stamp.write_text(key)
            else:
                failures += 1
                print(f"{source.relative_to(ROOT)}:\n{output}\n", flush=True)
    if pending:
        print(f"    {len(pending)} files in {time.monotonic() - started:.0f} s, {failures} with findings", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
