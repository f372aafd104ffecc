"""What exists and who owns it, read from and written as Backstage's catalog-info.yaml."""
