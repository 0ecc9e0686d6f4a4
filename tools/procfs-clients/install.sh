#!/bin/sh
# Installs the outside readers of the linux tree that clients.test.ts runs: Debian's python3-psutil and
# prometheus-node-exporter. Says what it does; ends with 0 if both are there, with 1 if not.
#
#     sh tools/procfs-clients/install.sh
set -u

missing() {
  if ! /usr/bin/python3 -c 'import psutil' 2>/dev/null; then echo python3-psutil; fi
  if ! command -v prometheus-node-exporter >/dev/null 2>&1; then echo prometheus-node-exporter; fi
}

wanted=$(missing)
if [ -z "$wanted" ]; then
  echo 'procfs-clients: python3-psutil and prometheus-node-exporter are there'
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "procfs-clients: skipped, not root: install" $wanted
  exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "procfs-clients: skipped, this is no Debian: install" $wanted
  exit 1
fi
echo "procfs-clients: installing" $wanted
timeout 120 apt-get update -qq || echo 'procfs-clients: apt-get update has failed, going on'
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq --no-install-recommends $wanted >/dev/null
wanted=$(missing)
if [ -n "$wanted" ]; then
  echo "procfs-clients: skipped, could not be installed:" $wanted
  exit 1
fi
echo 'procfs-clients: installed'
