variable "choice" {
  type = string
}

resource "google_storage_bucket_iam_member" "perhaps" {
  bucket = "files"
  role   = "roles/storage.objectViewer"
  member = var.choice
}

resource "google_storage_bucket_iam_policy" "written_elsewhere" {
  bucket      = "files"
  policy_data = var.choice
}
