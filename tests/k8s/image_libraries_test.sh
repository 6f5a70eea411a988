#!/usr/bin/env bash
# Compares the run-time packages of k8s/Dockerfile with the libraries that the binary is linked to.
#
# Usage: image_libraries_test.sh ROOT BINARY
set -euo pipefail

root=$1 binary=$2

# In every Debian image: what dpkg and apt themselves need.
listed="libc6 libgcc-s1 $(sed -nE 's/^        (lib[a-z0-9.+-]+|zlib1g) \\$/\1/p' "$root/k8s/Dockerfile" | xargs)"
failures=0
while IFS= read -r library; do
  path=$(readlink -f "$(ldd "$binary" | awk -v name="$library" '$1 == name { print $3 }')")
  # Some packages still name their files below /lib, which is a link to /usr/lib.
  package=$({ dpkg -S "$path" || dpkg -S "${path#/usr}"; } 2>/dev/null | sed 's/:.*//')
  if [[ " $listed " != *" $package "* ]]; then
    echo "k8s/Dockerfile: the binary needs $library, which is in package $package: add it to the run-time packages"
    failures=$((failures + 1))
  fi
done < <(objdump -p "$binary" | awk '$1 == "NEEDED" && $2 !~ /^ld-linux/ { print $2 }')
((failures == 0))
echo "every library of the binary is in the image"
