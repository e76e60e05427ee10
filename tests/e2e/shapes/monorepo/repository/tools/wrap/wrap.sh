#!/usr/bin/env bash
# Wraps standard input at a width (default 72).
set -euo pipefail
exec fold -s -w "${1:-72}"
