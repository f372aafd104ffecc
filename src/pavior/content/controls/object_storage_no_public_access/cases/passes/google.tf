resource "google_storage_bucket" "files" {
  name                     = "acme-files"
  location                 = "EU"
  public_access_prevention = "enforced"
}
