"""How every rule of a trigger came to be: the ways it judges, hop by hop."""
