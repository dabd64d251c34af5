"""From snapshots to the typed model: AWS's dictionaries end here."""
