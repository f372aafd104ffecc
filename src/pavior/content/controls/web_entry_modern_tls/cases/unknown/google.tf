resource "google_compute_target_https_proxy" "policy_elsewhere" {
  name       = "policy-elsewhere"
  ssl_policy = "projects/p/global/sslPolicies/modern"
}
