resource "google_sql_database_instance" "postgres" {
  name             = "postgres"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
  }
}

resource "google_sql_database_instance" "mysql" {
  name             = "mysql"
  database_version = "MYSQL_8_0"

  settings {
    tier = "db-custom-2-7680"
    database_flags {
      name  = "cloudsql_iam_authentication"
      value = "on"
    }
  }
}
