ftdata convert chats.jsonl --map mapping.yaml --to openai -o train.jsonl --force
ftdata head train.jsonl -n 1
