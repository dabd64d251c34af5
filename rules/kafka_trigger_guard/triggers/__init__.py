"""From an event source mapping and its source to a Trigger: what a poller is and needs. Pure."""
