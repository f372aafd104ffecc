resource "google_service_account" "reader" {
  account_id = "reader"
}

resource "google_storage_bucket_iam_member" "named" {
  bucket = "files"
  role   = "roles/viewer"
  member = "group:platform@acme.example"
}

resource "google_storage_bucket_iam_binding" "named" {
  bucket  = "files"
  role    = "roles/viewer"
  members = ["group:platform@acme.example"]
}

resource "google_pubsub_topic_iam_member" "named" {
  topic  = "orders"
  role   = "roles/viewer"
  member = "group:platform@acme.example"
}

resource "google_pubsub_topic_iam_binding" "named" {
  topic   = "orders"
  role    = "roles/viewer"
  members = ["group:platform@acme.example"]
}

resource "google_pubsub_subscription_iam_member" "named" {
  subscription = "orders"
  role         = "roles/viewer"
  member       = "group:platform@acme.example"
}

resource "google_pubsub_subscription_iam_binding" "named" {
  subscription = "orders"
  role         = "roles/viewer"
  members      = ["group:platform@acme.example"]
}

resource "google_kms_crypto_key_iam_member" "named" {
  crypto_key_id = "key"
  role          = "roles/viewer"
  member        = "group:platform@acme.example"
}

resource "google_kms_crypto_key_iam_binding" "named" {
  crypto_key_id = "key"
  role          = "roles/viewer"
  members       = ["group:platform@acme.example"]
}

resource "google_kms_key_ring_iam_member" "named" {
  key_ring_id = "ring"
  role        = "roles/viewer"
  member      = "group:platform@acme.example"
}

resource "google_kms_key_ring_iam_binding" "named" {
  key_ring_id = "ring"
  role        = "roles/viewer"
  members     = ["group:platform@acme.example"]
}

resource "google_artifact_registry_repository_iam_member" "named" {
  repository = "images"
  role       = "roles/viewer"
  member     = "group:platform@acme.example"
}

resource "google_artifact_registry_repository_iam_binding" "named" {
  repository = "images"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example"]
}

resource "google_bigquery_dataset_iam_member" "named" {
  dataset_id = "records"
  role       = "roles/viewer"
  member     = "group:platform@acme.example"
}

resource "google_bigquery_dataset_iam_binding" "named" {
  dataset_id = "records"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example"]
}

resource "google_bigquery_table_iam_member" "named" {
  dataset_id = "records"
  table_id   = "orders"
  role       = "roles/viewer"
  member     = "group:platform@acme.example"
}

resource "google_bigquery_table_iam_binding" "named" {
  dataset_id = "records"
  table_id   = "orders"
  role       = "roles/viewer"
  members    = ["group:platform@acme.example"]
}

resource "google_secret_manager_secret_iam_member" "named" {
  secret_id = "password"
  role      = "roles/viewer"
  member    = "group:platform@acme.example"
}

resource "google_secret_manager_secret_iam_binding" "named" {
  secret_id = "password"
  role      = "roles/viewer"
  members   = ["group:platform@acme.example"]
}

resource "google_dataproc_cluster_iam_member" "named" {
  cluster = "jobs"
  role    = "roles/viewer"
  member  = "group:platform@acme.example"
}

resource "google_dataproc_cluster_iam_binding" "named" {
  cluster = "jobs"
  role    = "roles/viewer"
  members = ["group:platform@acme.example"]
}

resource "google_storage_bucket_iam_member" "made_here" {
  bucket = "files"
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.reader.email}"
}

data "google_iam_policy" "files" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["group:platform@acme.example"]
  }
}

resource "google_storage_bucket_iam_policy" "whole" {
  bucket      = "files"
  policy_data = data.google_iam_policy.files.policy_data
}

resource "google_pubsub_topic_iam_policy" "whole" {
  topic       = "orders"
  policy_data = data.google_iam_policy.files.policy_data
}

resource "google_kms_crypto_key_iam_policy" "whole" {
  crypto_key_id = "key"
  policy_data   = data.google_iam_policy.files.policy_data
}

resource "google_kms_key_ring_iam_policy" "whole" {
  key_ring_id = "ring"
  policy_data = data.google_iam_policy.files.policy_data
}

resource "google_secret_manager_secret_iam_policy" "whole" {
  secret_id   = "password"
  policy_data = data.google_iam_policy.files.policy_data
}
