resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "web" {
  name       = "web"
  ssl_policy = google_compute_ssl_policy.modern.id
}

resource "google_compute_region_target_https_proxy" "web" {
  name       = "web"
  ssl_policy = google_compute_ssl_policy.modern.id
}

resource "google_compute_target_ssl_proxy" "web" {
  name       = "web"
  ssl_policy = google_compute_ssl_policy.modern.id
}
