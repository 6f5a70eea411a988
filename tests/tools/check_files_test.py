"""Tests of tools/check_files.py on small trees, each wrong in one way."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_files.py"


class CheckFilesTest(unittest.TestCase):
    def check(self, files, git=False):
        """Runs the checker over a tree of these files; returns (exit code, output lines)."""
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data if isinstance(data, bytes) else data.encode())
            if git:
                subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
            run = subprocess.run([sys.executable, str(CHECKER), folder], capture_output=True, text=True, check=False)
            self.assertEqual(run.stderr, "")
            return run.returncode, run.stdout.splitlines()

    def assert_refused(self, name, data, start):
        code, output = self.check({name: data})
        self.assertEqual(code, 1, output)
        self.assertEqual(len(output), 2, output)
        self.assertTrue(output[0].startswith(start), output)

    def test_good_files_pass(self):
        self.assertEqual(self.check({"base/a.cc": "int x;\n", "empty.txt": "", "docs/a.md": "# A\n"}), (0, []))

    def test_each_rule_refuses(self):
        self.assert_refused("a.cc", "int x;\n\tint y;\n", "a.cc:2: tab: ")
        self.assert_refused("a.cc", "int x; \n", "a.cc:1: trailing-space: ")
        self.assert_refused("a.md", "text", "a.md:1: final-newline: ")
        self.assert_refused("a.md", "text\n\n", "a.md:2: final-newline: ")
        self.assert_refused("a.sh", "true\r\n", "a.sh:1: line-end: ")
        self.assert_refused("a.cc", "int x;\n" * 601, "a.cc:601: length: ")
        self.assert_refused("package-lock.json", '{"resolved": ""}\n', "package-lock.json:1: lock-host: ")

    def test_machine_paths_are_refused_everywhere(self):
        for path in ["/wo" "rk/shared", "/tmp/" "wt/x", "/ro" "ot/x", "/ho" "me/somebody"]:
            with self.subTest(path=path):
                self.assert_refused("testdata/a.csv", f"see {path}\n", "testdata/a.csv:1: machine-path: ")

    def test_like_names_are_no_machine_paths(self):
        self.assertEqual(self.check({"a.md": "frame" "wo" "rk/x, net/wo" "rk/x and a/tmp/x\n"}), (0, []))

    def test_600_lines_pass(self):
        self.assertEqual(self.check({"a.cc": "int x;\n" * 600}), (0, []))

    def test_samples_of_foreign_formats_keep_their_white_space(self):
        self.assertEqual(self.check({"a.csv": "1,\t2 \r\n3", "tests/testdata/b.md": "x \n\n"}), (0, []))

    def test_binary_files_are_left_alone(self):
        self.assertEqual(self.check({"a.cc": b"\0\t \n\n"}), (0, []))

    def test_ignored_files_do_not_count(self):
        code, output = self.check({".gitignore": "/scratch/\n", "scratch/a.cc": "\t\n", "b.cc": "\tint x;\n"}, git=True)
        self.assertEqual(code, 1)
        self.assertEqual([line.split(":")[0] for line in output[:-1]], ["b.cc"])


if __name__ == "__main__":
    unittest.main()
