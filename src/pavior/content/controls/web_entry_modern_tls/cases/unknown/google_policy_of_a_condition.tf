variable "on" {
  type = bool
}

resource "google_compute_ssl_policy" "modern" {
  name            = "m"
  min_tls_version = "TLS_1_2"
}
resource "google_compute_target_https_proxy" "p" {
  ssl_policy = var.on ? google_compute_ssl_policy.modern.id : null
}
