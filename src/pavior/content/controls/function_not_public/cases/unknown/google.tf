variable "choice" {
  type = string
}

resource "google_cloud_run_service_iam_member" "perhaps" {
  service = "orders"
  role    = "roles/run.invoker"
  member  = var.choice
}
