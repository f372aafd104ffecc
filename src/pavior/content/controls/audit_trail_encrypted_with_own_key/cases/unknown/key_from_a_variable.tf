variable "key" {
  type = string
}

resource "aws_cloudtrail_event_data_store" "all" {
  name       = "all"
  kms_key_id = var.key
}
