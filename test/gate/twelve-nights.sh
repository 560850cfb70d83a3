#!/usr/bin/env bash
# Twelve short nights of two cells: the eleventh is slower in one of them by the share in SLOW, the twelfth is not.
# Prints what each night says and its exit code. Usage: twelve-nights.sh FOLDER
set -uo pipefail
folder=$1 slow=${SLOW:-1.5}
mkdir -p "$folder"
hook="--import=tsx --import=$(realpath "$(dirname "$0")/slow-large.ts")"
for night in $(seq 1 12); do
  share=0
  [ "$night" = 11 ] && share=$slow
  echo "=== night $night"
  NODE_OPTIONS=$hook SLOW_LARGE=$share npm run -s nightly -- 'latency:resnet20.seed0:fp32:b1:32' 'latency:resnet20.seed0:fp32:b1:64' \
    --backends ort-node/cpu --rounds 3 --samples 30 --budget 40 --history "$folder/history" --out "$folder/out" 2>"$folder/night-$night.err"
  echo "exit code $?"
done
