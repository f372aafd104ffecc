variable "on" {
  type = bool
}

data "google_iam_policy" "safe" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["user:a@b.c"]
  }
}
resource "google_storage_bucket_iam_policy" "p" {
  bucket      = "b"
  policy_data = var.on ? data.google_iam_policy.safe.policy_data : "{}"
}
