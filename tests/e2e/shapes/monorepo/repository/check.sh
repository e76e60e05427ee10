#!/usr/bin/env bash
# Runs every part's own test.
set -euo pipefail
cd "$(dirname "$0")"
node services/greeter/test.js
bash tools/wrap/test.sh
