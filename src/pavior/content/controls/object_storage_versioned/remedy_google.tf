resource "google_storage_bucket" "this" {
  name = "acme-files"
  # The fix takes the place of what stands here.
  # Until here.
}
