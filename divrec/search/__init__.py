"""Search: a shop's catalogue answers a typed query with a pool, which is re-ranked like a shopper's."""
