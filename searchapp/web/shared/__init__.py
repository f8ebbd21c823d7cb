"""What pages share: the opened index, addresses, errors, filters of templates."""
