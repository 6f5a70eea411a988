"""What the scripts that run other programs beside Wensum share."""

import json
import subprocess
import sys
import venv


def python_of(environment, requirements):
    """The interpreter of the environment, which is made if it has other requirements than these or none."""
    python = environment / "bin" / "python"
    wanted = requirements.read_text()
    stamp = environment / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Making {environment}", file=sys.stderr)
        venv.create(environment, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True, stdout=sys.stderr)
        stamp.write_text(wanted)
    return python


def run(command):
    """Standard output of a command as JSON."""
    done = subprocess.run([str(part) for part in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return json.loads(done.stdout)
