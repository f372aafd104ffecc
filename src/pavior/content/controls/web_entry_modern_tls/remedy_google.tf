resource "google_compute_target_https_proxy" "this" {
  name       = "web"
  ssl_policy = google_compute_ssl_policy.this.id
}
# The fix takes the place of what stands here.
resource "google_compute_ssl_policy" "this" {
  name = "old"
}
# Until here.
