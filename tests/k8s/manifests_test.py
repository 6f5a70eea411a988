"""Renders k8s/ with kubectl and checks the result; checks also that each rule finds what it is there to find.

Usage: manifests_test.py ROOT. Ends with 77 (skipped) if there is no kubectl.
"""

import copy
import pathlib
import shutil
import subprocess
import sys
import unittest

import manifests

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
FOLDERS = sorted(p.parent for p in (ROOT / "k8s").rglob("kustomization.yaml"))


def render(folder):
    run = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(f"kubectl kustomize {folder.relative_to(ROOT)} failed:\n{run.stderr}")
    return manifests.load(run.stdout)


class ManifestsTest(unittest.TestCase):
    def test_base_and_overlays_keep_all_rules(self):
        self.assertGreaterEqual(len(FOLDERS), 2)
        for folder in FOLDERS:
            with self.subTest(folder=str(folder.relative_to(ROOT))):
                self.assertEqual(manifests.check(render(folder)), [])

    def test_the_overlay_differs_where_it_should(self):
        base, dev = render(ROOT / "k8s/base"), render(ROOT / "k8s/overlays/dev")
        # The ConfigMap's name ends in a digest of its content.
        names = [sorted(manifests.title(o).split("-config-")[0] for o in objects) for objects in (base, dev)]
        self.assertEqual(names[0], names[1])
        self.assertTrue(all(o["spec"].get("suspend") for o in manifests.of_kind(dev, "CronJob")))
        self.assertFalse(any(o["spec"].get("suspend") for o in manifests.of_kind(base, "CronJob")))


class RulesTest(unittest.TestCase):
    """Each change makes the rendered base wrong in one way, which must be reported."""

    @classmethod
    def setUpClass(cls):
        cls.base = render(ROOT / "k8s/base")

    def assert_found(self, text, change):
        objects = copy.deepcopy(self.base)
        change(objects)
        found = manifests.check(objects)
        self.assertTrue(any(text in sentence for sentence in found), f"wanted '{text}', found {found}")

    @staticmethod
    def get(objects, kind, index=0):
        return manifests.of_kind(objects, kind)[index]

    def pod(self, objects, kind="StatefulSet"):
        return next(t for o, t in manifests.pod_templates(objects) if o["kind"] == kind)["spec"]

    def test_pods(self):
        for text, change in [
            ("other than root", lambda o: self.pod(o)["securityContext"].pop("runAsNonRoot")),
            ("other than root", lambda o: self.pod(o, "CronJob")["securityContext"].update(runAsUser=0)),
            ("RuntimeDefault", lambda o: self.pod(o)["securityContext"].pop("seccompProfile")),
            ("token", lambda o: self.pod(o).pop("automountServiceAccountToken")),
            ("hostNetwork", lambda o: self.pod(o).update(hostNetwork=True)),
            ("read-only", lambda o: self.pod(o)["containers"][0]["securityContext"].pop("readOnlyRootFilesystem")),
            ("privileges", lambda o: self.pod(o)["containers"][0]["securityContext"].update(privileged=True)),
            ("capabilities", lambda o: self.pod(o)["containers"][0]["securityContext"]["capabilities"].update(add=["SYS_ADMIN"])),
            ("limit of memory", lambda o: self.pod(o)["containers"][0]["resources"].pop("limits")),
            ("fixed tag", lambda o: self.pod(o)["containers"][0].update(image="wensum:latest")),
        ]:
            with self.subTest(text=text):
                self.assert_found(text, change)

    def test_server(self):
        for text, change in [
            ("replicas must be 1", lambda o: self.get(o, "StatefulSet")["spec"].update(replicas=2)),
            ("60 seconds", lambda o: self.pod(o).pop("terminationGracePeriodSeconds")),
            ("startupProbe", lambda o: self.pod(o)["containers"][0].pop("startupProbe")),
            ("readinessProbe", lambda o: self.pod(o)["containers"][0]["readinessProbe"]["grpc"].update(port=8080)),
            ("livenessProbe", lambda o: self.pod(o)["containers"][0].pop("livenessProbe")),
            ("outlives the pod", lambda o: self.get(o, "StatefulSet")["spec"].pop("volumeClaimTemplates")),
        ]:
            with self.subTest(text=text):
                self.assert_found(text, change)

    def test_references_and_selectors(self):
        for text, change in [
            ("no ConfigMap", lambda o: o.remove(self.get(o, "ConfigMap"))),
            ("no PersistentVolumeClaim", lambda o: o.remove(self.get(o, "PersistentVolumeClaim"))),
            ("no ServiceAccount", lambda o: o.remove(self.get(o, "ServiceAccount"))),
            ("no Service ", lambda o: self.get(o, "StatefulSet")["spec"].update(serviceName="other")),
            ("has no volume", lambda o: self.pod(o)["volumes"].pop()),
            ("select its own pods", lambda o: self.get(o, "StatefulSet")["spec"]["selector"]["matchLabels"].update(a="b")),
            ("server's pods and no others", lambda o: self.get(o, "Service")["spec"]["selector"].update(a="b")),
            ("none of the container's", lambda o: self.get(o, "Service")["spec"]["ports"][0].update(targetPort="http")),
            ("selects no pods", lambda o: self.get(o, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"].update(a="b")),
            ("is there twice", lambda o: o.append(copy.deepcopy(o[0]))),
            ("lacks apiVersion", lambda o: o.append({})),
        ]:
            with self.subTest(text=text):
                self.assert_found(text, change)

    def test_network_imports_and_config(self):
        def policy(objects, name):
            return next(p for p in manifests.of_kind(objects, "NetworkPolicy") if p["metadata"]["name"] == name)

        def arguments(objects, old, new):
            args = self.pod(objects, "CronJob")["containers"][0]["args"]
            args[args.index(old)] = new

        def config(objects, text):
            self.get(objects, "ConfigMap")["data"]["wensum.yaml"] += text

        for text, change in [
            ("denies its pods", lambda o: o.remove(policy(o, "wensum-deny"))),
            ("port 50051 alone", lambda o: policy(o, "wensum-clients")["spec"]["ingress"][0].pop("ports")),
            ("does not let it in", lambda o: policy(o, "wensum-clients")["spec"]["ingress"][0]["from"][0]["podSelector"][
                "matchLabels"].update({"wensum-client": "no"})),
            ("never run together", lambda o: self.get(o, "CronJob")["spec"].update(concurrencyPolicy="Allow")),
            ("--server must name", lambda o: arguments(o, "wensum:50051", "wensum:50052")),
            ("--server must name", lambda o: arguments(o, "wensum:50051", "other:50051")),
            ("its --feed", lambda o: arguments(o, "--feed", "--fed")),
            ("the same feed", lambda o: arguments(o, "council_tax", "housing")),
            ("unknown keys ['prot']", lambda o: config(o, "prot: 1\n")),
            ("allow_remote", lambda o: config(o, "allow_remote: false\n")),
            ("data_dir must be /data", lambda o: config(o, "data_dir: /tmp\n")),
        ]:
            with self.subTest(text=text):
                self.assert_found(text, change)


if __name__ == "__main__":
    if shutil.which("kubectl") is None:
        print("SKIPPED: there is no kubectl to render k8s/ with; ./dev setup installs one")
        sys.exit(77)
    unittest.main()
