"""Who must do what where no document repairs, by which commands."""
