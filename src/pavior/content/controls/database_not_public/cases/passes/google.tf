resource "google_sql_database_instance" "private" {
  name             = "private"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ipv4_enabled    = false
      private_network = "network"
    }
  }
}

resource "google_alloydb_instance" "nothing_said" {
  name = "nothing-said"
}
