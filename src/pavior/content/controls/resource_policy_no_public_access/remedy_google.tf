resource "google_storage_bucket_iam_member" "this" {
  bucket = "files"
  role   = "roles/storage.objectViewer"
  # The fix takes the place of what stands here.
  member = "allUsers"
  # Until here.
}
