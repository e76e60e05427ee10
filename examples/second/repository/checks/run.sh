#!/bin/sh
# Runs the tests of every package, each with the packages that it may import.
set -eu
cd "$(dirname "$0")/.."
for package in packages/*/; do
  echo "== ${package%/}"
  PYTHONPATH=packages/core:packages/shop python3 -m unittest discover -q -s "${package}tests" -t "${package}tests"
done
