resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"
}


resource "google_storage_bucket" "pages" {
  name                     = "acme-files"
  location                 = "EU"
  public_access_prevention = "inherited"
}
