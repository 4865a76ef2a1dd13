"""What the `yunheng` command runs: serving, the database, users, doctor, backup."""
