resource "google_sql_database_instance" "encrypted" {
  name             = "encrypted"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ssl_mode = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_sql_database_instance" "certificates" {
  name             = "certificates"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ssl_mode = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    }
  }
}

resource "google_sql_database_instance" "older_word" {
  name             = "older-word"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      require_ssl = true
    }
  }
}

resource "google_sql_database_instance" "connectors" {
  name             = "connectors"
  database_version = "POSTGRES_16"

  settings {
    tier                  = "db-custom-2-7680"
    connector_enforcement = "REQUIRED"
  }
}

resource "google_redis_instance" "encrypted" {
  name                    = "encrypted"
  memory_size_gb          = 1
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}
