variable "choice" {
  type = bool
}

resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"

  settings {
    tier                        = "db-custom-2-7680"
    deletion_protection_enabled = var.choice
  }
}
