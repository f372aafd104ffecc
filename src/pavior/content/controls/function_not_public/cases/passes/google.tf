resource "google_service_account" "caller" {
  account_id = "caller"
}

resource "google_cloudfunctions_function_iam_member" "named" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  member         = "group:platform@acme.example"
}

resource "google_cloudfunctions_function_iam_binding" "named" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  members        = ["group:platform@acme.example"]
}

resource "google_cloudfunctions2_function_iam_member" "named" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  member         = "group:platform@acme.example"
}

resource "google_cloudfunctions2_function_iam_binding" "named" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  members        = ["group:platform@acme.example"]
}

resource "google_cloud_run_service_iam_member" "named" {
  service = "orders"
  role    = "roles/run.invoker"
  member  = "group:platform@acme.example"
}

resource "google_cloud_run_service_iam_binding" "named" {
  service = "orders"
  role    = "roles/run.invoker"
  members = ["group:platform@acme.example"]
}

resource "google_cloud_run_v2_service_iam_member" "named" {
  name   = "orders"
  role   = "roles/run.invoker"
  member = "group:platform@acme.example"
}

resource "google_cloud_run_v2_service_iam_binding" "named" {
  name    = "orders"
  role    = "roles/run.invoker"
  members = ["group:platform@acme.example"]
}

resource "google_cloud_run_service_iam_member" "made_here" {
  service = "orders"
  role    = "roles/run.invoker"
  member  = "serviceAccount:${google_service_account.caller.email}"
}
