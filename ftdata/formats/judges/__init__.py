"""What services and trainers refuse of rows as they stand: what their code or their documentation says."""
