variable "choice" {
  type = string
}

resource "google_sql_database_instance" "records" {
  name                = "records"
  database_version    = "POSTGRES_16"
  encryption_key_name = var.choice

  settings {
    tier = "db-custom-2-7680"

  }
}
