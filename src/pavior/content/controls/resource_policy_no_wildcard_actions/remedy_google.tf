resource "google_storage_bucket_iam_member" "this" {
  bucket = "files"
  member = "group:platform@acme.example"
  # The fix takes the place of what stands here.
  role = "roles/owner"
  # Until here.
}
