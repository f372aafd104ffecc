variable "choice" {
  type = string
}

resource "google_sql_database_instance" "perhaps" {
  name             = "perhaps"
  database_version = "POSTGRES_16"

  settings {
    tier              = "db-custom-2-7680"
    availability_type = var.choice
  }
}
