#!/usr/bin/env python3
"""Runs clang-tidy over the project's own .cc files, in parallel, and skips files whose last run was clean.

Most of a file's time goes into the headers of gRPC, Abseil and the standard library. So files with one compile command are
read as one, some at a time: five times as quick. If such a batch has findings (two files may use one name, too), it
is parted until each finding has its file.

A file is clean for as long as nothing that its result depends on changes: its text, every project header it includes
(directly or not), the proto files if it includes generated headers, its compile command, the .clang-tidy files above it,
the versions of clang-tidy and of the installed libraries. Findings are never cached.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY = "clang-tidy-19"
# The compile commands are g++'s: clang need not know all of its warning flags. Its thread-safety analysis comes with the parse.
# libstdc++ 12 uses within std::stable_sort what it has itself deprecated, which clang says of whoever calls it.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wthread-safety",
         "--extra-arg=-Wno-deprecated-declarations", "--quiet"]
BATCH = 80_000  # bytes of files that are read as one
OWN_FILES = r"/(base|model|gazetteer|matching|storage|import|sample|services|tests|benchmarks)/[^.]*\.(h|cc)$"
OUTPUT = re.compile(r" -o \S+")
NAMESPACE = re.compile(r"^namespace ([\w:]+)", re.MULTILINE)
OWN_NAME = re.compile(r"^(?:static )?(?:const|constexpr) .*?\b(\w+)(?: =|\[|\{|\()|^(?:class|struct|union|enum class|enum|using) (\w+)\b(?!::)"
                      r"|^[\w:].*?\b(\w+)\(.*[{,]$|^TEST(?:_[FP])?\((\w+, \w+)\)", re.MULTILINE)
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


def flags_of(source, command):
    """`command` without its files."""
    return OUTPUT.sub("", command).replace(str(source), "").strip()


def environment():
    """What the result depends on outside the project."""
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    packages = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${Version}\n", "lib*-dev", "libstdc++*"],
                              capture_output=True, check=False).stdout
    return digest(version, packages, " ".join(EXTRA))


def check(source, build, *options):
    """Whether `source` is clean, and what clang-tidy says of it."""
    run = subprocess.run([TIDY, "-p", str(build), *EXTRA, *options, str(source)], capture_output=True, text=True, check=False)
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line and not CHATTER.search(line)]
    return run.returncode == 0, "\n".join(lines)


def own_names(source):
    """What may stand only once in a batch: names of the file's own, as far as a glance tells, with their namespace."""
    text = source.read_text(errors="replace")
    namespace = NAMESPACE.search(text)
    return {(namespace.group(1) if namespace else "", name) for match in OWN_NAME.finditer(text) for name in match.groups() if name}


def batches(sources, commands):
    """Lists of `sources` that may be read as one: of one .clang-tidy and one command, some BATCH bytes, no name twice."""
    open_batches, result = collections.defaultdict(list), []
    for source in sorted(sources, key=lambda source: -source.stat().st_size):
        names, alike = own_names(source), open_batches[config_of(source), flags_of(source, commands[source])]
        batch = next((b for b in alike if b["room"] > 0 and not names & b["names"]), None)
        if batch is None:
            batch = {"room": BATCH, "names": set(), "sources": []}
            alike.append(batch)
            result.append(batch["sources"])
        batch["room"] -= source.stat().st_size
        batch["names"] |= names
        batch["sources"].append(source)
    return result


def check_batch(sources, commands, folder):
    """Of each source whether it is clean, and what clang-tidy says of it."""
    if len(sources) == 1:
        return {sources[0]: check(sources[0], folder)}
    directory = folder / digest(*map(str, sources))
    directory.mkdir(exist_ok=True)
    joined = directory / "joined.cc"
    joined.write_text("".join(f'#define LLVMFuzzerTestOneInput Fuzz{i}\n#include "{source}"\n#undef LLVMFuzzerTestOneInput\n'
                              for i, source in enumerate(sources)))  # all fuzzers define it
    entry = {"directory": str(folder), "file": str(joined), "command": f"{flags_of(sources[0], commands[sources[0]])} {joined}"}
    (directory / "compile_commands.json").write_text(json.dumps([entry]))
    config = subprocess.run([TIDY, "--dump-config", str(sources[0])], capture_output=True, check=True).stdout
    (directory / ".clang-tidy").write_bytes(config)
    clean, _ = check(joined, directory, f"--header-filter={OWN_FILES}")
    shutil.rmtree(directory)
    if clean:
        return {source: (True, "") for source in sources}
    half = len(sources) // 2
    return check_batch(sources[:half], commands, folder) | check_batch(sources[half:], commands, folder)


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

    tree, outside, pending = Tree(), environment(), {}
    for source, command in sorted(commands.items()):
        key = digest(outside, config_of(source), command, tree.fingerprint(source))
        stamp = cache / digest(str(source))
        if not stamp.is_file() or stamp.read_text() != key:
            pending[source] = (stamp, key)
    print(f"    {len(commands)} files, {len(pending)} to check", file=sys.stderr)

    work = batches(pending, commands)
    # Big ones first, so that no processor waits at the end for one of them.
    work.sort(key=lambda batch: -sum(source.stat().st_size for source in batch))
    started, failures = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        futures = [pool.submit(check_batch, batch, commands, cache) for batch in work]
        for future in concurrent.futures.as_completed(futures):
            for source, (clean, output) in future.result().items():
                if clean:
                    stamp, key = pending[source]
                    stamp.write_text(key)
                else:
                    failures += 1
                    print(f"{source.relative_to(ROOT)}:\n{output}\n", flush=True)
    if pending:
        print(f"    {len(pending)} files in {time.monotonic() - started:.0f} s, {failures} with findings", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
