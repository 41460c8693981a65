ftdata convert calls.csv --map mapping.yaml -o train.jsonl --force
ftdata head train.jsonl -n 1
