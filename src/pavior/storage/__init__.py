"""The database: transactions, migrations, sealing."""
