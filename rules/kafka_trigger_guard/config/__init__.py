"""The AWS Config side: Lambda handlers for the Config rules and for the watch queue."""
