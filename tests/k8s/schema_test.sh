#!/usr/bin/env bash
# Checks the rendered manifests against the Kubernetes API's schemas, and that wrong ones are refused.
#
# Usage: schema_test.sh ROOT NPM_FOLDER
# Ends with 77 (skipped) if kubectl, Node or the pinned schemas cannot be had.
set -euo pipefail

root=$1 modules=$2
# shellcheck source=/dev/null
. "$root/tools/dev/common.sh"

for tool in kubectl node npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "SKIPPED: there is no $tool; ./dev setup installs one"
    exit 77
  fi
done
if ! npm_install "$root/tests/k8s" "$modules"; then
  echo "SKIPPED: npm could not install the schemas pinned in tests/k8s/package-lock.json; is the npm registry reachable?"
  exit 77
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
check() { node "$root/tests/k8s/check_schema.mjs" "$modules" "$@"; }

rendered=()
while IFS= read -r file; do
  folder=$(dirname "$file")
  output="$scratch/$(basename "$folder").yaml"
  kubectl kustomize "$folder" >"$output" 2>"$scratch/messages" || {
    cat "$scratch/messages"
    exit 1
  }
  rendered+=("$output")
done < <(find "$root/k8s" -name kustomization.yaml | sort)
check "${rendered[@]}"

# refused TEXT SED_SCRIPT: the base changed so must be reported with TEXT.
refused() {
  local text=$1 script=$2 answer
  sed -E "$script" "$scratch/base.yaml" >"$scratch/wrong.yaml"
  if cmp -s "$scratch/base.yaml" "$scratch/wrong.yaml"; then
    echo "FAILED: '$script' changes nothing"
    exit 1
  fi
  if answer=$(check "$scratch/wrong.yaml") || [[ "$answer" != *"$text"* ]]; then
    echo "FAILED: '$script' should be reported with '$text', but the answer is:"
    echo "$answer"
    exit 1
  fi
}
refused "'\"readOnlyRootFileSystem\"' does not exist" 's/readOnlyRootFilesystem/readOnlyRootFileSystem/'
refused "replicas must be integer" 's/replicas: 1/replicas: one/'
refused "has no batch/v3 CronJob" 's|batch/v1|batch/v3|'
refused 'must match format "quantity"' 's/storage: 20Gi/storage: much/'
refused "must have required property selector" '/^kind: StatefulSet/,/^---/{/^  selector:/,/^  serviceName:/d}'
echo "wrong manifests are refused"
