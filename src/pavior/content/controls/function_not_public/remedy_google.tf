resource "google_cloud_run_service_iam_member" "this" {
  service = "orders"
  role    = "roles/run.invoker"
  # The fix takes the place of what stands here.
  member = "allUsers"
  # Until here.
}
