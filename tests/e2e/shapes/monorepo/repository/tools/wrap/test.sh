#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
[ "$(printf 'one two three' | bash wrap.sh 8 | head -n 1)" = "one two " ]
echo "wrap: ok"
