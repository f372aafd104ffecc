resource "google_compute_ssl_policy" "nothing_said" {
  name    = "nothing-said"
  profile = "MODERN"
}

resource "google_compute_target_https_proxy" "no_policy" {
  name = "no-policy"
}

resource "google_compute_region_target_https_proxy" "no_policy" {
  name = "no-policy"
}

resource "google_compute_target_ssl_proxy" "no_policy" {
  name = "no-policy"
}

resource "google_compute_target_https_proxy" "old_policy" {
  name       = "old-policy"
  ssl_policy = google_compute_ssl_policy.nothing_said.id
}
