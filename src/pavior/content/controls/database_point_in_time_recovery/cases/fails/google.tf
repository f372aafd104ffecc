resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_sql_database_instance" "nights_only" {
  name             = "nights-only"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled = true
    }
  }
}

resource "google_sql_database_instance" "wrong_word" {
  name             = "wrong-word"
  database_version = "MYSQL_8_0"

  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }
}
