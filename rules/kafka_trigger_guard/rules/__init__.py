"""One small file per AWS Config rule, over the triggers and the network. Pure."""
