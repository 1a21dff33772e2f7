"""Item and shopper vectors: likeness, neighbours, projection."""
