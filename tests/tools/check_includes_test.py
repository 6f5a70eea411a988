"""Tests of tools/check_includes.py on small trees, each wrong in one way."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_includes.py"


def header(path, body=""):
    guard = "WENSUM_" + path.upper().replace("/", "_").replace(".", "_") + "_"
    return f"// A header.\n#ifndef {guard}\n#define {guard}\n\n{body}\n#endif  // {guard}\n"


class CheckIncludesTest(unittest.TestCase):
    def check_files(self, files):
        """Runs the checker over a tree of these files; returns (exit code, output)."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            run = subprocess.run([sys.executable, str(CHECKER), folder], capture_output=True, text=True, check=False)
            self.assertEqual(run.stderr, "")
            return run.returncode, run.stdout

    def assert_allowed(self, path, *includes):
        text = "".join(f"#include {name}\n" for name in includes)
        code, output = self.check_files({path: header(path, text) if path.endswith(".h") else text})
        self.assertEqual((code, output), (0, ""))

    def assert_refused(self, path, include, rule):
        """One wrong #include on line 2 must be the one violation reported."""
        code, output = self.check_files({path: f"// A file.\n#include {include}\n"})
        self.assertEqual(code, 1, output)
        self.assertEqual(len(output.splitlines()), 2, output)
        self.assertTrue(output.startswith(f"{path}:2: {rule}: "), output)

    def test_the_layers_as_drawn_pass(self):
        self.assert_allowed("model/uprn.cc", '"model/uprn.h"', '"base/strings.h"', '"phonenumbers/phonenumberutil.h"')
        self.assert_allowed("gazetteer/rules/rule.h", '"model/uprn.h"', '"gazetteer/format/gazetteer_layout.h"')
        self.assert_allowed("matching/score/model.h", '"matching/text/fold.h"', '"model/person.h"', "<vector>")
        self.assert_allowed("storage/rocksdb_store.cc", '"storage/store.h"', '"rocksdb/db.h"',
                            '"wensum/storage/v1/records.pb.h"', "<chrono>")
        self.assert_allowed("import/csv.cc", '"matching/text/fold.h"', '"storage/store.h"', "<fstream>")
        self.assert_allowed("services/gazetteer/property_reader.cc", '"storage/store.h"', '"matching/address/index.h"')
        self.assert_allowed("services/register/register.h", '"services/gazetteer/property_reader.h"', '"matching/score/model.h"', '"storage/store.h"')
        self.assert_allowed("services/people/people_handler.cc", '"services/register/register.h"', '"services/convert/golden.h"',
                            '"wensum/v1/people.pb.h"')
        self.assert_allowed("services/people/people_service.h", "<grpcpp/grpcpp.h>", '"wensum/v1/people.grpc.pb.h"')
        self.assert_allowed("services/server/main.cc", '"services/people/people_service.h"', '"sample/city.h"', "<grpcpp/server.h>")
        self.assert_allowed("tests/storage/store_test.cc", '"storage/store.h"', '"tests/support/temp_dir.h"', '"gtest/gtest.h"')

    def test_wrong_directions_are_refused(self):
        for path, include in [
            ("base/strings.cc", '"model/uprn.h"'),
            ("model/uprn.cc", '"matching/text/fold.h"'),
            ("model/uprn.cc", '"storage/store.h"'),
            ("gazetteer/rules/row.cc", '"matching/text/fold.h"'),
            ("model/uprn.cc", '"gazetteer/rules/rule.h"'),
            ("matching/score/model.cc", '"storage/store.h"'),
            ("matching/score/model.cc", '"services/register/register.h"'),
            ("storage/keys.cc", '"matching/text/fold.h"'),
            ("storage/keys.cc", '"services/register/register.h"'),
            ("import/csv.cc", '"services/imports/imports_handler.h"'),
            ("sample/city.cc", '"import/csv.h"'),
            ("sample/city.cc", '"matching/text/fold.h"'),
            ("services/people/people_handler.cc", '"services/properties/properties_handler.h"'),
            ("services/people/people_handler.cc", '"services/server/options.h"'),
            ("services/register/register.cc", '"services/people/people_handler.h"'),
            ("services/gazetteer/property_reader.cc", '"services/register/register.h"'),
            ("services/convert/golden.cc", '"services/people/people_handler.h"'),
            ("services/rpc/status.cc", '"services/people/people_handler.h"'),
            ("services/server/main.cc", '"tests/support/temp_dir.h"'),
            ("benchmarks/get_bench.cc", '"tests/support/temp_dir.h"'),
        ]:
            with self.subTest(path=path, include=include):
                self.assert_refused(path, include, "direction")

    def test_foreign_headers_are_refused(self):
        for path, include in [
            ("base/hash.cc", '"rocksdb/db.h"'),
            ("model/person.cc", '"wensum/v1/people.pb.h"'),
            ("matching/score/model.cc", "<google/protobuf/message.h>"),
            ("matching/score/model.cc", '"rocksdb/db.h"'),
            ("matching/score/model.cc", "<grpcpp/grpcpp.h>"),
            ("matching/score/model.cc", "<ctime>"),
            ("matching/score/model.cc", '"base/clock.h"'),
            ("matching/score/model.cc", "<iostream>"),
            ("matching/score/model.cc", "<fstream>"),
            ("storage/keys.cc", "<grpcpp/grpcpp.h>"),
            ("import/csv.cc", '"rocksdb/db.h"'),
            ("import/csv.cc", "<sql.h>"),
            ("services/imports/run.cc", "<sqlext.h>"),
            ("sample/city.cc", '"wensum/v1/people.pb.h"'),
            ("services/register/register.cc", "<grpcpp/grpcpp.h>"),
            ("services/people/people_handler.cc", "<grpcpp/grpcpp.h>"),
            ("services/people/people_handler.cc", '"wensum/v1/people.grpc.pb.h"'),
            ("services/people/people_service.cc", '"rocksdb/db.h"'),
        ]:
            with self.subTest(path=path, include=include):
                self.assert_refused(path, include, "foreign")

    def test_matching_may_use_calendars_but_no_clock(self):
        text = "#include <chrono>\nauto a = std::chrono::floor<std::chrono::days>(t);\n"
        self.assertEqual(self.check_files({"matching/a.cc": text}), (0, ""))
        for call in ["std::chrono::system_clock::now()", "Clock::now()", "clock_gettime(CLOCK_REALTIME, &t)"]:
            with self.subTest(call=call):
                code, output = self.check_files({"matching/a.cc": f"{text}auto b = {call};\n"})
                self.assertEqual(code, 1)
                self.assertTrue(output.startswith("matching/a.cc:3: clock: "), output)
                self.assertEqual(self.check_files({"storage/a.cc": f"auto b = {call};\n"}), (0, ""))

    def test_paths_start_at_the_root(self):
        for include in ['"uprn.h"', '"../base/strings.h"', '"./uprn.h"', '"model/../base/strings.h"']:
            with self.subTest(include=include):
                self.assert_refused("model/uprn.cc", include, "relative-include")
        self.assert_refused("model/uprn.cc", "<model/uprn.h>", "angle-include")

    def test_comments_do_not_count(self):
        text = '// #include "storage/store.h"\n/*\n#include "storage/store.h"\n*/\n'
        self.assertEqual(self.check_files({"matching/a.cc": text}), (0, ""))

    def test_the_line_is_right_after_a_comment_of_several_lines(self):
        code, output = self.check_files({"matching/a.cc": '/* one\ntwo\n*/\n#include "storage/store.h"\n'})
        self.assertEqual(code, 1)
        self.assertTrue(output.startswith("matching/a.cc:4: direction: "), output)

    def test_include_guards(self):
        good = header("model/uprn.h")
        self.assertEqual(self.check_files({"model/uprn.h": good}), (0, ""))
        for text in ["", "#pragma once\n", good.replace("WENSUM_", ""), good.replace("#define WENSUM_", "#define X_"),
                     good.replace("MODEL_UPRN", "MODEL_USRN"), good + "#include <vector>\n"]:
            with self.subTest(text=text):
                code, output = self.check_files({"model/uprn.h": text})
                self.assertEqual(code, 1)
                self.assertIn("guard: the header must be wrapped in #ifndef WENSUM_MODEL_UPRN_H_", output)

    def test_the_message_says_how_to_mend(self):
        _, output = self.check_files({"storage/keys.cc": '#include "matching/text/fold.h"\n'})
        self.assertIn("storage may not see matching", output)
        self.assertIn("move the code, or pass it in through an interface", output)


if __name__ == "__main__":
    unittest.main()
