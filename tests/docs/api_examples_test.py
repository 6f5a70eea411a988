#!/usr/bin/env python3
"""Runs the client examples of docs/api.md, as they stand there, against a server of their own.

Usage: api_examples_test.py ROOT PROGRAM
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PYTHON = "/usr/bin/python3"  # Debian's own, which python3-grpcio is for
DOCUMENTED = "127.0.0.1:50051"


def blocks(document, language):
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)


def wait_for(path, server):
    for _ in range(1200):
        if path.exists() and path.read_text(encoding="utf-8"):
            return path.read_text(encoding="utf-8").strip()
        if server.poll() is not None:
            sys.exit("the server ended before it served")
        time.sleep(0.05)
    sys.exit("the server does not serve")


def run(command, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    print(f"$ {command if isinstance(command, str) else ' '.join(map(str, command))}\n{done.stdout}", flush=True)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}")
    return done.stdout


def expect(ok, what):
    if not ok:
        sys.exit(f"not as documented: {what}")


def run_python(document, root, work, address):
    """The long Python example, its stubs made by the command before it; returns the name it printed."""
    stubs = next(block for block in blocks(document, "sh") if "--python_out" in block)
    run(stubs.replace("-I proto", f"-I {root}/proto").replace(" proto/", f" {root}/proto/"), shell=True, cwd=work)
    channel, example = blocks(document, "python")
    program = "import grpc\n" + channel.replace("docs/", f"{root}/docs/") + example.replace(
        f'channel = grpc.insecure_channel("{DOCUMENTED}")\n', "")
    expect(program.count(DOCUMENTED) == 1, "the examples name one address, once each")
    output = run([PYTHON, "-c", program.replace(DOCUMENTED, address)], cwd=work)
    name = re.match(r"(people/[0-9a-z]{14}) 1$", output, re.MULTILINE)
    expect(name and 'surname: "Smyth"' in output, "the record that was written is read")
    expect(re.search(rf"^1 \d+ {name[1]}$", output, re.MULTILINE), "the change is watched")
    expect(re.search(r"^(Contact centre C-1001 and h|H)ousing H-77 .*\.$", output, re.MULTILINE), "a pair is explained")
    expect("surname exact" in output, "with its evidence")
    expect(re.search(r"^properties/10093000001 21 LOGICAL_STATUS 6 -> 1$", output, re.MULTILINE), "a house is approved")
    return name[1]


WARDS = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"WD24CD": "E05005886"}, "geometry":
  {"type": "Polygon", "coordinates": [[[623000, 308000], [624000, 308000], [624000, 309000], [623000, 308000]]]}}]}
"""


def run_shell(document, program, work, address, person):
    """The commands of the program itself, but for imports, which need files."""
    commands = next(block for block in blocks(document, "sh") if "wensum people search" in block).splitlines()
    asked = [command for command in commands if not command.startswith("wensum import")]
    expect(len(asked) >= 5 and all(command.startswith("wensum ") for command in asked), "there are commands to run")
    for command in asked:
        command = command.replace("people/{id}", person).replace("wensum ", f"'{program}' ", 1)
        run(f"{command} --server {address}", shell=True, cwd=work)


def main():
    root, program = map(pathlib.Path, sys.argv[1:])
    try:
        subprocess.run([PYTHON, "-c", "import grpc, google.protobuf"], check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        print("SKIPPED: needs Debian's python3-grpcio and python3-protobuf (./dev setup run)")
        sys.exit(77)
    document = (root / "docs/api.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "server.yaml").write_text(
            "custodian: {codes: [2625, 2610], uprns: [10093000001-10093999999], usrns: [14200001-14299999]}\n", encoding="utf-8")
        (work / "keys.txt").write_text("H-77\n", encoding="utf-8")
        (work / "wards_27700.json").write_text(WARDS, encoding="utf-8")
        with open(work / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen([program, "serve", "--config", work / "server.yaml", "--data-dir", work / "data",
                                       "--listen", "127.0.0.1:0", "--port-file", work / "port"],
                                      stdout=log, stderr=log, env=dict(os.environ))
        try:
            address = f"127.0.0.1:{wait_for(work / 'port', server)}"
            person = run_python(document, root, work, address)
            run_shell(document, program, work, address, person)
        finally:
            server.terminate()
            expect(server.wait() == 0, "the server stops well")


if __name__ == "__main__":
    main()
