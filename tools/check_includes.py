#!/usr/bin/env python3
"""Checks that every #include of the project goes in a direction that docs/architecture.md (section 3) allows.

Usage: check_includes.py [ROOT]

Prints one line per violation (file:line: rule: what is wrong; how to mend it) and exits with 1 if there is any.

    base <- model <- gazetteer <- matching        base <- model <- storage        sample sees base and model
    import sees base, model, gazetteer, matching, storage
    services/gazetteer keeps the stored gazetteer, services/tasks the tasks; services/register joins matching and storage over them; services/rpc is the
    RPC frame; services/convert turns API messages into values and back; every other services/X sees those and itself, but
    no sister; services/server and services/cli see everything
    tests see everything and nothing else sees tests
"""

import dataclasses
import pathlib
import re
import sys

FOLDERS = ("base", "model", "gazetteer", "matching", "storage", "import", "sample", "services", "benchmarks", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')

# Foreign headers by what they bring in.
PROTOBUF = ("Protobuf", re.compile(r"^google/protobuf/|\.pb\.h$"))
GRPC = ("gRPC", re.compile(r"^grpc(pp|\+\+)?/|\.grpc\.pb\.h$"))
ROCKSDB = ("RocksDB", re.compile(r"^rocksdb/"))
CLOCK = ("a clock", re.compile(r"^(ctime|time\.h|sys/time\.h|base/clock\.h|absl/time/.*)$"))
INPUT_OUTPUT = ("input or output", re.compile(r"^(iostream|fstream|ostream|istream|filesystem|cstdio|stdio\.h|unistd\.h|fcntl\.h)$"))

# What only import/odbc sees.
ODBC = re.compile(r"^(sql|sqlext|sqltypes|sqlucode|odbcinst)\.h$")

# <chrono> is welcome for calendars and durations; asking it for the time is not.
CLOCK_CALL = re.compile(r"\b(\w*_?[Cc]lock)\s*::\s*now\b|\b(clock_gettime|gettimeofday)\s*\(")

JOINT = ("base", "model", "gazetteer", "matching", "storage", "import", "services/gazetteer", "services/tasks", "services/register",
         "services/rpc", "services/convert")


@dataclasses.dataclass(frozen=True)
class Rule:
    """What the files of one folder may include: project folders, and which foreign headers they may not."""

    sees: tuple
    foreign: tuple = ()
    why: str = ""


# By folder; the longest prefix of a file's path decides.
RULES = {
    "base": Rule(("base",), (PROTOBUF, GRPC, ROCKSDB), "base knows no domain and no engine"),
    "model": Rule(("base", "model"), (PROTOBUF, GRPC, ROCKSDB), "model holds values and their rules only"),
    "gazetteer": Rule(("base", "model", "gazetteer"), (PROTOBUF, GRPC, ROCKSDB, CLOCK, INPUT_OUTPUT),
                      "the gazetteer's rules are pure functions of their arguments: pass in what they need"),
    "matching": Rule(("base", "model", "gazetteer", "matching"), (PROTOBUF, GRPC, ROCKSDB, CLOCK, INPUT_OUTPUT),
                     "matching is a pure function of its arguments: pass in what it needs"),
    "storage": Rule(("base", "model", "storage"), (GRPC,), "storage knows neither matching nor RPC"),
    "import": Rule(("base", "model", "gazetteer", "matching", "storage", "import"), (GRPC, ROCKSDB),
                   "import reads files and hands records on through an interface of its own"),
    "sample": Rule(("base", "model", "sample"), (PROTOBUF, GRPC, ROCKSDB), "sample writes files and knows no server"),
    "services/gazetteer": Rule(("base", "model", "gazetteer", "matching", "storage", "services/gazetteer"), (GRPC, ROCKSDB),
                               "the stored gazetteer knows no RPC and no other service"),
    "services/tasks": Rule(("base", "model", "storage", "services/tasks"), (GRPC, ROCKSDB),
                           "tasks are kept for whoever raises them: they know no register and no RPC"),
    "services/register": Rule(("base", "model", "gazetteer", "matching", "storage", "services/gazetteer", "services/tasks",
                               "services/register"), (GRPC, ROCKSDB), "the register knows no RPC and no other service"),
    "services/convert": Rule(("base", "model", "gazetteer", "matching", "storage", "services/gazetteer", "services/register",
                              "services/rpc", "services/convert"),
                             (GRPC, ROCKSDB), "conversions between messages and values need no transport"),
    "services/rpc": Rule(("base", "model", "storage", "services/register", "services/rpc"), (ROCKSDB,),
                         "the RPC frame knows no single service"),
    "services/server": Rule(FOLDERS[:-1]),
    "services/cli": Rule(FOLDERS[:-1]),
    "services": Rule(JOINT, (GRPC, ROCKSDB),
                     "handlers are tested without gRPC; only the thin adapter *_service.{h,cc} knows it"),
    "benchmarks": Rule(FOLDERS[:-1]),
    "tests": Rule(FOLDERS),
}


@dataclasses.dataclass(frozen=True)
class Violation:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def folder_of(path):
    """The folder whose rule governs `path`, e.g. "services/people" or "matching"."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "services" and len(parts) > 2 else parts[0]


def rule_of(path):
    folder = folder_of(path)
    return RULES.get(folder) or RULES[folder.split("/")[0]]


def covers(allowed, folder):
    return folder == allowed or folder.startswith(allowed + "/")


def without_comments(text):
    """`text` with comments blanked and line breaks kept. Literals don't matter: no #include stands in one."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.DOTALL)


def check_include(path, name, quoted):
    """Yields (rule, message) for one #include in the file `path`."""
    folder, rule = folder_of(path), rule_of(path)
    target = name.split("/")[0]
    if quoted and (name.startswith(".") or "/../" in name or "/" not in name):
        yield "relative-include", f'"{name}": write the path from the project\'s root, e.g. "{folder}/{name.split("/")[-1]}"'
        return
    if target in FOLDERS and "/" in name:
        if not quoted:
            yield "angle-include", f"<{name}>: the project's own headers stand in double quotes"
        included = folder_of(name)
        if included != folder and not any(covers(allowed, included) for allowed in rule.sees):
            if target == "tests":
                message = "only tests include from tests/; move what both need into the library that owns it"
            else:
                message = (f"{folder} may not see {included} (it sees {', '.join(rule.sees) or 'nothing else'}); "
                           f"move the code, or pass it in through an interface {folder} owns")
            yield "direction", f'"{name}": {message}'
    if ODBC.search(name) and not path.startswith("import/odbc/"):
        yield "foreign", f"{name}: only import/odbc may use ODBC; go through import/odbc/extract.h"
    for label, pattern in rule.foreign:
        if not pattern.search(name):
            continue
        if label == GRPC[0] and folder not in RULES and re.search(r"_service\.(h|cc)$", path):
            continue
        yield "foreign", f"{name}: {folder} may not use {label}; {rule.why}"
        break


def check_guard(path, text):
    """Yields (line, rule, message) unless the header has the include guard that its path asks for."""
    guard = "WENSUM_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"
    directives = [(number, line.split()) for number, line in enumerate(text.split("\n"), 1) if line.lstrip().startswith("#")]
    words = [words for _, words in directives]
    if len(words) < 3 or words[0] != ["#ifndef", guard] or words[1] != ["#define", guard] or words[-1][0] != "#endif":
        yield (directives[0][0] if directives else 1, "guard",
               f"the header must be wrapped in #ifndef {guard}, #define {guard} ... #endif")


def check_tree(root):
    """All violations below `root`, sorted by place."""
    violations = []
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".h", ".cc") or not file.is_file() or "fixtures" in file.parts:
                continue
            path = file.relative_to(root).as_posix()
            text = without_comments(file.read_text(encoding="utf-8", errors="replace"))
            for number, line in enumerate(text.split("\n"), 1):
                match = INCLUDE.match(line)
                if match:
                    violations += [Violation(path, number, *found)
                                   for found in check_include(path, match[2], match[1] == '"')]
                call = CLOCK_CALL.search(line)
                if call and CLOCK in rule_of(path).foreign:
                    violations.append(Violation(path, number, "clock",
                                                f"{call.group()}: {folder} may not ask for the time; pass it in"))
            if file.suffix == ".h":
                violations += [Violation(path, *found) for found in check_guard(path, text)]
    return violations


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    violations = check_tree(root)
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} violations of the include rules (tools/check_includes.py holds them all)")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
