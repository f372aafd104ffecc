resource "google_cloudfunctions_function_iam_member" "everybody" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}

resource "google_cloudfunctions_function_iam_binding" "everybody" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  members        = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_cloudfunctions2_function_iam_member" "everybody" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  member         = "allUsers"
}

resource "google_cloudfunctions2_function_iam_binding" "everybody" {
  cloud_function = "orders"
  role           = "roles/cloudfunctions.invoker"
  members        = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_cloud_run_service_iam_member" "everybody" {
  service = "orders"
  role    = "roles/run.invoker"
  member  = "allUsers"
}

resource "google_cloud_run_service_iam_binding" "everybody" {
  service = "orders"
  role    = "roles/run.invoker"
  members = ["group:platform@acme.example", "allAuthenticatedUsers"]
}

resource "google_cloud_run_v2_service_iam_member" "everybody" {
  name   = "orders"
  role   = "roles/run.invoker"
  member = "allUsers"
}

resource "google_cloud_run_v2_service_iam_binding" "everybody" {
  name    = "orders"
  role    = "roles/run.invoker"
  members = ["group:platform@acme.example", "allAuthenticatedUsers"]
}
