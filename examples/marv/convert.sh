ftdata convert chats.csv --map mapping.yaml -o train.jsonl --force
ftdata head train.jsonl -n 2
