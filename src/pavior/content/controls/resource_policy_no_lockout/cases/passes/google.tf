resource "google_storage_bucket_iam_member" "reads" {
  bucket = "files"
  role   = "roles/storage.objectViewer"
  member = "group:platform@acme.example"
}
