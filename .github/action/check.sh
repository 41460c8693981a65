#!/usr/bin/env bash
# The step of action.yml: inputs come as variables, so that no input is ever read as code.
set -uo pipefail
ftdata="${FTDATA:-$RUNNER_TEMP/ftdata/bin/ftdata}"
set -f # ftdata expands patterns itself
# shellcheck disable=SC2206 # words are separated by white space
words=($FILES) more=($ARGS)
line=("$ftdata" check --for "$TARGET" --fail-on "$FAIL_ON")
[ -z "$MODEL" ] || line+=(--model "$MODEL")
line+=("${more[@]}")
if [ -n "$SARIF" ]; then
  "${line[@]}" --quiet --output-format sarif -- "${words[@]}" > "$SARIF" || true
fi
"${line[@]}" --output-format github -- "${words[@]}"
code=$?
echo "exit-code=$code" >> "$GITHUB_OUTPUT"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ "$code" -le 1 ]; then
  "${line[@]}" --quiet --output-format markdown -- "${words[@]}" >> "$GITHUB_STEP_SUMMARY" || true
fi
exit "$code"
