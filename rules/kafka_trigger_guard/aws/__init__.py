"""The only room that talks to AWS: reads accounts into snapshots, saves and loads them."""
