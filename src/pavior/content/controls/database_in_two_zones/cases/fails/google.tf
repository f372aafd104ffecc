resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_sql_database_instance" "one" {
  name             = "one"
  database_version = "POSTGRES_16"

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "ZONAL"
  }
}
