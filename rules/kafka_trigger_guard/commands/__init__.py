"""The commands of the command line, one file each; what they share is `options` and `console`."""
