"""Rules of our own for the rendered manifests, beyond what the Kubernetes schemas can say."""

import yaml

CONFIG_KEYS = {"data_dir", "listen", "allow_remote", "drop_dir", "mappings_dir", "log_level", "block_cache_mb", "purposes",
               "sources"}


def load(text):
    """All objects of a rendered YAML stream."""
    return [document for document in yaml.safe_load_all(text) if document is not None]


def of_kind(objects, kind):
    return [o for o in objects if o.get("kind") == kind]


def title(o):
    return f"{o.get('kind')}/{o.get('metadata', {}).get('name')}"


def pod_templates(objects):
    """(owner, pod template) of everything that starts pods."""
    for o in objects:
        if o.get("kind") in ("StatefulSet", "Deployment", "DaemonSet", "Job"):
            yield o, o["spec"]["template"]
        elif o.get("kind") == "CronJob":
            yield o, o["spec"]["jobTemplate"]["spec"]["template"]


def selects(selector, labels):
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def check(objects):
    """All violations, one sentence each."""
    found = []
    for rule in (check_objects, check_pods, check_server, check_references, check_selectors, check_network, check_imports,
                 check_config):
        found += rule(objects)
    return found


def check_objects(objects):
    seen = set()
    for o in objects:
        if not o.get("apiVersion") or not o.get("kind") or not o.get("metadata", {}).get("name"):
            yield f"an object lacks apiVersion, kind or name: {str(o)[:80]}"
        key = (o.get("apiVersion"), title(o))
        if key in seen:
            yield f"{title(o)} is there twice"
        seen.add(key)
    for kind in ("StatefulSet", "Service", "PodDisruptionBudget", "NetworkPolicy", "CronJob", "ConfigMap", "ServiceAccount"):
        if not of_kind(objects, kind):
            yield f"there is no {kind}"


def check_pods(objects):
    for owner, template in pod_templates(objects):
        name, pod = title(owner), template["spec"]
        context = pod.get("securityContext", {})
        if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
            yield f"{name}: pods must run as a numbered user other than root"
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{name}: seccompProfile must be RuntimeDefault"
        if pod.get("automountServiceAccountToken") is not False:
            yield f"{name}: pods must not get a token of the service account"
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(field):
                yield f"{name}: {field} must not be set"
        for container in pod.get("initContainers", []) + pod["containers"]:
            where = f"{name}, container {container.get('name')}"
            context = container.get("securityContext", {})
            if context.get("readOnlyRootFilesystem") is not True:
                yield f"{where}: the root file system must be read-only"
            if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
                yield f"{where}: privileges must not grow"
            if context.get("capabilities", {}).get("drop") != ["ALL"] or context.get("capabilities", {}).get("add"):
                yield f"{where}: all capabilities must be dropped"
            resources = container.get("resources", {})
            if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
                yield f"{where}: requests of cpu and memory and a limit of memory must be set"
            if ":" not in container.get("image", "") or container["image"].endswith(":latest"):
                yield f"{where}: the image needs a fixed tag"


def check_server(objects):
    for server in of_kind(objects, "StatefulSet"):
        name, spec = title(server), server["spec"]
        if spec.get("replicas") != 1:
            yield f"{name}: one data directory takes one server, so replicas must be 1"
        if spec["template"]["spec"].get("terminationGracePeriodSeconds", 30) < 60:
            yield f"{name}: terminationGracePeriodSeconds must leave 60 seconds for an ordered end"
        claims = {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
        for container in spec["template"]["spec"]["containers"]:
            ports = {port["containerPort"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                port = container.get(probe, {}).get("grpc", {}).get("port")
                if port not in ports:
                    yield f"{name}: {probe} must ask grpc.health.v1 on a port of the container"
            kept = {mount["mountPath"] for mount in container.get("volumeMounts", []) if mount["name"] in claims}
            if "/data" not in kept:
                yield f"{name}: /data must lie on a volume that outlives the pod"


def check_references(objects):
    names = {kind: {o["metadata"]["name"] for o in of_kind(objects, kind)}
             for kind in ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Service")}
    for owner, template in pod_templates(objects):
        name, pod = title(owner), template["spec"]
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        volumes |= {claim["metadata"]["name"] for claim in owner["spec"].get("volumeClaimTemplates", [])}
        wanted = [("ServiceAccount", pod.get("serviceAccountName", "default"))]
        for volume in pod.get("volumes", []):
            if "configMap" in volume:
                wanted.append(("ConfigMap", volume["configMap"]["name"]))
            if "secret" in volume:
                wanted.append(("Secret", volume["secret"]["secretName"]))
            if "persistentVolumeClaim" in volume:
                wanted.append(("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]))
        if "serviceName" in owner["spec"]:
            wanted.append(("Service", owner["spec"]["serviceName"]))
        for kind, target in wanted:
            if target not in names[kind]:
                yield f"{name}: there is no {kind} '{target}'"
        for container in pod["containers"]:
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in volumes:
                    yield f"{name}: volumeMount '{mount['name']}' has no volume"


def check_selectors(objects):
    templates = [(owner, template["metadata"].get("labels", {}), template["spec"]) for owner, template in pod_templates(objects)]
    for owner, labels, _ in templates:
        selector = owner["spec"].get("selector", {}).get("matchLabels")
        if owner["kind"] != "CronJob" and not selects(selector, labels):
            yield f"{title(owner)}: its selector does not select its own pods"
    for service in of_kind(objects, "Service"):
        chosen = [(owner, pod) for owner, labels, pod in templates if selects(service["spec"].get("selector"), labels)]
        if [owner["kind"] for owner, _ in chosen] != ["StatefulSet"]:
            yield f"{title(service)}: must select the server's pods and no others"
            continue
        ports = {port.get("name") for container in chosen[0][1]["containers"] for port in container.get("ports", [])}
        ports |= {port["containerPort"] for container in chosen[0][1]["containers"] for port in container.get("ports", [])}
        for port in service["spec"]["ports"]:
            if port.get("targetPort", port["port"]) not in ports:
                yield f"{title(service)}: port {port.get('targetPort')} is none of the container's"
    for budget in of_kind(objects, "PodDisruptionBudget"):
        if not any(selects(budget["spec"]["selector"].get("matchLabels"), labels) for _, labels, _ in templates):
            yield f"{title(budget)}: selects no pods"


def check_network(objects):
    policies = of_kind(objects, "NetworkPolicy")
    for owner, template in pod_templates(objects):
        labels = template["metadata"].get("labels", {})
        mine = [p for p in policies if selects(p["spec"].get("podSelector", {}).get("matchLabels"), labels)]
        if not any(set(p["spec"].get("policyTypes", [])) == {"Ingress", "Egress"} and "ingress" not in p["spec"]
                   and "egress" not in p["spec"] for p in mine):
            yield f"{title(owner)}: no NetworkPolicy denies its pods what no other one allows"
        for policy in mine:
            for rule in policy["spec"].get("ingress", []):
                if [port.get("port") for port in rule.get("ports", [])] != [50051]:
                    yield f"{title(policy)}: may open port 50051 alone"


def check_imports(objects):
    services = {s["metadata"]["name"]: {port["port"] for port in s["spec"]["ports"]} for s in of_kind(objects, "Service")}
    feeds = []
    for job in of_kind(objects, "CronJob"):
        name = title(job)
        if job["spec"].get("concurrencyPolicy") != "Forbid":
            yield f"{name}: two imports of one feed must never run together"
        template = job["spec"]["jobTemplate"]["spec"]["template"]
        args = template["spec"]["containers"][0].get("args", [])
        options = dict(zip(args[1::2], args[2::2]))
        host, _, port = options.get("--server", "").partition(":")
        if args[:1] != ["import"] or not port.isdigit() or int(port) not in services.get(host, set()):
            yield f"{name}: --server must name a Service and its port"
        if not options.get("--feed") or not options.get("--drop-file"):
            yield f"{name}: must name its --feed and --drop-file"
        feeds.append(options.get("--feed"))
        clients = template["metadata"].get("labels", {})
        for policy in of_kind(objects, "NetworkPolicy"):
            for rule in policy["spec"].get("ingress", []):
                peers = rule.get("from")
                if peers is not None and not any(selects(p.get("podSelector", {}).get("matchLabels"), clients) for p in peers):
                    yield f"{name}: {title(policy)} does not let it in"
    if len(set(feeds)) != len(feeds):
        yield "two CronJobs import the same feed"


def check_config(objects):
    for config in of_kind(objects, "ConfigMap"):
        for file, text in config.get("data", {}).items():
            values = yaml.safe_load(text)
            unknown = set(values) - CONFIG_KEYS
            if unknown:
                yield f"{title(config)}, {file}: unknown keys {sorted(unknown)}"
            if not str(values.get("listen", "")).startswith("127.") and values.get("allow_remote") is not True:
                yield f"{title(config)}, {file}: listening beyond loopback needs allow_remote: true"
            for key, path in (("data_dir", "/data"), ("drop_dir", "/drop")):
                if values.get(key) != path:
                    yield f"{title(config)}, {file}: {key} must be {path}, where the volume is mounted"
