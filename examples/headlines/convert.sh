ftdata convert headlines.csv --map mapping.yaml --to openai -o train.jsonl --force
ftdata head train.jsonl -n 1
