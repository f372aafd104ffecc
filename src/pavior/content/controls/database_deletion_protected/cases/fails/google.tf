resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_sql_database_instance" "by_terraform_only" {
  name                = "by-terraform-only"
  database_version    = "POSTGRES_16"
  deletion_protection = true
  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_spanner_database" "nothing_said" {
  name     = "nothing-said"
  instance = "main"
}
