resource "google_storage_bucket_iam_member" "everybody" {
  bucket = "files"
  role   = "roles/viewer"
  member = "allUsers"
}

resource "google_storage_bucket_iam_binding" "everybody" {
  bucket  = "files"
  role    = "roles/viewer"
  members = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_pubsub_topic_iam_member" "everybody" {
  topic  = "orders"
  role   = "roles/viewer"
  member = "allUsers"
}

resource "google_pubsub_topic_iam_binding" "everybody" {
  topic   = "orders"
  role    = "roles/viewer"
  members = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_pubsub_subscription_iam_member" "everybody" {
  subscription = "orders"
  role         = "roles/viewer"
  member       = "allUsers"
}

resource "google_pubsub_subscription_iam_binding" "everybody" {
  subscription = "orders"
  role         = "roles/viewer"
  members      = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_kms_crypto_key_iam_member" "everybody" {
  crypto_key_id = "key"
  role          = "roles/viewer"
  member        = "allUsers"
}

resource "google_kms_crypto_key_iam_binding" "everybody" {
  crypto_key_id = "key"
  role          = "roles/viewer"
  members       = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_kms_key_ring_iam_member" "everybody" {
  key_ring_id = "ring"
  role        = "roles/viewer"
  member      = "allUsers"
}

resource "google_kms_key_ring_iam_binding" "everybody" {
  key_ring_id = "ring"
  role        = "roles/viewer"
  members     = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_artifact_registry_repository_iam_member" "everybody" {
  repository = "images"
  role       = "roles/viewer"
  member     = "allUsers"
}

resource "google_artifact_registry_repository_iam_binding" "everybody" {
  repository = "images"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_bigquery_dataset_iam_member" "everybody" {
  dataset_id = "records"
  role       = "roles/viewer"
  member     = "allUsers"
}

resource "google_bigquery_dataset_iam_binding" "everybody" {
  dataset_id = "records"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_bigquery_table_iam_member" "everybody" {
  dataset_id = "records"
  table_id   = "orders"
  role       = "roles/viewer"
  member     = "allUsers"
}

resource "google_bigquery_table_iam_binding" "everybody" {
  dataset_id = "records"
  table_id   = "orders"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_secret_manager_secret_iam_member" "everybody" {
  secret_id = "password"
  role      = "roles/viewer"
  member    = "allUsers"
}

resource "google_secret_manager_secret_iam_binding" "everybody" {
  secret_id = "password"
  role      = "roles/viewer"
  members   = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_dataproc_cluster_iam_member" "everybody" {
  cluster = "jobs"
  role    = "roles/viewer"
  member  = "allUsers"
}

resource "google_dataproc_cluster_iam_binding" "everybody" {
  cluster = "jobs"
  role    = "roles/viewer"
  members = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

data "google_iam_policy" "files" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["allUsers"]
  }
}

resource "google_storage_bucket_iam_policy" "whole" {
  bucket      = "files"
  policy_data = data.google_iam_policy.files.policy_data
}
