resource "google_kms_crypto_key" "records" {
  name     = "records"
  key_ring = "ring"
}

resource "google_sql_database_instance" "records" {
  name                = "records"
  database_version    = "POSTGRES_16"
  encryption_key_name = google_kms_crypto_key.records.id

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_spanner_database" "records" {
  name     = "records"
  instance = "main"

  encryption_config {
    kms_key_name = google_kms_crypto_key.records.id
  }
}

resource "google_alloydb_cluster" "records" {
  name = "records"
  encryption_config {
    kms_key_name = google_kms_crypto_key.records.id
  }
}

resource "google_bigquery_dataset" "records" {
  dataset_id = "records"

  default_encryption_configuration {
    kms_key_name = google_kms_crypto_key.records.id
  }
}
