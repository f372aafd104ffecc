resource "google_sql_database_instance" "two" {
  name             = "two"
  database_version = "POSTGRES_16"

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
  }
}
