"""What every concept stands on: records, rules, commands, the trail, the database."""
