resource "google_sql_database_instance" "this" {
  name = "orders"

  settings {
    tier = "db-custom-2-7680"
  # The fix takes the place of what stands here.
  # Until here.
  }
}
