resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_sql_database_instance" "both" {
  name             = "both"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      private_network = "network"
    }
  }
}

resource "google_sql_database_instance" "public" {
  name             = "public"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    ip_configuration {
      ipv4_enabled = true
    }
  }
}

resource "google_alloydb_instance" "public" {
  name = "public"
  network_config {
    enable_public_ip = true
  }
}
