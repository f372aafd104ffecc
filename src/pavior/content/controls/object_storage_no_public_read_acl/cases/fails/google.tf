resource "google_storage_bucket_access_control" "everybody" {
  bucket = "acme-files"
  role   = "READER"
  entity = "allUsers"
}

resource "google_storage_bucket_acl" "with_an_account" {
  bucket      = "acme-files"
  role_entity = ["OWNER:group-platform@acme.example", "READER:allAuthenticatedUsers"]
}

resource "google_storage_default_object_acl" "everybody" {
  bucket      = "acme-files"
  role_entity = ["READER:allUsers"]
}

resource "google_storage_bucket_acl" "ready_made" {
  bucket         = "acme-pages"
  predefined_acl = "publicRead"
}

resource "google_storage_default_object_access_control" "everybody" {
  bucket = "acme-files"
  role   = "READER"
  entity = "allUsers"
}

resource "google_storage_object_acl" "one_object" {
  bucket      = "acme-files"
  object      = "report.pdf"
  role_entity = ["READER:allUsers"]
}

resource "google_storage_object_access_control" "one_object" {
  bucket = "acme-files"
  object = "list.pdf"
  role   = "READER"
  entity = "allAuthenticatedUsers"
}
