"""What each item type demands of its shape: one module a type, each with `check(item, place)`."""
