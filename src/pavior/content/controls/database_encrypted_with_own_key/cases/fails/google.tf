resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}

resource "google_spanner_database" "nothing_said" {
  name     = "nothing-said"
  instance = "main"
}

resource "google_alloydb_cluster" "nothing_said" {
  name = "nothing-said"
}

resource "google_bigquery_dataset" "nothing_said" {
  dataset_id = "records"
}
