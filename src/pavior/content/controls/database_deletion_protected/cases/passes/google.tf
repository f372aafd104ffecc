resource "google_sql_database_instance" "protected" {
  name             = "protected"
  database_version = "POSTGRES_16"

  settings {
    tier                        = "db-custom-2-7680"
    deletion_protection_enabled = true
  }
}

resource "google_spanner_database" "protected" {
  name                   = "protected"
  instance               = "main"
  enable_drop_protection = true
}
